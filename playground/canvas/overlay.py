"""What lies over the canvas: the zoom at its corner, and what an empty canvas says."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPalette, QPen
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from playground.theme import icons
from playground.theme.fonts import BODY, CAPTION, font_of
from playground.theme.painting import dotted_pen, fill_rounded, rim_rounded
from playground.theme.palette import tokens_of
from playground.widgets.buttons import push_button
from playground.widgets.plain_text import set_tip

Act = Callable[[], object]
BEGIN = "Drag a node here, or press N"


class ZoomControl(QWidget):
    """[fit | 97 %] at the top right corner."""

    def __init__(self, fit: Act, whole: Act, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedSize(102, 28)
        self.setAccessibleName("Zoom")
        self.fit_button = self._button("Fit", "Fit (F): the whole network in sight.", fit, 36)
        icons.wear(self.fit_button, "fit", self.palette(), "text2")
        self.fit_button.setIconSize(QSize(18, 18))
        self.percent = self._button("Zoom 100 %", "100 % (Ctrl+0): as large as it is drawn.",
                                    whole, 62)  # fmt: skip
        self.percent.setFont(font_of(CAPTION))
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(0)
        row.addWidget(self.fit_button)
        row.addWidget(self.percent)

    def show_zoom(self, zoom: float) -> None:
        """The zoom now."""
        text = f"{round(zoom * 100)} %"
        self.percent.setText(text)
        self.percent.setAccessibleName(f"Zoom {text}")

    def _button(self, name: str, tip: str, act: Act, width: int) -> QToolButton:
        button = QToolButton(self)
        button.setAutoRaise(True)
        button.setFixedSize(width, 24)
        button.setAccessibleName(name)
        set_tip(button, tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: act())
        return button


class EmptyCanvas(QWidget):
    """The two ways to begin with something; the hint above them is painted on the canvas itself,
    so that a node can be put down on it.
    """

    def __init__(self, new_network: Act, open_lesson: Act, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(f"Empty canvas: {BEGIN[:1].lower()}{BEGIN[1:]}")
        self.setFixedSize(340, 32)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        for text, tip, act in (
            ("New network…", "Build layers of neurons in one go.", new_network),
            ("Open a lesson", "Choose one of the lessons.", open_lesson),
        ):
            row.addWidget(push_button(text, tip, act, self))

    def stand_in(self, room: QSize) -> None:
        """Below the hint in the middle."""
        self.move((room.width() - self.width()) // 2, room.height() // 2 + 54)


def paint_hint(painter: QPainter, palette: QPalette, middle: QPointF) -> None:
    """A dotted node, and how to begin."""
    tokens = tokens_of(palette)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    capsule = QRectF(middle.x() - 72, middle.y() - 66, 144, 60)
    rim_rounded(painter, capsule, 30, dotted_pen(tokens.node_line))
    painter.setFont(font_of(BODY))
    painter.setPen(tokens.text2)
    box = QRectF(middle.x() - 170, middle.y() + 10, 340, 24)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, BEGIN)


def paint_note(painter: QPainter, palette: QPalette, text: str) -> None:
    """A few words at the top left corner."""
    tokens = tokens_of(palette)
    font = font_of(CAPTION)
    wide = QFontMetricsF(font).horizontalAdvance(text) + 20
    box = QRectF(12, 14, wide, 22)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    fill_rounded(painter, box, 11, tokens.sunken)
    rim_rounded(painter, box, 11, QPen(tokens.line, 1))
    painter.setFont(font)
    painter.setPen(tokens.text2)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
