"""Moves in time: one micro-step, a phase, an update or an epoch on or back, and anywhere at once.

Forward and back are the same few moves; a past update is shown under what was in force then.
"""

from bisect import bisect_left
from dataclasses import replace
from math import isfinite

import numpy as np

from engine.data import Rows
from engine.errors import Infinite, Refused
from engine.experiment.curve import has_point
from engine.experiment.experiment import Experiment, with_first_point, with_point, without_pass
from engine.experiment.history import (
    History,
    end_of,
    keyframes_due,
    position_at,
    segment_at,
    start_of,
    turn_at,
    with_updates,
)
from engine.experiment.trace import Trace, record
from engine.experiment.walk import (
    COUNTED_OUT,
    Context,
    Position,
    batch_size,
    keyframe_of,
    next_batch,
    updates_left,
    with_free_settings,
)
from engine.numerals import count, short


def step(experiment: Experiment) -> Experiment:
    """One micro-step on; after the last one, the update is made."""
    begun, trace = _in_pass(experiment)
    if begun.cursor < trace.length:
        return replace(begun, cursor=begun.cursor + 1)
    return finish_pass(begun)


def step_back(experiment: Experiment) -> Experiment:
    """One micro-step back, over the beginning of an update into the one before."""
    if experiment.cursor:
        return _at_cursor(experiment, experiment.cursor - 1)
    return go_to(experiment, _before(experiment), None)


def step_phase(experiment: Experiment) -> Experiment:
    """To the end of the phase that the next micro-step belongs to."""
    begun, trace = _in_pass(experiment)
    if begun.cursor >= trace.length:
        return finish_pass(begun)
    ends = trace.script.phase_ends().values()
    return replace(begun, cursor=min(end for end in ends if end > begun.cursor))


def step_phase_back(experiment: Experiment) -> Experiment:
    """To the end of the phase before, over the beginning of an update into the one before."""
    if not experiment.cursor:
        return go_to(experiment, _before(experiment), None)
    assert experiment.trace is not None
    ends = experiment.trace.script.phase_ends().values()
    return _at_cursor(experiment, max((end for end in ends if end < experiment.cursor), default=0))


def _at_cursor(experiment: Experiment, cursor: int) -> Experiment:
    return replace(experiment, cursor=cursor) if cursor else without_pass(experiment)


def step_update(experiment: Experiment) -> Experiment:
    return finish_pass(_in_pass(experiment)[0])


def step_update_back(experiment: Experiment) -> Experiment:
    """To the beginning of the present update, or of the one before."""
    if experiment.cursor:
        return without_pass(experiment)
    return go_to(experiment, _before(experiment), 0)


def step_epoch(experiment: Experiment) -> Experiment:
    """To the end of the present epoch."""
    epoch = experiment.turn.epoch
    moved = in_epoch(experiment)
    while moved.turn.epoch == epoch:
        moved = step_update(moved)
    return moved


def in_epoch(experiment: Experiment) -> Experiment:
    """On in this epoch as far as it is known: what is recorded, or the pass that is under way."""
    if experiment.updates < end_of(experiment.history):
        return go_to(experiment, _end_of_epoch(experiment))
    return finish_pass(experiment) if experiment.trace else experiment


