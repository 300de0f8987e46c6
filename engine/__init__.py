"""The engine: everything a learner can compute, in NumPy alone, without a window."""
