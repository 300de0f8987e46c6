"""Everything that was learnt, update by update: segments, keyframes, and the past rebuilt.

A past update is the nearest keyframe and a replay under what was in force then, bit for bit.
"""

from dataclasses import dataclass, replace

import numpy as np

from engine.errors import Refused
from engine.experiment.walk import (
    Context,
    EpochPosition,
    Position,
    Updater,
    epoch_position_after,
    keyframe_of,
)
from engine.functions import Floats, frozen
from engine.numerals import count

CAP = 64 * 1024 * 1024
FULL = CAP * 2 // 3  # with the half of it that thinning copies, it is never more than the cap
SMALL_BLOCK = 64 * 1024
MOST_KEYFRAMES = 512  # of a segment: to keep more takes longer than to make an update again


@dataclass(frozen=True, slots=True, eq=False)
class HistorySegment:
    """A stretch of updates under the same context.

    Row k of the keyframes holds the numbers after update first + k · spacing; row 0 the start.
    `origin` are the numbers from which learning would start again, in the order of its network.
    """

    first: int
    context: Context
    start: Position
    origin: Floats
    blocks: tuple[Floats, ...]
    spacing: int = 1
    updates: int = 0

    @property
    def last(self) -> int:
        return self.first + self.updates

    @property
    def keyframes(self) -> int:
        return sum(len(block) for block in self.blocks)

    @property
    def size(self) -> int:
        return sum(block.nbytes for block in self.blocks)


History = tuple[HistorySegment, ...]


def begun(first: int, context: Context, start: Position, origin: Floats) -> HistorySegment:
    return HistorySegment(first, context, start, origin, (keyframe_of(start)[None, :],))


def keyframes_due(history: History, updates: int) -> range:
    """After which of the next so many updates the numbers are to be kept."""
    segment = history[-1]
    first = segment.first + (segment.updates // segment.spacing + 1) * segment.spacing
    return range(first, segment.last + updates + 1, segment.spacing)


def with_updates(history: History, updates: int, keyframes: Floats) -> History:
    """The last segment with so many updates behind it, and all of it within the cap.

    `keyframes` holds the numbers after those that `keyframes_due` names; it is given away.
    """
    *before, segment = history
    blocks = list(segment.blocks)
    _append(blocks, keyframes)
    longer = replace(segment, blocks=tuple(blocks), updates=segment.updates + updates)
    while longer.keyframes > MOST_KEYFRAMES:
        longer = _thinned(longer)
    return bounded((*before, longer), FULL)


def _append(blocks: list[Floats], rows: Floats) -> None:
    """Small blocks are put together as they come: there are few, and none is copied often."""
    if len(rows):
        blocks.append(frozen(rows))
    while len(blocks) > 1 and blocks[-2].nbytes <= blocks[-1].nbytes < SMALL_BLOCK:
        blocks[-2:] = [frozen(np.concatenate(blocks[-2:]))]


def bounded(history: History, cap: int) -> History:
    """When full, every second keyframe goes, in the segment that takes most; the starts stay."""
    segments = list(history)
    while sum(segment.size for segment in segments) > cap:
        i = max(range(len(segments)), key=lambda k: segments[k].size * (segments[k].keyframes > 1))
        if segments[i].keyframes == 1:
            break
        segments[i] = _thinned(segments[i])
    return tuple(segments)


def _thinned(segment: HistorySegment) -> HistorySegment:
    """With every second keyframe."""
    blocks, behind = list[Floats](), 0
    for block in segment.blocks:  # one by one: all of it is never copied at once
        _append(blocks, block[behind % 2 :: 2].copy())
        behind += len(block)
    return replace(segment, blocks=tuple(blocks), spacing=segment.spacing * 2)


def end_of(history: History) -> int:
    return history[-1].last if history else 0


def start_of(history: History) -> int:
    """The number of the first update from which one can go on."""
    return history[0].first if history else 0


def segment_at(history: History, update: int) -> HistorySegment:
    """The segment in force after that update: the newest one that holds it."""
    for segment in reversed(history):
        if segment.first <= update <= segment.last:
            return segment
    first, last = start_of(history), end_of(history)
    if 0 <= update < first:
        raise Refused(
            f"Update {count(update)} is not recorded; the record begins at update {count(first)}, "
            "where the file was saved. Start again and train to see the updates before."
        )
    raise Refused(
        f"Update {count(update)} is not recorded; the record goes from {count(first)} to "
        f"{count(last)}."
    )


def position_at(history: History, update: int) -> tuple[Context, Position]:
    segment = segment_at(history, update)
    nearest = min((update - segment.first) // segment.spacing, segment.keyframes - 1)
    done = nearest * segment.spacing
    position = segment.start
    if done:
        count = position.count + done if position.state else position.count
        parameters, *state = _row(segment, nearest).reshape(1 + len(position.state), -1)
        turn = turn_at(history, segment.first + done)
        position = Position(parameters, tuple(state), count, turn)
    ahead = update - segment.first - done
    if ahead:
        walk = Updater(segment.context, position)
        with np.errstate(all="ignore"):
            walk.advance(ahead)
        position = walk.position()
        walk.close()
    return segment.context, position


def _row(segment: HistorySegment, k: int) -> Floats:
    for block in segment.blocks:
        if k < len(block):
            return np.asarray(block[k])
        k -= len(block)
    raise AssertionError("a keyframe is missing")


def turn_at(history: History, update: int) -> EpochPosition:
    """Whose turn it was after that update; no number is computed for it."""
    segment = segment_at(history, update)
    settings, data = segment.context.settings, segment.context.data
    return epoch_position_after(settings, data, segment.start.turn, update - segment.first)


def path_of(history: History, most: int = 2000) -> Floats:
    """The recorded parameters of the last stretch with one structure, (points × parameters).

    Of a long one about so many, the first and the last among them.
    """
    size = len(history[-1].start.parameters)
    rows: list[Floats] = []
    for segment in reversed(history):
        if segment.context.network is not history[-1].context.network:
            break
        rows[:0] = [block[:, :size] for block in segment.blocks]
    whole, begun = sum(map(len, rows)), rows[0][:1]
    stride, behind = -(-whole // most), whole
    kept: list[Floats] = []
    for block in rows:  # every so manieth row, the very last one among them
        kept.append(block[(behind - 1) % stride :: stride])
        behind -= len(block)
    few = np.concatenate(kept)
    missing = most > 1 and whole > most and not np.array_equal(few[:1], begun)
    return frozen(np.concatenate([begun, few]) if missing else few)


def cut_after(history: History, update: int) -> History:
    kept = [segment for segment in history if segment.first <= update]
    last = kept[-1]
    if last.last <= update:
        return tuple(kept)
    updates = update - last.first
    rows = updates // last.spacing + 1
    blocks = frozen(np.concatenate(last.blocks)[:rows].copy())
    return (*kept[:-1], replace(last, blocks=(blocks,), updates=updates))
