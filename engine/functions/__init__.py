"""Tables of what is known by name: activations, losses, optimisers, initialisers, data sets; and
what a pass through a network is made of: NumPy calls, each bound to its buffers, in a flat list."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Call = Callable[[], object]
_Array = TypeVar("_Array", bound=NDArray[Any])


def run(calls: Iterable[Call]) -> None:
    """Make every call, in order."""
    for call in calls:
        call()


def always(sentence: str) -> Callable[..., str]:
    """Says the same of every number."""
    return lambda *_: sentence


def frozen(array: _Array) -> _Array:
    """The same array, which nobody can write to any more."""
    array.flags.writeable = False
    return array


def number(value: float, like: Floats) -> Floats:
    """One number as an array without axes: NumPy takes it in half the time of a Python number."""
    return np.array(value, like.dtype)


def bound(like: Floats, *calls: tuple[Any, ...]) -> list[Call]:
    """Each (call, argument …) as one to make; a Python number among them becomes an array."""
    return [
        partial(call, *[x if isinstance(x, np.ndarray) else number(x, like) for x in arguments])
        for call, *arguments in calls
    ]
