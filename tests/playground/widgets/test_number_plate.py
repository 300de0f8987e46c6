"""The place of a number looks different in every state, and has its size from the table."""

from itertools import combinations

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QApplication

from engine.numerals import NumberRole
from playground.theme.fonts import VALUE, WEIGHT, font_of, strong
from playground.theme.palette import TABLES, Tokens
from playground.widgets.number_plate import (
    PlacedNumber,
    State,
    paint_place,
    plate_rect,
    plate_size,
    text_color,
)

both = pytest.mark.parametrize("tokens", TABLES.values(), ids=TABLES)


def painted(tokens: Tokens, place: PlacedNumber) -> QImage:
    picture = QImage(160, 48, QImage.Format.Format_RGB32)
    picture.fill(tokens.node)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint_place(painter, tokens, plate_rect(QPointF(80, 24), place, VALUE), place, VALUE)
    painter.end()
    return picture


@both
@pytest.mark.parametrize("role", NumberRole)
def test_every_state_looks_different(qapp: QApplication, tokens: Tokens, role: NumberRole) -> None:
    pictures = {state: painted(tokens, PlacedNumber(state, role, "0.332")) for state in State}
    stays = {State.AT_REST, State.QUIET}
    for one, other in combinations(State, 2):
        same = {one, other} == stays and role in (NumberRole.BACKWARD, NumberRole.TRUTH)
        assert (pictures[one] == pictures[other]) is same, (one, other)


@both
def test_hover_and_lock_are_seen(qapp: QApplication, tokens: Tokens) -> None:
    plain = painted(tokens, PlacedNumber(State.AT_REST, NumberRole.MEMORY, "1"))
    assert (
        painted(tokens, PlacedNumber(State.AT_REST, NumberRole.MEMORY, "1", hovered=True)) != plain
    )
    assert (
        painted(tokens, PlacedNumber(State.AT_REST, NumberRole.MEMORY, "1", locked=True)) != plain
    )


def test_what_is_not_computed_is_a_slot_without_text(qapp: QApplication) -> None:
    slot = plate_size(PlacedNumber(State.NOT_COMPUTED, NumberRole.FORWARD), VALUE)
    assert (slot.width(), slot.height()) == (36, 12)


def test_a_plate_is_12_wider_than_its_text_and_9_higher_than_its_font(qapp: QApplication) -> None:
    size = plate_size(PlacedNumber(State.AT_WORK, NumberRole.FORWARD, "−0.7"), VALUE)
    text = QFontMetricsF(font_of(strong(VALUE))).horizontalAdvance("−0.7")
    assert size.width() == pytest.approx(text + 12)
    assert size.height() == 24
    assert plate_size(PlacedNumber(State.AT_REST, NumberRole.MEMORY, "1"), WEIGHT).height() == 22


def test_numbers_keep_their_line_with_and_without_a_plate(qapp: QApplication) -> None:
    anchor = QPointF(100, 50)
    for state in (State.AT_REST, State.SOURCE, State.AT_WORK):
        place = PlacedNumber(state, NumberRole.FORWARD, "0.1")
        assert plate_rect(anchor, place, VALUE, flush=True).right() == pytest.approx(106)
    assert (
        plate_rect(anchor, PlacedNumber(State.AT_REST, NumberRole.TRUTH, "1"), VALUE).center()
        == anchor
    )


@both
def test_the_colour_of_the_text(tokens: Tokens) -> None:
    assert text_color(tokens, PlacedNumber(State.AT_REST, NumberRole.FORWARD)) == tokens.text
    assert text_color(tokens, PlacedNumber(State.QUIET, NumberRole.MEMORY)) == tokens.text2
    assert text_color(tokens, PlacedNumber(State.QUIET, NumberRole.BACKWARD)) == tokens.bwd
    assert text_color(tokens, PlacedNumber(State.SOURCE, NumberRole.FORWARD)) == tokens.fwd
    assert text_color(tokens, PlacedNumber(State.AT_WORK, NumberRole.TRUTH)) == tokens.on_accent
    assert text_color(tokens, PlacedNumber(State.WRONG, NumberRole.FORWARD)) == tokens.warn


def test_a_question_is_asked_with_a_mark(qapp: QApplication) -> None:
    assert PlacedNumber(State.YOUR_TURN, NumberRole.BACKWARD).words == "?"
    assert PlacedNumber(State.AT_REST, NumberRole.BACKWARD, "0.1", "δ").words == "δ 0.1"
