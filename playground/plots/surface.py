"""The Surface dock: the loss around the present point, over any two numbers or directions."""

from dataclasses import replace

import numpy as np
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QMenu, QWidget

from engine.errors import Refused
from engine.experiment import Experiment
from engine.network import Place
from engine.numerals import count
from engine.surfaces import Grid
from engine.training import Progress
from playground.document import Document
from playground.later import PLANES, Later
from playground.plots.caption import caption
from playground.plots.courses import place_name
from playground.plots.hill_plot import HillPlot
from playground.plots.on_plane import OnPlane
from playground.plots.panel import PlotPanel, word_button
from playground.plots.plane import (
    Marks,
    Mode,
    Picture,
    Plane,
    along_numbers,
    along_path,
    along_random,
    holds,
    marks_of,
    quick,
    spanned,
)
from playground.plots.plane_plot import PlanePlot, Sight
from playground.plots.slope_plot import SlopePlot
from playground.plots.surface_plot import SurfacePlot
from playground.plots.surface_row import SurfaceRow, Wishes
from playground.plots.surface_work import Request, SurfaceWork
from playground.plots.wait_bar import WaitBar
from playground.stage import Look, Stage
from playground.trainer import Trainer

POINTS = 61
FINENESS = (61, 101, 201, 401, 1000)
MOST_LISTED = 300
PATIENCE = 0.4  # seconds in which a coarse picture does not replace a finished one
LONG = 1.0
CHOOSE = "Choose two parameters"


