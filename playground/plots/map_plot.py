"""The answer over the plane of two inputs, with the samples; with one input the curve over them."""

from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from engine.functions import Floats
from engine.numerals import short
from engine.views.decision_map import AnswerMap, InputPlane, MapPoints
from engine.views.runs import LARGEST, drawable
from playground.model.node_maps import with_room
from playground.plots.images import color_table, contours, lay, size_for, stretched, value_at
from playground.plots.legend import Legend, paint_legend
from playground.plots.plane_plot import PlanePlot, Ranges, sound, sound_ends
from playground.plots.plot import At, Numbers, Plot, Rows
from playground.plots.samples import SampleItems, mark_color, tints
from playground.theme.colour_bands import BANDS, bands_of, class_bands
from playground.theme.palette import Tokens, map_ramp
from playground.widgets.plain_text import set_tip

MOST_TOLD = 4
MARKS = "Filled points are trained, hollow ones tested."
KEYS = "Arrow keys read the answer, + and − zoom, 0 shows all."
BORDER, CURVE = 1.5, 2.0  # pixels
FITTED: At = (0.0, 0.0)  # a height that follows the curve
NOTHING: tuple[Floats, Floats] = np.empty(0), np.empty(0)
EMPTY = InputPlane("", "", (-1.0, 1.0), (-1.0, 1.0))


@dataclass(frozen=True, slots=True, eq=False)
class MapScene:
    """All that a map shows."""

    plane: InputPlane = EMPTY
    answers: AnswerMap | None = None
    points: MapPoints | None = None
    names: tuple[str, str, str] = ("", "", "")
    span: At = (0.0, 1.0)
    note: str = ""
    classes: tuple[str, ...] = ()
    border: float | None = None

    @property
    def line(self) -> bool:
        """Whether there is one input only."""
        return self.plane.second is None

    @property
    def legend(self) -> Legend:
        """What its marks and colours mean."""
        points = self.points
        tested = points is not None and bool(points.tested.any())
        shaded = self.answers is not None and not self.line and not self.classes
        return Legend(self.span if shaded else None, self.classes, tested)


