"""Activations against a second opinion, at extreme arguments, and at their kinks."""

import math
import warnings

import mpmath
import numpy as np
import pytest

from engine.errors import Refused
from engine.functions import run
from engine.functions.activations import ACTIVATIONS, activation, evaluate
from tests.engine.oracle import CURVES

EXTREMES = (-708.0, -100.0, -37.0, -1e-9, 0.0, 1e-300, 1e-9, 1.0, 36.0, 37.0, 100.0, 708.0)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_value_and_slope(name: str) -> None:
    z = np.linspace(0.1, 4, 40) if name in ("logarithm", "reciprocal") else np.linspace(-4, 4, 41)
    value, slope = evaluate(name, z, leak=0.2)
    expected = [[curve(one, 0.2) for one in z.tolist()] for curve in CURVES[name]]
    assert np.allclose(value, expected[0], rtol=1e-13, atol=1e-15)
    assert np.allclose(slope, expected[1], rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_factors_that_are_told_make_the_slope(name: str) -> None:
    for z in (0.3, 0.7, 2.0) + (() if name == "logarithm" else (-0.4, -3.0)):
        value, slope = (float(x[0]) for x in evaluate(name, np.array([z]), leak=0.3))
        factors = [factor.value(z, value, 0.3) for factor in ACTIVATIONS[name].slope_factors]
        assert math.isclose(math.prod(factors), slope, rel_tol=1e-14)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_words_can_be_filled_in(name: str) -> None:
    row = ACTIVATIONS[name]
    plain, latex = row.plain.format(z="Z", leak="L"), row.latex.format(z="Z", leak="L")
    assert "Z" in plain
    assert latex.count("{") == latex.count("}")
    for factor in row.slope_factors:
        assert "{{" not in factor.latex.format(z="Z", a="A", leak="L")
        assert "{" not in factor.plain.format(z="Z", a="A", leak="L")


@pytest.mark.parametrize("z", EXTREMES)
def test_sigmoid_and_softplus_at_extremes(z: float) -> None:
    with mpmath.workdps(60):
        sigmoid = 1 / (1 + mpmath.exp(-mpmath.mpf(z)))
        softplus = mpmath.log1p(mpmath.exp(mpmath.mpf(z)))
        for name, exact in (("sigmoid", sigmoid), ("softplus", softplus)):
            value = mpmath.mpf(float(evaluate(name, np.array([z]))[0][0]))
            assert abs(value - exact) <= mpmath.mpf(1e-12) * exact
        slope = mpmath.mpf(float(evaluate("softplus", np.array([z]))[1][0]))
        assert abs(slope - sigmoid) <= mpmath.mpf(1e-12) * sigmoid


def test_limits_come_out_without_a_warning() -> None:
    far = np.array([-np.inf, -1e308, -1000.0, 1000.0, 1e308, np.inf])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert evaluate("sigmoid", far)[0].tolist() == [0, 0, 0, 1, 1, 1]
        assert evaluate("sigmoid", far)[1].tolist() == [0, 0, 0, 0, 0, 0]
        assert evaluate("tanh", far)[0].tolist() == [-1, -1, -1, 1, 1, 1]
        assert evaluate("tanh", far)[1].tolist() == [0, 0, 0, 0, 0, 0]
        assert evaluate("softplus", far)[0].tolist() == [0, 0, 0, 1000, 1e308, np.inf]
        assert evaluate("softplus", far)[1].tolist() == [0, 0, 0, 1, 1, 1]
        assert evaluate("exponential", far)[0].tolist() == [0, 0, 0, np.inf, np.inf, np.inf]


@pytest.mark.parametrize("zero", [0.0, -0.0])
def test_kinks(zero: float) -> None:
    at_zero = {name: [x[0] for x in evaluate(name, np.array([zero]), 0.25)] for name in ACTIVATIONS
               if name not in ("logarithm", "reciprocal")}  # fmt: skip
    assert at_zero["relu"] == [0, 0]
    assert at_zero["leaky relu"] == [0, 0.25]
    assert at_zero["absolute"] == [0, 0]
    assert at_zero["step"] == [1, 0]


def test_every_kink_has_its_remark() -> None:
    for name in ("relu", "leaky relu", "step", "absolute"):
        assert ACTIVATIONS[name].remark(0.0).startswith("At 0 ")
    assert "flat" in ACTIVATIONS["relu"].remark(-1.0)
    assert "cannot teach" in ACTIVATIONS["step"].remark(2.0)
    for name in ("relu", "leaky relu", "absolute", "tanh", "sigmoid"):
        assert ACTIVATIONS[name].remark(1.0) == ""


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_its_sentence_is_one_on_both_sides_of_0(name: str) -> None:
    for z in (-1.5, 0.0, 2.0):
        sentence = ACTIVATIONS[name].sentence(z, 0.2, 4)
        assert sentence.endswith(".")
        assert sentence[0].isupper() or sentence.startswith("e to the power")


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_it_answers_between_its_ends_and_is_flat_there(name: str) -> None:
    far = np.array([-1e3, -40.0, -0.3, 0.0, 0.3, 40.0, 1e3])
    value, slope = evaluate(name, far)
    ends = ACTIVATIONS[name].ends
    if ends is not None:
        assert (value[0], value[-1]) == ends == (value.min(), value.max())
        assert abs(slope[[0, -1]]).max() == 0


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_only_those_in_place_may_write_over_their_sum(name: str) -> None:
    row, z, leak = ACTIVATIONS[name], np.linspace(0.1, 3, 7), np.full(7, 0.2)
    expected, over = evaluate(name, z, 0.2)[0], z.copy()
    with np.errstate(all="ignore"):
        run(row.forward(over, over, leak))
    assert np.allclose(over, expected, rtol=1e-14) is row.in_place


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_only_identity_has_no_sign_before_a_bracket(name: str) -> None:
    row = ACTIVATIONS[name]
    assert bool(row.sign) is (name != "identity")
    assert row.sign or not row.sign_latex


def test_numbers_that_do_not_exist_stay_so() -> None:
    z = np.array([-1.0, 0.0, np.nan])
    assert np.isnan(evaluate("logarithm", z)[0][[0, 2]]).all()
    assert evaluate("logarithm", z)[0][1] == -np.inf
    assert evaluate("reciprocal", z)[0][1] == np.inf
    for name in ACTIVATIONS:
        assert np.isnan(evaluate(name, z)[0][2])


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_float32_stays_float32(name: str) -> None:
    z = np.linspace(0.1, 3, 7, dtype=np.float32)
    value, slope = evaluate(name, z)
    exact_value, exact_slope = evaluate(name, z.astype(float))
    assert value.dtype == slope.dtype == np.float32
    assert np.allclose(value, exact_value, rtol=1e-6, atol=1e-6)
    assert np.allclose(slope, exact_slope, rtol=1e-5, atol=1e-6)


def test_the_arrays_that_are_read_are_left_alone() -> None:
    for row in ACTIVATIONS.values():
        z, leak = np.linspace(0.1, 2, 5), np.full(5, 0.1)
        a, slope, before = np.empty(5), np.empty(5), z.copy()
        run(row.forward(z, a, leak))
        kept = a.copy()
        run(row.slope(z, a, slope, leak))
        assert np.array_equal(z, before)
        assert np.array_equal(a, kept)
        assert (leak == 0.1).all()


def test_an_unknown_activation_is_refused() -> None:
    with pytest.raises(Refused, match="Did you mean “sigmoid”"):
        activation("sigmoit")
