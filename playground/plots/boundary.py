"""The Map dock: what the network answers over its inputs, with the samples it learns from."""

from collections.abc import Generator
from dataclasses import replace

from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from engine.calls import Floats
from engine.data import Data
from engine.experiment import Experiment
from engine.maps import AnswerMap, Mapper, Plane
from engine.slices import work_per_row
from engine.training import Progress
from playground.document import Document
from playground.later import PLANES, Later
from playground.node_maps import middle_of_inputs, plane_of, span_for
from playground.plots.class_map import CLASS, can_show_classes, class_names
from playground.plots.held_row import HeldColumn, MapRow
from playground.plots.map_legend import MapLegend
from playground.plots.map_plot import MapPlot, Range, Scene
from playground.plots.panel import PlotPanel, word_button
from playground.plots.points import Points, points_by_class, points_of
from playground.stage import Stage
from playground.trainer import Trainer

KIND = "map"
POINTS, LINE_POINTS = 100, 400
AT_ONCE = 2e6  # multiply-adds that are computed between two frames without a worker
GAP, AROUND = 8, 30  # pixels
NEEDS = "Needs one or two inputs"
NO_OUTPUT = "Mark a neuron as output to see its answer"


class DecisionMap(PlotPanel):
    """Small maps are computed at once, large ones beside the window."""

    def __init__(self, document: Document, stage: Stage, trainer: Trainer, parent: QWidget) -> None:
        super().__init__("Map", parent)
        self._document, self._stage, self._trainer = document, stage, trainer
        self._first: str | None = None
        self._second: str | None = None
        self._answer: str | None = None
        self._held: dict[str, float] = {}
        self._ranges: tuple[Range, Range] | None = None
        self._progress: Progress | None = None
        self._mapper: tuple[tuple[object, ...], Mapper] | None = None
        self._points: tuple[tuple[object, ...], Points] | None = None
        self._busy = self._stale = self._due = False
        self.row = MapRow(self.show_first, self.show_second, self.show_answer, self)
        self.head.addLayout(self.row, 1)
        self.others = word_button(
            "Others", "Other inputs", "Other inputs: where those on no axis are held", self
        )
        self.others.clicked.connect(lambda on: self.refresh())
        self.key = MapLegend(self)
        self.head.addWidget(self.key)
        self.head.addWidget(self.others)
        self.end_head()
        self.plot = MapPlot(self.show_ranges, self)
        self.add_plot(self.plot)
        self.held = HeldColumn(self.hold, self)
        self.held.hide()
        self.body.addWidget(self.held)
        document.changed.connect(self._changed)
        self.following = Later(trainer, self._take_progress, self._running, PLANES, self)
        self.refresh()

    # choosing

    def show_first(self, node_id: str) -> None:
        """This input across."""
        if node_id == self._axes()[1]:
            self._second = self._axes()[0]
        self._first, self._ranges = node_id, None
        self.refresh()

    def show_second(self, node_id: str) -> None:
        """This input upwards."""
        if node_id == self._axes()[0]:
            self._first = self._axes()[1]
        self._second, self._ranges = node_id, None
        self.refresh()

    def show_answer(self, node_id: str) -> None:
        """The value of this node."""
        self._answer = node_id
        self.refresh()

    def hold(self, node_id: str, value: float) -> None:
        """This input stays there while the two on the axes change."""
        self._held[node_id] = value
        self.refresh()

    def show_ranges(self, ranges: tuple[Range, Range] | None) -> None:
        """This part of the plane; None for where the samples are."""
        self._ranges = ranges
        self.refresh()

    def _axes(self) -> tuple[str | None, str | None]:
        data = self._document.value.data
        if not data.inputs:
            return None, None
        plane = plane_of(data, self._first, self._second)
        return plane.first, plane.second

    def _shown_answer(self) -> str | None:
        """The node whose value is shown, or CLASS for the class."""
        value = self._document.value
        classes = can_show_classes(value) and self._axes()[1] is not None
        if self._answer in value.network.index or (self._answer == CLASS and classes):
            return self._answer
        if classes:
            return CLASS
        return value.network.outputs[0] if value.network.outputs else None

    def plane(self) -> Plane | None:
        """What is shown of the inputs."""
        data = self._document.value.data
        if not data.inputs:
            return None
        means = middle_of_inputs(data)
        held = tuple(
            self._held.get(name, mean) for name, mean in zip(data.inputs, means, strict=True)
        )
        found = plane_of(data, self._first, self._second, held, POINTS)
        if self._ranges is not None:
            x, y = self._ranges
            found = replace(found, x_range=x, y_range=y if found.second else found.y_range)
        return replace(found, count=LINE_POINTS) if found.second is None else found

    # following

    def _changed(self, before: Experiment, after: Experiment) -> None:
        if before.data is not after.data and before.data.inputs != after.data.inputs:
            self._ranges = None
        concerns = (
            before.context is not after.context
            or before.parameters is not after.parameters
            or self._progress is not None
        )
        if concerns:
            self.refresh()

    def _running(self, running: bool) -> None:
        self._progress = None

    def _take_progress(self, progress: Progress) -> None:
        self._progress = progress
        if self._busy:
            self._stale = True
        else:
            self.refresh()

    def refresh(self) -> None:
        """Compute and show what there is to see now; where it cannot be seen, later."""
        self._due = not self.isVisible()
        if self._due:
            return
        plane, answer = self.plane(), self._shown_answer()
        self._list(plane, answer)
        if plane is None or answer is None:
            self._trainer.cancel(KIND)
            self._busy = False
            self.key.hide()
            self.plot.show_scene(Scene(note=NEEDS if plane is None else NO_OUTPUT))
            return
        mapper = self._mapper_for(plane, answer)
        rows = plane.count if plane.second is None else plane.count**2
        if rows * work_per_row(mapper.program) <= AT_ONCE:
            self._trainer.cancel(KIND)  # the picture under way may be of another network
            self._busy = False
            self._show(mapper.complete(self._parameters()), plane, answer)
        else:
            self._busy, self._stale = True, False
            job = _pictures(mapper, self._parameters())

            def take(found: tuple[Mapper, AnswerMap], over: bool) -> None:
                if found[0] is mapper:
                    self._take(found[1], over, plane, answer)

            self._trainer.work(KIND, job, take)

    def _take(self, found: AnswerMap, over: bool, plane: Plane, answer: str) -> None:
        self._show(found, plane, answer)
        if over:
            self._busy = False
            if self._stale:
                self.refresh()

    def _parameters(self) -> Floats:
        running = self._progress
        return self._document.value.parameters if running is None else running.parameters

    def _mapper_for(self, plane: Plane, answer: str) -> Mapper:
        value = self._document.value
        key = (value.program, value.settings.rounding, plane, answer)
        if self._mapper is None or self._mapper[0] != key:
            nodes = value.data.targets if answer == CLASS else [answer]
            made = Mapper(value.program, value.settings, plane, nodes)
            self._mapper = key, made
        return self._mapper[1]

    # showing

    def _show(self, found: AnswerMap, plane: Plane, answer: str) -> None:
        value = self._document.value
        points = self._points_for(value.data, plane, answer)
        name = value.layout.name
        if answer == CLASS:
            names = (name(plane.first), name(plane.second or ""), "class")
            scene = Scene(plane, found, points, names, classes=class_names(value))
        else:
            names = (name(plane.first), name(plane.second or ""), name(answer))
            target = answer in value.data.targets
            if target and points.high > points.low:
                span = points.low, points.high
            else:
                span = span_for(value.network, answer, found, 0)
            border = points.middle if target and points.classes else None
            scene = Scene(plane, found, points, names, span, border=border)
        self.key.show_legend(scene.legend, self._room_for_legend())
        self.plot.show_scene(scene)

    def _room_for_legend(self) -> float:
        """What the other controls leave."""
        row = self.row
        fields = (row.across, row.up, row.answer)
        taken = sum(field.sizeHint().width() + GAP for field in fields if not field.isHidden())
        others = self.others.sizeHint().width() + GAP if not self.others.isHidden() else 0
        return self.width() - taken - others - self.more.width() - AROUND

    def _points_for(self, data: Data, plane: Plane, answer: str) -> Points:
        target = answer if answer in data.targets else None
        key = (data, plane.first, plane.second, target, answer == CLASS)
        if self._points is None or self._points[0] != key:
            if answer == CLASS and plane.second is not None:
                found = points_by_class(data, plane.first, plane.second)
            else:
                found = points_of(data, plane.first, plane.second, target)
            self._points = key, found
        return self._points[1]

    def _list(self, plane: Plane | None, answer: str | None) -> None:
        value = self._document.value
        data, network, name = value.data, value.network, value.layout.name
        inputs = [(name(i), i) for i in data.inputs]
        row = self.row
        row.show_choice(row.across, "x", inputs, plane.first if plane else None)
        row.show_choice(
            row.up, "y", inputs if len(inputs) > 1 else [], plane.second if plane else None
        )
        neurons = [n.id for n in network.nodes if n.kind == "neuron" and not n.output]
        answers = [(name(i), i) for i in (*network.outputs, *neurons)] if inputs else []
        if answers and can_show_classes(value) and len(inputs) > 1:
            answers.insert(0, ("class", CLASS))
        row.show_choice(row.answer, "answer", answers, answer)
        self._list_held(plane)

    def _list_held(self, plane: Plane | None) -> None:
        value = self._document.value
        axes = (plane.first, plane.second) if plane is not None else ()
        rest = [i for i in value.data.inputs if i not in axes]
        self.others.setVisible(bool(rest))
        shown = bool(rest) and self.others.isChecked()
        self.held.setVisible(shown)
        if plane is not None and shown:
            values = [plane.held[value.data.inputs.index(i)] for i in rest]
            self.held.show_held([(value.layout.name(i), i) for i in rest], values)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.key.show_legend(self.plot.scene.legend, self._room_for_legend())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._trainer.cancel(KIND)
        self._busy = self._stale = False


def _pictures(
    mapper: Mapper, parameters: Floats
) -> Generator[tuple[Mapper, AnswerMap], None, None]:
    """Every picture with the mapper that drew it."""
    for found in mapper.pictures(parameters):
        yield mapper, found
