"""The numbers that learning changes: one flat read-only vector, laid out by the network."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

import numpy as np

from engine.calls import Floats, frozen

P = TypeVar("P")


def vector(values: Iterable[float]) -> Floats:
    """A read-only vector of these numbers."""
    return frozen(np.array(list(values), dtype=np.float64))


def changed(parameters: Floats, changes: Mapping[int, float]) -> Floats:
    """The same numbers but for these places."""
    new = parameters.copy()
    for index, value in changes.items():
        new[index] = value
    return frozen(new)


def carried_over(
    parameters: Floats, before: Mapping[P, int], after: Sequence[P], born: Callable[[P], float]
) -> Floats:
    """The vector of a changed network: numbers that still have a place keep it, others are born."""
    values = [parameters[before[place]] if place in before else born(place) for place in after]
    return vector(values)
