"""What there is to see of one sample: live before a pass, then only what is known."""

from dataclasses import replace

import numpy as np
import pytest

from engine.experiment.editing import change_nodes, set_numbers, with_data, with_settings
from engine.experiment.experiment import Experiment, new_experiment
from engine.experiment.stepping import go_to, step
from engine.lessons.lesson import open_lesson
from engine.network import Edge, Network, Node, Place
from engine.views.samples import SampleView, local_slope

STUDENT = open_lesson("student-grade").experiment
XOR = open_lesson("xor").experiment


def stepped(experiment: Experiment, steps: int) -> Experiment:
    for _ in range(steps):
        experiment = step(experiment)
    return experiment


def test_before_a_pass_the_forward_values_are_live() -> None:
    exact = with_settings(STUDENT, replace(STUDENT.settings, rounding=False))
    shown = SampleView().shown(exact)
    assert not shown.in_pass and shown.in_batch and shown.row == 0
    assert shown.values[3] == pytest.approx(0.3318122278318339, abs=1e-15)
    assert np.isnan(shown.errors).all() and np.isnan(shown.gradients).all()
    assert np.isnan(shown.sums[:3]).all() and shown.targets[5] == 1


def test_a_number_that_is_turned_is_followed_at_once_by_the_same_eye() -> None:
    eye = SampleView()
    before = eye.shown(STUDENT)
    turned = set_numbers(STUDENT, {Place("weight", "4", "1"): 2.0})
    after = eye.shown(turned)
    assert after.values[3] > before.values[3] and after.values[4] == before.values[4]


def test_in_a_pass_only_what_is_known_is_there() -> None:
    shown = SampleView().shown(stepped(STUDENT, 3))
    assert shown.in_pass
    assert shown.sums[3:].tolist()[:2] == [-0.7, 0.1] and np.isnan(shown.sums[5])
    assert shown.values[3] == 0.332 and np.isnan(shown.values[4])
    assert np.isnan(shown.total)


def test_at_the_end_of_a_pass_everything_is_there() -> None:
    shown = SampleView().shown(stepped(STUDENT, 32))
    assert shown.errors[5] == -0.1311 and shown.total == 0.1383
    assert not np.isnan(shown.gradients).any() and not np.isnan(shown.updated).any()
    assert np.isnan(shown.derivatives).all()


def test_a_row_beside_the_batch_shows_its_own_numbers_but_no_gradients() -> None:
    begun = stepped(XOR, 40)
    assert begun.trace is not None
    outside = next(row for row in range(XOR.data.count) if row not in begun.trace.rows)
    shown = SampleView().shown(begun, outside)
    assert not shown.in_batch and not shown.in_pass and shown.row == outside
    neurons = [i for i, node in enumerate(XOR.network.nodes) if node.kind == "neuron"]
    assert not np.isnan(shown.errors[neurons]).any()
    assert np.isfinite(shown.total)
    assert np.isnan(shown.updated).all()
    alone = SampleView().shown(XOR, outside)
    np.testing.assert_array_equal(shown.values, alone.values)


@pytest.mark.parametrize("name", ["student-grade-table", "softmax"])
def test_a_row_beside_the_batch_shows_nothing_that_is_not_told_yet(name: str) -> None:
    """Step by step it knows the same kinds of numbers as the row that is learnt."""
    start = open_lesson(name).experiment
    two = with_data(start, start.data.with_row(start.data.cells[0]))
    now, eye = step(with_settings(two, replace(two.settings, batch=1))), SampleView()
    assert now.trace is not None
    outside = (int(now.trace.rows[0]) + 1) % now.data.count
    while now.trace is not None:
        inside, beside = eye.shown(now), SampleView().shown(now, outside)
        for kind in ("sums", "values", "errors", "losses", "total"):
            known, shown = np.isfinite(getattr(inside, kind)), np.isfinite(getattr(beside, kind))
            np.testing.assert_array_equal(shown, known, f"{kind} at step {now.cursor}")
        assert np.isnan(beside.gradients).all() and np.isnan(beside.updated).all()
        now = step(now)


def test_the_loss_of_several_outputs_is_known_when_it_is_told() -> None:
    now = step(open_lesson("softmax").experiment)
    while now.trace is not None and now.cursor < now.trace.length:
        told = {s.whole for s in now.trace.script.steps[: now.cursor] if s.what == "loss"}
        assert np.isfinite(SampleView().shown(now).total) == ("sample" in told)
        now = step(now)


def test_a_chosen_row_of_the_batch_shows_its_column() -> None:
    whole = go_to(XOR, 0, None)
    assert whole.trace is not None
    row = int(whole.trace.rows[3])
    shown = SampleView().shown(whole, row)
    np.testing.assert_array_equal(shown.values, whole.trace.numbers.a[:, 3])
    assert shown.batch_loss == whole.trace.total
    assert shown.total == pytest.approx(whole.trace.losses[:, 3].sum())


def test_where_nothing_can_be_trained_the_values_show_all_the_same() -> None:
    plain = change_nodes(STUDENT, [replace(STUDENT.network.node("6"), output=False)])
    shown = SampleView().shown(plain)
    assert not np.isnan(shown.values).any() and np.isnan(shown.targets).all()
    assert np.isnan(SampleView().shown(plain, 99).total)


def test_local_slopes() -> None:
    # q = x + y = 3, f = q z = -12: df/dq = z = -4, df/dz = q = 3, dq/dx = 1
    nodes = (Node("x", "parameter"), Node("y", "parameter"), Node("z", "parameter"),
             Node("q"), Node("f", combine="product", output=True))  # fmt: skip
    pairs = ("xq", "yq", "qf", "zf")
    network = Network(nodes, tuple(Edge(pair[0], pair[1], locked=True) for pair in pairs))
    numbers = np.array([1, 1, 1, 1, -2, 5, -4.0])
    for combine, slopes in (("product", [1, 1, -4, 3]), ("max", [1, 1, 1, 0]),
                            ("min", [1, 1, 0, 1])):  # fmt: skip
        changed = network.change(Node("f", combine=combine, output=True))  # type: ignore[arg-type]
        experiment = new_experiment(changed, parameters=numbers)
        shown = SampleView().shown(experiment)
        assert [local_slope(experiment, shown, edge) for edge in range(4)] == slopes


def test_where_the_loss_does_not_suit_the_values_of_a_run_stand_without_it() -> None:
    hidden = Network((Node("x", "input"), Node("h", output=True)), (Edge("x", "h"),))
    experiment = new_experiment(hidden)
    assert not np.isnan(SampleView().running(experiment).total)
    unfit = with_settings(experiment, replace(experiment.settings, loss="softmax cross-entropy"))
    assert np.isnan(SampleView().running(unfit).total)
