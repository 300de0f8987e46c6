"""The activations by name: how a neuron turns its combined input z into its value a.

Each is given as NumPy calls bound to buffers, so that a pass through a network is one flat list.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from engine.errors import unknown
from engine.numerals import short
from engine.op_list import Call, Floats, number, run

LEAK = 0.01

BindForward = Callable[[Floats, Floats, Floats], list[Call]]
BindSlope = Callable[[Floats, Floats, Floats, Floats], list[Call]]
Remark = Callable[[float], str]
Sentence = Callable[[float, float, int], str]
Form = Callable[[float, float], tuple[str, str]]
Missing = Callable[[float], tuple[str, str] | None]


@dataclass(frozen=True, slots=True)
class SlopeFactor:
    """One factor of a slope: how it is written about z and a, and its number.

    `opaque` says that numbers put into it would not tell what it comes to: only its number does.
    """

    plain: str
    latex: str
    value: Callable[[float, float, float], float]
    opaque: bool = False


def _smooth(z: float) -> str:
    return ""


def _everywhere(z: float) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Activation:
    """A row of the table. `leak` is the slope of a leaky relu below 0; the others ignore it.

    `sentence(z, leak, digits)` says what becomes of the sum, `remark(z)` what its slope does to
    learning. `sign` stands before a bracket, as in σ(W·x); with `sign_latex` the slope is told
    in brief as σ′(z), without it as its formula. `ends` are the least and the largest answer,
    where it flattens. `form(z, leak)` writes it where one formula does not hold everywhere.
    `in_place` says that `forward` may write over the sum it reads. `missing(z)` tells, where it
    has no value, what does not exist and what the sum has to be.
    """

    title: str
    plain: str
    latex: str
    forward: BindForward
    slope: BindSlope
    slope_factors: tuple[SlopeFactor, ...]
    sentence: Sentence
    remark: Remark = _smooth
    sign: str = ""
    sign_latex: str = ""
    ends: tuple[float, float] | None = None
    form: Form | None = None
    in_place: bool = True
    missing: Missing = _everywhere

    @property
    def has_leak(self) -> bool:
        """Whether the leak of a neuron counts for it."""
        return "{leak}" in self.plain

    def slope_at(self, z: float, a: float, leak: float) -> float:
        """da/dz, as the product of the factors that are told."""
        return math.prod(factor.value(z, a, leak) for factor in self.slope_factors)


def _by(call: np.ufunc) -> BindForward:
    """a = call(z)"""
    return lambda z, a, leak: [partial(call, z, a)]


def _slope_by(call: np.ufunc) -> BindSlope:
    """da/dz = call(z)"""
    return lambda z, a, slope, leak: [partial(call, z, slope)]


def _flat(value: int) -> BindSlope:
    """da/dz is the same everywhere."""
    return lambda z, a, slope, leak: [partial(slope.fill, value)]


def sigmoid(z: Floats, a: Floats, leak: Floats) -> list[Call]:
    """a = 1 / (1 + e^-z); where e^-z overflows to ∞ the limit 0 comes out right."""
    return [
        partial(np.negative, z, a),
        partial(np.exp, a, a),
        partial(np.add, a, number(1, z), a),
        partial(np.divide, number(1, z), a, a),
    ]


def sigmoid_slope(z: Floats, a: Floats, slope: Floats, leak: Floats) -> list[Call]:
    """da/dz = a (1 - a)"""
    return [partial(np.subtract, number(1, z), a, slope), partial(np.multiply, slope, a, slope)]


def tanh_slope(z: Floats, a: Floats, slope: Floats, leak: Floats) -> list[Call]:
    """da/dz = 1 - a²"""
    return [partial(np.multiply, a, a, slope), partial(np.subtract, number(1, z), slope, slope)]


def relu(z: Floats, a: Floats, leak: Floats) -> list[Call]:
    """a = max(0, z)"""
    return [partial(np.maximum, z, number(0, z), out=a)]


def relu_slope(z: Floats, a: Floats, slope: Floats, leak: Floats) -> list[Call]:
    """da/dz = 1 above 0, else 0 (0 at the kink)"""
    return [partial(np.heaviside, z, number(0, z), slope)]


def leaky_relu(z: Floats, a: Floats, leak: Floats) -> list[Call]:
    """a = z above 0, else leak · z"""
    return [*leaky_relu_slope(z, a, a, leak), partial(np.multiply, z, a, a)]


def leaky_relu_slope(z: Floats, a: Floats, slope: Floats, leak: Floats) -> list[Call]:
    """da/dz = 1 above 0, else leak"""
    return [
        partial(np.heaviside, z, number(0, z), slope),
        partial(np.multiply, slope, 1 - leak, slope),
        partial(np.add, slope, leak, slope),
    ]


def softplus(z: Floats, a: Floats, leak: Floats) -> list[Call]:
    """a = log(1 + e^z)"""
    return [partial(np.logaddexp, number(0, z), z, a)]


def softplus_slope(z: Floats, a: Floats, slope: Floats, leak: Floats) -> list[Call]:
    """da/dz = 1 / (1 + e^-z)"""
    return sigmoid(z, slope, leak)


def step(z: Floats, a: Floats, leak: Floats) -> list[Call]:
    """a = 1 from 0 on, else 0"""
    return [partial(np.heaviside, z, number(1, z), a)]


def cosine_slope(z: Floats, a: Floats, slope: Floats, leak: Floats) -> list[Call]:
    """da/dz = -sin z"""
    return [partial(np.sin, z, slope), partial(np.negative, slope, slope)]


def exponential_slope(z: Floats, a: Floats, slope: Floats, leak: Floats) -> list[Call]:
    """da/dz = e^z = a"""
    return [partial(np.positive, a, slope)]


def logarithm_slope(z: Floats, a: Floats, slope: Floats, leak: Floats) -> list[Call]:
    """da/dz = 1 / z"""
    return [partial(np.divide, number(1, z), z, slope)]


def square(z: Floats, a: Floats, leak: Floats) -> list[Call]:
    """a = z²"""
    return [partial(np.multiply, z, z, a)]


def square_slope(z: Floats, a: Floats, slope: Floats, leak: Floats) -> list[Call]:
    """da/dz = 2 z"""
    return [partial(np.multiply, z, number(2, z), slope)]


def reciprocal(z: Floats, a: Floats, leak: Floats) -> list[Call]:
    """a = 1 / z"""
    return [partial(np.divide, number(1, z), z, a)]


def reciprocal_slope(z: Floats, a: Floats, slope: Floats, leak: Floats) -> list[Call]:
    """da/dz = -1 / z² = -a²"""
    return [partial(np.multiply, a, a, slope), partial(np.negative, slope, slope)]


def _always(sentence: str) -> Sentence:
    return lambda z, leak, digits: sentence


def _sigmoid_sentence(z: float, leak: float, digits: int) -> str:
    told = "The sigmoid squeezes the sum into the range from 0 to 1."
    if z == 0:
        return told
    side, share = ("Above", "more") if z > 0 else ("Below", "less")
    return f"{told} {side} 0 it answers {share} than ½."


PASSES = "The sum is above 0, so it passes unchanged."


def _relu_sentence(z: float, leak: float, digits: int) -> str:
    return PASSES if z > 0 else "A relu lets nothing from 0 downwards through."


def _relu_remark(z: float) -> str:
    if z < 0:
        return (
            "Below 0 a relu is flat: its slope is 0, so nothing behind it learns from this sample."
        )
    return "At 0 a relu has no slope of its own; 0 is taken." if z == 0 else ""


def _leaky_form(z: float, leak: float) -> tuple[str, str]:
    """With a leak above 1 the maximum would be the wrong one of the two."""
    if leak <= 1:
        return "max({z}, {leak}·{z})", r"\max({z}, {leak}\,{z})"
    return ("{z}", "{z}") if z > 0 else ("{leak}·{z}", r"{leak}\,{z}")


def _leaky_sentence(z: float, leak: float, digits: int) -> str:
    if z > 0:
        return PASSES
    told = short(leak, digits)
    if 0 < leak < 1:
        return f"At 0 and below only a share of {told} leaks through."
    return f"At 0 and below the sum is multiplied by the leak, {told}."


def _leaky_remark(z: float) -> str:
    return "At 0 a leaky relu has no slope of its own; its leak is taken." if z == 0 else ""


def _step_sentence(z: float, leak: float, digits: int) -> str:
    side = "below 0" if z < 0 else "not below 0"
    return f"From 0 on a step answers 1, below 0 it answers 0; the sum is {side}."


def _step_remark(z: float) -> str:
    if z == 0:
        return "At 0 a step has no slope; 0 is taken."
    return "A step is flat on both sides: its slope is 0, so it cannot teach."


def _no_logarithm(z: float) -> tuple[str, str] | None:
    return (f"The logarithm of {short(z)}", "above 0") if z <= 0 else None


def _no_reciprocal(z: float) -> tuple[str, str] | None:
    return ("1/0", "not 0") if z == 0 else None


def _absolute_remark(z: float) -> str:
    return "At 0 the absolute value has no slope of its own; 0 is taken." if z == 0 else ""


def _one(
    plain: str, latex: str, value: Callable[[float, float, float], float], opaque: bool = False
) -> tuple[SlopeFactor]:
    return (SlopeFactor(plain, latex, value, opaque),)


ACTIVATIONS: dict[str, Activation] = {
    "identity": Activation(
        "Identity", "{z}", "{z}", _by(np.positive), _flat(1),
        _one("1", "1", lambda z, a, leak: 1.0), _always("The sum is passed on as it is."),
    ),
    "sigmoid": Activation(
        "Sigmoid", "1/(1 + e^(−{z}))", r"\frac{{1}}{{1+e^{{-{z}}}}}", sigmoid, sigmoid_slope,
        (
            SlopeFactor("{a}", "{a}", lambda z, a, leak: a),
            SlopeFactor("(1 − {a})", "(1-{a})", lambda z, a, leak: 1 - a),
        ),
        _sigmoid_sentence, sign="σ", sign_latex=r"\sigma", ends=(0.0, 1.0),
    ),
    "tanh": Activation(
        "Tanh", "tanh({z})", r"\tanh({z})", _by(np.tanh), tanh_slope,
        _one("(1 − {a}²)", "(1-{a}^2)", lambda z, a, leak: 1 - a * a),
        _always("Tanh squeezes the sum into the range from −1 to 1."),
        sign="tanh", sign_latex=r"\tanh", ends=(-1.0, 1.0),
    ),
    "relu": Activation(
        "ReLU", "max(0, {z})", r"\max(0, {z})", relu, relu_slope,
        _one("[{z} > 0]", "[{z}>0]", lambda z, a, leak: float(z > 0)),
        _relu_sentence, _relu_remark, sign="relu", sign_latex=r"\mathrm{relu}",
    ),
    "leaky relu": Activation(
        "Leaky ReLU", "max({z}, {leak}·{z})", r"\max({z}, {leak}\,{z})",
        leaky_relu, leaky_relu_slope,
        _one("slope({z})", r"\mathrm{{slope}}({z})", lambda z, a, leak: 1.0 if z > 0 else leak,
             opaque=True),
        _leaky_sentence, _leaky_remark, sign="leaky", sign_latex=r"\mathrm{leaky}",
        form=_leaky_form, in_place=False,
    ),
    "softplus": Activation(
        "Softplus", "log(1 + e^({z}))", r"\log(1+e^{{{z}}})", softplus, softplus_slope,
        _one("1/(1 + e^(−{z}))", r"\frac{{1}}{{1+e^{{-{z}}}}}", lambda z, a, leak: _logistic(z)),
        _always("Softplus is a relu with a rounded corner: it is never quite 0."),
        sign="softplus", sign_latex=r"\mathrm{softplus}",
    ),
    "step": Activation(
        "Step", "[{z} ≥ 0]", r"[{z}\geq 0]", step, _flat(0),
        _one("0", "0", lambda z, a, leak: 0.0),
        _step_sentence, _step_remark, sign="step", sign_latex=r"\mathrm{step}", ends=(0.0, 1.0),
    ),
    "sine": Activation(
        "Sine", "sin({z})", r"\sin({z})", _by(np.sin), _slope_by(np.cos),
        _one("cos({z})", r"\cos({z})", lambda z, a, leak: math.cos(z)),
        _always("The sine swings between −1 and 1."), sign="sin",
    ),
    "cosine": Activation(
        "Cosine", "cos({z})", r"\cos({z})", _by(np.cos), cosine_slope,
        _one("(−sin({z}))", r"(-\sin({z}))", lambda z, a, leak: -math.sin(z)),
        _always("The cosine swings between −1 and 1."), sign="cos",
    ),
    "exponential": Activation(
        "Exponential", "e^({z})", "e^{{{z}}}", _by(np.exp), exponential_slope,
        _one("{a}", "{a}", lambda z, a, leak: a),
        _always("e to the power of the sum: it is never negative and grows fast."), sign="exp",
    ),
    "logarithm": Activation(
        "Logarithm", "log({z})", r"\log({z})", _by(np.log), logarithm_slope,
        _one("1/{z}", r"\frac{{1}}{{{z}}}", lambda z, a, leak: 1 / z if z else math.inf),
        _always("The logarithm says which power of e the sum is."),
        sign="log", missing=_no_logarithm,
    ),
    "square": Activation(
        "Square", "{z}²", "{z}^2", square, square_slope,
        _one("2·{z}", r"2\,{z}", lambda z, a, leak: 2 * z),
        _always("The square drops the sign and makes large sums much larger."), sign="square",
    ),
    "reciprocal": Activation(
        "Reciprocal", "1/{z}", r"\frac{{1}}{{{z}}}", reciprocal, reciprocal_slope,
        _one("(−{a}²)", "(-{a}^2)", lambda z, a, leak: -a * a),
        _always("One divided by the sum."), sign="reciprocal", missing=_no_reciprocal,
    ),
    "absolute": Activation(
        "Absolute value", "|{z}|", r"|{z}|", _by(np.abs), _slope_by(np.sign),  # 0 at the kink
        _one("sign({z})", r"\mathrm{{sign}}({z})", lambda z, a, leak: float(np.sign(z))),
        _always("The absolute value drops the sign."), _absolute_remark,
        sign="abs", sign_latex=r"\mathrm{abs}",
    ),
}  # fmt: skip


def activation(name: str) -> Activation:
    """The row of that name, or a refusal that lists the names there are."""
    if name not in ACTIVATIONS:
        raise unknown("Activation", name, ACTIVATIONS)
    return ACTIVATIONS[name]


def evaluate(name: str, z: Floats, leak: float = LEAK) -> tuple[Floats, Floats]:
    """Value and slope at every z, for plots and checks."""
    value, slope, leaks = np.empty_like(z), np.empty_like(z), np.full_like(z, leak)
    row = activation(name)
    with np.errstate(all="ignore"):
        run(row.forward(z, value, leaks))
        run(row.slope(z, value, slope, leaks))
    return value, slope


def _logistic(z: float) -> float:
    return 1 / (1 + math.exp(-z)) if z > -700 else 0.0
