"""Whatever a learner does, in whatever order: nothing breaks, and everything can be undone."""

import time

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from engine.experiment.experiment import Experiment, new_experiment
from engine.files.document import document_text
from engine.network import Network
from playground.canvas.view import CanvasView
from playground.model.document import Document
from playground.model.stage import Stage
from playground.panels.explanation import Explain
from playground.panels.inspector import Inspector
from playground.panels.network_table import NetworkTable
from playground.panels.samples import Samples
from playground.panels.settings import SettingsPanel
from playground.panels.transport import Transport
from playground.theme.formula_pictures import FormulaPictures
from tests.playground.acting import Acting
from tests.playground.canvas_desk import mirrors
from tests.playground.random_moves import Mover
from tests.sampled import sampled

LONGEST_ACTION = 0.1
FIRST_MOVES = 20  # in which fonts, icons and formulas are loaded


class Bench:
    """Every view of one document, side by side."""

    def __init__(self, qtbot: QtBot) -> None:
        self.start = new_experiment(Network())
        self.document = Document(self.start)
        self.stage = Stage()
        self.window = QWidget()
        qtbot.addWidget(self.window)
        both = (self.document, self.stage)
        self.canvas = CanvasView(*both, self.window)
        self.pictures = FormulaPictures(self.canvas)
        self.views = [
            self.canvas,
            Transport(*both, Acting(*both, self.window).actions, self.window),
            Explain(*both, self.pictures, self.window),
            Inspector(*both, self.window),
            SettingsPanel(*both, self.window),
            NetworkTable(*both, self.window),
            Samples(*both, self.window),
        ]
        self.window.resize(1400, 900)
        for number, view in enumerate(self.views):
            view.setGeometry(100 * number, 0, 500, 400)
        self.window.show()
        qtbot.waitUntil(lambda: self.pictures.ready("x"), timeout=20_000)

    def same(self) -> None:
        difference = mirrors(self.canvas.canvas, self.document.value)
        assert difference is None, difference


def _undone_and_redone(bench: Bench) -> None:
    stack = bench.document.stack
    while stack.canRedo():
        stack.redo()
    end = document_text(bench.document.value)
    while stack.canUndo():
        stack.undo()
    assert bench.document.value is bench.start
    bench.same()
    while stack.canRedo():
        stack.redo()
    assert document_text(bench.document.value) == end
    bench.same()


def _walk(bench: Bench, moves: int, seed: int) -> float:
    mover = Mover(bench.document, seed)
    worst, name_of_worst = 0.0, ""
    seen: list[Experiment] = []
    bench.document.changed.connect(lambda _before, after: seen.append(after))
    for number in range(moves):
        began = time.thread_time()
        name = mover.act()
        QApplication.processEvents()
        took = time.thread_time() - began
        if took > worst and number >= FIRST_MOVES:
            worst, name_of_worst = took, f"{name} at {number}"
        if number % 20 == 0:
            bench.same()
        seen.clear()
    print(f"seed {seed}: {moves:,} moves, the slowest took {worst * 1e3:.0f} ms ({name_of_worst})")
    return worst


@pytest.mark.long
@pytest.mark.ci
@pytest.mark.parametrize("seed", sampled((1, 2), 1))
def test_a_few_hundred_random_moves(qtbot: QtBot, seed: int) -> None:
    bench = Bench(qtbot)
    _walk(bench, 250, seed)
    _undone_and_redone(bench)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(20))
def test_ten_thousand_random_moves(qtbot: QtBot, seed: int) -> None:
    bench = Bench(qtbot)
    worst = _walk(bench, 10_000, seed)
    _undone_and_redone(bench)
    assert worst < LONGEST_ACTION
