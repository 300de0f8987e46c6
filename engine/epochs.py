"""Which rows the next update takes: a function of the seed, the epoch and the number of rows."""

from typing import NamedTuple

import numpy as np

from engine.data import Data, Rows
from engine.settings import Settings


class Turn(NamedTuple):
    """Where training stands: the epoch, and how many of its rows have been taken."""

    epoch: int = 0
    row: int = 0


def order_of(settings: Settings, data: Data, epoch: int) -> Rows:
    """The training rows in the order in which this epoch takes them."""
    rows = data.training
    if not settings.shuffle:
        return rows
    seeds = [settings.seed, epoch, len(rows)]
    shuffled = rows[np.random.default_rng(seeds).permutation(len(rows))]
    shuffled.flags.writeable = False
    return shuffled


def batch_size(settings: Settings, data: Data) -> int:
    """How many rows a full batch has."""
    count = len(data.training)
    return count if settings.batch is None else min(settings.batch, count)


def next_turn(settings: Settings, data: Data, turn: Turn) -> tuple[Rows, Turn]:
    """The rows of the next batch, and where training stands after it.

    The last batch of an epoch is as large as what is left.
    """
    order = order_of(settings, data, turn.epoch)
    size = batch_size(settings, data)
    chosen = order[turn.row : turn.row + size]
    end = turn.row + len(chosen)
    return chosen, Turn(turn.epoch + 1, 0) if end >= len(order) else Turn(turn.epoch, end)


def turn_after(settings: Settings, data: Data, turn: Turn, updates: int) -> Turn:
    """Where training stands so many updates later."""
    count, size = len(data.training), batch_size(settings, data)
    left = -(-(count - turn.row) // size)
    if updates < left:
        return Turn(turn.epoch, turn.row + updates * size)
    epochs, extra = divmod(updates - left, -(-count // size))
    return Turn(turn.epoch + 1 + epochs, extra * size)
