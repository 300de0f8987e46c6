"""Points of the curve: which updates have one, what it holds, and how many are kept."""

import math
from dataclasses import replace

import numpy as np
import pytest

from engine.data import make_data
from engine.experiment import curve as curves
from engine.experiment.curve import Curve, Evaluator, Point, has_point, is_classification
from engine.experiment.editing import set_numbers, with_settings
from engine.experiment.experiment import Experiment, new_experiment, with_point
from engine.network import Place
from engine.settings import Settings
from tests.engine.experiments import perceptron, random_data, small, three_inputs, train
from tests.engine.networks import layered


def first_point(experiment: Experiment) -> Point:
    """Before any update."""
    return Point(*with_point(experiment).curve.table[-1].tolist())


def points(count: int, first: int = 0) -> list[Point]:
    """Points at these updates."""
    return [Point(float(i), 0.0, 1.0 / (i + 1)) for i in range(first, first + count)]


def test_a_curve_grows_without_copying_all_of_it() -> None:
    curve = Curve()
    assert (curve.count, curve.last, curve.table.shape) == (0, None, (0, 10))
    for point in points(1000):
        curve = curve.with_points([point])
    assert curve.count == 1000
    assert len(curve.blocks) < 12
    assert curve.column("update").tolist() == list(range(1000))
    assert curve.column("loss")[9] == 0.1
    assert curve.last == pytest.approx(points(1, 999)[0], nan_ok=True)
    assert curve.with_points([]) is curve


def test_beyond_the_most_every_second_point_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(curves, "MOST_POINTS", 10)
    curve = Curve().with_points(points(10))
    assert curve.count == 10
    fewer = curve.with_points(points(1, 10))
    assert fewer.column("update").tolist() == [0, 2, 4, 6, 8, 10]
    assert fewer.with_points(points(2, 11)).column("update").tolist() == [0, 2, 4, 6, 8, 10, 11, 12]


def test_the_curve_up_to_an_update() -> None:
    curve = Curve().with_points(points(5)).with_points(points(5, 10))
    assert curve.cut_after(12).column("update").tolist() == [0, 1, 2, 3, 4, 10, 11, 12]
    assert curve.cut_after(14) is curve
    assert curve.cut_after(9).count == 5
    assert curve.cut_after(-1).blocks == ()


def test_equality_compares_the_points() -> None:
    one = Curve().with_points(points(3))
    in_pieces = Curve().with_points(points(1)).with_points(points(2, 1))
    assert one == in_pieces
    assert one != Curve().with_points(points(2))
    assert one != "curve"


def test_a_point_holds_the_loss_over_all_rows_of_each_part() -> None:
    """Half squared error, mean over the rows; accuracy by the side of ½."""
    done = train(small(rows=9, tests=4, l2=0.2, l1=0.1), 3)
    last = done.curve.last
    assert last is not None
    answers = done.program.answers(done.settings, done.parameters, done.data.input_rows())
    errors = 0.5 * (answers - done.data.target_rows()) ** 2
    right = (answers >= 0.5) == (done.data.target_rows() >= 0.5)
    training, testing = done.data.training, done.data.testing
    assert (last.update, last.epoch) == (3, 1)
    assert last.loss == pytest.approx(errors[training].mean(), rel=1e-12)
    assert last.test_loss == pytest.approx(errors[testing].mean(), rel=1e-12)
    assert last.accuracy == pytest.approx(right[training].mean())
    assert last.test_accuracy == pytest.approx(right[testing].mean())
    weights = done.parameters[: len(done.network.edges)]
    assert last.penalty == pytest.approx(0.1 * np.abs(weights).sum() + 0.1 * (weights**2).sum())
    before = train(small(rows=9, tests=4, l2=0.2, l1=0.1), 2)
    assert last.change == pytest.approx(np.abs(done.parameters - before.parameters).max())


def test_the_batch_loss_and_the_gradient_are_those_of_the_batch_just_taken() -> None:
    """w = 0: the batch (10, 10.1), (2, 1.9) has loss (102.01 + 3.61)/4 and slope -(101 + 3.8)/2."""
    done = train(perceptron(rate=1e-3, batch=2), 1)
    last = done.curve.last
    assert last is not None
    assert last.batch_loss == pytest.approx((102.01 + 3.61) / 4)
    assert last.gradient_norm == pytest.approx(52.4)
    assert last.change == pytest.approx(0.0524)
    assert math.isnan(last.accuracy)
    assert math.isnan(last.test_loss)


def test_the_first_point_has_only_what_is_known_before_any_update() -> None:
    first = Point(*train(perceptron(), 1).curve.table[0].tolist())
    assert first.loss == pytest.approx((10.1**2 + 1.9**2 + 3.4**2 + 1.1**2) / 8)
    assert [math.isnan(v) for v in (first.batch_loss, first.gradient_norm, first.change)] == [
        True
    ] * 3


