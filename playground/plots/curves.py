"""The Curves dock: what training does to the loss and to any other number, run beside run."""

from dataclasses import replace

from PySide6.QtCore import QRectF
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QMenu, QWidget

from engine.curve import Curve
from engine.experiment import Experiment
from engine.history import start_of
from engine.network import Place
from engine.numerals import count
from engine.training import Progress
from playground.document import Document
from playground.later import CURVES, Later
from playground.plots.courses import (
    QUANTITIES,
    Course,
    course,
    laid_over,
    lines_of,
    longer,
    place_name,
    quantity,
)
from playground.plots.curve_plot import GOES, CurvePlot, Graph
from playground.plots.divergence import ASIDE, DivergenceNote
from playground.plots.lines import FAINT, Line
from playground.plots.panel import PlotPanel, word_button
from playground.plots.run_words import present_run
from playground.plots.runs import RunsColumn
from playground.plots.ways_on import gone_back, halved, paused_at_infinity, way_back
from playground.stage import Look, Stage
from playground.trainer import Trainer
from playground.widgets.quiet_choice import QuietChoice

MOST_LISTED = 300
MOST_LIVE = 20_000
LOW, ROOMY = 200, 380  # pixels
ONLY_READ = "A run goes on, so the curve is only read. Stop it (F5), then click to go to an update."


