"""The Surface dock: the loss around the present point, over any two numbers or directions."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from engine.errors import Refused
from engine.experiment.experiment import Experiment
from engine.experiment.training import RunProgress
from engine.network import Place
from engine.numerals import count, short
from engine.views import surface_planes as planes
from engine.views.surfaces import SurfaceGrid
from playground.model.document import Document, is_another
from playground.model.stage import Look, Stage, place_name
from playground.model.trainer import PLANES, ThrottledProgress, Trainer
from playground.plots.legend import Caption
from playground.plots.panel import SIDE, PlotPanel, word_button
from playground.plots.plane_plot import Ranges, sound, unit_of
from playground.plots.surface_3d import HillPlot
from playground.plots.surface_path import SurfacePath
from playground.plots.surface_plot import SlopePlot, SurfacePlot, SurfaceSight
from playground.plots.surface_work import Request, SurfaceWork, WaitBar
from playground.theme import icons
from playground.widgets.fields import NumberField, QuietChoice
from playground.widgets.layout import lay_out
from playground.widgets.plain_text import plain_label, set_tip

FINENESS = (61, 101, 201, 401, 1000)
MOST_LISTED = 300  # weights, and as many biases and parameters: a longer list is not read
MOST_BY_ITSELF = 300  # parameters: the directions of their path are found between two frames
AT_ONCE = 1e8  # multiply-adds, a third of a second
PATIENCE = 0.4  # seconds in which a coarse picture does not replace a finished one
MODES: dict[planes.Mode, str] = {
    "numbers": "Parameters",
    "random": "Random directions",
    "path": "Path directions",
}
SHORT: dict[planes.Mode, str] = {
    "numbers": "Axes",
    "random": "Random",
    "path": "Path",
}  # when closed
NONE = "–"
SMALLEST, LARGEST = 1e-6, 1e6
FAR = "The numbers are too large for a picture. Go back to where they were smaller."
NARROW = 320  # pixels
HIGH_ENOUGH = 190  # a lower panel has its caption in the tip of the plot alone

Names = list[tuple[str, Place | None]]
TakeNumber = Callable[[float], None]


class SurfaceRow(QHBoxLayout):
    """Which plane, and how far; only what matters for the chosen plane is shown."""

    mode_chosen = Signal(str)
    places_chosen = Signal(object, object)

    def __init__(
        self, stage: Stage, take_seed: TakeNumber, take_half: TakeNumber, parent: QWidget
    ) -> None:
        super().__init__()
        self._listed: Names = []
        self.mode = QuietChoice("Plane", "Plane: what changes across and upwards", parent)
        for key, title in MODES.items():
            self.mode.addItem(title, key)
        self.mode.activated.connect(lambda index: self.mode_chosen.emit(list(MODES)[index]))
        self.first = QuietChoice("Across", "Across: what changes to the right", parent)
        self.second = QuietChoice(
            "Upwards", "Upwards: what changes to the top; none for a curve", parent
        )
        for field in (self.first, self.second):
            field.activated.connect(self._tell_places)
        self.choose = word_button(
            "",
            "Choose on canvas",
            "Choose on canvas: click the two numbers there; Esc ends",
            parent,
        )
        self.choose.setFixedSize(24, 28)
        self.choose.setIconSize(QSize(icons.SIZE, icons.SIZE))
        icons.set_icon(self.choose, "select", self.choose.palette())
        self.choose.clicked.connect(stage.choose_axes)
        self.seed_word = plain_label("seed", parent)
        self.seed = NumberField("Seed", take_seed, parent)
        self.seed.setFixedSize(48, 28)
        set_tip(self.seed, "Seed: the same number draws the same directions")
        self.half_word = plain_label("±", parent)
        self.half = NumberField("Range", take_half, parent)
        self.half.setFixedSize(72, 28)
        set_tip(self.half, "Range: how far to each side of the middle, at the least")
        self._parts: list[QWidget] = [
            self.first, self.second, self.choose, self.seed_word, self.seed, self.half_word,
            self.half,
        ]  # fmt: skip
        lay_out(self, self.mode, *self._parts, None, spacing=4)

    def show_mode(self, mode: planes.Mode, width: int) -> None:
        """The controls of this kind of plane, in a panel so wide.

        In a narrow one the range is only zoomed, and the seed needs no word.
        """
        self.mode.setCurrentIndex(list(MODES).index(mode))
        self.mode.show_word(SHORT[mode])
        wide = width >= NARROW
        shown: list[QWidget] = [self.half_word, self.half] if wide else []
        if mode == "numbers":
            shown += [self.first, self.second, self.choose]
        elif mode == "random":
            shown += [self.seed_word, self.seed] if wide else [self.seed]
        for part in self._parts:
            if part not in shown:
                part.hide()  # before others come, so that the row is never wider than it must
        for part in shown:
            part.show()

    def list_places(self, names: Names, chosen: planes.Pair) -> None:
        """Offer none and these parameters; the chosen ones are shown."""
        listed, self._listed = self._listed, [(NONE, None), *names]
        places = [place for _, place in self._listed]
        for field, place, role in ((self.first, chosen[0], "x"), (self.second, chosen[1], "y")):
            if listed != self._listed:
                field.clear()
                for entry in self._listed:
                    field.addItem(*entry)
            field.setCurrentIndex(places.index(place))
            field.show_word(f"{role}: {field.currentText()}")

    def show_numbers(self, seed: int, half: float) -> None:
        """Show the seed and the range, unless they are being typed."""
        for field, text in ((self.seed, str(seed)), (self.half, short(half, 3))):
            if field.shown != text and field.text() == field.shown:
                field.show_text(text)
                field.setCursorPosition(0)  # a number that is cut is cut at its end

    def _tell_places(self) -> None:
        found = [field.currentData() for field in (self.first, self.second)]
        self.places_chosen.emit(*(Place(*data) if data else None for data in found))


class LossSurface(PlotPanel):
    """Which two numbers are the axes stands on the stage; all else belongs to this view.

    Where nobody has chosen it chooses once: the directions of the path, where there is one, else
    the two parameters with the largest gradients.
    """

    def __init__(self, document: Document, stage: Stage, trainer: Trainer, parent: QWidget) -> None:
        super().__init__("Surface", parent)
        self._document, self._stage, self._trainer = document, stage, trainer
        self._mode: planes.Mode = "path"
        self._by_itself = True
        self._suggested: planes.Pair = (None, None)
        self._seed = 0
        self._wanted = self._grid = SurfaceSight().grid
        self._unit = 1.0
        self._own_range = self._stopped = self._held = False
        self._picture: planes.Picture | None = None
        self._marks: planes.Marks | None = None
        self._note = ""
        self.on = SurfacePath(document)
        self.work = SurfaceWork(trainer, self._take)
        self._make_controls(stage)
        self.surface, self.slope, self.hill = SurfacePlot(self), SlopePlot(self), HillPlot(self)
        for plot in (self.surface, self.slope, self.hill):
            self.add_plot(plot)
            plot.range_wanted.connect(self.show_range)
        for plot in (self.surface, self.slope):
            plot.moved_to.connect(self._move)
            plot.room_changed.connect(self._fit_room)
        self.caption = Caption(self)
        self.caption.setContentsMargins(SIDE, 0, SIDE - 4, 0)
        self.column.addWidget(self.caption)
        self.wait = WaitBar(self)
        self.wait.cancelled.connect(self.cancel)
        document.changed.connect(self._changed)
        stage.looked.connect(self._looked)
        self.following = ThrottledProgress(
            trainer, self._take_progress, lambda _: self.on.take_progress(None), PLANES, self
        )
        self._read(stage.look)

    # controls

    def _make_controls(self, stage: Stage) -> None:
        self.row = SurfaceRow(stage, self.show_seed, self.show_half, self)
        self.row.mode_chosen.connect(self.show_mode)
        self.row.places_chosen.connect(self.show_places)
        self.head.addLayout(self.row, 1)
        self.side = word_button(
            "3-D", "3-D", "3-D: the same surface as a landscape that can be turned", self
        )
        self.side.clicked.connect(self._renew)
        self.head.addWidget(self.side)
        self.end_head()

    def show_mode(self, mode: planes.Mode) -> None:
        """Another kind of plane."""
        self._mode, self._by_itself, self._own_range = mode, False, False
        self.choose_plane()

    def show_places(self, first: Place | None, second: Place | None) -> None:
        """These two numbers, for every view; the second may be none."""
        pair = planes.kept((first, second), self._document.value.network)
        self._stage.show(replace(self._stage.look, surface=pair, spans=()))

    def show_seed(self, seed: float) -> None:
        """Other random directions."""
        if seed != int(seed) or not 0 <= seed < 2**53:
            raise Refused("The seed must be a whole number from 0 on.")
        self._seed = int(seed)
        self.choose_plane()

    def show_half(self, half: float) -> None:
        """So far to each side of the present point, at the least."""
        if not SMALLEST <= half <= LARGEST:
            raise Refused("The range must be a number above 0, such as 2.")
        x, y, *_ = (*self.on.point(), 0.0, 0.0)
        self._want(SurfaceGrid(x, y, half, half, self._wanted.count))
        self._own_range = True
        self._renew()

    def show_range(self, ranges: Ranges | None) -> None:
        """This part of the plane; None for what holds the whole path."""
        self._own_range = ranges is not None
        if ranges is not None:
            self._wanted = planes.spanned(self._wanted, ranges)
        else:
            self._go_home()
        self._renew()

    def show_fineness(self, points: int) -> None:
        """So many points a side."""
        self._wanted = replace(self._wanted, count=points)
        self._renew()

    def cancel(self) -> None:
        """Stop computing; what is drawn so far stays until something changes."""
        self.work.cancel()
        self._stopped = True
        self._show()

    def fill_menu(self, menu: QMenu) -> None:
        menu.addSeparator()
        inner = menu.addMenu("Points a side")
        for points in FINENESS:
            action = inner.addAction(count(points))
            action.triggered.connect(lambda on, points=points: self.show_fineness(points))
            action.setCheckable(True)
            action.setChecked(points == self._wanted.count)

    # the plane

    def choose_plane(self) -> None:
        """The plane anew, from what is chosen and where learning is now."""
        plane: planes.SurfacePlane | None = None
        try:
            plane = self._chosen_plane(self.on.now())
            self._note = ""
        except Refused as refused:
            self._note = refused.sentence
        self._picture = self._marks = None
        self.on.take_plane(plane)
        self._renew()

    def _chosen_plane(self, value: Experiment) -> planes.SurfacePlane:
        if self._mode == "random":
            return planes.along_random(value, self._seed)
        if self._mode == "path":
            try:
                if not self._by_itself or len(value.network.places) <= MOST_BY_ITSELF:
                    return planes.along_path(value)
            except Refused:
                if not self._by_itself:
                    raise
            self._mode = "numbers"  # and it stays so: nothing jumps while one looks at it
        first, second = self._places()
        if first is None:
            first, second = self._suggested = planes.most_felt(value)
        plane = planes.along_numbers(value, first, second)
        names = [place_name(value.layout, place) for place in plane.axes.places()]
        return replace(plane, names=(names[0], names[1] if len(names) > 1 else ""))

    def _places(self) -> planes.Pair:
        """The two that are chosen, or that it has chosen itself, as far as they are still there."""
        network = self._document.value.network
        chosen = planes.kept(self._stage.look.surface, network)
        if chosen[0] is None and planes.kept(self._suggested, network) == self._suggested:
            return self._suggested
        return chosen

    # following

    def _changed(self, before: Experiment, after: Experiment) -> None:
        redrawn = before.network is not after.network or before.layout is not after.layout
        if before.network is not after.network and is_another(before, after):
            self._suggested = (None, None)
            if self._places() == (None, None):
                self._mode, self._by_itself = "path", True
                self._own_range = bool(self._stage.look.spans)
        if redrawn or self.on.plane is None or self._mode == "path":
            self.choose_plane()
        else:
            self._renew()

    def _looked(self, before: Look, after: Look) -> None:
        self.row.choose.setChecked(after.choosing is not None)
        if (before.surface, before.spans) != (after.surface, after.spans):
            self._read(after)

    def _read(self, look: Look) -> None:
        self._by_itself = look.surface == (None, None)
        self._mode = "path" if self._by_itself else "numbers"
        self._own_range = bool(look.spans)
        if look.spans:
            self._want(planes.spanned(self._wanted, look.spans))
        self.choose_plane()

    def _take_progress(self, progress: RunProgress) -> None:
        self.on.take_progress(progress)
        if not self.isVisible():
            return
        if self.on.plane is None and self._mode != "numbers":
            self.choose_plane()  # there may be a path by now
        request = self._request()
        fresh = self._is_finished() and self._marks_hold()
        if request is not None and not self._stopped and not fresh:
            self._follow(request)
        self._show()

    def _follow(self, request: Request) -> None:
        """Compute what the newest snapshot of a run changes: along directions only the marks."""
        at_once = self._picture is not None and planes.quick(self._document.value)
        if at_once:
            self._marks = planes.marks_of(request.here, request.plane)
        if not request.plane.movable and self._picture is not None and self._is_finished():
            if at_once:
                return
            request = replace(request, known=self._picture.shown)
        self.work.follow(request)

    def _marks_hold(self) -> bool:
        """Whether they are of the present numbers."""
        marks = self._marks
        return marks is not None and np.array_equal(marks.of, self.on.parameters())

    def _renew(self) -> None:
        """Compute and show; where it cannot be seen, later."""
        self._stopped = False
        if not self.isVisible():
            return
        self._list()
        request = self._request()
        if request is None:
            self.work.cancel()
        else:
            self.work.start(request)
        self._show()

    def _request(self) -> Request | None:
        """What there is to compute, for all that is seen."""
        if not self._own_range and not self._held and not self._still_fits():
            self._go_home()
        self._fit()
        return self.on.request(self._grid) if self._can_be_drawn() else None

    def _can_be_drawn(self) -> bool:
        """Whether numbers between the ends of the axes can be told apart."""
        return all(map(sound, planes.ranges_of(self._grid)))

    def _take(self, picture: planes.Picture | str, over: bool) -> None:
        """A picture from beside the window."""
        if isinstance(picture, str):
            self._note, self._picture, self._marks = picture, None, None
        elif over or not self._is_finished() or self.work.elapsed > PATIENCE:
            self._picture, self._note = picture, ""
            if not self._marks_hold():
                self._marks = picture.marks
        self._show()

    def _is_finished(self) -> bool:
        """Whether what is shown is complete and of the part of the plane that is wanted."""
        picture = self._picture
        return picture is not None and picture.shown.done >= 1 and picture.grid == self._grid

    # ranges: what is wanted, and so much more that it fills the plot

    def _still_fits(self) -> bool:
        """Whether the last picture was of the same plane, and the point is well inside it."""
        point, known = self.on.point(), self._picture is not None and self._can_be_drawn()
        return known and len(point) > 0 and planes.holds(self._wanted, point)

    def _go_home(self) -> None:
        found = self.on.home(self._wanted.count)
        if found is not None:
            self._want(found)

    def _want(self, grid: SurfaceGrid) -> None:
        """This part; one unit to the right is as long as one upwards, unless they differ much."""
        self._wanted, self._unit = grid, unit_of(planes.ranges_of(grid))

    def _fit(self) -> None:
        self._grid = self._wanted
        if self._front() is self.surface:
            ranges = self.surface.fitted(planes.ranges_of(self._wanted), self._unit)
            self._grid = planes.spanned(self._wanted, ranges)

    def _square(self) -> SurfaceGrid:
        """So much of it is seen both ways, in a picture of any shape."""
        grid = self._grid
        half = min(grid.half_x, grid.half_y / self._unit)
        along_one = self._front() is self.slope
        return grid if along_one else replace(grid, half_x=half, half_y=half * self._unit)

    def _fit_room(self) -> None:
        """The plot has another shape."""
        before = self._grid
        self._fit()
        if self._grid != before and not self._front().saving:
            self._renew()
        elif self._grid != before and not self._drawn_at_once():
            self._grid = before  # a picture that takes long has a part of what there is

    def _drawn_at_once(self) -> bool:
        """Whether what a saved picture needs could be computed without a wait."""
        request = self.on.request(self._grid) if self._can_be_drawn() else None
        if request is None or request.work > AT_ONCE:
            return False
        *_, last = planes.pictures(request.here, request.plane, request.grid)
        self._take(last, over=True)
        return True

    # showing

    def _list(self) -> None:
        value, chosen = self._document.value, self._places()
        network, layout = value.network, value.layout
        weights = [place for place in network.places if place.what == "weight"]
        others = [place for place in network.places if place.what != "weight"]
        shown = [*weights[:MOST_LISTED], *others[:MOST_LISTED]]
        shown += [p for p in chosen if p is not None and p not in shown]
        self.row.list_places([(place_name(layout, p), p) for p in shown], chosen)
        self.row.show_mode(self._mode, self.width())
        if self._mode != "numbers":
            self._stage.choose_axes(False)  # the button for it is not seen

    def _front(self) -> SurfacePlot | SlopePlot | HillPlot:
        plane = self.on.plane
        if plane is not None and plane.axes.second is None:
            return self.slope
        return self.hill if self.side.isChecked() else self.surface

    def _show(self) -> None:
        plot = self._front()
        self.row.show_numbers(self._seed, self._square().half_x)
        self.side.setEnabled(plot is not self.slope)
        self.show_plot(plot)
        sight = self._sight()
        plot.show_sight(sight)
        self.caption.tell(sight.caption, sight.span)
        set_tip(plot, f"{plot.tip}\n{sight.caption}")
        seconds = 0.0 if self._trainer.is_running else self.work.seconds  # a run draws on and on
        self.wait.tell(seconds, self._picture.shown.done if self._picture else 0.0)

    def _sight(self) -> SurfaceSight:
        plane, picture = self.on.plane, self._picture
        if plane is None or not self._can_be_drawn():
            return SurfaceSight(note=self._note if plane is None else FAR)
        marks = self._marks
        slope = marks.slope if marks is not None else ()
        after = marks.after if marks is not None and self._marks_hold() else None
        return SurfaceSight(
            self._grid, picture, plane.names, self.on.path(), self.on.point(), slope,
            self.on.place_of(after) if after is not None else (),
            plane.movable, self._note, planes.caption(plane, self._square()),
            self._document.value.settings.digits,
        )  # fmt: skip

    # editing

    def _move(self, numbers: tuple[float, ...], moving: bool) -> None:
        """The point was dragged there; a drag is one entry."""
        plane = self.on.plane
        self._held = moving
        if plane is None or not plane.movable:
            return
        if not moving:
            self._document.end_fold()
            return
        self._trainer.stop()
        values = dict(zip(plane.axes.places(), numbers, strict=True))
        text = "Set two parameters" if len(values) > 1 else "Set parameter"
        self._document.set_numbers(values, text, turning=True)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._renew()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.row.show_mode(self._mode, self.width())
        self.caption.setVisible(self.height() >= HIGH_ENOUGH)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.work.cancel()
        if not event.spontaneous():
            self._stage.choose_axes(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.row.choose.isChecked():
            self._stage.choose_axes(False)
        else:
            super().keyPressEvent(event)
