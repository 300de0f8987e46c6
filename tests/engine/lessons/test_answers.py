"""The numbers a lesson asks for: those that it finds in its own experiment, and what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from engine.errors import Refused
from engine.files.lesson import read_lesson
from engine.files.lesson_checks import AnswerCheck, Looked, ValueOf, simple_checks
from engine.lessons.lesson import Opened, lesson_ids, open_folder, opened_lesson
from playground.cli.check import run
from tests.engine.lessons.test_folder import SHIPPED, Raw, folder_of, lesson, task

ASKED = {
    "student-grade": {(2, 2): 11, (4, 1): 0.526, (6, 1): 0, (7, 1): -0.261},
    "student-grade-table": {(2, 2): 24, (5, 2): 1},
    "guess-and-check": {(2, 2): 2.85, (3, 2): 1.609},
    "parabola": {(1, 1): 12, (2, 2): 13.04, (2, 3): 13, (4, 1): 1.87, (5, 1): -11, (6, 2): 0},
    "three-inputs": {(1, 1): -5, (2, 1): 3, (2, 2): -2, (3, 1): -2.03},
    "chain-of-speeds": {(1, 1): 6},
    "slope-and-knobs": {(1, 2): 9, (3, 1): 0.0657},
    "sum": {(2, 1): 0.5},
    "product-of-a-sum": {(1, 1): 20, (2, 1): 4, (3, 1): 4},
    "x-plus-y-times-z": {(1, 1): 3, (2, 1): -4, (3, 1): -4, (4, 1): -0.4},
    "one-minus": {(2, 1): -1},
    "two-neurons": {(2, 1): 1, (2, 2): -1},
    "many-inputs": {(1, 1): -1},
    "weights-on-the-edges": {(1, 1): 0, (2, 1): -2},
    "activation": {(1, 1): 2},
    "many-paths": {(1, 1): 2},
    "two-inputs": {(2, 1): 2, (3, 2): -1},
    "logistic-loss": {(2, 1): -0.1824},
    "counting": {(1, 1): 6, (2, 1): 20, (3, 1): 26, (3, 2): 32},
    "smallest-perceptron": {(2, 1): 101, (3, 2): -299.2},
    "second-smallest-perceptron": {(1, 2): 0, (2, 1): -6, (3, 2): 2},
    "deep-chain": {(3, 1): 2},
    "squared-error-regression": {(1, 2): 5},
    "sigmoid-perceptron": {(3, 2): 5},
    "loss-gallery": {(2, 1): -3, (3, 2): 0},
    "softmax": {(3, 1): 0.13, (4, 2): 2.04},
    "linear-classifier": {(2, 2): 3},
    "penalties": {(1, 2): 0},
    "batches": {(3, 2): 1},
    "four-ways": {(1, 1): -0.0435, (4, 2): 11},
    "when-to-stop": {(3, 2): 82},
    "matrices": {(2, 1): 0.3},
}  # fmt: skip


def answers(opened: Opened) -> dict[tuple[int, int], Any]:
    """The numbers that are asked for, by step and task."""
    return {
        (number, place): check.is_
        for number, step in enumerate(opened.lesson.steps, 1)
        for place, one in enumerate(step.tasks, 1)
        for check in simple_checks(one.check)
        if isinstance(check, AnswerCheck) and not check.choices
    }


@pytest.mark.parametrize("lesson_id", lesson_ids())
def test_every_lesson_asks_for_the_numbers_that_it_always_asked_for(lesson_id: str) -> None:
    assert answers(opened_lesson(lesson_id)) == pytest.approx(ASKED.get(lesson_id, {}), abs=1e-12)


def test_what_is_just_a_value_of_the_network_is_not_written_down() -> None:
    wires = [read_lesson((SHIPPED / name / "lesson.json").read_bytes()) for name in lesson_ids()]
    checks = [
        check
        for wire in wires
        for step in wire.steps
        for one in step.tasks
        for check in simple_checks(one.check)
    ]
    computed = [c for c in checks if isinstance(c, AnswerCheck) and isinstance(c.is_, ValueOf)]
    assert len(computed) == 31


def test_no_lesson_takes_any_answer_without_telling_the_true_one() -> None:
    checks = [
        check
        for lesson_id in lesson_ids()
        for step in opened_lesson(lesson_id).lesson.steps
        for one in step.tasks
        for check in simple_checks(one.check)
    ]
    assert all(check.is_ is not None for check in checks if isinstance(check, AnswerCheck))


def asking(tmp_path: Path, setup: Raw | None = None, **value_of: Any) -> Opened:
    """The parabola, asking for this value on its first page."""
    raw = lesson()
    at = {"at": value_of.pop("at")} if "at" in value_of else {}
    check = {"kind": "answer", "is": {"value of": value_of, **at}}
    raw["steps"][0].update(setup=setup or {}, tasks=[task(**check)])
    return open_folder(folder_of(tmp_path, raw))


END = {"what": "end"}
X = {"node": "x"}
KNOWN: list[tuple[Raw, Raw, float]] = [
    ({}, {"node": "f"}, 12),
    ({}, {"what": "activation", "node": "f"}, 12),
    ({"numbers": [{"of": X, "is": -1}]}, {"node": "f"}, 9),
    ({"at": {"what": "gradient", **X}}, {"what": "gradient", **X}, 13),
    ({}, {"what": "gradient", **X, "at": END}, 13),
    ({}, {"what": "new", **X, "at": END}, 1.87),
    ({}, {**X, "at": {"what": "start", "update": 2}}, 1.87),
    ({"variant": "Fast"}, {"what": "new", **X, "at": END}, -4.5),
]


@pytest.mark.parametrize(("setup", "value_of", "wanted"), KNOWN)
def test_an_answer_is_the_value_at_that_point(
    tmp_path: Path, setup: Raw, value_of: Raw, wanted: float
) -> None:
    opened = asking(tmp_path, setup, **value_of)
    assert answers(opened) == {(1, 1): pytest.approx(wanted, abs=1e-12)}
    check = opened.lesson.steps[0].tasks[0].check
    assert check.is_done(opened.start, Looked(answer=f"{wanted}"))
    assert not check.is_done(opened.start, Looked(answer=f"{wanted + 1}"))


UNKNOWN: list[tuple[Raw, Raw, str]] = [
    ({}, {"node": "g"}, "Step 1: task 1: The node “g” is not known."),
    ({}, {"what": "sum", **X}, "Step 1: task 1: “x” has no sum."),
    ({}, {"what": "activation", **X}, "Step 1: task 1: “x” has no activation."),
    ({}, {"what": "eror", "node": "f"}, "Did you mean “error”?"),
    ({}, {"edge": ["s", "x"]}, "There is no edge from “s” to “x”."),
    ({}, {"what": "gradient", **X}, "Step 1: task 1: the gradient of “x” is not known yet when"),
    ({}, {"what": "loss"}, "the loss of the whole is not known yet when the step is opened"),
    (
        {},
        {"what": "new", **X, "at": {"what": "loss"}},
        "the new of “x” is not known yet at the loss of the whole. Name a later",
    ),
    ({}, {"node": "f", "at": {"what": "exp", "node": "f"}}, "No micro-step tells the exp of “f”."),
    ({}, {"node": "f", "at": {"what": "end", "update": 2000}}, "Update 2,000 is too far to go to"),
]


@pytest.mark.parametrize(("setup", "value_of", "sentence"), UNKNOWN)
def test_what_does_not_exist_or_is_not_known_yet_is_found(
    tmp_path: Path, setup: Raw, value_of: Raw, sentence: str
) -> None:
    with pytest.raises(Refused) as refused:
        asking(tmp_path, setup, **value_of)
    assert sentence in refused.value.sentence
    with pytest.raises(Refused):
        run([str(tmp_path)])


def test_an_answer_inside_others_and_one_to_choose(tmp_path: Path) -> None:
    raw = lesson()
    answer: Raw = {"kind": "answer", "is": {"value of": {"node": "f"}}}
    told: Raw = {"kind": "told", "at": {"what": "sum", "node": "f"}}
    raw["steps"][0]["tasks"] = [task(kind="all", of=[{"kind": "any", "of": [answer]}, told])]
    assert answers(open_folder(folder_of(tmp_path, raw))) == {(1, 1): 12}
    raw["steps"][0]["tasks"] = [task(**answer, choices=["12", "13"])]
    with pytest.raises(Refused, match="choices are words, so “is” must be one of them"):
        open_folder(folder_of(tmp_path, raw))


def test_a_row_of_its_own(tmp_path: Path) -> None:
    raw = json.loads((SHIPPED / "student-grade-table" / "lesson.json").read_text("utf-8"))
    check = {"kind": "answer", "is": {"value of": {"node": "1"}}}
    raw["steps"][0].update(setup={"row": 3}, tasks=[task(**check)])
    opened = open_folder(folder_of(tmp_path, raw, "student-grade-table"))
    assert answers(opened)[1, 1] == opened.start.data.cells[2, 0]
