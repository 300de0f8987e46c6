"""Rows and columns have their parts in order, with the gaps, shares and sides asked for."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from playground.widgets.layout import lay_out, scroll_area, share_padding


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(200, 60)
    return window


def part(window: QWidget, width: int, height: int = 20) -> QWidget:
    made = QWidget(window)
    made.setMinimumSize(width, height)
    return made


def test_parts_stand_in_order_with_their_gaps_and_shares(window: QWidget) -> None:
    first, wide, last = (part(window, 20) for _ in range(3))
    lay_out(QHBoxLayout(window), first, 10, (wide, 1), last, spacing=5, margins=(3, 0, 7, 0))
    first.setMaximumWidth(20)
    last.setMaximumWidth(20)
    window.show()
    boxes = [(box.x(), box.width()) for box in (first.geometry(), wide.geometry(), last.geometry())]
    assert boxes == [(3, 20), (38, 130), (173, 20)]


def test_a_part_keeps_to_its_side_and_a_stretch_takes_the_rest(window: QWidget) -> None:
    middle, inner = part(window, 40), part(window, 20)
    row = lay_out(QHBoxLayout(), inner, None)
    lay_out(QVBoxLayout(window), None, row, (middle, Qt.AlignmentFlag.AlignHCenter))
    window.show()
    assert (middle.x(), middle.width(), middle.y()) == (80, 40, 40)
    assert (inner.x(), inner.width()) == (0, 20)


def test_a_stretch_without_a_share_leaves_the_room_to_others(window: QWidget) -> None:
    wide, last = part(window, 20), part(window, 20)
    last.setMaximumWidth(20)
    lay_out(QHBoxLayout(window), (wide, 1), (None, 0), last)
    window.show()
    assert (wide.width(), last.x()) == (180, 180)


def test_a_scroll_bar_takes_its_room_from_the_padding(qtbot: QtBot, window: QWidget) -> None:
    content = QWidget()
    tall = part(content, 20, 20)
    column = lay_out(QVBoxLayout(content), tall, margins=(20, 0, 20, 0))
    area = scroll_area(content, window)
    share_padding(area, column, 20)
    area.resize(200, 60)
    window.show()
    assert column.contentsMargins().right() == 20
    tall.setMinimumHeight(300)
    bar = area.verticalScrollBar()
    qtbot.waitUntil(bar.isVisible)
    qtbot.waitUntil(lambda: column.contentsMargins().right() == 20 - bar.sizeHint().width())
