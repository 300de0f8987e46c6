"""Formula pictures neither pile up wishes nor keep everything for ever."""

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from playground import mathematics
from playground.formula_pieces import Piece
from playground.mathematics import FormulaPictures
from playground.widgets.formula_row import FormulaRow


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
    monkeypatch.setattr(mathematics, "MOST_WANTED", 3)
    pictures = FormulaPictures(window)
    for number in range(9):
        pictures.ready(f"x_{number}")
    qtbot.waitUntil(lambda: len(pictures.drawn()) == 3)
    assert pictures.drawn() == {"x_6", "x_7", "x_8"}


def test_a_row_of_many_pieces_is_complete_all_the_same(
    qtbot: QtBot, window: QWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mathematics, "MOST_WANTED", 3)
    row = FormulaRow("Formula", FormulaPictures(window), window)
    row.show_pieces(tuple(Piece(f"x_{number}", f"x{number}") for number in range(7)))
    row.resize(300, 60)
    row.show()
    qtbot.waitUntil(lambda: row.complete)


def test_what_was_not_used_for_longest_goes(
    qtbot: QtBot, window: QWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mathematics, "MOST_KEPT", 3)
    pictures = FormulaPictures(window)
    for name in "abc":
        pictures.ready(name)
        qtbot.waitUntil(lambda name=name: name in pictures.drawn())  # type: ignore[misc]
    assert pictures.ready("a"), "used once more"
    pictures.ready("d")
    qtbot.waitUntil(lambda: "d" in pictures.drawn())
    assert pictures.drawn() == {"a", "c", "d"}
