"""The losses by name: how far the outputs are from their targets, and the slope of that.

Every array is (outputs × samples). Sums over outputs and means over samples are taken elsewhere.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np

from engine.errors import unknown
from engine.functions import Call, Floats, always, bound, number, run
from engine.numerals import short

Reduction = Literal["mean", "sum"]
REDUCTIONS: tuple[Reduction, ...] = ("mean", "sum")


@dataclass(frozen=True, slots=True)
class Comparison:
    """An output beside its target, for the sentences about it; `targets` is the sum of all.

    `bent` says that the output's activation has a slope of its own.
    """

    a: float
    t: float
    loss: float
    targets: float
    bent: bool
    digits: int


Sentence = Callable[[Comparison], str]
EXACT = "The answer is exactly right"


def _if_missed(sentence: str) -> Sentence:
    return lambda at: (
        sentence.format(miss=short(at.a - at.t, at.digits)) if at.loss else f"{EXACT}."
    )


def _too_far(at: Comparison, then: str) -> str:
    miss = at.a - at.t
    if miss == 0:
        return f"{EXACT}, so there is nothing to blame."
    side = "high" if miss > 0 else "low"
    return f"The answer is too {side} by {short(abs(miss), at.digits)}; {then}"


def _blame_miss(at: Comparison) -> str:
    if at.bent:
        return _too_far(at, "the slope says how much the sum could change that.")
    return _too_far(at, "that is where the blame begins.")


@dataclass(frozen=True, slots=True)
class Loss:
    """A row of the table.

    `value(a, t, z, middle)` is the loss of each output and sample; the middle is what separates
    two classes, which one target alone does not tell. `slope(a, t, out)` binds calls that
    fill `out` with its slope by a; by z where it is short with a sigmoid, and then
    `slope_by_value(a, t, z)` is the one by a. `sentence` says what the loss makes of an answer,
    `blame` where its slope begins, `remark` what holds of it everywhere. Outputs are judged
    each for itself, or as a group: the `shares` of a softmax, or `by_class`.
    """

    title: str
    plain: str
    latex: str
    slope_plain: str
    slope_latex: str
    value: Callable[[Floats, Floats, Floats, float], Floats]
    slope: Callable[[Floats, Floats, Floats], list[Call]]
    sentence: Sentence
    blame: Sentence = _blame_miss
    classifies: bool = False
    has_targets: bool = True
    shares: bool = False
    by_class: bool = False
    slope_by_value: Callable[[Floats, Floats, Floats], Floats] | None = None
    remark: str = ""

    @property
    def by_sum(self) -> bool:
        """Whether its slope is taken by the sum of a sigmoid output."""
        return self.slope_by_value is not None

    @property
    def grouped(self) -> bool:
        """Whether the outputs depend on each other."""
        return self.shares or self.by_class


def binary_cross_entropy(a: Floats, t: Floats, z: Floats, middle: float) -> Floats:
    """E = -(t log a + (1 - t) log(1 - a)) with a = σ(z), written in z so that nothing overflows."""
    return np.asarray(np.maximum(z, 0) - z * t + np.log1p(np.exp(-np.abs(z))))


def binary_cross_entropy_by_value(a: Floats, t: Floats, z: Floats) -> Floats:
    """dE/da = (1 - t) / (1 - a) - t / a, written in z: 1 / (1 - a) = 1 + e^z, 1 / a = 1 + e^-z"""
    with np.errstate(over="ignore", invalid="ignore"):  # a factor 0 rules, even over ∞
        wrong_above = np.where(t == 1, 0, (1 - t) * (1 + np.exp(z)))
        wrong_below = np.where(t == 0, 0, t * (1 + np.exp(-z)))
    return np.asarray(wrong_above - wrong_below)


def softmax_cross_entropy(a: Floats, t: Floats, z: Floats, middle: float) -> Floats:
    """E_k = -t_k log p_k with p = softmax(a) over all outputs"""
    shifted = a - a.max(axis=0)
    others = np.exp(shifted)
    others[np.argmax(a, axis=0), np.arange(a.shape[1])] = 0  # the largest is e^0: log1p adds it
    return np.asarray(t * (np.log1p(others.sum(axis=0)) - shifted))


def softmax_slope(a: Floats, t: Floats, out: Floats) -> list[Call]:
    """dE/da_k = p_k Σt - t_k"""
    top, total = np.empty_like(a[..., :1, :]), np.empty_like(a[..., :1, :])
    weight = np.empty_like(top)
    return [
        partial(np.amax, a, axis=-2, keepdims=True, out=top),
        partial(np.subtract, a, top, out),
        partial(np.exp, out, out),
        partial(np.sum, out, axis=-2, keepdims=True, out=total),
        partial(np.divide, out, total, out),
        partial(np.sum, t, axis=-2, keepdims=True, out=weight),
        partial(np.multiply, out, weight, out),
        partial(np.subtract, out, t, out),
    ]


def softmax(a: Floats) -> Floats:
    """p_k = e^(a_k) / Σ e^(a_j), down the columns"""
    powers: Floats = np.exp(a - a.max(axis=0))
    return np.asarray(powers / powers.sum(axis=0))


LOSSES: dict[str, Loss] = {
    "squared": Loss(
        "Squared error", "({a} − {t})²", "({a}-{t})^2", "2·({a} − {t})", "2({a}-{t})",
        lambda a, t, z, middle: np.asarray((a - t) ** 2),
        lambda a, t, out: bound(out, (np.subtract, a, t, out), (np.multiply, out, 2, out)),
        _if_missed("The miss is {miss}; squared, large misses count much more than small ones."),
    ),
    "half squared": Loss(
        "Half squared error", "½·({a} − {t})²", r"\frac{{1}}{{2}}({a}-{t})^2",
        "({a} − {t})", "({a}-{t})",
        lambda a, t, z, middle: np.asarray(0.5 * (a - t) ** 2),
        lambda a, t, out: bound(out, (np.subtract, a, t, out)),
        _if_missed("The miss is {miss}; half of its square, so that the slope is the miss itself."),
    ),
    "absolute": Loss(
        "Absolute error (L1)", "|{a} − {t}|", "|{a}-{t}|",
        "sign({a} − {t})", r"\mathrm{{sign}}({a}-{t})",
        lambda a, t, z, middle: np.asarray(np.abs(a - t)),
        lambda a, t, out: bound(out, (np.subtract, a, t, out), (np.sign, out, out)),
        _if_missed("The miss is {miss}; its sign does not matter."),
        lambda at: _too_far(at, "only the side counts, not how far."),
    ),
    "hinge": Loss(
        "Hinge", "max(0, 1 − {t}·{a})", r"\max(0, 1-{t}\,{a})",
        "(−{t}·[{t}·{a} < 1])", r"(-{t}\,[{t}\,{a}<1])",
        lambda a, t, z, middle: np.asarray(np.maximum(0, 1 - t * a)),
        lambda a, t, out: bound(
            out, (np.multiply, a, t, out), (np.subtract, 1, out, out),
            (np.heaviside, out, 0, out),  # 0 at the kink
            (np.multiply, out, t, out), (np.negative, out, out)),
        lambda at: "The answer should be at least 1 on its target's side of 0." if at.loss else
            "The answer is on the right side, with room to spare.",
        lambda at: "The answer is right with room to spare, so the hinge has slope 0."
            if at.t * at.a >= 1 else
            "The answer is not yet 1 on its target's side, so the hinge pulls it there.",
        classifies=True,
    ),
    "zero-one": Loss(
        "Zero-one", "[class of {a} ≠ class of {t}]", r"[{a}\neq {t}]", "0", "0",
        lambda a, t, z, middle: np.asarray(  # told at the output of the true class
            true_class_marks(t) * (classes_of(a, middle) != classes_of(t, middle))),
        lambda a, t, out: bound(out, (out.fill, 0)),
        always("Right class or wrong class: nothing in between counts."),
        classifies=True, by_class=True,
        remark="Zero-one is flat everywhere: its slope is 0, so it cannot teach.",
    ),
    "binary cross-entropy": Loss(
        "Binary cross-entropy", "−({t}·log {a} + (1 − {t})·log(1 − {a}))",
        r"-({t}\log {a}+(1-{t})\log(1-{a}))", "({a} − {t})", "({a}-{t})",
        binary_cross_entropy, lambda a, t, out: bound(out, (np.subtract, a, t, out)),
        _if_missed("The less the answer believes in the truth, the larger the loss."),
        always("The slopes of sigmoid and logarithm cancel: what is left is answer minus target."),
        classifies=True, slope_by_value=binary_cross_entropy_by_value,
    ),
    "softmax cross-entropy": Loss(
        "Softmax cross-entropy", "−{t}·log {p}", r"-{t}\log {p}", "({p} − {t})", "({p}-{t})",
        softmax_cross_entropy, softmax_slope,
        lambda at: "The less probable the true class was, the larger the loss." if at.t else
            "This is not the true class, so it adds nothing.",
        lambda at: "Softmax and logarithm together leave probability"
            f"{'' if at.targets == 1 else ', times the sum of the targets,'} minus target.",
        classifies=True, shares=True,
    ),
    "output": Loss(
        "The output itself", "{a}", "{a}", "1", "1",
        lambda a, t, z, middle: a.copy(), lambda a, t, out: bound(out, (out.fill, 1)),
        always("Nothing is compared here: the output itself is what is to be made small."),
        always("The output itself is made small; its own slope is 1, and the way back begins."),
        has_targets=False,
    ),
}  # fmt: skip


def loss(name: str) -> Loss:
    """The row of that name, or a refusal that lists the names there are."""
    if name not in LOSSES:
        raise unknown("Loss", name, LOSSES)
    return LOSSES[name]


def evaluate(
    name: str, a: Floats, t: Floats, which: int, xs: Floats, middle: float = 0.5
) -> tuple[Floats, Floats]:
    """The loss of one sample while one of its outputs runs over `xs`, and dE/da there.

    Where the outputs do not depend on each other it is the loss of that output alone.
    """
    row = loss(name)
    if not row.grouped:
        a, t, which = a[which : which + 1], t[which : which + 1], 0
    values, targets = (np.repeat(side[:, None], len(xs), axis=1) for side in (a, t))
    values[which], slope = xs, np.empty_like(values)
    with np.errstate(all="ignore"):
        sums = np.log(values / (1 - values)) if row.by_sum else values
        found = row.value(values, targets, sums, middle).sum(axis=0)
        if row.slope_by_value:
            slope = row.slope_by_value(values, targets, sums)
        else:
            run(row.slope(values, targets, slope))
    return found, slope[which]


def slope_at(name: str, a: float, t: float) -> float:
    """The slope that learning takes at one answer, where it stands for itself."""
    slope = np.empty((1, 1))
    run(loss(name).slope(np.array([[a]]), np.array([[t]]), slope))
    return float(slope[0, 0]) + 0.0  # turns -0 into 0


def middle_of(targets: Floats) -> float:
    """What separates two classes: 0 where a target is -1, else ½."""
    return 0.0 if targets.size and targets.min() < 0 else 0.5


def true_class_marks(t: Floats) -> Floats:
    """1 at the output of the true class, else 0."""
    marks = np.zeros_like(t)
    marks[np.argmax(t, axis=0), np.arange(t.shape[1])] = 1
    return marks


def looks_like_classes(targets: Floats) -> bool:
    """Whether every target is one of {0, 1}, or every one is one of {-1, 1}."""
    if not targets.size:
        return False
    marks = targets == 1  # np.isin takes ten times as long
    return any(bool((marks | (targets == other)).all()) for other in (0, -1))


def classes_of(values: Floats, middle: float) -> Floats:
    """The class of each sample: the largest output, or the side of the middle."""
    if values.shape[0] == 1:
        return np.asarray(values[0] >= middle, dtype=float)
    return np.asarray(np.argmax(values, axis=0), dtype=float)


def bind_shrink(values: Floats, by: Floats, scratch: Floats) -> list[Call]:
    """Move every value towards 0 by so much, stopping at 0: the proximal step of an L1 penalty."""
    return [
        *bound(scratch, (np.abs, values, scratch), (np.subtract, scratch, by, scratch)),
        partial(np.maximum, scratch, number(0, scratch), out=scratch),
        *bound(scratch, (np.copysign, scratch, values, values), (np.add, values, 0, values)),
    ]  # the last turns -0 into 0
