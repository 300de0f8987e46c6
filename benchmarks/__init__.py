"""Speed against peers, told as ratios; not tests."""

import os

# Must be set before NumPy is imported: two threads lose on a busy machine.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