class MapPlot(PlanePlot):
    """Its plane is computed for the range that is seen; along one input the height is fitted."""

    def __init__(self, parent: QWidget) -> None:
        self.shown = MapScene()
        self._laid: tuple[object, ...] = ()
        self.ground = pg.ImageItem()
        self.border, self.curve = (
            pg.PlotCurveItem(connect="finite", antialias=True) for _ in range(2)
        )
        super().__init__("Map", _tip(self.shown), parent)
        for item in (self.ground, self.border, self.curve):
            self.view.addItem(item, ignoreBounds=True)
        self.curve.setZValue(30)
        self.samples = SampleItems(self)
        self._dress()

    # what is shown

    def show_scene(self, scene: MapScene) -> None:
        """Show this from now on."""
        before, self.shown = self.shown, scene
        set_tip(self, _tip(scene))
        if before.line != scene.line:
            self._change_kind()
        self.below.name_it(scene.names[0])
        self.left.name_it(scene.names[2 if scene.line else 1])
        self.say(scene.note)
        self.samples.show(scene.points)
        self._lay()
        height = self._height() if scene.plane.y_range == FITTED else scene.plane.y_range
        ranges = scene.plane.x_range, height
        self.show_plane(ranges if scene.answers is not None else self.fitted(ranges))
        if self.read is not None:
            self.show_read(self.read)

    def _change_kind(self) -> None:
        """From a plane to a line or back: other axes, another shape of pictures."""
        line = self.shown.line
        self.standard_size = (Plot if line else PlanePlot).standard_size
        self.view.setMouseEnabled(x=True, y=not line)  # upwards a line fits what is seen
        self.below.show_lines(not line)
        for axis in (self.left, self.below):
            axis.setZValue(-1 if line else 1)

    def answers(self) -> Floats:
        """The answer along the one input."""
        found = self.shown.answers
        return drawable(found.values[0, 0]) if found is not None else np.empty(0)

    def _lay(self) -> None:
        """The answer, anew only where it or its colours are others."""
        scene, found = self.shown, self.shown.answers
        laid = found, scene.span, scene.classes, scene.border, self.tokens.name
        if laid == self._laid:
            return
        self._laid = laid
        curve = border = NOTHING
        if found is not None and scene.line:
            curve = found.xs, self.answers()
        elif found is not None:
            # what is too large to be drawn is beyond any border; what is not known yet has none
            values = np.nan_to_num(found.values, nan=np.nan, posinf=LARGEST, neginf=-LARGEST)
            self._lay_ground(found, values)
            if scene.border is not None:
                border = contours(found.xs, found.ys, values[0], np.array([scene.border]))
        self.ground.setVisible(found is not None and not scene.line)
        for item, line in ((self.curve, curve), (self.border, border)):
            item.setVisible(bool(np.isfinite(line[1]).any()))
            item.setData(*line)

    def _lay_ground(self, found: AnswerMap, values: Floats) -> None:
        size, tokens = size_for(self.view.geometry()), self.tokens
        some = np.stack([stretched(one, *size) for one in values])
        if self.shown.classes:
            colors = *tints(tokens), tokens.surface
            bands = class_bands(some, len(colors) - 1)
        else:
            colors, bands = map_ramp(tokens, BANDS), bands_of(some[0], self.shown.span)
        lay(self.ground, bands, color_table(colors), found.xs, found.ys)

    # ranges

    def _height(self) -> At:
        """What the curve and the samples need."""
        points, numbers = self.shown.points, self.answers()
        if points is not None:
            numbers = np.append(numbers, drawable(points.places[:, 1]))
        known = numbers[np.isfinite(numbers)]
        return sound_ends(with_room(known)) if len(known) else (0.0, 1.0)

    def show_plane(self, ranges: Ranges) -> None:
        if self.shown.line:
            self.ranges = ranges
            self.view.setAspectLocked(False)
            self.show_range(*ranges)
        else:
            super().show_plane(ranges)

    def moved(self) -> None:
        """Along one input the height is left to the curve, unless it was changed by itself."""
        x, y = (tuple(ends) for ends in self.view.viewRange())
        fits = self.shown.plane.y_range == FITTED
        if fits and sound(x) and np.allclose(y, self.ranges[1], rtol=1e-9, atol=0):
            self.range_wanted.emit((x, FITTED))
        else:
            super().moved()

    # reading

    def mark_read(self, at: At) -> At | None:
        if not self.shown.line:
            return at
        (y,) = self._outputs(at)
        return (at[0], y) if np.isfinite(y) else None

    def _outputs(self, at: At) -> list[float]:
        """Every answer at a place; NaN where it is not known."""
        found = self.shown.answers
        if found is None:
            return [np.nan]
        if self.shown.line:
            return [float(np.interp(at[0], found.xs, self.answers()))]
        return [value_at(found.xs, found.ys, drawable(values), *at) for values in found.values]

    def readings(self, at: At) -> Rows:
        """The answer at the pointer, and where that is."""
        scene, outputs = self.shown, self._outputs(at)
        if scene.answers is None or (scene.classes and not np.isfinite(outputs).any()):
            return []
        names = scene.classes or scene.names[2:]
        largest = sorted(range(len(outputs)), key=lambda k: -outputs[k])[:MOST_TOLD]
        rows = [(f"{names[k]} {short(outputs[k], 3) or '–'}", "text2") for k in largest]
        if scene.classes:
            best = int(np.nanargmax(outputs))
            rows = [(names[best], mark_color(best)), *rows]
        else:
            rows = [(rows[0][0], "fwd")]
        places = zip(scene.names, at[:1] if scene.line else at, strict=False)
        return rows + [(f"{name} {short(place, 3)}", "text2") for name, place in places]

    # saving, themes

    def title(self) -> str:
        return self.shown.names[2]

    def numbers(self) -> Numbers | None:
        """Every point of the grid: its place, and the answer or the outputs there."""
        scene, found = self.shown, self.shown.answers
        if found is None:
            return None
        columns = found.columns()
        names = [*scene.names[:2], *(scene.classes or scene.names[2:])]
        if scene.line:  # nothing changes upwards
            del names[1], columns[1]
        return names, columns

    def paint_legend(self, painter: QPainter, box: QRectF, tokens: Tokens) -> None:
        if self.shown.answers is not None:
            paint_legend(painter, tokens, box, self.shown.legend)

    def wear(self, tokens: Tokens) -> None:
        if hasattr(self, "samples"):
            self.border.setPen(self.ink(tokens.text, BORDER))
            self.curve.setPen(self.ink(tokens.fwd, CURVE))
            self.samples.show(self.shown.points)
            self._lay()


def _tip(scene: MapScene) -> str:
    """What is shown, in a few lines: they stand over it."""
    shown = "the answer over the inputs, orange low and blue high."
    if scene.classes:
        shown = "which class has the highest output, each in its colour."
    elif scene.line:
        shown = "the answer along the one input."
    return f"Map: {shown}\n{MARKS}\n{KEYS}"
