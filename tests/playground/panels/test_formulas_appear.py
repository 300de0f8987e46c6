"""Formulas come whole or not at all: their place is kept empty until then, and nothing jumps."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from engine.formulas.terms import Piece
from engine.lessons.lesson import lessons
from playground.panels.explanation import Explain
from playground.panels.lesson import FormulaPlate
from playground.theme import formula_pictures
from playground.theme.formula_pictures import FormulaPictures
from playground.widgets.formula import FormulaRow
from playground.window.workspace import Workspace
from tests.playground.dressed import dressed
from tests.playground.lesson_learner import Learner
from tests.playground.opened import opened

PAGE = 232  # pixels: what the narrowest usual panel leaves the plate
PAGES = [
    (f"{lesson.id}-{number}", step.formulas)
    for lesson in lessons()
    for number, step in enumerate(lesson.steps, 1)
    if step.formulas
]


@pytest.fixture
def holder(qtbot: QtBot) -> QWidget:
    dressed()
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.show()
    return made


@pytest.fixture
def pictures(holder: QWidget) -> FormulaPictures:
    """As in the program: the library is imported beside the window, which takes its time."""
    made = FormulaPictures(holder)
    made.wait()
    return made


def inks(widget: QWidget) -> int:
    """How many colours stand in the middle of it: one, where nothing does."""
    picture = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    middle = range(8, picture.height() - 8)
    return len({picture.pixel(x, y) for x in range(12, picture.width() - 12) for y in middle})


@pytest.mark.long
@pytest.mark.ci
def test_the_place_of_every_formula_of_a_lesson_is_kept_empty_and_never_moves(
    qtbot: QtBot, holder: QWidget, pictures: FormulaPictures
) -> None:
    plates = []
    for name, formulas in PAGES:
        plate = FormulaPlate(formulas, pictures, holder)
        plate.resize(PAGE, 100)
        plate.show()
        assert inks(plate) == 1, name
        plates.append((name, plate, plate.heightForWidth(PAGE)))
    pictures.go_on()
    qtbot.waitUntil(lambda: all(plate.complete for _, plate, _ in plates), timeout=60_000)
    for name, plate, height in plates:
        assert plate.heightForWidth(PAGE) == height, name
        assert inks(plate) > 2, name


def test_a_row_is_painted_whole_or_not_at_all(
    qtbot: QtBot, holder: QWidget, pictures: FormulaPictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formula_pictures, "AT_ONCE", 0)
    row = FormulaRow("Formula", pictures, holder)
    row.resize(320, 60)
    row.show_pieces(tuple(Piece(f"{name}/2", rf"\frac{{{name}}}{{2}}") for name in "abc"))
    row.show()
    seen: list[tuple[int, bool]] = []

    def look() -> None:
        seen.append((inks(row), row.complete))

    pictures.follow(look)
    assert inks(row) == 1
    pictures.go_on()
    qtbot.waitUntil(lambda: row.complete)
    assert [ink for ink, complete in seen if not complete] == [1] * (len(seen) - 1)
    assert inks(row) > 1


class Painted(QObject):
    """How a plate was each time when it was painted: complete, and where."""

    def __init__(self, plate: FormulaPlate) -> None:
        super().__init__(plate)
        self.seen: list[tuple[bool, int, int]] = []
        self._plate = plate
        plate.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.seen.append((self._plate.complete, self._plate.y(), self._plate.height()))
        return False


@pytest.fixture
def workspace(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Workspace]:
    monkeypatch.setattr(formula_pictures, "AT_ONCE", 1e9)  # however busy the machine is
    with opened(qtbot, qapp, tmp_path) as made:
        qtbot.waitUntil(lambda: made.pictures.ready("x"), timeout=60_000)
        yield made


def test_a_step_and_a_page_show_their_formulas_at_once(qtbot: QtBot, workspace: Workspace) -> None:
    explain = workspace.docks.panel("explain")
    assert isinstance(explain, Explain)
    for _ in range(9):
        workspace.transport.step()
        block = explain.block
        parts = (block.symbols, block.numbers, block.table, block.factors, block.result)
        assert all(part.complete for part in parts)
    workspace.guide.go_to(2)
    plate = Learner(qtbot, workspace).panel.findChildren(FormulaPlate)[-1]
    painted = Painted(plate)
    qtbot.waitUntil(lambda: len(painted.seen) > 0)
    for _ in range(5):
        QApplication.processEvents()
    assert set(painted.seen) == {(True, plate.y(), plate.height())}