class Curves(PlotPanel):
    """Shows the curve of the document, and that of a run while it goes on."""

    def __init__(self, document: Document, stage: Stage, trainer: Trainer, parent: QWidget) -> None:
        super().__init__("Curves", parent)
        self._document, self._stage, self._trainer = document, stage, trainer
        self._progress: Progress | None = None
        self._begun: Course | None = None
        self._live: list[tuple[int, float]] = []
        self._dismissed: object = None
        self._listed: object = None
        self._make_controls()
        self.plot = CurvePlot(self.go_to, self)
        self.add_plot(self.plot)
        self.runs = RunsColumn(self.refresh, self.start_again, self)
        self.runs.hide()
        self.body.addWidget(self.runs)
        self.note = DivergenceNote(self._go_back, self._halve, self.plot)
        document.changed.connect(self._changed)
        stage.looked.connect(self._looked)
        self.following = Later(trainer, self._take, self._running, CURVES, self)
        self._list_quantities()
        self.refresh()

    # controls

    def _make_controls(self) -> None:
        self.choice = QuietChoice(
            "What the curve shows",
            "What the curve shows: loss, accuracy, the size of the gradient, or any parameter",
            self,
        )
        self.choice.activated.connect(lambda index: self._choose())
        self.log = word_button(
            "log", "Logarithmic", "Logarithmic: equal heights are equal factors", self
        )
        self.log.clicked.connect(lambda on: self.refresh())
        self.runs_button = word_button(
            "Runs", "Runs", "Runs: those that are over, laid over each other and compared", self
        )
        self.runs_button.clicked.connect(self._show_runs)
        self.head.addWidget(self.choice)
        self.head.addStretch(1)
        self.head.addWidget(self.log)
        self.head.addWidget(self.runs_button)
        self.end_head()

    def _list_quantities(self) -> None:
        """The fixed ones, then the parameters; the one that was chosen stays chosen."""
        network, layout = self._document.value.network, self._document.value.layout
        if self._listed == (network, layout.names):
            return
        self._listed = (network, layout.names)
        before = self.choice.currentData()
        self.choice.clear()
        for row in QUANTITIES:
            self.choice.addItem(row.title, row.key)
        for place in network.places[:MOST_LISTED]:
            self.choice.addItem(place_name(network, layout, place), place)
        self.choice.setCurrentIndex(max(0, self._index_of(before)))

    def _index_of(self, data: object) -> int:
        items = (self.choice.itemData(index) for index in range(self.choice.count()))
        return next((k for k, item in enumerate(items) if _same(item, data)), -1)

    def show_quantity(self, key: str | Place) -> None:
        """Draw this: "loss", "accuracy", "gradient", or a parameter by its place."""
        self.choice.setCurrentIndex(max(0, self._index_of(key)))
        self._choose()

    def _choose(self) -> None:
        self._forget()
        if self._progress is not None:
            self._keep_number(self._progress)
        self.plot.span = None
        self.choice.show_word(self.choice.currentText())
        self.refresh()

    def _place(self) -> Place | None:
        data = self.choice.currentData()
        return Place(*data) if isinstance(data, (tuple, list)) else None

    # moves

    def go_to(self, update: int) -> None:
        """The document at that update; a run is not ended by it, and has gone further by then."""
        if self._trainer.is_running:
            self._document.refuse(ONLY_READ)
            return
        value = self._document.value
        if value.updates != update or value.cursor:
            self._document.go_to(update, 0)

    def start_again(self) -> None:
        """Before the first update, from the same numbers; this run is kept in the list."""
        self._trainer.stop()
        self._document.start_again()

    def _go_back(self, update: int) -> None:
        if update == self._document.value.updates:
            self._dismissed = self._document.value.ending
        else:
            self._document.step(gone_back)
        self._show_note()

    def _halve(self) -> None:
        self._document.do("Halve the rate", halved)

    def _show_runs(self, on: bool) -> None:
        self.runs.setVisible(on)
        self.refresh()

    def fill_menu(self, menu: QMenu) -> None:
        menu.addSeparator()
        menu.addAction("Same start again", self.start_again)

    # following

    def _changed(self, before: Experiment, after: Experiment) -> None:
        if before.runs is not after.runs:
            self.runs.shift(len(after.runs) - len(before.runs))
        if before.network is not after.network or before.layout is not after.layout:
            self._list_quantities()
        self.refresh()

    def _looked(self, before: Look, after: Look) -> None:
        """While a parameter is drawn, another one is chosen by selecting it on the canvas."""
        place = _selected(after)
        if self._place() is None or place is None or place == _selected(before):
            return
        index = self._index_of(place)
        if index >= 0:
            self.choice.setCurrentIndex(index)
            self._choose()

    def _take(self, progress: Progress) -> None:
        self._progress = progress
        self._keep_number(progress)
        self.refresh()

    def _keep_number(self, progress: Progress) -> None:
        """The parameter that is drawn: what is recorded of it, then what is seen of it."""
        place = self._place()
        if place is None:
            return
        if self._begun is None:
            self._begun = course(progress.history, place)
        index = self._document.value.network.place_index[place]
        self._live.append((progress.update, float(progress.parameters[index])))
        if len(self._live) > MOST_LIVE:
            del self._live[1::2]  # thinner, but as long

    def _running(self, running: bool) -> None:
        self._progress = None
        self._forget()
        if running:
            self._dismissed = None
            self.note.hide()

    def _forget(self) -> None:
        """What was seen of a parameter."""
        self._begun = None
        self._live.clear()

    def refresh(self) -> None:
        """Show what there is to see now."""
        if not self.isVisible():
            return
        value = self._document.value
        self.choice.show_word(self.choice.currentText())
        number = len(value.runs)
        self.runs_button.setText(f"Runs {number}" if number else "Runs")
        if self.runs_button.isChecked():
            self.runs.show_runs(present_run(value, self._progress), value.runs)
        self.plot.say_where_to(self._where_to())
        self.plot.show_graph(self._graph())
        self._show_note()

    def _where_to(self) -> str:
        """What a click on the curve can do now; a file keeps the curve and its last numbers."""
        first = start_of(self._document.value.history)
        if self._trainer.is_running:
            return "a run goes on, so it is only read; Stop (F5), then a click goes to an update"
        return GOES if not first else f"click a point from update {count(first)} on to go there"

    def _curve(self) -> Curve:
        return self._progress.curve if self._progress is not None else self._document.value.curve

    def _graph(self) -> Graph:
        value, running = self._document.value, self._progress is not None
        wanted = quantity(str(self.choice.currentData()))
        place = self._place()
        lines: list[Line] = []
        if place is not None:
            found = self._begun if running else None
            xs, ys = longer(found or course(value.history, place), self._live)
            lines.append(Line(self.choice.currentText(), xs, ys))
        elif wanted is not None:
            lines = lines_of(self._curve(), wanted)
            lines = self._with_runs(lines)
        graph = Graph(
            tuple(lines),
            self.choice.currentText(),
            self.log.isChecked(),
            wanted.zero if wanted is not None else False,
            own=place is not None or self._shows_own,
            digits=value.settings.digits,
        )
        if running or not graph.own:
            return graph
        past = value.updates < value.newest
        return replace(graph, here=value.updates, past=past, ending=value.ending)

    @property
    def _shows_own(self) -> bool:
        """Whether the present run is among those that are drawn."""
        return not self.runs_button.isChecked() or self.runs.shows_present

    def _with_runs(self, lines: list[Line]) -> list[Line]:
        wanted = quantity(str(self.choice.currentData()))
        if not self.runs_button.isChecked() or wanted is None:
            return lines
        kept = lines if self._shows_own else []
        if self.runs.laid_over:
            kept = [line for line in kept if line.color != FAINT]
        return kept + [
            line for name, run in self.runs.laid_over for line in laid_over(run, wanted, name)
        ]

    def _show_note(self) -> None:
        value = self._document.value
        ending = value.ending
        running = self._progress is not None or self._trainer.is_running
        paused = not running and paused_at_infinity(value) and ending is not self._dismissed
        if not paused or ending is None:
            self.note.hide()
            self._set_aside(0.0)
            return
        self.note.tell(ending.sentence, *way_back(value))
        room = QRectF(self.plot.rect())
        if room.height() < LOW and room.width() >= ROOMY:
            self._set_aside(ASIDE + 8.0)
            self.note.place(room.adjusted(room.width() - ASIDE, 2, 0, -2), None)
        else:
            self._set_aside(0.0)
            frame = self.plot.frame()
            if frame.area.width() < self.note.least:
                self.note.place(room.adjusted(2, 2, -2, -2), None)
            else:
                self.note.place(frame.area, self.plot.crowd(frame))

    def _set_aside(self, room: float) -> None:
        """On a low plot the note stands beside the curve, not on it."""
        if room != self.plot.aside:
            self.plot.aside = room
            self.plot.renew()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.runs.fit(self.width())
        self._show_note()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()


def _selected(look: Look) -> Place | None:
    """The number of the one edge, or the bias of the one node, that is selected."""
    if len(look.edges) == 1 and not look.nodes:
        source, target = look.edges[0]
        return Place("weight", target, source)
    return Place("bias", look.nodes[0]) if len(look.nodes) == 1 and not look.edges else None


def _same(item: object, data: object) -> bool:
    if isinstance(item, (tuple, list)) and isinstance(data, (tuple, list)):
        return tuple(item) == tuple(data)
    return item == data
