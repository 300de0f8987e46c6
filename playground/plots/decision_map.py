"""The Map dock: what the network answers over its inputs, with the samples it learns from."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QScrollArea, QWidget

from engine.experiment.experiment import Experiment
from engine.numerals import short
from engine.views.decision_map import CLASS, AnswerMap, InputPlane, Mapper, MapPoints, map_points
from engine.views.samples import class_names, has_output_per_class
from engine.views.surfaces import work_per_row
from playground.model.document import Document
from playground.model.node_maps import plane_of, span_for
from playground.model.stage import Stage
from playground.model.trainer import PLANES, Job, LatestJob, ThrottledProgress, Trainer
from playground.plots.legend import MapLegend
from playground.plots.map_plot import FITTED, MapPlot, MapScene
from playground.plots.panel import PlotPanel, word_button
from playground.plots.plane_plot import Ranges, sound_ends, unit_of
from playground.widgets.fields import NumberField, QuietChoice
from playground.widgets.plain_text import plain_label, set_tip, without_key

POINTS, LINE_POINTS = 100, 400
AT_ONCE = 2e6  # multiply-adds that are computed between two frames without a worker
FIXED_WIDTH = 164  # pixels
SHARPEN = 30  # milliseconds: a hand that drags comes by every 8 or 16
NEEDS = "Needs one or two inputs"
NO_OUTPUT = "Mark a neuron as output to see its answer"

Names = list[tuple[str, str]]  # what a node is called, and its id


class FixedInputs(QScrollArea):
    """A number for every input that is on no axis."""

    fixed = Signal(str, float)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.fields: dict[str, NumberField] = {}
        self._names: Names = []
        self.setFixedWidth(FIXED_WIDTH)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_inputs(self, names: Names, values: Sequence[float]) -> None:
        """Show these inputs with the values where they are held."""
        if self._names != names:
            self._names = names
            self._build(names)
        for field, value in zip(self.fields.values(), values, strict=True):
            text = short(value)
            if field.shown != text and field.text() == field.shown:
                field.show_text(text)
                field.setCursorPosition(0)

    def _build(self, names: Names) -> None:
        inside = QWidget(self)
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, 10, 0)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(0, 1)
        grid.setRowStretch(len(names), 1)
        self.fields = {}
        for row, (name, node_id) in enumerate(names):
            held = f"{name} held at"
            label = plain_label(without_key(name), inside)  # its buddy would make a key of "&"
            set_tip(label, name)
            field = NumberField(held, partial(self.fixed.emit, node_id), inside)
            set_tip(field, f"{held}: where it stands while the others change")
            field.setFixedSize(80, 28)
            label.setBuddy(field)
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1)
            self.fields[node_id] = field
        self.setWidget(inside)


class DecisionMap(PlotPanel):
    """Small maps are computed at once, large ones beside the window."""

    def __init__(self, document: Document, stage: Stage, trainer: Trainer, parent: QWidget) -> None:
        super().__init__("Map", parent)
        self._document = document
        self._first: str | None = None
        self._second: str | None = None
        self._answer: str | None = None
        self._held: dict[str, float] = {}
        self._ranges: Ranges | None = None
        self._mapper: Mapper | None = None
        self._points: tuple[tuple[object, ...], MapPoints] | None = None
        self._asked: tuple[InputPlane, str] | None = None
        self._job = LatestJob(trainer, "map", self._make, self._take)
        self._sharpen = QTimer(self, singleShot=True, interval=SHARPEN)
        self.across = QuietChoice("Across", "Across: the input to the right", self)
        self.up = QuietChoice("Upwards", "Upwards: the input to the top", self)
        self.answer = QuietChoice("Answer", "Answer: whose value is shown", self)
        self.others = word_button(
            "Others", "Other inputs", "Other inputs: where those on no axis are held", self
        )
        self.key = MapLegend(self)
        for field in (self.across, self.up, self.answer):
            self.head.addWidget(field)
        self.head.addWidget(self.key, 1)
        self.head.addWidget(self.others)
        self.end_head()
        self.plot = MapPlot(self)
        self.add_plot(self.plot)
        self.fixed_inputs = FixedInputs(self)
        self.fixed_inputs.hide()
        self.body.addWidget(self.fixed_inputs)
        self._connect()
        self.following = ThrottledProgress(
            trainer, lambda _: self._job.refresh(), lambda _: None, PLANES, self
        )
        self.refresh()

    def _connect(self) -> None:
        for field in (self.across, self.up):
            field.activated.connect(
                lambda _: self.show_axes(self.across.currentData(), self.up.currentData())
            )
        self.answer.activated.connect(lambda _: self.show_answer(self.answer.currentData()))
        self._sharpen.timeout.connect(self.refresh)
        self.others.clicked.connect(self.refresh)
        self.plot.range_wanted.connect(self.show_ranges)
        self.plot.room_changed.connect(self._take_room)
        self.fixed_inputs.fixed.connect(self.hold)
        self._document.changed.connect(self._changed)

    # choosing

    def show_axes(self, first: str, second: str | None) -> None:
        """These inputs across and upwards; one that is chosen for both changes places."""
        plane = self.plane()
        if plane is not None and first == second:
            first, second = plane.second or first, plane.first
        self._first, self._second, self._ranges = first, second, None
        self.refresh()

    def show_answer(self, node_id: str) -> None:
        """The value of this node."""
        self._answer = node_id
        self.refresh()

    def hold(self, node_id: str, value: float) -> None:
        """This input stays there while the two on the axes change."""
        self._held[node_id] = value
        self.refresh()

    def show_ranges(self, ranges: Ranges | None) -> None:
        """This part of the plane; None for where the samples are."""
        self._ranges = ranges
        if ranges is None:
            self.refresh()
        elif not self._sharpen.isActive():
            self._sharpen.start()  # the old picture is seen in its new place meanwhile

    def _answers(self) -> list[str]:
        """Whose value can be shown: the class, every output, every other neuron."""
        value = self._document.value
        neurons = [n.id for n in value.network.nodes if n.kind == "neuron" and not n.output]
        by_class = [CLASS] if len(value.data.inputs) > 1 and has_output_per_class(value) else []
        return [*by_class, *value.network.outputs, *neurons]

    def _shown_answer(self) -> str | None:
        """What was chosen, or the first there is."""
        answers = self._answers()
        if self._answer in answers:
            return self._answer
        return answers[0] if self._document.value.network.outputs else None

    def plane(self) -> InputPlane | None:
        """What is shown of the inputs: the learner's own range or all samples, in equal units."""
        data = self._document.value.data
        if not data.inputs:
            return None
        found = plane_of(data, self._first, self._second, points=POINTS)
        middle = zip(data.inputs, found.held, strict=True)
        found = replace(found, held=tuple(self._held.get(name, mean) for name, mean in middle))
        home = sound_ends(found.x_range), sound_ends(found.y_range)
        if found.second is None:
            x, y = self._ranges or (home[0], FITTED)
            return replace(found, x_range=x, y_range=y, count=LINE_POINTS)
        x, y = self.plot.fitted(self._ranges or home, unit_of(home))
        return replace(found, x_range=x, y_range=y)

    # following

    def _changed(self, before: Experiment, after: Experiment) -> None:
        if before.data is not after.data and before.data.inputs != after.data.inputs:
            self._ranges = None
        known = before.context is after.context and before.parameters is after.parameters
        if not known or self.following.shown is not None:
            self.refresh()

    def _take_room(self) -> None:
        """A picture that is being saved shows another part only if that is there at once."""
        plane = self.plane()
        if not self.plot.saving or (plane is not None and self._is_quick(plane)):
            self.refresh()

    def _is_quick(self, plane: InputPlane) -> bool:
        rows = plane.count if plane.second is None else plane.count**2
        return rows * work_per_row(self._document.value.program) <= AT_ONCE

    def refresh(self) -> None:
        """Compute and show what there is to see now; where it cannot be seen, later."""
        if self.isVisible():
            self._job.start()  # the picture under way may be of another network

    def _make(self) -> Job | None:
        """What is to be computed beside the window, if that does not show it at once."""
        self._sharpen.stop()
        plane, answer = self.plane(), self._shown_answer()
        self._list(plane, answer)
        if plane is None or answer is None:
            self._show_scene(MapScene(note=NEEDS if plane is None else NO_OUTPUT))
            return None
        mapper = self._mapper_for(plane, answer)
        parameters = (self.following.shown or self._document.value).position.parameters
        if self._is_quick(plane):
            self._show(plane, answer, mapper.complete(parameters))
            return None
        self._move_to(plane)
        self._asked = plane, answer
        return mapper.pictures(parameters)

    def _move_to(self, plane: InputPlane) -> None:
        """Until its picture is there the old one is seen, in its new place."""
        before = self.plot.shown.plane
        if (before.first, before.second) == (plane.first, plane.second):
            self.plot.show_scene(replace(self.plot.shown, plane=plane))

    def _take(self, found: AnswerMap, over: bool) -> None:
        if self._asked is not None:
            self._show(*self._asked, found)

    def _mapper_for(self, plane: InputPlane, answer: str) -> Mapper:
        value, mapper = self._document.value, self._mapper
        nodes = value.data.targets if answer == CLASS else (answer,)
        wanted = value.program, plane, nodes
        if mapper is None or (mapper.program, mapper.plane, mapper.nodes) != wanted:
            self._mapper = mapper = Mapper(value.program, value.settings, plane, nodes)
        return mapper

    # showing

    def _called(self, node_id: str) -> str:
        return "class" if node_id == CLASS else self._document.value.layout.name(node_id)

    def _show(self, plane: InputPlane, answer: str, found: AnswerMap) -> None:
        value, called = self._document.value, self._called
        points = self._points_for(plane, answer)
        names = called(plane.first), called(plane.second or ""), called(answer)
        classes: tuple[str, ...] = ()
        span, is_target = points.ends, answer in value.data.targets
        if answer == CLASS:
            classes = class_names(value.data) or tuple(map(called, value.data.targets))
        elif not is_target or span[0] == span[1]:
            span = span_for(value.network, answer, found, 0)
        border = points.middle if is_target and points.kinds is not None else None
        self._show_scene(MapScene(plane, found, points, names, span, "", classes, border))

    def _points_for(self, plane: InputPlane, answer: str) -> MapPoints:
        key = (self._document.value.data, plane.first, plane.second, answer)
        if self._points is None or self._points[0] != key:
            self._points = key, map_points(*key)
        return self._points[1]

    def _show_scene(self, scene: MapScene) -> None:
        self.key.show_legend(scene.legend)
        self.plot.show_scene(scene)

    def _list(self, plane: InputPlane | None, answer: str | None) -> None:
        """What can be chosen, and what is."""
        inputs = self._document.value.data.inputs
        axes = (plane.first, plane.second) if plane is not None else (None, None)
        named = [(self._called(one), one) for one in inputs]
        answers = [(self._called(one), one) for one in self._answers()] if inputs else []
        self.across.offer(named, axes[0], "x")
        self.up.offer(named if len(inputs) > 1 else [], axes[1], "y")
        self.answer.offer(answers, answer, "answer")
        rest = [place for place in named if place[1] not in axes]
        self.others.setVisible(bool(rest))
        self.fixed_inputs.setVisible(bool(rest) and self.others.isChecked())
        if plane is not None and rest and self.others.isChecked():
            held = dict(zip(inputs, plane.held, strict=True))
            self.fixed_inputs.show_inputs(rest, [held[one] for _, one in rest])

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._job.cancel()
