"""The Curves dock: what training does to the loss and to any other number, run beside run."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QMenu, QWidget

from engine.experiment.experiment import Experiment
from engine.experiment.history import start_of
from engine.experiment.training import RunProgress, gone_back, halved, paused_at_infinity, way_back
from engine.network import Place
from engine.numerals import count
from engine.views.runs import Series, longer, present_run, series
from playground.model.document import Document, is_another
from playground.model.stage import Look, Stage, place_name, selected_place
from playground.model.trainer import CURVES, ThrottledProgress, Trainer
from playground.plots.curve_plot import GOES, CurvePlot, Graph
from playground.plots.divergence import DOWN, GAP, DivergenceCard
from playground.plots.panel import PlotPanel, word_button
from playground.plots.runs import RunsColumn
from playground.plots.series import FAINT, QUANTITIES, Quantity, SeriesLine, laid_over, lines_of
from playground.widgets.fields import QuietChoice
from playground.widgets.layout import lay_out

MOST_LISTED = 300
MOST_LIVE = 20_000
ROOMY, LOW = 380, 100  # pixels that the runs and the card of a divergence need together
ONLY_READ = "A run goes on, so the curve is only read. Stop it (F5), then click to go to an update."


class Curves(PlotPanel):
    """Shows the curve of the document, and that of a run while it goes on."""

    def __init__(self, document: Document, stage: Stage, trainer: Trainer, parent: QWidget) -> None:
        super().__init__("Curves", parent)
        self._document, self._stage, self._trainer = document, stage, trainer
        self._progress: RunProgress | None = None
        self._begun: Series | None = None
        self._live: list[tuple[int, float]] = []
        self._dismissed: object = None
        self._listed: object = None
        self._choices: list[str | Place] = ["loss"]
        self._make_controls()
        self.plot = CurvePlot(self)
        self.plot.chosen.connect(self.go_to)
        self.plot.logged.connect(self.log.click)
        self.add_plot(self.plot)
        self.runs = RunsColumn(self)
        self.runs.chosen.connect(self.refresh)
        self.runs.start_again.connect(self.start_again)
        self.runs.hide()
        self.body.addWidget(self.runs)
        self.note = DivergenceCard(self)
        self.note.go_back.connect(self._go_back)
        self.note.halve_rate.connect(self._halve)
        self.body.removeItem(self.plots)
        self.plots.setParent(None)
        self._ground = QWidget(self)  # hidden where there is room for the card alone
        self._ground.setLayout(self.plots)
        note = self.note, Qt.AlignmentFlag.AlignBottom
        self._room = lay_out(QBoxLayout(DOWN), (self._ground, 1), note, spacing=GAP)
        self.body.insertLayout(0, self._room, 1)
        document.changed.connect(self._changed)
        stage.looked.connect(self._looked)
        self.following = ThrottledProgress(trainer, self._take, self._running, CURVES, self)
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
        self.runs_button.clicked.connect(lambda on: self.refresh())
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
        before, places = self._chosen(), network.places[:MOST_LISTED]
        self._choices = [*QUANTITIES, *places]
        self.choice.clear()
        self.choice.addItems([row.title for row in QUANTITIES.values()])
        self.choice.addItems([place_name(layout, place) for place in places])
        self._point_to(before)

    def _chosen(self) -> str | Place:
        return self._choices[max(0, self.choice.currentIndex())]

    def _point_to(self, wanted: str | Place) -> None:
        known = wanted in self._choices
        self.choice.setCurrentIndex(self._choices.index(wanted) if known else 0)

    def show_quantity(self, key: str | Place) -> None:
        """Draw this: "loss", "accuracy", "gradient", or a parameter by its place."""
        self._point_to(key)
        self._choose()

    def _choose(self) -> None:
        self._forget()
        if self._progress is not None:
            self._keep_number(self._progress)
        self.plot.show_all()
        self.refresh()

    # moves

    def go_to(self, update: int) -> None:
        """The document at that update; a run is not ended by it, and has gone further by then."""
        if self._trainer.is_running:
            self._document.report(ONLY_READ)
            return
        value = self._document.value
        if value.updates != update or value.cursor:
            self._document.go_to(update, 0)

    def start_again(self) -> None:
        """Before the first update, from the same numbers; this run is kept in the list."""
        self._trainer.stop()
        self._document.start_again()

    def _go_back(self) -> None:
        value = self._document.value
        if way_back(value)[0] == value.updates:
            self._dismissed = value.ending
        else:
            self._document.step(gone_back)
        self._show_note()

    def _halve(self) -> None:
        self._document.do("Halve the rate", halved)

    def fill_menu(self, menu: QMenu) -> None:
        menu.addSeparator()
        menu.addAction("Same start again", self.start_again)

    # following

    def _changed(self, before: Experiment, after: Experiment) -> None:
        if before.runs is not after.runs:
            self.runs.shift(len(after.runs) - len(before.runs))
        if before.network is not after.network or before.layout is not after.layout:
            self._list_quantities()
        if is_another(before, after):
            self.show_quantity("loss")  # what was looked at elsewhere means nothing here
        self.refresh()

    def _looked(self, before: Look, after: Look) -> None:
        """While a parameter is drawn, another one is chosen by selecting it on the canvas."""
        network = self._document.value.network
        place = selected_place(network, after)
        other = place is not None and place != selected_place(network, before)
        if other and place in self._choices and isinstance(self._chosen(), Place):
            self.show_quantity(place)

    def _take(self, progress: RunProgress) -> None:
        self._progress = progress
        self._keep_number(progress)
        self.refresh()

    def _keep_number(self, progress: RunProgress) -> None:
        """The parameter that is drawn: what is recorded of it, then what is seen of it."""
        place = self._chosen()
        if not isinstance(place, Place):
            return
        if self._begun is None:
            self._begun = series(progress.history, place)
        index = self._document.value.network.place_index[place]
        self._live.append((progress.update, float(progress.position.parameters[index])))
        if len(self._live) > MOST_LIVE:
            del self._live[1::2]  # thinner, but as long

    def _running(self, running: bool) -> None:
        self._progress = None
        self._forget()
        if running:
            self._dismissed = None
            self._show_note()

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

    def _graph(self) -> Graph:
        value, chosen = self._document.value, self._chosen()
        if isinstance(chosen, Place):
            xs, ys = self._parameter(chosen)
            lines, own, zero = [SeriesLine(self.choice.currentText(), xs, ys)], True, False
        else:
            own = not self.runs_button.isChecked() or self.runs.shows_present
            lines, zero = self._lines(QUANTITIES[chosen], own), QUANTITIES[chosen].zero
        graph = Graph(
            tuple(lines),
            self.choice.currentText(),
            self.log.isChecked(),
            zero,
            own=own,
            digits=value.settings.digits,
        )
        if not lines and len(value.curve.table) > 1:
            graph = replace(graph, waiting=f"{graph.title} needs targets that are classes")
        if self._progress is not None or not own:
            return graph
        past = value.updates < value.newest
        return replace(graph, here=value.updates, past=past, ending=value.ending)

    def _parameter(self, place: Place) -> Series:
        """As far as it is recorded or was seen, and where learning stands: not each is kept."""
        value = self._document.value
        xs, ys = longer(self._begun or series(value.history, place), self._live)
        k = int(np.searchsorted(xs, value.updates))
        if self._progress is not None or value.updates in xs[k : k + 1]:
            return xs, ys
        number = value.parameters[value.network.place_index[place]]
        return np.insert(xs, k, value.updates), np.insert(ys, k, number)

    def _lines(self, wanted: Quantity, own: bool) -> list[SeriesLine]:
        """Those of the present run, and of the runs that are laid over it."""
        progress = self._progress
        curve = progress.curve if progress is not None else self._document.value.curve
        lines = lines_of(curve, wanted) if own else []
        others = self.runs.laid_over if self.runs_button.isChecked() else []
        if others:
            lines = [line for line in lines if line.color != FAINT]
        return lines + [line for name, run in others for line in laid_over(run, wanted, name)]

    def _show_note(self) -> None:
        value = self._document.value
        ending = value.ending
        running = self._progress is not None or self._trainer.is_running
        paused = not running and paused_at_infinity(value) and ending is not self._dismissed
        room, runs = self.body.contentsRect(), self.runs_button.isChecked()
        if not paused or ending is None:
            self.note.hide()
            self._ground.show()
        else:
            self.note.tell(ending.sentence, *way_back(value))
            runs = runs and room.width() >= ROOMY and room.height() >= LOW
            taken = self.runs.width() + self.body.spacing() if runs else 0
            shared = self.note.place(self._room, room.width() - taken, room.height())
            self._ground.setVisible(shared)
            self.note.show()
        self.runs.setVisible(runs)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.runs.fit(self.width())
        self._show_note()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()
