"""The whole experiment as one immutable value. Every move makes a new one; undo is the old one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from engine.data import Data, make_data
from engine.errors import Refused
from engine.experiment.curve import KNOWN, NAN, Curve, Evaluator
from engine.experiment.history import History, HistorySegment, begun, cut_after, end_of
from engine.experiment.trace import MicroStep, Trace, record
from engine.experiment.walk import Context, EpochPosition, Position
from engine.functions import Floats, frozen
from engine.functions.optimizers import empty_state
from engine.layout import Layout
from engine.network import Network
from engine.program.program import Program, why_not_run
from engine.settings import Settings, check

MOST_RUNS = 20


@dataclass(frozen=True, slots=True, eq=False)
class Ending:
    """Why training ended, as a rule's name and as a sentence, and the update it happened at."""

    rule: str
    sentence: str
    update: int


@dataclass(frozen=True, slots=True, eq=False)
class PastRun:
    """A stretch of learning that is over: its curve, and where and how it was made."""

    title: str
    context: Context
    start: Floats
    curve: Curve


@dataclass(frozen=True, slots=True, eq=False)
class Experiment:
    """Everything that is undone. `==` compares what is saved; history and trace are not."""

    context: Context
    position: Position
    start: Floats
    updates: int = 0
    history: History = ()
    trace: Trace | None = None
    cursor: int = 0
    curve: Curve = field(default_factory=Curve)
    runs: tuple[PastRun, ...] = ()
    ending: Ending | None = None
    lesson: str = ""
    variants: Mapping[str, Settings] = field(default_factory=dict)
    unknown: Mapping[tuple[str, ...], Mapping[str, Any]] = field(default_factory=dict)

    @property
    def network(self) -> Network:
        return self.context.network

    @property
    def layout(self) -> Layout:
        return self.context.layout

    @property
    def program(self) -> Program:
        return self.context.program

    @property
    def data(self) -> Data:
        return self.context.data

    @property
    def settings(self) -> Settings:
        return self.context.settings

    @property
    def parameters(self) -> Floats:
        return self.position.parameters

    @property
    def turn(self) -> EpochPosition:
        """The epoch, and how many of its rows have been taken."""
        return self.position.turn

    @property
    def last_step(self) -> MicroStep | None:
        """The micro-step that was told last; None outside a pass."""
        return self.trace.script.steps[self.cursor - 1] if self.trace and self.cursor else None

    @property
    def newest(self) -> int:
        """The last update that is recorded; `updates` is less while the past is looked at."""
        return max(self.updates, end_of(self.history))

    @property
    def variant(self) -> str:
        return self.name_of(self.settings)

    def name_of(self, settings: Settings) -> str:
        """The name under which settings are kept, whatever the digits; "" if none."""
        kept = self.variants.items()
        same = (n for n, other in kept if replace(other, digits=settings.digits) == settings)
        return next(same, "")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Experiment) and (self is other or _same_saved(self, other))


def new_experiment(
    network: Network,
    layout: Layout | None = None,
    data: Data | None = None,
    settings: Settings | None = None,
    parameters: Floats | None = None,
) -> Experiment:
    """The experiment before anything is learnt; what is not given is empty or zero."""
    rows = data or make_data(network.inputs, network.outputs, [])
    context = Context(
        Program(network), layout or Layout(), suited(rows, network), check(settings or Settings())
    )
    start = np.zeros(len(network.places)) if parameters is None else parameters
    return at_position(context, fresh_position(context, start), start, 0)


def suited(data: Data, network: Network, call: Callable[[str], str] = str) -> Data:
    """The data with a column for each input and output; none may belong to anything else."""
    for name in data.inputs:
        if network.node(name).kind != "input":
            raise Refused(f"There is a column of inputs for {call(name)}, which is no input.")
    for name in data.targets:
        if not network.node(name).output:
            raise Refused(f"There is a target for {call(name)}, which is no output. "
                          "Mark it as output, or leave the target out.")  # fmt: skip
    return data.fitted(network.inputs, network.outputs)


def at_position(context: Context, position: Position, start: Floats, updates: int) -> Experiment:
    """An experiment whose record begins here."""
    context = _tidied(context)
    origin = frozen(np.array(start))
    history = (begun(updates, context, position, origin),)
    return Experiment(context, position, origin, updates, history)


