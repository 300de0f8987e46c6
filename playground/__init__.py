"""Neural Playground, the window: draw a network, step through learning, train it."""

__version__ = "0.1.0"
