"""The activations by name: how a neuron turns its combined input z into its value a.

Each is given as NumPy calls bound to buffers, so that a pass through a network is one flat list.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from engine.calls import Call, Floats, number, run
from engine.errors import unknown

LEAK = 0.01

BindForward = Callable[[Floats, Floats, Floats], list[Call]]
BindSlope = Callable[[Floats, Floats, Floats, Floats], list[Call]]
Remark = Callable[[float], str]


@dataclass(frozen=True, slots=True)
class SlopeFactor:
    """One factor of a slope: how it is written about z and a, and its number."""

    plain: str
    latex: str
    value: Callable[[float, float, float], float]


@dataclass(frozen=True, slots=True)
class Activation:
    """A row of the table. `leak` is the slope of a leaky relu below 0; the others ignore it."""

    title: str
    plain: str
    latex: str
    forward: BindForward
    slope: BindSlope
    slope_factors: tuple[SlopeFactor, ...]
    remark: Remark


def identity(z: Floats, a: Floats, leak: Floats) -> list[Call]:
    """a = z"""
    return [partial(np.positive, z, a)]


def identity_slope(z: Floats, a: Floats, slope: Floats, leak: Floats) -> list[Call]:
    """da/dz = 1"""
    return [partial(slope.fill, 1)]


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


def tanh(z: Floats, a: Floats, leak: Floats) -> list[Call]:
    """a = tanh z"""
    return [partial(np.tanh, z, a)]


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


def step_slope(z: Floats, a: Floats, slope: Floats, leak: Floats) -> list[Call]:
    """da/dz = 0 (undefined at 0, where 0 is taken)"""
    return [partial(slope.fill, 0)]


def sine(z: Floats, a: Floats, leak: Floats) -> list[Call]:
    """a = sin z"""
    return [partial(np.sin, z, a)]


def sine_slope(z: Floats, a: Floats, slope: Floats, leak: Floats) -> list[Call]:
    """da/dz = cos z"""
    return [partial(np.cos, z, slope)]


def cosine(z: Floats, a: Floats, leak: Floats) -> list[Call]:
    """a = cos z"""
    return [partial(np.cos, z, a)]


def cosine_slope(z: Floats, a: Floats, slope: Floats, leak: Floats) -> list[Call]:
    """da/dz = -sin z"""
    return [partial(np.sin, z, slope), partial(np.negative, slope, slope)]


def exponential(z: Floats, a: Floats, leak: Floats) -> list[Call]:
    """a = e^z"""
    return [partial(np.exp, z, a)]


def exponential_slope(z: Floats, a: Floats, slope: Floats, leak: Floats) -> list[Call]:
    """da/dz = e^z = a"""
    return [partial(np.positive, a, slope)]


def logarithm(z: Floats, a: Floats, leak: Floats) -> list[Call]:
    """a = log z"""
    return [partial(np.log, z, a)]


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


def absolute(z: Floats, a: Floats, leak: Floats) -> list[Call]:
    """a = |z|"""
    return [partial(np.abs, z, a)]


def absolute_slope(z: Floats, a: Floats, slope: Floats, leak: Floats) -> list[Call]:
    """da/dz = sign z (0 at the kink)"""
    return [partial(np.sign, z, slope)]


def _smooth(z: float) -> str:
    return ""


def _relu_remark(z: float) -> str:
    if z < 0:
        return (
            "Below 0 a relu is flat: its slope is 0, so nothing behind it learns from this sample."
        )
    return "At 0 a relu has no slope of its own; 0 is taken." if z == 0 else ""


def _leaky_remark(z: float) -> str:
    return "At 0 a leaky relu has no slope of its own; its leak is taken." if z == 0 else ""


def _step_remark(z: float) -> str:
    if z == 0:
        return "At 0 a step has no slope; 0 is taken."
    return "A step is flat on both sides: its slope is 0, so it cannot teach."


def _absolute_remark(z: float) -> str:
    return "At 0 the absolute value has no slope of its own; 0 is taken." if z == 0 else ""


def _one(
    plain: str, latex: str, value: Callable[[float, float, float], float]
) -> tuple[SlopeFactor]:
    return (SlopeFactor(plain, latex, value),)


ACTIVATIONS: dict[str, Activation] = {
    "identity": Activation(
        "Identity", "{z}", "{z}", identity, identity_slope,
        _one("1", "1", lambda z, a, leak: 1.0), _smooth,
    ),
    "sigmoid": Activation(
        "Sigmoid", "1/(1 + e^(−{z}))", r"\frac{{1}}{{1+e^{{-{z}}}}}", sigmoid, sigmoid_slope,
        (
            SlopeFactor("{a}", "{a}", lambda z, a, leak: a),
            SlopeFactor("(1 − {a})", "(1-{a})", lambda z, a, leak: 1 - a),
        ),
        _smooth,
    ),
    "tanh": Activation(
        "Tanh", "tanh({z})", r"\tanh({z})", tanh, tanh_slope,
        _one("(1 − {a}²)", "(1-{a}^2)", lambda z, a, leak: 1 - a * a), _smooth,
    ),
    "relu": Activation(
        "ReLU", "max(0, {z})", r"\max(0, {z})", relu, relu_slope,
        _one("[{z} > 0]", "[{z}>0]", lambda z, a, leak: float(z > 0)), _relu_remark,
    ),
    "leaky relu": Activation(
        "Leaky ReLU", "max({z}, {leak}·{z})", r"\max({z}, {leak}\,{z})",
        leaky_relu, leaky_relu_slope,
        _one("slope({z})", r"\mathrm{{slope}}({z})", lambda z, a, leak: 1.0 if z > 0 else leak),
        _leaky_remark,
    ),
    "softplus": Activation(
        "Softplus", "log(1 + e^({z}))", r"\log(1+e^{{{z}}})", softplus, softplus_slope,
        _one("1/(1 + e^(−{z}))", r"\frac{{1}}{{1+e^{{-{z}}}}}", lambda z, a, leak: _logistic(z)),
        _smooth,
    ),
    "step": Activation(
        "Step", "[{z} ≥ 0]", r"[{z}\geq 0]", step, step_slope,
        _one("0", "0", lambda z, a, leak: 0.0), _step_remark,
    ),
    "sine": Activation(
        "Sine", "sin({z})", r"\sin({z})", sine, sine_slope,
        _one("cos({z})", r"\cos({z})", lambda z, a, leak: math.cos(z)), _smooth,
    ),
    "cosine": Activation(
        "Cosine", "cos({z})", r"\cos({z})", cosine, cosine_slope,
        _one("(−sin({z}))", r"(-\sin({z}))", lambda z, a, leak: -math.sin(z)), _smooth,
    ),
    "exponential": Activation(
        "Exponential", "e^({z})", "e^{{{z}}}", exponential, exponential_slope,
        _one("{a}", "{a}", lambda z, a, leak: a), _smooth,
    ),
    "logarithm": Activation(
        "Logarithm", "log({z})", r"\log({z})", logarithm, logarithm_slope,
        _one("1/{z}", r"\frac{{1}}{{{z}}}", lambda z, a, leak: 1 / z if z else math.inf), _smooth,
    ),
    "square": Activation(
        "Square", "({z})²", "({z})^2", square, square_slope,
        _one("2·{z}", r"2\,{z}", lambda z, a, leak: 2 * z), _smooth,
    ),
    "reciprocal": Activation(
        "Reciprocal", "1/{z}", r"\frac{{1}}{{{z}}}", reciprocal, reciprocal_slope,
        _one("(−{a}²)", "(-{a}^2)", lambda z, a, leak: -a * a), _smooth,
    ),
    "absolute": Activation(
        "Absolute value", "|{z}|", r"|{z}|", absolute, absolute_slope,
        _one("sign({z})", r"\mathrm{{sign}}({z})", lambda z, a, leak: float(np.sign(z))),
        _absolute_remark,
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
