"""Formula pictures neither pile up wishes nor keep everything for ever."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from engine.formulas.terms import Piece
from playground.theme import formula_pictures
from playground.theme.formula_pictures import FormulaPictures
from playground.widgets.formula import FormulaRow

#: A window with its first formula, and the name of the thread in which the library came.
BESIDE = """
import sys, tempfile, threading
from importlib.abc import MetaPathFinder
from pathlib import Path
from playground.overrides import guard_overrides
guard_overrides()

class Finder(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == "ziamath":
            print(threading.current_thread().name)

sys.meta_path.insert(0, Finder())
from PySide6.QtWidgets import QApplication
from playground.session.preferences import Preferences
from playground.theme.theme import Theme
from playground.window.start import make_window

app = QApplication([])
folder = Path(tempfile.mkdtemp())

def look(workspace):
    workspace.begin("parabola")  # its first page has a formula
    workspace.transport.step()
    workspace.transport.step()
    workspace.pictures.follow(lambda: workspace.pictures.settled and app.exit())

window = make_window(Theme(app, "light"), Preferences(folder / "p.ini"), look, (folder,))
window.show()
app.exec()
window.workspace().leave()
window.close()
"""


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(300, 200)
    made.show()
    return made


def test_old_wishes_are_forgotten(
    qtbot: QtBot, window: QWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formula_pictures, "MOST_WANTED", 3)
    pictures = FormulaPictures(window)
    pictures.wait()
    for number in range(9):
        pictures.ready(f"x_{number}")
    pictures.go_on()
    qtbot.waitUntil(lambda: len(pictures.drawn()) == 3)
    assert pictures.drawn() == {"x_6", "x_7", "x_8"}


def test_a_row_of_many_pieces_is_complete_all_the_same(
    qtbot: QtBot, window: QWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formula_pictures, "MOST_WANTED", 3)
    row = FormulaRow("Formula", FormulaPictures(window), window)
    row.show_pieces(tuple(Piece(f"x{number}", f"x_{number}") for number in range(7)))
    row.resize(300, 60)
    row.show()
    qtbot.waitUntil(lambda: row.complete)


def test_what_was_not_used_for_longest_goes(
    qtbot: QtBot, window: QWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formula_pictures, "MOST_KEPT", 3)
    pictures = FormulaPictures(window)
    for name in "abc":
        pictures.ready(name)
        qtbot.waitUntil(lambda name=name: name in pictures.drawn())  # type: ignore[misc]
    assert pictures.ready("a"), "used once more"
    pictures.ready("d")
    qtbot.waitUntil(lambda: "d" in pictures.drawn())
    assert pictures.drawn() == {"a", "c", "d"}


def test_pictures_that_were_not_painted_for_longest_go(
    qtbot: QtBot, window: QWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formula_pictures, "MOST_DRAWN", 4)
    pictures = FormulaPictures(window)
    image = QImage(200, 200, QImage.Format.Format_ARGB32)
    for name in "abcdefgh":
        pictures.ready(name)
    qtbot.waitUntil(lambda: pictures.settled)
    with QPainter(image) as painter:
        for name in "abcdefgh":
            pictures.paint(painter, name, name, 20, QColor("black"), QPointF(20, 50))
    qtbot.waitUntil(lambda: len(pictures.findChildren(QSvgRenderer)) == 4)


def test_nothing_is_set_until_the_library_is_there(qtbot: QtBot, window: QWidget) -> None:
    pictures = FormulaPictures(window)
    pictures.wait()
    assert not pictures.ready("x")
    qtbot.wait(20)
    assert not pictures.drawn()
    pictures.go_on()
    qtbot.waitUntil(lambda: pictures.drawn() == {"x"})


@pytest.mark.long
@pytest.mark.ci
def test_the_library_is_imported_beside_the_window() -> None:
    done = subprocess.run(
        [sys.executable, "-c", BESIDE], capture_output=True, text=True, timeout=120,
        env=os.environ | {"PYTHONPATH": str(Path.cwd())},
    )  # fmt: skip
    assert done.stdout == "worker\n", done.stderr
