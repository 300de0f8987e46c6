"""Every kind of check, once before and once after what it asks for."""

from typing import Any, get_args

import msgspec
import pytest

from engine.experiment.experiment import new_experiment
from engine.files.lesson_checks import AnswerCheck, Check, Looked, SettingCheck, SettingName
from engine.lessons.lesson import lesson_ids, opened_lesson, set_up
from engine.network import Network
from tests.engine.lesson_moves import (
    CHECK,
    Learner,
    Move,
    activation,
    both,
    cut_edge,
    draw_edge,
    open_dock,
    put,
    select,
    settings,
    show_row,
    train,
    until,
    updates,
)
from tests.engine.lesson_steps import start_of

GRADE, TABLE, PARABOLA = "student-grade", "student-grade-table", "parabola"


def check_of(**raw: Any) -> Check:
    found: Check = msgspec.convert(raw, Check)
    return found


def of(what: str = "value", **owner: Any) -> dict[str, Any]:
    return {"what": what, **owner}


CASES: list[tuple[str, dict[str, Any], Move]] = [
    (PARABOLA, {"kind": "value", "of": of(node="x"), "is": 1.87}, updates()),
    (PARABOLA, {"kind": "value", "of": of(node="f"), "below": 11}, put("x", 1)),
    (PARABOLA, {"kind": "value", "of": of("gradient", node="x"), "is": 13},
     until("gradient", "x")),
    (PARABOLA, {"kind": "value", "of": of("new", node="x"), "is": 1.87}, until("value", "x")),
    (GRADE, {"kind": "value", "of": of("error", node="6"), "is": -0.1311, "within": 0},
     until("error", "6")),
    (GRADE, {"kind": "value", "of": of("sum", node="4"), "is_not": -0.7}, put("1", 0)),
    (GRADE, {"kind": "value", "of": of(edge=["4", "6"]), "is": -0.261}, updates()),
    (GRADE, {"kind": "value", "of": of("gradient", edge=["4", "6"]), "above": -1, "below": 0},
     until("gradient", ("4", "6"))),
    (GRADE, {"kind": "value", "of": of("bias", node="6"), "above": 0.2}, updates()),
    (GRADE, {"kind": "value", "of": of("loss"), "is": 0.1383}, until("loss", "6")),
    (GRADE, {"kind": "value", "of": of("loss", node="6"), "above": 0.1}, until("loss", "6")),
    (TABLE, {"kind": "value", "of": of("target", node="6"), "is": 1}, show_row(1)),
    ("sum", {"kind": "value", "of": of("derivative", node="b"), "is": 1},
     until("derivative", "b")),
    (GRADE, {"kind": "setting", "of": "rounding", "is": False}, settings(rounding=False)),
    (GRADE, {"kind": "setting", "of": "rate", "below": 0.1}, settings(rate=0.05)),
    (GRADE, {"kind": "setting", "of": "batch", "is": None}, settings(batch=None)),
    (GRADE, {"kind": "setting", "of": "loss", "is": "squared"}, settings(loss="squared")),
    (GRADE, {"kind": "count", "of": "updates", "at_least": 2, "at_most": 2}, updates(2)),
    (GRADE, {"kind": "count", "of": "weights", "is": 7}, cut_edge("1", "4")),
    (TABLE, {"kind": "count", "of": "epochs", "at_least": 1}, train(1)),
    (TABLE, {"kind": "loss", "below": 0.12}, train()),
    (TABLE, {"kind": "loss", "below": 0.12, "part": "test"}, train()),
    (TABLE, {"kind": "accuracy", "at_least": 0.95}, train()),
    (TABLE, {"kind": "accuracy", "at_least": 1, "part": "test"}, train()),
    (GRADE, {"kind": "told", "at": {"what": "activation", "node": "5"}}, until("error", "6")),
    (GRADE, {"kind": "told", "at": {"what": "gradient", "edge": ["4", "6"]}}, updates()),
    (GRADE, {"kind": "told", "at": {"what": "sum", "node": "4", "update": 2}},
     both(updates(), until("sum", "4"))),
    (GRADE, {"kind": "told", "at": {"what": "loss"}}, until("loss", "6")),
    (TABLE, {"kind": "ended", "by": "misclassified"}, train()),
    (TABLE, {"kind": "run", "settings": {"rate": 0.9}, "updates": 24}, train(1)),
    (TABLE, {"kind": "run", "settings": {"rate": 0.5, "batch": None}, "updates": 3},
     both(train(1), settings(rate=0.5, batch=None), updates(3))),
    (GRADE, {"kind": "edge", "edge": ["1", "6"]}, draw_edge("1", "6")),
    (GRADE, {"kind": "edge", "edge": ["1", "4"], "there": False}, cut_edge("1", "4")),
    (GRADE, {"kind": "node", "node": "4", "activation": "tanh"}, activation("4", "tanh")),
    (GRADE, {"kind": "selected", "nodes": ["2"], "edges": [["1", "4"]]}, select("2", ("1", "4"))),
    (GRADE, {"kind": "opened", "dock": "curves"}, open_dock("curves")),
    (TABLE, {"kind": "row", "is": 3}, show_row(3)),
    (GRADE, {"kind": "refused", "says": "Input"}, draw_edge("4", "1")),
    (GRADE, {"kind": "gradients checked"}, CHECK),
    (GRADE, {"kind": "all", "of": [{"kind": "row", "is": 1}, {"kind": "opened", "dock": "map"}]},
     both(show_row(1), open_dock("map"))),
    (GRADE, {"kind": "any", "of": [{"kind": "row", "is": 1}, {"kind": "opened", "dock": "map"}]},
     open_dock("map")),
]  # fmt: skip