def epoch_left(experiment: Experiment) -> int:
    """How many updates the present epoch still has after those that are recorded."""
    turn = experiment.turn
    if experiment.updates < end_of(experiment.history):
        now, turn = turn, turn_at(experiment.history, _end_of_epoch(experiment))
        if turn.epoch != now.epoch:
            return 0
    rows = len(experiment.data.training) - turn.row
    return -(-rows // batch_size(experiment.settings, experiment.data))


def _end_of_epoch(experiment: Experiment) -> int:
    """The recorded update with which the present epoch ends, or the newest one."""
    history, next_epoch = experiment.history, experiment.turn.epoch + 1
    return _first_in_epoch(history, next_epoch, experiment.updates + 1, end_of(history))


def _first_in_epoch(history: History, epoch: int, first: int, last: int) -> int:
    """The first of these updates after which this epoch or a later one is due, or the last."""
    between = range(first, last)
    return first + bisect_left(between, epoch, key=lambda update: turn_at(history, update).epoch)


def step_epoch_back(experiment: Experiment) -> Experiment:
    """To the beginning of the present epoch, or of the one before."""
    history = experiment.history
    update = experiment.updates if experiment.cursor else _before(experiment)
    epoch = turn_at(history, update).epoch
    return go_to(experiment, _first_in_epoch(history, epoch, start_of(history), update))


def go_to(experiment: Experiment, update: int, cursor: int | None = 0) -> Experiment:
    """After that update, at that micro-step of the next one; None is the end of its pass."""
    if experiment.trace is not None and update == experiment.updates and cursor:
        return replace(experiment, cursor=_within(experiment.trace, cursor))
    moved = _at_update(experiment, update)
    if cursor == 0:
        return moved
    begun, trace = _in_pass(moved)
    return replace(begun, cursor=trace.length if cursor is None else _within(trace, cursor))


@np.errstate(all="ignore")  # a gradient may be too large for its norm
def finish_pass(experiment: Experiment) -> Experiment:
    """The update that the pass has computed is made; before the next pass."""
    assert experiment.trace is not None
    trace = experiment.trace
    if experiment.updates < end_of(experiment.history):
        return _at_update(experiment, experiment.updates + 1)
    if not updates_left(experiment.updates, experiment.position):
        raise Refused(COUNTED_OUT)
    _, turn = next_batch(experiment.settings, experiment.data, experiment.turn)
    position = Position(trace.after, trace.state, trace.count, turn)
    keyframe = keyframe_of(position)
    if not (np.isfinite(keyframe).all() and isfinite(trace.total)):
        raise Infinite(too_high(experiment.updates + 1, trace.rate))
    with_start = with_first_point(experiment)
    history = with_start.history
    done = replace(
        with_start,
        position=position,
        updates=experiment.updates + 1,
        history=with_updates(history, 1, keyframe[None][: len(keyframes_due(history, 1))]),
        trace=None,
        cursor=0,
        ending=None,
    )
    if not has_point(done.context, done.updates, turn.row == 0):
        return done
    return with_point(done, trace)


def too_high(update: int, rate: float) -> str:
    return (
        f"The loss became infinite at update {count(update)}; the rate ({short(rate)}) is probably "
        "too high."
    )


def grown(update: int) -> str:
    """The same where the present rate is not why: the numbers are those of a run before."""
    return (
        f"The loss is infinite already at update {count(update)}: the numbers have grown too "
        "large. Go back to an update before that, or start again."
    )


def batch_of(experiment: Experiment) -> Rows:
    """The rows of the present pass, or of the next one."""
    if experiment.trace is not None:
        return experiment.trace.rows
    return next_batch(experiment.settings, experiment.data, experiment.turn)[0]


def _within(trace: Trace, cursor: int) -> int:
    return min(max(cursor, 1), trace.length)


def _in_pass(experiment: Experiment) -> tuple[Experiment, Trace]:
    """In its pass, which is begun where there is none."""
    if experiment.trace is not None:
        return experiment, experiment.trace
    try:
        trace = record(experiment.context, experiment.position, batch_of(experiment))
    except Refused as refused:
        if experiment.updates:  # learning has led there
            raise Infinite(refused.sentence) from refused
        raise
    return replace(experiment, trace=trace, cursor=0), trace


def _before(experiment: Experiment) -> int:
    first = start_of(experiment.history)
    if experiment.updates > first:
        return experiment.updates - 1
    if first:
        raise Refused(
            f"This is update {count(first)}, where the file was saved; the record begins here. "
            "Start again and train to see the updates before."
        )
    raise Refused("This is the very start; there is nothing before it.")


def _at_update(experiment: Experiment, update: int) -> Experiment:
    """As the record has it then; names, places and digits are those of now."""
    then, position = position_at(experiment.history, update)
    layout = experiment.layout
    if then.network is not experiment.network:
        layout = layout.over(then.layout)
    if update == end_of(experiment.history):
        layout = layout.only(then.network.index)
    settings = with_free_settings(then.settings, experiment.settings)
    return replace(
        experiment,
        context=Context(then.program, layout, then.data, settings),
        position=position,
        start=segment_at(experiment.history, update).origin,
        updates=update,
        trace=None,
        cursor=0,
    )
