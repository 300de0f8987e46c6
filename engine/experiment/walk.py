"""Updates one after the other from a given position, and which rows each of them takes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from engine.data import Data, Rows
from engine.functions import Floats, frozen
from engine.functions.optimizers import State
from engine.layout import Layout
from engine.network import Network
from engine.numerals import count
from engine.program.program import Program, Runner, batches
from engine.settings import ENDLESS, Settings


class EpochPosition(NamedTuple):
    """Where training stands: the epoch, and how many of its rows have been taken."""

    epoch: int = 0
    row: int = 0


def order_of(settings: Settings, data: Data, epoch: int) -> Rows:
    """The training rows in the order in which this epoch takes them."""
    rows = data.training
    if not settings.shuffle:
        return rows
    seeds = [settings.seed, epoch, len(rows)]
    return frozen(rows[np.random.default_rng(seeds).permutation(len(rows))])


def batch_size(settings: Settings, data: Data) -> int:
    """How many rows a full batch has."""
    return min(settings.batch or len(data.training), len(data.training))


def next_batch(settings: Settings, data: Data, turn: EpochPosition) -> tuple[Rows, EpochPosition]:
    """The rows of the next batch, and where training stands after it.

    The last batch of an epoch is as large as what is left.
    """
    rows = order_of(settings, data, turn.epoch)[turn.row :][: batch_size(settings, data)]
    return rows, epoch_position_after(settings, data, turn, 1)


def epoch_position_after(
    settings: Settings, data: Data, turn: EpochPosition, updates: int
) -> EpochPosition:
    """Where training stands so many updates later."""
    count, size = len(data.training), batch_size(settings, data)
    left = -(-(count - turn.row) // size)
    if updates < left:
        return EpochPosition(turn.epoch, turn.row + updates * size)
    epochs, extra = divmod(updates - left, -(-count // size))
    return EpochPosition(turn.epoch + 1 + epochs, extra * size)


Keyframes = Sequence[Floats | None] | Floats
START = EpochPosition()
LAID_OUT = 2000
COUNTED_OUT = (
    f"More than {count(ENDLESS - 1)} updates or epochs cannot be counted. Start again to learn on."
)


@dataclass(frozen=True, slots=True, eq=False)
class Context:
    """What is in force while updates are made."""

    program: Program
    layout: Layout
    data: Data
    settings: Settings

    @property
    def network(self) -> Network:
        return self.program.network

    def trains_like(self, other: "Context") -> bool:
        """Whether the same numbers would come out; names and places do not matter."""
        return (
            self.program is other.program
            and self.data is other.data
            and with_free_settings(self.settings, other.settings) == other.settings
        )


def with_free_settings(settings: Settings, other: Settings) -> Settings:
    """These settings, but those of the other ones that no update depends on."""
    return replace(settings, digits=other.digits, stops=other.stops, initializer=other.initializer)


@dataclass(frozen=True, slots=True, eq=False)
class Position:
    """Where learning stands: the numbers, the optimiser's state, and whose turn it is."""

    parameters: Floats
    state: State = ()
    count: int = 0
    turn: EpochPosition = START


def updates_left(updates: int, position: Position) -> int:
    """How many more may be made before a counter is longer than a file may hold."""
    moving = position.count if position.state else 0
    return ENDLESS - 1 - max(updates, moving, position.turn.epoch)


def keyframe_of(position: Position) -> Floats:
    """Parameters and state as one row."""
    return frozen(np.concatenate([position.parameters, *position.state]))


class Updater:
    """Moves on from a position, update by update."""

    def __init__(self, context: Context, position: Position) -> None:
        self.context = context
        self.turn = position.turn
        self._size = batch_size(context.settings, context.data)
        self._runners: dict[int, Runner] = {}
        self._position = position
        self.runner = self._runner_of(self._size)  # the one that made the last update
        self._epoch, self._origin, self._end = -1, 0, 0
        self._batches: Floats = np.empty((0, 0, 0))
        self._rest: Floats = np.empty((0, 0))
        settings, rows = context.settings, len(context.data.training)
        alike = not settings.shuffle and settings.schedule.kind == "constant"
        self._several = LAID_OUT // rows if alike and not rows % self._size else 1  # epochs
        self._alike = self._batches  # of so many

    def close(self) -> None:
        """Nobody goes on from here."""
        self.context.program.give_back(self._runners.values())

    def position(self) -> Position:
        runner = self.runner
        return Position(runner.parameters(), runner.state(), runner.count, self.turn)

    def advance(self, updates: int, keyframes: Keyframes = ()) -> None:
        """So many updates; the numbers after each go into its one of `keyframes`, if it has one."""
        done = 0
        while done < updates:
            into = keyframes[done:updates]
            whole = self._advance_by_epochs(updates - done, into)
            done += whole or self._advance_in_epoch(updates - done, into)

    def _advance_by_epochs(self, most: int, keyframes: Keyframes) -> int:
        """Several short epochs in one go, where each is like the one before; 0 where none is."""
        first, aside = divmod(self.turn.row, self._size)
        if aside or self._several < 2:
            return 0
        if not len(self._alike):
            self._alike = np.tile(self._heads(self._order())[0], (self._several, 1, 1))
        return self._run(self._alike[first : first + most], keyframes)

    def _advance_in_epoch(self, most: int, keyframes: Keyframes) -> int:
        """As many updates with one batch size as this epoch has left."""
        turn, size, order = self.turn, self._size, len(self.context.data.training)
        if turn.epoch != self._epoch or turn.row >= self._end:
            origin = turn.row % size if order <= LAID_OUT else turn.row
            all_of_it = (self._origin, self._end) == (origin, order)
            self._epoch, self._origin = turn.epoch, origin
            if not all_of_it or self.context.settings.shuffle:  # else it lies there already
                rows = self._order()[origin:][: max(most, LAID_OUT // size + 1) * size]
                self._batches, self._rest = self._heads(rows)
                self._end = origin + len(rows)
        first = (turn.row - self._origin) // size
        whole = self._batches[first : first + most]
        return self._run(whole if len(whole) else self._rest[None], keyframes)

    def _run(self, heads: Floats, keyframes: Keyframes) -> int:
        """An update for each of these batches, and how many they are."""
        context = self.context
        self.runner = self._runner_of(heads.shape[2])
        self.runner.set_rate(context.settings.rate_in(self.turn.epoch))
        if len(keyframes):
            self.runner.recorded_updates(heads, keyframes[: len(heads)])
        else:
            self.runner.updates(heads)
        self.turn = epoch_position_after(context.settings, context.data, self.turn, len(heads))
        return len(heads)

    def _runner_of(self, size: int) -> Runner:
        """The runner of that batch size, with the numbers of the one that ran before."""
        runner = self._runners.get(size)
        if runner is None:
            runner = self.context.program.runner(self.context.settings, size)
            self._runners[size] = runner
            runner.load(self._position.parameters, self._position.state, self._position.count)
        if len(self._runners) > 1 and runner is not self.runner:
            before = self.runner
            runner.load(before.parameters(), before.state(), before.count)
        return runner

    def _order(self) -> Rows:
        return order_of(self.context.settings, self.context.data, self.turn.epoch)

    def _heads(self, rows: Rows) -> tuple[Floats, Floats]:
        """These rows as the program takes them: the whole batches, and what is left over."""
        data, program = self.context.data, self.context.program
        heads = program.heads(data.input_rows(rows), data.target_rows(rows))
        whole = batches(heads, np.arange(len(rows)), self._size)
        return whole, heads[:, len(whole) * self._size :]
