"""What can be drawn over the updates: the lines of a quantity, and where they come from."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.calls import Floats
from engine.curve import Curve, Point
from engine.experiment import Run
from engine.history import History
from engine.layout import Layout
from engine.network import Network, Place
from playground.plots.lines import FAINT, Line, Style
from playground.plots.scales import drawable

LAID_OVER = 1.2
MOST_POINTS = 200_000

Course = tuple[Floats, Floats]
Live = Sequence[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class Part:
    """One column of the curve and how its line looks."""

    column: str
    name: str
    color: str = "text"
    style: Style = "solid"
    width: float = 1.6


@dataclass(frozen=True, slots=True)
class Quantity:
    """What is drawn together. The first part is the one that is clicked and laid over."""

    key: str
    title: str
    parts: tuple[Part, ...]
    zero: bool = True


QUANTITIES: tuple[Quantity, ...] = (
    Quantity(
        "loss", "Loss",
        (
            Part("loss", "training"),
            Part("test_loss", "test", "truth", "dashed"),
            Part("penalty", "penalty", "text2", "dotted"),
            Part("batch_loss", "batch", FAINT, "solid", 1.0),
        ),
    ),
    Quantity(
        "accuracy", "Accuracy",
        (
            Part("accuracy", "training"),
            Part("test_accuracy", "test", "truth", "dashed"),
        ),
        zero=False,
    ),
    Quantity("gradient", "Gradient norm", (Part("gradient_norm", "gradient norm", "bwd"),)),
)  # fmt: skip


def quantity(key: str) -> Quantity | None:
    """The row of that key; None is a parameter."""
    return next((row for row in QUANTITIES if row.key == key), None)


def lines_of(curve: Curve, wanted: Quantity) -> list[Line]:
    """The lines of a quantity that have anything to show."""
    table = drawable(curve.table)
    updates = table[:, 0]
    found: list[Line] = []
    for part in wanted.parts:
        values = table[:, Point._fields.index(part.column)]
        if part.column == "penalty" and not np.nansum(values):
            continue
        if np.isfinite(values).any():
            named = part.color != FAINT
            found.append(
                Line(part.name, updates, values, part.color, part.width, part.style, named)
            )
    return found


def laid_over(run: Run, wanted: Quantity, name: str) -> list[Line]:
    """The same quantity of another run, in secondary text: training solid, test dashed."""
    lines: list[Line] = []
    for part in wanted.parts[:2]:
        values = drawable(run.curve.column(part.column))
        if np.isfinite(values).any():
            updates = run.curve.column("update")
            first = part is wanted.parts[0]
            title = name if first else f"{name}, test"
            lines.append(Line(title, updates, values, "text2", LAID_OVER, part.style, first))
    return lines


def course(history: History, place: Place) -> Course:
    """A parameter after every update that is kept."""
    stride = 1 + sum(segment.keyframes for segment in history) // MOST_POINTS
    xs: list[Floats] = [np.empty(0)]
    ys: list[Floats] = [np.empty(0)]
    for segment in history:
        index = segment.context.network.place_index.get(place)
        if index is None:
            continue
        values = np.concatenate([block[:, index] for block in segment.blocks])[::stride]
        xs.append(segment.first + segment.spacing * stride * np.arange(len(values), dtype=float))
        ys.append(values)
    return np.concatenate(xs), drawable(np.concatenate(ys))


def longer(begun: Course, live: Live) -> Course:
    """The same, and what was seen of it since."""
    seen = np.array(live, dtype=float).reshape(-1, 2)
    return np.concatenate([begun[0], seen[:, 0]]), np.concatenate([begun[1], drawable(seen[:, 1])])


def place_name(network: Network, layout: Layout, place: Place) -> str:
    """What a learner calls a number: by the names of the nodes it belongs to."""
    target = layout.name(place.target)
    if place.what == "weight":
        return f"{layout.name(place.source)} → {target}"
    return f"bias of {target}" if place.what == "bias" else target
