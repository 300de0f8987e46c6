"""A network compiled into one flat list of NumPy calls."""
