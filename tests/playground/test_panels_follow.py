"""Row 71: whatever is selected, looked at or opened, every panel follows the network."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from engine.experiment.experiment import Experiment, new_experiment
from engine.experiment.training import Goal
from engine.lessons.lesson import lesson_ids, open_lesson
from engine.network import Network
from playground.canvas.view import CanvasView
from playground.model.document import Document
from playground.model.stage import Stage
from playground.model.trainer import Trainer
from playground.panels.explanation import Explain
from playground.panels.gradient_table import SlopesTable
from playground.panels.inspector import Inspector
from playground.panels.knobs import Knobs
from playground.panels.matrix_view import Matrices
from playground.panels.network_table import NetworkTable
from playground.panels.samples import Samples
from playground.panels.transport import Transport, why_not_train
from playground.panels.variants import Variants
from playground.plots.curves import Curves
from playground.plots.decision_map import DecisionMap
from playground.plots.functions import Functions
from playground.plots.loss_surface import LossSurface
from playground.theme.formula_pictures import FormulaPictures
from tests.playground.acting import Acting
from tests.playground.random_moves import Mover
from tests.sampled import sampled


class Bench:
    """Every panel of one document, all of them seen at once."""

    def __init__(self, qtbot: QtBot, experiment: Experiment, reverse: bool = False) -> None:
        self.document, self.stage = Document(experiment), Stage()
        self.trainer = Trainer(self.document)
        self.window = QWidget()
        qtbot.addWidget(self.window, before_close_func=lambda window: self.trainer.close())
        both = (self.document, self.stage)
        three, window = (*both, self.trainer), self.window
        self.pictures = FormulaPictures(window)
        makers: list[Callable[[], QWidget]] = [
            lambda: self._canvas(),
            lambda: Transport(*both, Acting(*both, self.window).actions, window),
            lambda: Explain(*both, self.pictures, window),
            lambda: Inspector(*both, window),
            lambda: NetworkTable(*both, window),
            lambda: Samples(*both, window),
            lambda: Knobs(*both, window),
            lambda: SlopesTable(*both, window),
            lambda: Matrices(*both, window),
            lambda: Variants(*both, window),
            lambda: Curves(*three, window),
            lambda: LossSurface(*three, window),
            lambda: DecisionMap(*three, window),
            lambda: Functions(*both, window),
        ]
        self.views = views = [make() for make in (reversed(makers) if reverse else makers)]
        self.window.resize(1600, 1000)
        for number, view in enumerate(views):
            view.setGeometry(400 * (number % 4), 250 * (number // 4), 400, 250)
        self.window.show()
        qtbot.waitExposed(self.window)

    def _canvas(self) -> CanvasView:
        made = CanvasView(self.document, self.stage, self.window)
        made.follow(self.trainer)
        return made


class Watcher(Mover):
    """Moves as a learner does, and looks at something else again and again."""

    def __init__(self, bench: Bench, seed: int) -> None:
        super().__init__(bench.document, seed)
        self.stage, self.trainer, self.views = bench.stage, bench.trainer, bench.views
        self.starts = [open_lesson(lesson_id).experiment for lesson_id in lesson_ids()[::3]]
        self.moves += [(self.select, 30), (self.choose_row, 10), (self.choose_axes, 4),
                       (self.open_other, 4), (self.look_at_all, 6), (self.empty, 1),
                       (self.turn, 10), (self.train, 6), (self.stop, 4)]  # fmt: skip

    def select(self) -> None:
        network = self.document.value.network
        nodes = self.rng.sample(network.nodes, min(len(network.nodes), self.rng.choice((0, 1, 2))))
        edges = self.rng.sample(network.edges, min(len(network.edges), self.rng.choice((0, 0, 1))))
        self.stage.select(tuple(n.id for n in nodes), tuple(e[:2] for e in edges))

    def look_at_all(self) -> None:
        network = self.document.value.network
        self.stage.select(tuple(n.id for n in network.nodes), tuple(e[:2] for e in network.edges))

    def choose_row(self) -> None:
        self.stage.choose_row(self.rng.randrange(self.document.value.data.count))

    def choose_axes(self) -> None:
        places = self.document.value.network.places
        if len(places) > 1:
            first, second = self.rng.sample(places, 2)
            self.stage.show(replace(self.stage.look, surface=(first, second), checked=True))

    def turn(self) -> None:
        """A panel behind another one, or in front again."""
        view = self.rng.choice(self.views[1:])
        view.setVisible(view.isHidden())

    def train(self) -> None:
        value = self.document.value
        if value.network.places and why_not_train(value) is None:
            self.trainer.start(Goal(updates=self.rng.choice((1, 50, 5000))))

    def stop(self) -> None:
        self.trainer.stop()

    def open_other(self) -> None:
        self.document.replace(self.rng.choice(self.starts))

    def empty(self) -> None:
        self.document.replace(new_experiment(Network()))


@pytest.mark.parametrize("reverse", [False, True], ids=["made in order", "made the other way"])
def walk(qtbot: QtBot, seed: int, moves: int) -> None:
    """Every other seed makes the panels the other way round: no order of signals may matter."""
    bench = Bench(qtbot, new_experiment(Network()), reverse=seed % 2 == 1)
    watcher = Watcher(bench, seed)
    for _ in range(moves):
        watcher.act()
        QApplication.processEvents()
        if bench.trainer.is_running:
            bench.trainer.make_frame()


@pytest.mark.parametrize("seed", sampled((1, 2), 1))
def test_row_71_no_panel_holds_on_to_what_is_gone(qtbot: QtBot, seed: int) -> None:
    walk(qtbot, seed, 200)


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("seed", range(3, 33))
def test_row_71_no_panel_holds_on_to_what_is_gone_for_long(qtbot: QtBot, seed: int) -> None:
    walk(qtbot, seed, 2_000)
