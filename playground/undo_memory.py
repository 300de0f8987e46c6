"""How much memory the undo stack holds that nothing else shares, and what is forgotten first."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from PySide6.QtGui import QUndoStack

from engine.experiment import Experiment
from engine.files import limits

ARRAY_COST = 100
VALUE_COST = 2000


class UndoMemory:
    """Counts every array once, however many entries share it."""

    def __init__(self) -> None:
        self._forgotten = 0

    @property
    def forgotten(self) -> int:
        """How many of the oldest entries have been emptied."""
        return self._forgotten

    def bound(self, stack: QUndoStack) -> None:
        """Empty the oldest entries until the rest fits; at least a hundred always stay."""
        self._forgotten = min(self._forgotten, stack.count())
        if stack.count() - self._forgotten <= limits.UNDO_ENTRIES:
            return
        entries: list[Any] = [stack.command(i) for i in range(self._forgotten, stack.count())]
        size, seen = 0, set[int]()
        keep = 0
        for entry in reversed(entries):
            for value in (entry.after, entry.before):
                size += _unseen(value, seen)
            if size > limits.UNDO_BYTES and keep >= limits.UNDO_ENTRIES:
                break
            keep += 1
        for entry in entries[: len(entries) - keep]:
            entry.forgotten = True
            entry.before = entry.after = None
            entry.setText("Forgotten")
            self._forgotten += 1


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