@pytest.mark.parametrize(("lesson", "raw", "move"), CASES)
def test_a_check_holds_after_its_move_and_not_before(
    lesson: str, raw: dict[str, Any], move: Move
) -> None:
    check, learner = check_of(**raw), Learner(start_of(lesson), Looked())
    assert not check.is_done(learner.experiment, learner.look)
    done = move(learner)
    assert check.is_done(done.experiment, done.look)


def test_no_kind_of_check_is_left_out() -> None:
    tried = {raw["kind"] for _, raw, _ in CASES} | {"answer"}
    assert tried == {str(kind.__struct_config__.tag) for kind in get_args(Check)}


@pytest.mark.parametrize("name", get_args(SettingName))
def test_every_setting_by_name_is_one_number_or_word(name: str) -> None:
    found = SettingCheck(of=name).found(start_of("set-spiral"))
    assert found is None or isinstance(found, int | float | str)
    assert found is not None or name.startswith("stops.")


@pytest.mark.parametrize(
    ("raw", "answer", "right"),
    [
        ({"is": 1.87}, "1,87", True),
        ({"is": 1.87}, " 1.8703 ", True),
        ({"is": 1.87}, "1.88", False),
        ({"is": -0.5}, "−1/2", True),
        ({"is": 3, "within": 1}, "4", True),
        ({"is": 3}, "three", False),
        ({"is": 3}, "", False),
        ({"choices": ["up", "down"]}, "down", True),
        ({"choices": ["up", "down"]}, "sideways", False),
        ({"choices": ["up", "down"], "is": "up"}, "down", False),
        ({"choices": ["up", "down"], "is": "up"}, "up", True),
        ({"choices": ["up", "down"], "is": "up", "known": {"what": "end"}}, "down", True),
        ({"choices": ["up", "down"], "is": "up", "known": {"what": "end"}}, "sideways", False),
        ({"is": 3, "known": {"what": "end"}}, "4", True),
        ({"is": 3, "known": {"what": "end"}}, "", False),
    ],
)
def test_an_answer(raw: dict[str, Any], answer: str, right: bool) -> None:
    check = check_of(kind="answer", **raw)
    assert check.is_done(start_of("sum"), Looked(answer=answer)) is right


@pytest.mark.parametrize(("wanted", "told"), [("up", "up"), (-0.25, "−0.25")])
def test_a_guess_is_set_beside_its_answer_once_that_is_known(wanted: object, told: str) -> None:
    choices = {"choices": ["up", "down"]} if isinstance(wanted, str) else {}
    known = {"what": "sum", "node": "f"}
    guess = check_of(kind="answer", **choices, **{"is": wanted}, known=known)
    question = check_of(kind="answer", **choices, **{"is": wanted})
    assert isinstance(guess, AnswerCheck)
    assert isinstance(question, AnswerCheck)
    start = Learner(start_of("sum"), Looked())
    assert guess.came_true(start.experiment) == ""
    assert guess.came_true(until("sum", "f")(start).experiment) == told
    assert guess.came_true(updates()(start).experiment) == told
    assert question.came_true(updates()(start).experiment) == ""


def test_zero_weights_are_counted_without_the_locked_ones() -> None:
    check = check_of(kind="count", of="zero weights", at_least=1)
    start = start_of("smallest-perceptron")
    assert check.is_done(start, Looked())
    assert not check.is_done(start_of("sum"), Looked())


def test_a_run_counts_only_updates_under_its_settings() -> None:
    check = check_of(kind="run", settings={"rate": 0.5}, updates=3)
    learner = Learner(start_of(TABLE), Looked())
    fast = both(train(1), settings(rate=0.5))(learner)
    assert not check.is_done(fast.experiment, fast.look)
    assert not check.is_done(updates(2)(fast).experiment, fast.look)
    assert check.is_done(updates(3)(fast).experiment, fast.look)


def test_a_check_never_fails_whatever_the_experiment_is() -> None:
    """The learner may delete what a task speaks of."""
    checks = [
        task.check
        for lesson_id in lesson_ids()
        for step in opened_lesson(lesson_id).lesson.steps
        for task in step.tasks
    ]
    nothing = new_experiment(Network())
    others = [start_of(name) for name in ("sum", "xor", "softmax", "guess-and-check")]
    for experiment in (nothing, *others, updates()(Learner(others[0], Looked())).experiment):
        for check in checks:
            check.is_done(experiment, Looked(row=7, answer="x"))


def test_setting_up_moves_in_time_and_keeps_what_it_does_not_name() -> None:
    opened = opened_lesson(GRADE)
    at_error = set_up(opened, 5, opened.start)
    assert at_error.trace is not None
    assert at_error.trace.script.steps[at_error.cursor - 1].node == "4"
    assert set_up(opened, 5, at_error) == at_error
    later = updates(2)(Learner(opened.start, Looked())).experiment
    back = set_up(opened, 1, later)
    assert (back.updates, back.newest, back.cursor) == (0, 2, 0)
    second = opened_lesson("second-smallest-perceptron")
    assert set_up(second, 1, second.start).updates == 1
    third = opened_lesson("set-xor")
    assert set_up(third, 0, third.start).parameters.tolist() == third.start.parameters.tolist()
