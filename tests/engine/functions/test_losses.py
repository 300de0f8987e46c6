"""Losses by hand, at extremes and at kinks; penalties; what counts as a class."""

import math

import mpmath
import numpy as np
import pytest

from engine.errors import Refused
from engine.functions import Floats, run
from engine.functions.losses import (
    LOSSES,
    Comparison,
    Loss,
    binary_cross_entropy,
    binary_cross_entropy_by_value,
    bind_shrink,
    classes_of,
    evaluate,
    looks_like_classes,
    loss,
    middle_of,
    slope_at,
    softmax,
    softmax_cross_entropy,
    true_class_marks,
)


def column(*numbers: float) -> Floats:
    """Several outputs, one sample."""
    return np.array(numbers)[:, None]


def slope_of(row: Loss, a: Floats, t: Floats) -> list[float]:
    out = np.full_like(a, np.nan)
    run(row.slope(a, t, out))
    return [float(x) for x in out[:, 0]]


def test_the_gallery_by_hand() -> None:
    """a = 0.8, t = -1: a - t = 1.8, t·a = -0.8."""
    a, t = column(0.8), column(-1.0)
    expected = {
        "squared": (3.24, 3.6), "half squared": (1.62, 1.8), "absolute": (1.8, 1.0),
        "hinge": (1.8, 1.0), "zero-one": (1.0, 0.0), "output": (0.8, 1.0),
    }  # fmt: skip
    for name, (value, slope) in expected.items():
        assert math.isclose(loss(name).value(a, t, a, 0.0).sum(), value, rel_tol=1e-15)
        assert slope_of(loss(name), a, t) == pytest.approx([slope], rel=1e-15)


def test_softmax_of_the_lecture() -> None:
    """Scores cat 3.2, car 5.1, frog -1.7; truth: cat."""
    scores, truth = column(3.2, 5.1, -1.7), column(1, 0, 0)
    assert [round(float(p), 4) for p in softmax(scores)[:, 0]] == [0.1300, 0.8690, 0.0010]
    assert round(softmax_cross_entropy(scores, truth, scores, 0.5).sum(), 4) == 2.0404
    slopes = slope_of(LOSSES["softmax cross-entropy"], scores, truth)
    assert slopes == pytest.approx([softmax(scores)[0, 0] - 1, *softmax(scores)[1:, 0]], rel=1e-14)


def test_softmax_slopes_where_the_targets_do_not_add_up_to_one() -> None:
    """dE/da_k = p_k Σt - t_k; by hand with a = (0, log 3): p = (¼, ¾), t = (1, 1)."""
    slopes = slope_of(LOSSES["softmax cross-entropy"], column(0, math.log(3)), column(1, 1))
    assert slopes == pytest.approx([-0.5, 0.5], rel=1e-14)


@pytest.mark.parametrize(
    "scores",
    [(1e3, 0.0, -1e3), (40.0, 0.0, -3.0), (-700.0, -701.0, 0), (1e6, 1e6, 1e6), (-1e4, 1e4, 0.0)],
)
@pytest.mark.parametrize("true", [0, 1, 2])
def test_softmax_at_extremes(scores: tuple[float, ...], true: int) -> None:
    a, t = column(*scores), column(*(float(i == true) for i in range(3)))
    with mpmath.workdps(60):
        powers = [mpmath.exp(mpmath.mpf(score)) for score in scores]
        exact = float(mpmath.log1p(sum(powers[i] for i in range(3) if i != true) / powers[true]))
        shares = [float(power / sum(powers)) for power in powers]
    value = float(softmax_cross_entropy(a, t, a, 0.5).sum())
    assert math.isclose(value, exact, rel_tol=1e-12, abs_tol=1e-300)
    assert np.allclose(softmax(a)[:, 0], shares, rtol=1e-12, atol=1e-300)
    slopes = slope_of(LOSSES["softmax cross-entropy"], a, t)
    assert slopes == pytest.approx([s - x for s, x in zip(shares, t[:, 0], strict=True)], abs=1e-15)


@pytest.mark.parametrize("z", [-1000.0, -708.0, -37.0, -1e-9, 0.0, 1e-9, 37.0, 708.0, 1000.0])
@pytest.mark.parametrize("t", [0.0, 0.3, 1.0])
def test_binary_cross_entropy_at_extremes(z: float, t: float) -> None:
    with mpmath.workdps(900):
        p = 1 / (1 + mpmath.exp(-mpmath.mpf(z)))
        exact = float(-(t * mpmath.log(p) + (1 - mpmath.mpf(t)) * mpmath.log(1 - p)))
        by_value = (1 - mpmath.mpf(t)) / (1 - p) - t / p
    a, target, sums = column(float(p)), column(t), column(z)
    value = float(binary_cross_entropy(a, target, sums, 0.5).sum())
    assert math.isclose(value, exact, rel_tol=1e-12, abs_tol=1e-300)
    slope = float(binary_cross_entropy_by_value(a, target, sums).sum())
    assert math.isclose(slope, float(by_value), rel_tol=1e-12)