def test_the_sum_over_the_samples_where_that_is_set() -> None:
    start = perceptron(reduction="sum")
    point = first_point(start)
    assert point.loss == pytest.approx((10.1**2 + 1.9**2 + 3.4**2 + 1.1**2) / 2)


def test_a_point_of_many_rows_is_put_together_from_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    start = small(rows=50, tests=20)
    whole = first_point(start)
    monkeypatch.setattr(curves, "CHUNK", 7)
    pieces = first_point(start)
    assert pieces == pytest.approx(whole, rel=1e-12, nan_ok=True)


def test_points_that_come_together_are_kept_like_those_that_come_one_by_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(curves, "MOST_POINTS", 10)
    for size in (1, 3, 10, 11, 25, 60):
        one_by_one = Curve()
        for point in points(60):
            one_by_one = one_by_one.with_points([point])
        together = Curve()
        for start in range(0, 60, size):
            together = together.with_points(points(min(size, 60 - start), start))
        assert together == one_by_one


def test_where_there_are_many_rows_only_the_end_of_an_epoch_has_a_point() -> None:
    many = small(rows=2001).context
    few = small(rows=2000).context
    assert [has_point(few, u, False) for u in (1, 1000, 1001)] == [True, True, False]
    assert [has_point(many, u, False) for u in (1, 1000, 1001)] == [False] * 3
    assert has_point(many, 1, True) and has_point(few, 5000, True)


def test_what_is_too_large_for_a_number_is_left_out() -> None:
    far = set_numbers(small(rows=4, sizes=(1, 1)), {Place("bias", "y1"): 0.0})
    linear = new_experiment(
        layered((1, 1), "identity"), data=far.data, parameters=np.array([1e200, 0])
    )
    with np.errstate(all="ignore"):
        known = np.array([[7.0, 1.0, math.inf, math.inf, 1.0]])
        rows = Evaluator(linear.context).points(linear.parameters[None], known)
    point = Point(*rows[0].tolist())
    assert (point.update, point.change) == (7, 1.0)
    assert all(math.isnan(v) for v in (point.loss, point.batch_loss, point.gradient_norm))


def task(targets: list[list[float]], loss: str = "squared", **settings: object) -> Experiment:
    """A network with as many outputs, on these targets; the last row is for testing only."""
    network = layered((1, len(targets[0])), "identity")
    cells = [[0.0, *row] for row in targets]
    marks = np.arange(len(cells)) == len(cells) - 1
    data = make_data(network.inputs, network.outputs, cells, marks)
    return new_experiment(network, data=data, settings=Settings(loss=loss))


@pytest.mark.parametrize(
    ("targets", "loss", "expected"),
    [
        ([[0], [1], [0]], "squared", True), ([[-1], [1], [1]], "squared", True),
        ([[0], [1], [-1]], "squared", True),  # the test row does not count
        ([[0], [1], [-1], [1]], "squared", False), ([[0], [0.5], [1]], "squared", False),
        ([[0.5], [2], [3]], "hinge", True), ([[0.5], [2], [3]], "zero-one", True),
        ([[0, 1], [1, 0], [0, 0]], "softmax cross-entropy", True),
        ([[0], [1], [0]], "output", False), ([[0, 1], [1, 1], [5, 5]], "absolute", True),
    ],
)  # fmt: skip
def test_when_a_task_is_a_classification(
    targets: list[list[float]], loss: str, expected: bool
) -> None:
    assert is_classification(task(targets, loss).context) is expected


def test_accuracy_with_targets_of_minus_1_and_1_and_with_several_outputs() -> None:
    two = task([[-1], [1], [1], [1], [1]])
    lifted = set_numbers(two, {Place("bias", "y1"): 0.1})  # every answer is 0.1, above the middle 0
    last = train(with_settings(lifted, replace(lifted.settings, rate=1e-9)), 1).curve.last
    assert last is not None
    assert (last.accuracy, last.test_accuracy) == (0.75, 1)
    three = task([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 1, 0]], "softmax cross-entropy")
    second = set_numbers(three, {Place("bias", "y2"): 2.0})
    point = first_point(second)
    assert point.accuracy == pytest.approx(1 / 3)
    assert point.test_accuracy == 1


def test_the_output_itself_has_a_curve_too() -> None:
    done = train(three_inputs(), 1)
    assert done.curve.column("loss") == pytest.approx([-5, -5.1406])
    assert np.isnan(done.curve.column("accuracy")).all()


def test_random_data_is_a_classification() -> None:
    assert set(random_data(small().network, 20).target_rows().ravel().tolist()) == {0.0, 1.0}
