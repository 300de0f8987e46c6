"""The lines that can be drawn over the updates, and how each of them looks."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.experiment.curve import Curve, Point
from engine.experiment.experiment import PastRun
from engine.functions import Floats
from engine.views.runs import Series, drawable

INK, LAID_OVER = 1.6, 1.2  # pixels
FAINT = "faint"

Style = Literal["solid", "dashed", "dotted"]
DASHES: dict[Style, tuple[float, ...]] = {"solid": (), "dashed": (6.0, 4.0), "dotted": (2.0, 3.0)}


@dataclass(frozen=True, slots=True, eq=False)
class SeriesLine:
    """Numbers over updates, in the colour of a token."""

    name: str
    xs: Floats
    ys: Floats
    color: str = "text"
    width: float = INK
    style: Style = "solid"
    named: bool = True

    @property
    def series(self) -> Series:
        """Updates and numbers."""
        return self.xs, self.ys


@dataclass(frozen=True, slots=True)
class Part:
    """One column of the curve and how its line looks."""

    column: str
    name: str
    color: str = "text"
    style: Style = "solid"
    width: float = INK


@dataclass(frozen=True, slots=True)
class Quantity:
    """What is drawn together. The first part is the one that is clicked and laid over."""

    title: str
    parts: tuple[Part, ...]
    zero: bool = True


QUANTITIES: dict[str, Quantity] = {
    "loss": Quantity(
        "Loss",
        (
            Part("loss", "training"),
            Part("test_loss", "test", "truth", "dashed"),
            Part("penalty", "penalty", "text2", "dotted"),
            Part("batch_loss", "batch", FAINT, "solid", 1.0),
        ),
    ),
    "accuracy": Quantity(
        "Accuracy",
        (Part("accuracy", "training"), Part("test_accuracy", "test", "truth", "dashed")),
        zero=False,
    ),
    "gradient": Quantity("Gradient norm", (Part("gradient_norm", "gradient norm", "bwd"),)),
}


def lines_of(curve: Curve, wanted: Quantity) -> list[SeriesLine]:
    """The lines of a quantity that have anything to show."""
    table = drawable(curve.table)
    updates = table[:, 0]
    found: list[SeriesLine] = []
    for part in wanted.parts:
        values = table[:, Point._fields.index(part.column)]
        if part.column == "penalty" and not np.nansum(values):
            continue
        if np.isfinite(values).any():
            named = part.color != FAINT
            found.append(
                SeriesLine(part.name, updates, values, part.color, part.width, part.style, named)
            )
    return found


def laid_over(run: PastRun, wanted: Quantity, name: str) -> list[SeriesLine]:
    """The same quantity of another run, in secondary text: training solid, test dashed."""
    lines: list[SeriesLine] = []
    for part in wanted.parts[:2]:
        values = drawable(run.curve.column(part.column))
        if np.isfinite(values).any():
            updates = run.curve.column("update")
            first = part is wanted.parts[0]
            title = name if first else f"{name}, test"
            lines.append(SeriesLine(title, updates, values, "text2", LAID_OVER, part.style, first))
    return lines