def test_kinks_have_slope_zero() -> None:
    assert slope_of(LOSSES["absolute"], column(0.3), column(0.3)) == [0]
    assert slope_of(LOSSES["hinge"], column(1.0, -1.0), column(1.0, -1.0)) == [0, 0]
    assert slope_of(LOSSES["hinge"], column(0.999, -2.0), column(1.0, -1.0)) == [-1, 0]


def test_zero_one_compares_classes() -> None:
    value = LOSSES["zero-one"].value
    a = np.array([[0.2, 0.7, 0.1], [0.5, 0.1, 0.3]])
    t = np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    assert value(a, t, a, 0.5).tolist() == [[1, 0, 0], [0, 0, 0]]  # told at the true class
    one = np.array([[0.4, 0.5, -0.1]])
    assert value(one, np.array([[0.0, 1.0, 1.0]]), one, 0.5).tolist() == [[0, 0, 1]]
    assert value(one, np.array([[1.0, 1.0, 1.0]]), one, 0.0).tolist() == [[0, 0, 1]]


def test_classes() -> None:
    assert middle_of(np.array([[0.0, 1.0]])) == 0.5
    assert middle_of(np.array([[-1.0, 1.0]])) == 0.0
    assert middle_of(np.empty((1, 0))) == 0.5
    for yes in ([0, 1, 1], [-1, 1], [1, 1], [0]):
        assert looks_like_classes(np.array([yes], float))
    for no in ([0, -1], [0.5], [2, 1], []):
        assert not looks_like_classes(np.array([no], float))
    assert classes_of(np.array([[0.4, 0.5, 0.9]]), 0.5).tolist() == [0, 1, 1]
    assert classes_of(np.array([[1.0, 2.0], [3.0, 2.0]]), 0.5).tolist() == [1, 0]
    assert true_class_marks(np.array([[0.0, 1.0], [1.0, 0.0]])).tolist() == [[0, 1], [1, 0]]


def test_shrinking_stops_at_a_clean_zero() -> None:
    values = np.array([0.5, -0.5, 0.05, -0.05, 0.0, -0.0, 0.1, -0.1])
    run(bind_shrink(values, np.full(8, 0.1), np.empty(8)))
    assert values.tolist() == [0.4, -0.4, 0, 0, 0, 0, 0, 0]
    assert not np.signbit(values[2:]).any()


@pytest.mark.parametrize("name", LOSSES)
def test_the_words_can_be_filled_in(name: str) -> None:
    row = LOSSES[name]
    for text in (row.plain, row.latex, row.slope_plain, row.slope_latex):
        filled = text.format(a="A", t="T", p="P")
        assert filled.count("{") == filled.count("}")


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize(("a", "t", "value"), [(0.3, 1.0, 0.5), (1.0, 1.0, 0.0), (1.0, 0.0, 1.0)])
def test_what_is_said_of_an_answer_is_a_sentence(
    name: str, a: float, t: float, value: float
) -> None:
    for bent in (False, True):
        at = Comparison(a, t, value, 1.0, bent, 4)
        for sentence in (LOSSES[name].sentence(at), LOSSES[name].blame(at)):
            assert sentence.endswith(".") and sentence[0].isupper() and "{" not in sentence


def test_the_slope_at_one_answer_is_what_learning_takes() -> None:
    assert slope_at("squared", 0.8, -1.0) == pytest.approx(3.6)
    assert slope_at("hinge", 0.8, -1.0) == 1.0
    assert not np.signbit(slope_at("hinge", 2.0, 1.0))
    assert slope_at("binary cross-entropy", 0.8, 1.0) == pytest.approx(-0.2)


def test_an_unknown_loss_is_refused() -> None:
    with pytest.raises(Refused, match="Did you mean “squared”"):
        loss("sqared")


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_along_one_output_has_the_slope_of_small_steps(name: str) -> None:
    a, t = np.array([0.3, 0.6, 0.2]), np.array([0.0, 1.0, 0.0])
    xs = np.array([0.15, 0.4, 0.85])
    _, slopes = evaluate(name, a, t, 1, xs)
    right, left = (evaluate(name, a, t, 1, xs + side)[0] for side in (1e-6, -1e-6))
    np.testing.assert_allclose((right - left) / 2e-6, slopes, rtol=1e-7, atol=1e-9)


def test_a_group_counts_the_other_outputs() -> None:
    """Softmax of (1, 0) for the first: log(1 + e^-1); cut loose from the other it would be 0."""
    value, _ = evaluate("softmax cross-entropy", np.zeros(2), np.array([1.0, 0]), 0, np.ones(1))
    assert value[0] == pytest.approx(math.log1p(math.exp(-1)))
