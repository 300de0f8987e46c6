"""Reading a lesson against its own experiment: every name must be there, every step must work."""

from collections.abc import Callable, Mapping
from typing import Any

from engine.errors import Refused, unknown
from engine.experiment import Experiment
from engine.files.lesson_checks import (
    AnswerCheck,
    Check,
    CountCheck,
    EdgeCheck,
    LossCheck,
    Moment,
    NodeCheck,
    Number,
    RunCheck,
    SelectedCheck,
    SettingCheck,
    ToldCheck,
    ValueCheck,
    ValueOf,
)
from engine.files.lesson_wire import Setup, Step
from engine.files.refusals import DocumentError
from engine.lessons.checks import is_done, setting_of, simple_checks
from engine.lessons.look import Looked
from engine.lessons.numbers import called, cursor_of, place_of
from engine.lessons.opened import Opened
from engine.lessons.setting_up import set_up
from engine.settings import Settings

FURTHEST = 1000
OF_NEURONS = ("activation", "sum", "error")


def proofread(lesson: Opened) -> Opened:
    """The same lesson, or the refusal that names the step and what is wrong with it."""
    if not lesson.lesson.steps:
        raise DocumentError("The lesson has no steps. It needs at least one.")
    for number, step in enumerate(lesson.lesson.steps, 1):
        try:
            _proofread_step(lesson, step)
        except Refused as refused:
            raise DocumentError(f"Step {number}: {refused.sentence}") from None
    _rehearse(lesson)
    return lesson


def _proofread_step(lesson: Opened, step: Step) -> None:
    starts = (lesson.start, *lesson.starts.values())
    _proofread_setup(lesson, starts, step.setup)
    for number, task in enumerate(step.tasks, 1):
        for check in simple_checks(task.check):
            try:
                _proofread_check(starts, check)
            except Refused as refused:
                raise Refused(f"task {number}: {refused.sentence}") from None


def _rehearse(lesson: Opened) -> None:
    """Walk through the steps as they are set up: each must work, and no task may be done before."""
    now, look = lesson.start, Looked()
    for number, step in enumerate(lesson.lesson.steps, 1):
        try:
            now = set_up(lesson, number - 1, now)
        except Refused as refused:
            raise DocumentError(f"Step {number} cannot be set up: {refused.sentence}") from None
        for place, task in enumerate(step.tasks, 1):
            if is_done(task.check, now, look):
                raise DocumentError(
                    f"Step {number}: task {place} is done before the learner has done anything."
                )


def _proofread_setup(lesson: Opened, starts: tuple[Experiment, ...], setup: Setup) -> None:
    if setup.variant is not None and setup.variant not in lesson.starts:
        raise unknown("The variant", setup.variant, lesson.starts)
    if setup.at is not None:
        _moment(starts, setup.at)
    if setup.select is not None:
        for node_id in setup.select.nodes:
            _node(starts, node_id)
        for edge in setup.select.edges:
            _edge(starts, edge)
    for number in (*setup.surface, *(numeral.of for numeral in setup.numbers)):
        _number(starts, number)
    for number in setup.surface:
        if all(place_of(start.network, number) is None for start in starts):
            raise Refused(f"{called(number)} is no weight, bias or parameter, so it has no axis.")
    if setup.row is not None and all(setup.row > start.data.count for start in starts):
        raise Refused(f"There is no row {setup.row}.")


def _proofread_check(starts: tuple[Experiment, ...], check: Check) -> None:
    if type(check) in _PROOFS:
        _PROOFS[type(check)](starts, check)


def _node(starts: tuple[Experiment, ...], node_id: str) -> None:
    known = dict.fromkeys(name for start in starts for name in start.network.index)
    if node_id not in known:
        raise unknown("The node", node_id, known)


def _edge(starts: tuple[Experiment, ...], edge: tuple[str, str], must_be: bool = True) -> None:
    for node_id in edge:
        _node(starts, node_id)
    drawn = any((e.source, e.target) == edge for start in starts for e in start.network.edges)
    if must_be and not drawn:
        raise Refused(f"There is no edge from “{edge[0]}” to “{edge[1]}”.")


def _number(starts: tuple[Experiment, ...], number: Number) -> None:
    """A number must belong to something that has one of its kind."""
    if number.edge is not None and number.node:
        raise Refused("A number belongs to a node or to an edge, not to both.")
    if number.edge is not None:
        _edge(starts, number.edge)
        if number.what not in ("value", "gradient", "new"):
            raise Refused(f"An edge has no {number.what}; it has a value, a gradient and a new.")
        return
    if not number.node:
        if number.what != "loss":
            raise Refused(f"Whose {number.what}? Name a “node” or an “edge”.")
        return
    _node(starts, number.node)
    if not any(_has(start, number) for start in starts if number.node in start.network.index):
        raise Refused(f"“{number.node}” has no {number.what}.")