class Surface(PlotPanel):
    """Which two numbers are the axes stands on the stage; all else belongs to this view."""

    def __init__(self, document: Document, stage: Stage, trainer: Trainer, parent: QWidget) -> None:
        super().__init__("Surface", parent)
        self._document, self._stage, self._trainer = document, stage, trainer
        self._mode: Mode = "numbers"
        self._seed, self._points = 0, POINTS
        self._half: float | None = None
        self._grid = Grid(0.0, 0.0, 2.0, 2.0, POINTS)
        self._own_grid = self._stopped = self._due = False
        self._picture: Picture | None = None
        self._marks: Marks | None = None
        self._note = CHOOSE
        self.on = OnPlane(document)
        self.work = SurfaceWork(trainer, self._take)
        self._make_controls(stage)
        self.surface = SurfacePlot(self._move, self.show_grid, self)
        self.slope = SlopePlot(self._move, self.show_grid, self)
        self.hill = HillPlot(self.show_grid, self)
        for plot in (self.surface, self.slope, self.hill):
            self.add_plot(plot)
        self.wait = WaitBar(self.cancel, self)
        document.changed.connect(self._changed)
        stage.looked.connect(self._looked)
        self.following = Later(
            trainer, self._take_progress, lambda _: self.on.take_progress(None), PLANES, self
        )
        self._read(stage.look)

    # controls

    def _make_controls(self, stage: Stage) -> None:
        wishes = Wishes(self.show_mode, self.show_places, self.show_seed, self.show_half)
        self.row = SurfaceRow(wishes, stage, self)
        self.head.addLayout(self.row, 1)
        self.side = word_button(
            "3-D", "3-D", "3-D: the same surface as a landscape that can be turned", self
        )
        self.side.clicked.connect(lambda on: self._show())
        self.head.addWidget(self.side)
        self.end_head()

    def show_mode(self, mode: Mode) -> None:
        """Another kind of plane."""
        self._mode = mode
        self._own_grid, self._half = False, None
        self.choose_plane()

    def show_places(self, first: Place | None, second: Place | None) -> None:
        """These two numbers, for every view; the second may be none."""
        if first is None:
            first, second = second, None
        self._stage.show(replace(self._stage.look, surface=(first, second), spans=()))

    def show_seed(self, seed: int) -> None:
        """Other random directions."""
        self._seed = seed
        self.choose_plane()

    def show_half(self, half: float) -> None:
        """So far to each side of the present point."""
        self._half = half
        x, y, *_ = (*self.on.point(), 0.0, 0.0)
        self.show_grid(Grid(x, y, half, half, self._points))

    def show_grid(self, grid: Grid | None) -> None:
        """This part of the plane; None for what holds the whole path."""
        self._own_grid = grid is not None
        if grid is None:
            self._half = None
            self._go_home()
        else:
            self._grid = replace(grid, count=self._points)
        self._renew()

    def show_fineness(self, points: int) -> None:
        """So many points a side."""
        self._points = points
        self._grid = replace(self._grid, count=points)
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
            action.setChecked(points == self._points)

    # the plane

    def choose_plane(self) -> None:
        """The plane anew, from what is chosen and where learning is now."""
        plane: Plane | None = None
        try:
            plane = self._chosen_plane(self.on.now())
            self._note = CHOOSE if plane is None else ""
        except Refused as refused:
            self._note = refused.sentence
        self._picture = self._marks = None
        self.on.take_plane(plane)
        self._renew()

    def _chosen_plane(self, value: Experiment) -> Plane | None:
        if self._mode == "random":
            return along_random(value, self._seed)
        if self._mode == "path":
            return along_path(value)
        first, second = self._places()
        if first is None:
            return None
        plane = along_numbers(value, first, second)
        names = [place_name(value.network, value.layout, place) for place in plane.places]
        return replace(plane, names=(names[0], names[1] if len(names) > 1 else ""))

    def _places(self) -> tuple[Place | None, Place | None]:
        """The two that are chosen, as far as they are still there and not the same."""
        index = self._document.value.network.place_index
        first, second = (p if p in index else None for p in self._stage.look.surface)
        if first is None:
            first, second = second, None
        return first, (None if second == first else second)

    # following

    def _changed(self, before: Experiment, after: Experiment) -> None:
        redrawn = before.network is not after.network or before.layout is not after.layout
        waiting = self.on.plane is None and self._mode == "random"
        if redrawn or waiting or self._mode == "path":
            self.choose_plane()
        else:
            self._renew()

    def _looked(self, before: Look, after: Look) -> None:
        if (before.surface, before.spans) != (after.surface, after.spans):
            self._read(after)

    def _read(self, look: Look) -> None:
        self._mode, self._own_grid = "numbers", bool(look.spans)
        self._grid = spanned(self._grid, look.spans)
        self.choose_plane()

    def _take_progress(self, progress: Progress) -> None:
        self.on.take_progress(progress)
        if not self.isVisible():
            return
        if self.on.plane is None and self._mode != "numbers":
            self.choose_plane()  # there may be a path by now
        plane = self.on.plane
        if plane is None:
            return
        outside = not self._own_grid and not holds(self._grid, np.array(self.on.point()))
        if outside:
            self._go_home()
        request = self.on.request(self._grid)
        if request is not None and not self._stopped and not self._is_fresh():
            self._follow(plane, request)
        self._show()

    def _follow(self, plane: Plane, request: Request) -> None:
        """Compute what the newest snapshot of a run changes: along directions only the marks."""
        at_once = self._picture is not None and quick(self._document.value)
        if at_once:
            self._marks = marks_of(request.here, plane)
        if not plane.movable and self._picture is not None and self._is_finished():
            if at_once:
                return
            request = replace(request, known=self._picture.shown)
        self.work.follow(request)

    def _is_fresh(self) -> bool:
        """Whether the picture is complete and the marks are of the present numbers."""
        return self._is_finished() and self._marks_hold()

    def _marks_hold(self) -> bool:
        marks = self._marks
        return marks is not None and np.array_equal(marks.of, self.on.parameters())

    def _renew(self) -> None:
        """Compute and show; where it cannot be seen, later."""
        self._stopped = False
        self._due = not self.isVisible()
        if self._due:
            return
        self._list()
        if not self._own_grid and not self._still_fits():
            self._go_home()
        request = self.on.request(self._grid)
        if request is None:
            self.work.cancel()
        else:
            self.work.start(request)
        self._show()

    def _still_fits(self) -> bool:
        """Whether the last picture was of the same plane, and the point is well inside it."""
        point = self.on.point()
        return self._picture is not None and len(point) > 0 and holds(self._grid, np.array(point))

    def _go_home(self) -> None:
        self._grid = self.on.home(self._points, self._half) or self._grid

    def _take(self, picture: Picture | str, over: bool) -> None:
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
        return picture is not None and picture.done >= 1 and picture.grid == self._grid

    # showing

    def _list(self) -> None:
        value = self._document.value
        network, layout = value.network, value.layout
        shown = network.places[:MOST_LISTED]
        shown += tuple(p for p in self._places() if p is not None and p not in shown)
        names = [(place_name(network, layout, place), place) for place in shown]
        self.row.list_places(names, self._places())
        self.row.show_mode(self._mode)

    def _front(self) -> PlanePlot:
        plane = self.on.plane
        if plane is not None and plane.axes.second is None:
            return self.slope
        return self.hill if self.side.isChecked() else self.surface

    def _show(self) -> None:
        self.row.show_numbers(self._seed, self._grid.half_x)
        plot = self._front()
        self.side.setEnabled(plot is not self.slope)
        self.show_plot(plot)
        plot.show_sight(self._sight())
        if self.work.busy and self.work.seconds > LONG:
            self.wait.tell(self.work.seconds, self._picture.done if self._picture else 0.0)
        else:
            self.wait.hide()

    def _sight(self) -> Sight:
        plane, picture = self.on.plane, self._picture
        if plane is None:
            return Sight(self._grid, note=self._note)
        marks = self._marks
        slope = marks.slope if marks is not None else ()
        after = marks.after if marks is not None and self._marks_hold() else None
        return Sight(
            self._grid, picture, plane.names, self.on.path(), self.on.point(), slope,
            self.on.place_of(after) if after is not None else (),
            plane.movable, self._note, caption(plane, self._grid),
        )  # fmt: skip

    # editing

    def _move(self, numbers: tuple[float, ...], moving: bool) -> None:
        """The point was dragged there; a drag is one entry."""
        plane = self.on.plane
        if plane is None or not plane.movable:
            return
        if not moving:
            self._document.end_fold()
            return
        self._trainer.stop()
        values = dict(zip(plane.places, numbers, strict=True))
        text = "Set two parameters" if len(values) > 1 else "Set parameter"
        self._document.set_numbers(values, text, turning=True)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._due:
            self._renew()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.row.fit(self.width())

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.work.cancel()
        self._due = True
