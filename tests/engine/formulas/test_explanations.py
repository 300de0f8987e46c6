"""The formulas of what is looked at: told so far, to come, or of a row beside the batch."""

from dataclasses import replace
from math import isnan

from engine.experiment.editing import change_nodes, with_settings
from engine.experiment.stepping import step
from engine.formulas import Explainer
from engine.lessons.lesson import open_lesson

STUDENT = open_lesson("student-grade").experiment
XOR = open_lesson("xor").experiment


def test_before_a_pass_no_step_is_told_but_the_way_forward_is() -> None:
    telling = Explainer()
    assert telling.step(STUDENT) is None
    told = telling.node(STUDENT, "4")
    assert [one.step.what for one in told] == ["sum", "activation"]
    assert not isnan(told[0].formula.value)


def test_in_a_pass_the_last_step_is_told_and_what_is_to_come_is_bare() -> None:
    telling, begun = Explainer(), step(STUDENT)
    told = telling.step(begun)
    assert told is not None and told.formula.value == -0.7 and not told.beside
    assert isnan(telling.node(begun, "6")[0].formula.value)
    assert isnan(telling.edge(begun, "4", "6")[0].formula.value)
    for _ in range(31):
        begun = step(begun)
    assert [one.step.what for one in telling.edge(begun, "4", "6")] == ["gradient", "value"]


def test_a_row_beside_the_batch_has_a_pass_of_its_own() -> None:
    begun = step(XOR)
    assert begun.trace is not None
    outside = next(row for row in range(XOR.data.count) if row not in begun.trace.rows)
    inside = int(begun.trace.rows[2])
    telling = Explainer()
    beside, within = telling.step(begun, outside), telling.step(begun, inside)
    assert beside is not None and beside.beside
    assert within is not None and not within.beside


def test_where_nothing_can_run_nothing_is_told() -> None:
    silent = change_nodes(STUDENT, [replace(STUDENT.network.node("6"), output=False)])
    assert Explainer().node(silent, "4") == []
    exact = with_settings(STUDENT, replace(STUDENT.settings, rounding=False))
    assert Explainer().node(exact, "1") == []