def _has(start: Experiment, number: Number) -> bool:
    network = start.network
    node = network.node(number.node)
    if number.what in OF_NEURONS:
        return node.kind == "neuron"
    if number.what in ("gradient", "new", "bias"):
        place = place_of(network, number)
        return place is not None and (number.what != "bias" or node.bias)
    if number.what in ("target", "loss"):
        return node.output
    return number.what == "value" or node.kind == "input"


def _moment(starts: tuple[Experiment, ...], moment: Moment) -> None:
    if moment.update > FURTHEST:
        raise Refused(f"Update {moment.update:,} is too far to go to; at most {FURTHEST:,}.")
    if moment.edge is not None:
        _edge(starts, moment.edge)
    elif moment.node:
        _node(starts, moment.node)
    known = [start for start in starts if not moment.node or moment.node in start.network.index]
    if all(cursor_of(start, moment) is None for start in known):
        raise Refused(f"No micro-step tells the {moment.what} of {called(moment)}.")


def _condition(check: Any, names: tuple[str, ...]) -> None:
    if all(getattr(check, name) is None for name in names):
        words = ", ".join(f"“{name.removesuffix('_')}”" for name in names)
        raise Refused(f"a check needs at least one of {words}.")


def _value(starts: tuple[Experiment, ...], check: ValueCheck) -> None:
    _condition(check, ("is_", "is_not", "above", "below"))
    _number(starts, check.of)


def _setting(starts: tuple[Experiment, ...], check: SettingCheck) -> None:
    """What a setting is compared with must be of its kind: a number, a word, or on and off."""
    if check.above is not None or check.below is not None:
        return
    found = [setting_of(start, check.of) for start in starts]
    kinds = {_kind(value) for value in found if value is not None}
    may_be_off = check.of == "batch" or check.of.startswith("stops.")
    if not kinds and not may_be_off:
        raise Refused(f"the data of this lesson were not generated, so they have no {check.of}.")
    kinds |= {"number"} if may_be_off else set()
    if check.is_ is None and may_be_off:
        return
    if _kind(check.is_) not in kinds:
        raise Refused(f"the setting {check.of} is {' or '.join(sorted(kinds))}; see its “is”.")


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "number"
    return "word" if isinstance(value, str) else "nothing"


def _run(starts: tuple[Experiment, ...], check: RunCheck) -> None:
    settings: list[Settings] = [start.settings for start in starts]
    for one in settings:
        check.settings.of(one)


def _answer(starts: tuple[Experiment, ...], check: AnswerCheck) -> None:
    if check.known is not None:
        _moment(starts, check.known)
        if check.is_ is None:
            raise Refused("what is “known” of a guess must stand there as “is”.")
    if isinstance(check.is_, ValueOf):
        if check.choices:
            raise Refused("choices are words, so “is” must be one of them, and no “value of”.")
        _number(starts, check.is_.of)
        if check.is_.at is not None:
            _moment(starts, check.is_.at)
        return
    if not check.choices and not isinstance(check.is_, int | float):
        raise Refused("an answer needs a number as “is”, or “choices” to choose from.")
    if check.choices and (len(check.choices) < 2 or len(set(check.choices)) < len(check.choices)):
        raise Refused("there must be at least two different choices.")
    if check.choices and check.is_ is not None and check.is_ not in check.choices:
        raise unknown("The choice", str(check.is_), check.choices)


def _drawn(starts: tuple[Experiment, ...], check: EdgeCheck) -> None:
    _edge(starts, check.edge, must_be=False)


def _selected(starts: tuple[Experiment, ...], check: SelectedCheck) -> None:
    if not check.nodes and not check.edges:
        raise Refused("what is to be selected? Name “nodes” or “edges”.")
    for node_id in check.nodes:
        _node(starts, node_id)
    for edge in check.edges:
        _edge(starts, edge)


_PROOFS: Mapping[type, Callable[[tuple[Experiment, ...], Any], None]] = {
    ValueCheck: _value,
    SettingCheck: _setting,
    CountCheck: lambda _starts, check: _condition(check, ("is_", "at_least", "at_most")),
    LossCheck: lambda _starts, check: _condition(check, ("above", "below")),
    ToldCheck: lambda starts, check: _moment(starts, check.at),
    RunCheck: _run,
    EdgeCheck: _drawn,
    NodeCheck: lambda starts, check: _node(starts, check.node),
    SelectedCheck: _selected,
    AnswerCheck: _answer,
}