def fresh_position(
    context: Context, parameters: Floats, turn: EpochPosition | None = None
) -> Position:
    """These numbers with an optimiser that has seen nothing yet."""
    numbers = frozen(np.array(parameters, dtype=np.float64))
    state = empty_state(context.settings.optimizer, numbers)
    return Position(numbers, tuple(frozen(vector) for vector in state), 0, turn or EpochPosition())


def in_context(
    experiment: Experiment, context: Context, position: Position, start: Floats | None = None
) -> Experiment:
    """The same experiment under other rules or with other numbers, from this update on.

    What was recorded after this update is cut; what was recorded before it stays.
    """
    origin = experiment.start if start is None else start
    kept, context = cut_past(experiment), _tidied(context)
    *history, last = kept.history
    if last.updates:  # shown with the places and names that the nodes were given since
        shown = replace(last.context, layout=kept.layout)
        history.append(replace(last, context=shown))
    return replace(
        kept,
        context=context,
        position=position,
        start=origin,
        history=(*history, begun(kept.updates, context, position, origin)),
        curve=kept.curve if kept.updates else Curve(),
        ending=None,
    )


def cut_past(experiment: Experiment) -> Experiment:
    """Without the record after the present update; that run stays in the list of runs."""
    if experiment.newest <= experiment.updates:
        return experiment
    cut = with_run(experiment, f"Updates up to {experiment.newest:,}")
    return replace(
        cut,
        context=_tidied(experiment.context),
        history=cut_after(experiment.history, experiment.updates),
        curve=experiment.curve.cut_after(experiment.updates),
    )


def _tidied(context: Context) -> Context:
    """Without names and places of nodes that there are no more."""
    layout = context.layout.only(context.network.index)
    return context if layout is context.layout else replace(context, layout=layout)


def with_run(experiment: Experiment, title: str) -> Experiment:
    """The present run kept in the list of runs, if it has learnt anything."""
    if experiment.curve.count < 2:
        return experiment
    newest = last_made(experiment)
    run = PastRun(title, newest.context, newest.origin, experiment.curve)
    return replace(experiment, runs=(*experiment.runs, run)[-MOST_RUNS:])


def last_made(experiment: Experiment) -> HistorySegment:
    """The last stretch of the record in which anything was learnt."""
    made = (segment for segment in reversed(experiment.history) if segment.updates)
    return next(made, experiment.history[-1])


def recorded_anew(experiment: Experiment) -> Experiment:
    """The present pass computed again from the present numbers; the cursor keeps its place."""
    if experiment.trace is None:
        return experiment
    trace = record(experiment.context, experiment.position, experiment.trace.rows)
    return replace(experiment, trace=trace, cursor=min(experiment.cursor, trace.length))


def without_pass(experiment: Experiment) -> Experiment:
    """Before the pass that was being told."""
    return replace(experiment, trace=None, cursor=0)


def with_first_point(experiment: Experiment) -> Experiment:
    """The curve with its point before the first update, where there is none yet."""
    if experiment.curve.count or why_not_run(experiment.network, experiment.settings):
        return experiment
    return with_point(experiment)


def with_point(experiment: Experiment, trace: Trace | None = None) -> Experiment:
    """The curve with a point at the present update, which this pass has led to."""
    known = np.full((1, len(KNOWN)), NAN)
    known[0, :2] = experiment.updates, experiment.turn.epoch
    if trace is not None:
        gradient, change = trace.numbers.gradient, np.abs(trace.after - trace.before)
        norm = np.sqrt(np.vecdot(gradient, gradient))
        known[0, 2:] = trace.total, norm, change.max(initial=0)
    evaluator = Evaluator(experiment.context)
    points = evaluator.points(experiment.parameters[None], known)
    evaluator.close()
    return replace(experiment, curve=experiment.curve.with_points(points))


def _same_saved(left: Experiment, right: Experiment) -> bool:
    here, there = left.position, right.position
    return (
        left.network == right.network
        and left.layout.shows(left.network.index) == right.layout.shows(right.network.index)
        and left.data == right.data
        and left.settings == right.settings
        and (here.count, here.turn, len(here.state)) == (there.count, there.turn, len(there.state))
        and np.array_equal(here.parameters, there.parameters)
        and all(map(np.array_equal, here.state, there.state))
        and np.array_equal(left.start, right.start)
        and (left.updates, left.cursor, left.lesson) == (right.updates, right.cursor, right.lesson)
        and left.curve.cut_after(left.updates) == right.curve.cut_after(right.updates)
        and list(left.variants.items()) == list(right.variants.items())
        and left.unknown == right.unknown
    )
