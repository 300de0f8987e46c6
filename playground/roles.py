"""What a number is: the one thing that gives it the same colour wherever it stands."""

from enum import StrEnum


class Role(StrEnum):
    """Blue, orange, ink or violet."""

    FORWARD = "forward"  # a value travelling forward
    BACKWARD = "backward"  # blame travelling backward: error terms, gradients
    MEMORY = "memory"  # what the network remembers: weights, biases, the update
    TRUTH = "truth"  # target and loss
