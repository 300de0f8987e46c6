"""How much memory the undo stack holds that nothing else shares, and what is forgotten first."""

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any

import numpy as np
from PySide6.QtGui import QUndoStack

from engine.experiment.experiment import Experiment
from engine.files import limits

ARRAY_COST = 100
VALUE_COST = 2000
FILLED = 0.9  # of the limit, after the oldest entries were emptied


class UndoMemory:
    """Counts every array once, however many entries share it."""

    def __init__(self) -> None:
        self._forgotten = 0
        self._most = math.inf  # what all entries hold is not more than this

    @property
    def forgotten(self) -> int:
        """How many of the oldest entries have been emptied."""
        return self._forgotten

    def bound(self, stack: QUndoStack) -> None:
        """Empty the oldest entries until the rest fits; at least a hundred always stay.

        Each push adds no more than what its new value does not share with the one before it. All
        entries are counted only when these sums no longer say that the whole fits.
        """
        self._forgotten = min(self._forgotten, stack.count())
        if stack.count() - self._forgotten <= limits.UNDO_ENTRIES:
            self._most = math.inf
            return
        self._most += _added(stack.command(stack.count() - 1))
        if self._most > limits.UNDO_BYTES:
            self._count(stack)

    def _count(self, stack: QUndoStack) -> None:
        """Count every entry, and empty those that are too many."""
        entries: list[Any] = [stack.command(i) for i in range(self._forgotten, stack.count())]
        sizes = _sizes(entries)
        keep = len(entries)
        if sizes[-1] > limits.UNDO_BYTES:  # with some room for the next, so as not to count each
            keep = max(limits.UNDO_ENTRIES, bisect_right(sizes, FILLED * limits.UNDO_BYTES))
        self._most = sizes[keep - 1]
        for entry in entries[: len(entries) - keep]:
            entry.forgotten = True
            entry.before = entry.after = None
            entry.setText("Forgotten")
            self._forgotten += 1


def _sizes(entries: Sequence[Any]) -> list[int]:
    """What the newest entry holds, the newest two, and so on."""
    seen = set[int]()
    one_by_one = (
        _unseen(entry.after, seen) + _unseen(entry.before, seen) for entry in reversed(entries)
    )
    return list(accumulate(one_by_one))


def _added(entry: Any) -> int:
    """What the value after an entry holds that the one before it does not."""
    seen = set[int]()
    _unseen(entry.before, seen)
    return _unseen(entry.after, seen)


def _unseen(value: Experiment, seen: set[int]) -> int:
    if id(value) in seen:
        return 0
    seen.add(id(value))
    size = VALUE_COST
    for array in _arrays(value):
        if id(array) not in seen:
            seen.add(id(array))
            size += array.nbytes + ARRAY_COST
    return size


def _arrays(value: Experiment) -> Iterator[np.ndarray[Any, Any]]:
    yield value.parameters
    yield from value.position.state
    yield value.start
    yield from value.data.blocks
    yield from value.curve.blocks
    for segment in value.history:
        yield from segment.blocks
    if value.trace is not None:
        numbers = value.trace.numbers
        yield from (numbers.z, numbers.a, numbers.back, numbers.error, numbers.gradient)
