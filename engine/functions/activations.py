"""The activations by name: how a neuron turns its combined input z into its value a.

Each is given as NumPy calls bound to buffers, so that a pass through a network is one flat list.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from engine.errors import unknown
from engine.functions import Call, Floats, always, bound, number, run
from engine.numerals import short

LEAK = 0.01

Remark = Callable[[float], str]
Sentence = Callable[[float, float, int], str]


@dataclass(frozen=True, slots=True)
class SlopeFactor:
    """One factor of a slope: how it is written about z and a, and its number.

    `opaque` says that numbers put into it would not tell what it comes to: only its number does.
    """

    plain: str
    latex: str
    value: Callable[[float, float, float], float]
    opaque: bool = False


@dataclass(frozen=True, slots=True)
class Activation:
    """A row of the table. `leak` is the slope of a leaky relu below 0; the others ignore it.

    `forward(z, a, leak)` binds the calls that fill `a`, `slope(z, a, slope, leak)` those that fill
    `slope` with da/dz. `sentence(z, leak, digits)` says what becomes of the sum, `remark(z)` what
    its slope does to learning. `sign` stands before a bracket, as in σ(W·x); with `sign_latex` the
    slope is told in brief as σ′(z), without it as its formula. `ends` are the least and the largest
    answer, where it flattens. `form(z, leak)` writes it where one formula does not hold everywhere.
    `in_place` says that `forward` may write over the sum it reads. `missing(z)` tells, where it
    has no value, what does not exist and what the sum has to be.
    """

    title: str
    plain: str
    latex: str
    forward: Callable[[Floats, Floats, Floats], list[Call]]
    slope: Callable[[Floats, Floats, Floats, Floats], list[Call]]
    slope_factors: tuple[SlopeFactor, ...]
    sentence: Sentence
    remark: Remark = lambda z: ""
    sign: str = ""
    sign_latex: str = ""
    ends: tuple[float, float] | None = None
    form: Callable[[float, float], tuple[str, str]] | None = None
    in_place: bool = True
    missing: Callable[[float], tuple[str, str] | None] = lambda z: None

    @property
    def has_leak(self) -> bool:
        """Whether the leak of a neuron counts for it."""
        return "{leak}" in self.plain

    @property
    def may_be_missing(self) -> bool:
        return self.missing(0.0) is not None

    def slope_at(self, z: float, a: float, leak: float) -> float:
        """da/dz, as the product of the factors that are told."""
        return math.prod(factor.value(z, a, leak) for factor in self.slope_factors)


def _logistic(z: Floats, out: Floats) -> list[Call]:
    """1 / (1 + e^-z); where e^-z overflows to ∞ the limit 0 comes out right."""
    return bound(
        z, (np.negative, z, out), (np.exp, out, out), (np.add, 1, out, out),
        (np.divide, 1, out, out),
    )  # fmt: skip


def _leaky_slope(z: Floats, out: Floats, leak: Floats) -> list[Call]:
    """1 above 0, else leak"""
    return bound(
        z, (np.heaviside, z, 0, out), (np.multiply, out, 1 - leak, out), (np.add, out, leak, out)
    )


def _sigmoid_sentence(z: float, leak: float, digits: int) -> str:
    told = "The sigmoid squeezes the sum into the range from 0 to 1."
    if z == 0:
        return told
    side, share = ("Above", "more") if z > 0 else ("Below", "less")
    return f"{told} {side} 0 it answers {share} than ½."


PASSES = "The sum is above 0, so it passes unchanged."


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


ACTIVATIONS: dict[str, Activation] = {
    "identity": Activation(
        "Identity", "{z}", "{z}",
        lambda z, a, leak: bound(z, (np.positive, z, a)),
        lambda z, a, slope, leak: bound(z, (slope.fill, 1)),
        (SlopeFactor("1", "1", lambda z, a, leak: 1.0),), always("The sum is passed on as it is."),
    ),
    "sigmoid": Activation(
        "Sigmoid", "1/(1 + e^(−{z}))", r"\frac{{1}}{{1+e^{{-{z}}}}}",
        lambda z, a, leak: _logistic(z, a),
        lambda z, a, slope, leak: bound(
            z, (np.subtract, 1, a, slope), (np.multiply, slope, a, slope)),
        (
            SlopeFactor("{a}", "{a}", lambda z, a, leak: a),
            SlopeFactor("(1 − {a})", "(1-{a})", lambda z, a, leak: 1 - a),
        ),
        _sigmoid_sentence, sign="σ", sign_latex=r"\sigma", ends=(0.0, 1.0),
    ),
    "tanh": Activation(
        "Tanh", "tanh({z})", r"\tanh({z})",
        lambda z, a, leak: bound(z, (np.tanh, z, a)),
        lambda z, a, slope, leak: bound(
            z, (np.multiply, a, a, slope), (np.subtract, 1, slope, slope)),
        (SlopeFactor("(1 − {a}²)", "(1-{a}^2)", lambda z, a, leak: 1 - a * a),),
        always("Tanh squeezes the sum into the range from −1 to 1."),
        sign="tanh", sign_latex=r"\tanh", ends=(-1.0, 1.0),
    ),
    "relu": Activation(
        "ReLU", "max(0, {z})", r"\max(0, {z})",
        lambda z, a, leak: [partial(np.maximum, z, number(0, z), out=a)],  # NumPy wants the name
        lambda z, a, slope, leak: bound(z, (np.heaviside, z, 0, slope)),
        (SlopeFactor("[{z} > 0]", "[{z}>0]", lambda z, a, leak: float(z > 0)),),
        lambda z, leak, digits: (
            PASSES if z > 0 else "A relu lets nothing from 0 downwards through."),
        lambda z: (
            "Below 0 a relu is flat: its slope is 0, so nothing behind it learns from this sample."
            if z < 0 else "" if z else "At 0 a relu has no slope of its own; 0 is taken."),
        sign="relu", sign_latex=r"\mathrm{relu}",
    ),
    "leaky relu": Activation(
        "Leaky ReLU", "max({z}, {leak}·{z})", r"\max({z}, {leak}\,{z})",
        lambda z, a, leak: [*_leaky_slope(z, a, leak), *bound(z, (np.multiply, z, a, a))],
        lambda z, a, slope, leak: _leaky_slope(z, slope, leak),
        (SlopeFactor("slope({z})", r"\mathrm{{slope}}({z})",
                     lambda z, a, leak: 1.0 if z > 0 else leak, opaque=True),),
        _leaky_sentence,
        lambda z: "" if z else "At 0 a leaky relu has no slope of its own; its leak is taken.",
        sign="leaky", sign_latex=r"\mathrm{leaky}", form=_leaky_form, in_place=False,
    ),
    "softplus": Activation(
        "Softplus", "log(1 + e^({z}))", r"\log(1+e^{{{z}}})",
        lambda z, a, leak: bound(z, (np.logaddexp, 0, z, a)),
        lambda z, a, slope, leak: _logistic(z, slope),
        (SlopeFactor("1/(1 + e^(−{z}))", r"\frac{{1}}{{1+e^{{-{z}}}}}",
                     lambda z, a, leak: 1 / (1 + math.exp(-z)) if z > -700 else 0.0),),
        always("Softplus is a relu with a rounded corner: it is never quite 0."),
        sign="softplus", sign_latex=r"\mathrm{softplus}",
    ),
    "step": Activation(
        "Step", "[{z} ≥ 0]", r"[{z}\geq 0]",
        lambda z, a, leak: bound(z, (np.heaviside, z, 1, a)),
        lambda z, a, slope, leak: bound(z, (slope.fill, 0)),
        (SlopeFactor("0", "0", lambda z, a, leak: 0.0),),
        lambda z, leak, digits: "From 0 on a step answers 1, below 0 it answers 0; the sum is "
            f"{'below 0' if z < 0 else 'not below 0'}.",
        lambda z: "A step is flat on both sides: its slope is 0, so it cannot teach." if z else
            "At 0 a step has no slope; 0 is taken.",
        sign="step", sign_latex=r"\mathrm{step}", ends=(0.0, 1.0),
    ),
    "sine": Activation(
        "Sine", "sin({z})", r"\sin({z})",
        lambda z, a, leak: bound(z, (np.sin, z, a)),
        lambda z, a, slope, leak: bound(z, (np.cos, z, slope)),
        (SlopeFactor("cos({z})", r"\cos({z})", lambda z, a, leak: math.cos(z)),),
        always("The sine swings between −1 and 1."), sign="sin",
    ),
    "cosine": Activation(
        "Cosine", "cos({z})", r"\cos({z})",
        lambda z, a, leak: bound(z, (np.cos, z, a)),
        lambda z, a, slope, leak: bound(z, (np.sin, z, slope), (np.negative, slope, slope)),
        (SlopeFactor("(−sin({z}))", r"(-\sin({z}))", lambda z, a, leak: -math.sin(z)),),
        always("The cosine swings between −1 and 1."), sign="cos",
    ),
    "exponential": Activation(
        "Exponential", "e^({z})", "e^{{{z}}}",
        lambda z, a, leak: bound(z, (np.exp, z, a)),
        lambda z, a, slope, leak: bound(z, (np.positive, a, slope)),
        (SlopeFactor("{a}", "{a}", lambda z, a, leak: a),),
        always("e to the power of the sum: it is never negative and grows fast."), sign="exp",
    ),
    "logarithm": Activation(
        "Logarithm", "log({z})", r"\log({z})",
        lambda z, a, leak: bound(z, (np.log, z, a)),
        lambda z, a, slope, leak: bound(z, (np.divide, 1, z, slope)),
        (SlopeFactor("1/{z}", r"\frac{{1}}{{{z}}}", lambda z, a, leak: 1 / z if z else math.inf),),
        always("The logarithm says which power of e the sum is."), sign="log",
        missing=lambda z: (f"The logarithm of {short(z)}", "above 0") if z <= 0 else None,
    ),
    "square": Activation(
        "Square", "{z}²", "{z}^2",
        lambda z, a, leak: bound(z, (np.multiply, z, z, a)),
        lambda z, a, slope, leak: bound(z, (np.multiply, z, 2, slope)),
        (SlopeFactor("2·{z}", r"2\,{z}", lambda z, a, leak: 2 * z),),
        always("The square drops the sign and makes large sums much larger."), sign="square",
    ),
    "reciprocal": Activation(
        "Reciprocal", "1/{z}", r"\frac{{1}}{{{z}}}",
        lambda z, a, leak: bound(z, (np.divide, 1, z, a)),
        lambda z, a, slope, leak: bound(z, (np.multiply, a, a, slope), (np.negative, slope, slope)),
        (SlopeFactor("(−{a}²)", "(-{a}^2)", lambda z, a, leak: -a * a),),
        always("One divided by the sum."), sign="reciprocal",
        missing=lambda z: ("1/0", "not 0") if z == 0 else None,
    ),
    "absolute": Activation(
        "Absolute value", "|{z}|", r"|{z}|",
        lambda z, a, leak: bound(z, (np.abs, z, a)),
        lambda z, a, slope, leak: bound(z, (np.sign, z, slope)),  # 0 at the kink
        (SlopeFactor("sign({z})", r"\mathrm{{sign}}({z})", lambda z, a, leak: float(np.sign(z))),),
        always("The absolute value drops the sign."),
        lambda z: "" if z else "At 0 the absolute value has no slope of its own; 0 is taken.",
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
