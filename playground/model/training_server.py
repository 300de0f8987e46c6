"""Training in a process of its own: what is said to it, what it answers, and the process itself.

The window keeps the record; here the updates are made. Both sides send whole values, pickled, one
after the other, over the standard streams of the process.
"""

import gc
import os
import pickle
import sys
import threading
import time
from dataclasses import replace
from queue import Empty, SimpleQueue
from typing import BinaryIO, NamedTuple

import numpy as np

from engine.experiment.curve import Curve
from engine.experiment.experiment import Ending, Experiment
from engine.experiment.history import begun
from engine.experiment.record import Record
from engine.experiment.training import Goal, LocalRun
from engine.experiment.walk import Position
from engine.functions import Floats
from engine.settings import Settings

# Seconds between two answers at least, where it goes on by itself, and more for each byte of them.
NEWS, PER_BYTE = 0.012, 4e-8


class Begin(NamedTuple):
    """A run from here on; of the numbers before, none is needed."""

    experiment: Experiment
    goal: Goal


class Go(NamedTuple):
    """So many updates more, or as many as there are until something else is said."""

    most: int | None


class NewSettings(NamedTuple):
    settings: Settings


class Keep(NamedTuple):
    """Of the updates since so many changes only some are kept: a first one and every so manieth."""

    first: int
    spacing: int
    changes: int = 0


class Halt(NamedTuple):
    """The run is over after this update; what it has come to is answered."""


Order = Begin | Go | NewSettings | Keep | Halt


class Made(NamedTuple):
    """So many updates, and the numbers after one of them and every so manieth since."""

    updates: int
    first: int
    spacing: int
    keyframes: Floats


class Seen(NamedTuple):
    """New points of the curve."""

    points: Floats


class Back(NamedTuple):
    """What was made after that update is not told any more."""

    update: int


class SettingsTaken(NamedTuple):
    settings: Settings


class News(NamedTuple):
    """What a run has come to since the last: in order, and where it stands now."""

    events: tuple[Made | Seen | Back | SettingsTaken, ...]
    position: Position
    updates: int
    now: Floats | None
    ending: Ending | None
    halted: bool = False


class Failed(NamedTuple):
    error: Exception


class Ready(NamedTuple):
    """It has begun, and hears."""


class ToldRecord(Record):
    """Keeps nothing, but tells what there is to keep."""

    def __init__(self, experiment: Experiment, as_steps: bool = False) -> None:
        super().__init__(experiment, as_steps)
        self.events: list[Made | Seen | Back | SettingsTaken] = []
        self.keep = Keep(experiment.updates, 1)
        self._updates = experiment.updates

    def keyframes_due(self, updates: int) -> range:
        first, spacing, _ = self.keep
        ahead = first + ((self._updates - first) // spacing + 1) * spacing
        return range(ahead, self._updates + updates + 1, spacing)

    def add_updates(self, updates: int, keyframes: Floats) -> None:
        due = self.keyframes_due(updates)
        self.events.append(Made(updates, due.start, self.keep.spacing, keyframes))
        self._updates += updates

    def add_points(self, points: Floats) -> None:
        if len(points):
            self.events.append(Seen(points))

    def go_back(self, update: int) -> None:
        self.events.append(Back(update))
        self._updates = update


def told(record: Record) -> Experiment:
    """What a run needs of an experiment: neither what it learnt before nor what a window shows."""
    of = record.begun
    context = replace(record.context, settings=record.settings)
    history = (begun(of.updates, record.context, of.position, of.start),)
    last = Curve((record.curve.table[-1:],)) if record.curve.count else Curve()
    return replace(of, context=context, history=history, curve=last, trace=None, cursor=0,
                   runs=(), variants={}, unknown={})  # fmt: skip


def _record(run: LocalRun) -> ToldRecord:
    assert isinstance(run.record, ToldRecord)
    return run.record


class _Server:
    def __init__(self, orders: "SimpleQueue[Order]", answers: BinaryIO) -> None:
        self._orders, self._answers = orders, answers
        self._told = 0.0

    def serve(self) -> None:
        self._send(Ready())
        while True:
            order = self._orders.get()
            if isinstance(order, Begin):  # else it came too late for the run before
                try:
                    self._run(
                        LocalRun(ToldRecord(order.experiment, order.goal.as_steps), order.goal)
                    )
                except Exception as error:
                    self._send(Failed(error))
                gc.collect()

    def _run(self, run: LocalRun) -> None:
        left: int | None = 0  # updates; None: it goes on by itself
        changes = 0
        while run.ending is None:
            order = self._next(wait=left == 0)
            if isinstance(order, Halt):
                self._tell(run, halted=True)
                return
            if isinstance(order, Go):
                left = order.most
            elif isinstance(order, Keep):
                if order.changes == changes:  # else it was said of what has changed since
                    _record(run).keep = order
            elif isinstance(order, NewSettings):
                self._tell(run)
                run.change(order.settings)
                changes += 1
                if run.ending is None:
                    _record(run).events.append(SettingsTaken(order.settings))
            else:
                run.slice(left, seen=True)
                self._tell_on_the_way(run, at_once=left is not None)
                left = left and 0
        self._tell(run)

    def _next(self, wait: bool) -> Order | None:
        try:
            return self._orders.get(wait)
        except Empty:
            return None

    def _tell_on_the_way(self, run: LocalRun, at_once: bool) -> None:
        """The end is told by itself."""
        pause = NEWS + PER_BYTE * run.position.parameters.nbytes
        if run.ending is None and (at_once or time.monotonic() > self._told + pause):
            self._tell(run)

    def _tell(self, run: LocalRun, halted: bool = False) -> None:
        self._told = time.monotonic()
        record = _record(run)
        events, record.events = tuple(record.events), []
        self._send(News(events, run.position, run.updates, run.now, run.ending, halted))

    def _send(self, answer: News | Failed | Ready) -> None:
        pickle.dump(answer, self._answers, pickle.HIGHEST_PROTOCOL)
        self._answers.flush()


def main() -> None:
    """Serves until its standard input is closed: whoever began it has ended."""
    orders: SimpleQueue[Order] = SimpleQueue()
    answers, sys.stdout = sys.stdout.buffer, sys.stderr  # nothing else is said there

    def hear() -> None:
        while True:
            try:
                orders.put(pickle.load(sys.stdin.buffer))
            except Exception:  # nobody is there any more, whatever is left of what was said
                os._exit(0)

    gc.disable()  # between two runs it is collected; a network has many objects, and no cycles
    threading.Thread(target=hear, daemon=True).start()
    with np.errstate(all="ignore"):
        _Server(orders, answers).serve()
