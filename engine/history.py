"""Everything that was learnt, update by update: segments, keyframes, and the past rebuilt.

A past update is the nearest keyframe and a replay under what was in force then, bit for bit.
"""

from dataclasses import dataclass, replace

import numpy as np

from engine.calls import Floats, frozen
from engine.epochs import turn_after
from engine.errors import Refused
from engine.walk import Context, Position, Walk, keyframe_of

CAP = 64 * 1024 * 1024
MERGED = 4096


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """A stretch of updates under the same context.

    Row k of the keyframes holds the numbers after update first + k · spacing; row 0 the start.
    """

    first: int
    context: Context
    start: Position
    blocks: tuple[Floats, ...]
    spacing: int = 1
    updates: int = 0

    @property
    def last(self) -> int:
        """The number of the last update in it."""
        return self.first + self.updates

    @property
    def keyframes(self) -> int:
        """How many positions are kept."""
        return sum(len(block) for block in self.blocks)

    @property
    def size(self) -> int:
        """Its memory in bytes."""
        return sum(block.nbytes for block in self.blocks)


History = tuple[Segment, ...]


def begun(first: int, context: Context, start: Position) -> Segment:
    """A segment without updates yet."""
    return Segment(first, context, start, (keyframe_of(start)[None, :],))


def with_updates(history: History, keyframes: Floats) -> History:
    """The last segment with these updates behind it, and all of it within the cap."""
    return bounded((*history[:-1], _longer(history[-1], keyframes)))


def bounded(history: History, cap: int = CAP) -> History:
    """When full, every second keyframe goes, in the segment that takes most."""
    segments = list(history)
    while sum(segment.size for segment in segments) > cap:
        i = max(range(len(segments)), key=lambda k: segments[k].size * (segments[k].keyframes > 2))
        if segments[i].keyframes <= 2:
            break
        segments[i] = _thinned(segments[i])
    return tuple(segments)


def end_of(history: History) -> int:
    """The number of the last update that is recorded."""
    return history[-1].last if history else 0


def start_of(history: History) -> int:
    """The number of the first update from which one can go on."""
    return history[0].first if history else 0


def segment_at(history: History, update: int) -> Segment:
    """The segment in force after that update: the newest one that holds it."""
    for segment in reversed(history):
        if segment.first <= update <= segment.last:
            return segment
    raise Refused(
        f"Update {update} is not recorded; the record goes from {start_of(history)} "
        f"to {end_of(history)}."
    )


def position_at(history: History, update: int) -> tuple[Context, Position]:
    """The context and the exact position after that update."""
    segment = segment_at(history, update)
    nearest = min((update - segment.first) // segment.spacing, segment.keyframes - 1)
    position = _position_of(segment, nearest)
    ahead = update - segment.first - nearest * segment.spacing
    if ahead:
        walk = Walk(segment.context, position)
        with np.errstate(all="ignore"):
            walk.advance(ahead)
        position = walk.position()
    return segment.context, position


def nearest_parameters(history: History, update: int) -> Floats:
    """The parameters of the nearest keyframe, for pictures while a slider is dragged."""
    segment = segment_at(history, update)
    k = min(round((update - segment.first) / segment.spacing), segment.keyframes - 1)
    return _row(segment, k)[: len(segment.start.parameters)]


def path_of(history: History, most: int = 2000) -> Floats:
    """The recorded parameters of the last stretch with one structure, (points × parameters)."""
    size = len(history[-1].start.parameters)
    rows: list[Floats] = []
    for segment in reversed(history):
        if segment.context.network is not history[-1].context.network:
            break
        rows[:0] = [block[:, :size] for block in segment.blocks]
    path = np.concatenate(rows)
    stride = -(-len(path) // most)
    return frozen(path[::-1][::stride][::-1].copy())


def cut_after(history: History, update: int) -> History:
    """The record without what came after that update."""
    kept = [segment for segment in history if segment.first <= update]
    last = kept[-1]
    if last.last <= update:
        return tuple(kept)
    updates = update - last.first
    rows = updates // last.spacing + 1
    blocks = frozen(np.concatenate(last.blocks)[:rows].copy())
    return (*kept[:-1], replace(last, blocks=(blocks,), updates=updates))


def _longer(segment: Segment, keyframes: Floats) -> Segment:
    numbers = np.arange(segment.updates + 1, segment.updates + 1 + len(keyframes))
    kept = frozen(keyframes[numbers % segment.spacing == 0])
    blocks = (*segment.blocks, kept) if len(kept) else segment.blocks
    return replace(segment, blocks=_merged(blocks), updates=segment.updates + len(keyframes))


def _merged(blocks: tuple[Floats, ...]) -> tuple[Floats, ...]:
    """Put small blocks together as they come, so that there are few and none is copied often."""
    found = list(blocks)
    while len(found) > 1 and len(found[-2]) <= len(found[-1]) < MERGED:
        found[-2:] = [frozen(np.concatenate(found[-2:]))]
    return tuple(found)


def _thinned(segment: Segment) -> Segment:
    rows = np.concatenate(segment.blocks)[::2]
    return replace(segment, blocks=(frozen(rows.copy()),), spacing=segment.spacing * 2)


def _row(segment: Segment, k: int) -> Floats:
    for block in segment.blocks:
        if k < len(block):
            return np.asarray(block[k])
        k -= len(block)
    raise AssertionError("a keyframe is missing")


def _position_of(segment: Segment, k: int) -> Position:
    if k == 0:
        return segment.start
    settings, data = segment.context.settings, segment.context.data
    updates = k * segment.spacing
    parts = np.split(_row(segment, k), 1 + len(segment.start.state))
    return Position(
        parts[0],
        tuple(parts[1:]),
        segment.start.count + updates if segment.start.state else segment.start.count,
        turn_after(settings, data, segment.start.turn, updates),
    )
