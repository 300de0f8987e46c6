"""The numbers that learning changes: one flat read-only vector, laid out by the network."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import repeat
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.calls import Floats, frozen

P = TypeVar("P")
Indices = NDArray[np.intp]


def vector(values: Iterable[float]) -> Floats:
    """A read-only vector of these numbers."""
    return frozen(np.array(list(values), dtype=np.float64))


def changed(parameters: Floats, changes: Mapping[int, float]) -> Floats:
    """The same numbers but for these places."""
    new = parameters.copy()
    for index, value in changes.items():
        new[index] = value
    return frozen(new)


def came_from(before: Mapping[P, int], after: Sequence[P]) -> Indices:
    """Where the number of each place stood before; -1 where there was none."""
    return np.fromiter(map(before.get, after, repeat(-1)), np.intp, len(after))


def carried_over(parameters: Floats, came: Indices, born: ArrayLike = 0.0) -> Floats:
    """The vector of a changed network: numbers that still have a place keep it, others are born."""
    new = np.empty(len(came))
    new[came < 0] = born
    new[came >= 0] = parameters[came[came >= 0]]
    return frozen(new)
