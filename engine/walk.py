"""Updates one after the other from a given position: what training and rebuilding the past share.

A walk owns its runners and belongs to the one caller that made it.
"""

from dataclasses import dataclass

import numpy as np

from engine.calls import Floats, frozen
from engine.data import Data
from engine.epochs import Turn, batch_size, order_of
from engine.layout import Layout
from engine.network import Network
from engine.optimizers import State
from engine.program import Program, batches
from engine.runner import Runner
from engine.settings import Settings

START = Turn()


@dataclass(frozen=True, slots=True, eq=False)
class Context:
    """What is in force while updates are made."""

    program: Program
    layout: Layout
    data: Data
    settings: Settings

    @property
    def network(self) -> Network:
        """The network that the program was made of."""
        return self.program.network

    def trains_like(self, other: "Context") -> bool:
        """Whether the same numbers would come out; names and places do not matter."""
        return (
            self.program is other.program
            and self.data is other.data
            and self.settings == other.settings
        )


@dataclass(frozen=True, slots=True, eq=False)
class Position:
    """Where learning stands: the numbers, the optimiser's state, and whose turn it is."""

    parameters: Floats
    state: State = ()
    count: int = 0
    turn: Turn = START


def keyframe_of(position: Position) -> Floats:
    """Parameters and state as one row."""
    return frozen(np.concatenate([position.parameters, *position.state]))


class Walk:
    """Moves on from a position, update by update."""

    def __init__(self, context: Context, position: Position) -> None:
        self.context = context
        self.turn = position.turn
        data, program = context.data, context.program
        self._heads = program.heads(data.input_rows(), data.target_rows())
        self._size = batch_size(context.settings, data)
        self._runners: dict[int, Runner] = {}
        self._position = position
        self._runner = self._take_runner(self._size)
        self._epoch = -1
        self._batches: Floats = np.empty((0, 0, 0))
        self._rest: Floats = np.empty((0, 0))

    @property
    def runner(self) -> Runner:
        """The runner that made the last update."""
        return self._runner

    def position(self) -> Position:
        """Where learning stands now."""
        runner = self._runner
        return Position(runner.parameters(), runner.state(), runner.count, self.turn)

    def advance(self, updates: int, keyframes: Floats | None = None) -> None:
        """So many updates; the numbers after each go into a row of `keyframes`, if given."""
        done = 0
        while done < updates:
            into = None if keyframes is None else keyframes[done:updates]
            done += self._advance_in_epoch(updates - done, into)

    def _advance_in_epoch(self, most: int, keyframes: Floats | None) -> int:
        """As many updates with one batch size as this epoch has left."""
        if self.turn.epoch != self._epoch:
            self._lay_out_epoch()
        first = self.turn.row // self._size
        whole = min(most, len(self._batches) - first)
        if whole > 0:
            self._run(self._size, self._batches[first : first + whole], keyframes)
            self._move_on(whole * self._size)
            return whole
        self._run(self._rest.shape[1], self._rest[None], keyframes)
        self._move_on(self._rest.shape[1])
        return 1

    def _run(self, size: int, heads: Floats, keyframes: Floats | None) -> None:
        self._take_runner(size)
        self._runner.set_rate(self.context.settings.rate_in(self.turn.epoch))
        if keyframes is None:
            self._runner.updates(heads)
        else:
            self._runner.recorded_updates(heads, keyframes[: len(heads)])

    def _take_runner(self, size: int) -> Runner:
        """The runner of that batch size, with the numbers of the one that ran before."""
        runner = self._runners.get(size)
        if runner is None:
            runner = self.context.program.runner(self.context.settings, size)
            self._runners[size] = runner
            runner.load(self._position.parameters, self._position.state, self._position.count)
        if len(self._runners) > 1 and runner is not self._runner:
            before = self._runner
            runner.load(before.parameters(), before.state(), before.count)
        self._runner = runner
        return runner

    def _lay_out_epoch(self) -> None:
        order = order_of(self.context.settings, self.context.data, self.turn.epoch)
        self._batches = batches(self._heads, order, self._size)
        self._rest = self._heads[:, order[len(self._batches) * self._size :]]
        self._epoch = self.turn.epoch

    def _move_on(self, rows: int) -> None:
        end = self.turn.row + rows
        whole = end >= len(self.context.data.training)
        self.turn = Turn(self.turn.epoch + 1, 0) if whole else Turn(self.turn.epoch, end)
