"""Rows, columns and scroll areas, each laid out in one statement."""

from typing import Final, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QLayout, QScrollArea, QWidget

AS_STYLED: Final = -1  # Qt takes the spacing of the style then
_L = TypeVar("_L", bound=QBoxLayout)
Thing = QWidget | QLayout | int | None
Part = Thing | tuple[Thing, int | Qt.AlignmentFlag]


def lay_out(
    layout: _L, *parts: Part, spacing: int = 0, margins: tuple[int, int, int, int] = (0, 0, 0, 0)
) -> _L:
    """These parts one after the other: a widget or a layout, a gap in pixels, or None for the rest.

    Beside a part stands its share of the room that is left, or the side it keeps to.
    """
    layout.setContentsMargins(*margins)
    layout.setSpacing(spacing)
    for part in parts:
        thing, how = part if isinstance(part, tuple) else (part, int(part is None))
        share, side = how, Qt.AlignmentFlag(0)
        if isinstance(how, Qt.AlignmentFlag):
            share, side = 0, how
        if isinstance(thing, QWidget):
            layout.addWidget(thing, share, side)
        elif isinstance(thing, QLayout):
            layout.addLayout(thing, share)
        elif thing is None:
            layout.addStretch(share)
        else:
            layout.addSpacing(thing)
    return layout


def scroll_area(content: QWidget, parent: QWidget) -> QScrollArea:
    """Scrolls up and down what is as wide as it is; the keyboard goes to what is inside."""
    area = QScrollArea(parent)
    keep_to_width(area, content)
    return area


def keep_to_width(area: QScrollArea, content: QWidget) -> None:
    """The same for an area of a class of its own."""
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(content)


def share_padding(area: QScrollArea, column: QBoxLayout, padding: int) -> None:
    """The scroll bar takes its room from the padding at the right, so that nothing moves."""

    def make_room(low: int, high: int) -> None:
        bar = area.verticalScrollBar().sizeHint().width() if high > low else 0
        margins = column.contentsMargins()
        if margins.right() != padding - bar:
            margins.setRight(padding - bar)
            column.setContentsMargins(margins)

    area.verticalScrollBar().rangeChanged.connect(make_room)
