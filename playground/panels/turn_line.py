"""What a turn was to do and what it really did: three numbers under each other's names."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.numerals import short
from playground.panels.knob_slopes import Effect
from playground.theme.fonts import CAPTION, FACTOR, HINT, font_of
from playground.theme.painting import fill_rounded
from playground.theme.palette import Tokens, tokens_of
from playground.widgets.plain_text import set_tip

HIGH = 52
MARGIN = 12.0
RADIUS = 8.0


class TurnLine(QWidget):
    """Turned by Δ; predicted ∂·Δ; really. Before the first turn it says what to do."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.effect: Effect | None = None
        self.top, self.digits = "E", 4
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_effect(None, self.top, self.digits)

    def show_effect(self, effect: Effect | None, top: str, digits: int) -> None:
        """Show a turn; `top` is the letter of what is made small."""
        self.effect, self.top, self.digits = effect, top, digits
        told = "; ".join(f"{name} {number}" for name, number, _ in self.columns())
        told = f"{told}. Predicted is slope times turn: {self.product()}" if told else ""
        told = told.removesuffix(" = ")
        self.setAccessibleName(told or self.hint())
        set_tip(self, told or self.hint())
        self.update()

    def hint(self) -> str:
        """What stands there before the first turn."""
        return f"Turn a knob: {self.top} should change by about its slope ∂ times the turn."

    def columns(self) -> list[tuple[str, str, str]]:
        """Captions, numbers, and the tokens of their colours."""
        effect = self.effect
        if effect is None:
            return []
        return [
            (f"{effect.name} by", self._signed(effect.turned), "text"),
            (f"{self.top} predicted", self._signed(effect.predicted), "bwd"),
            (f"{self.top} really", self._signed(effect.really), "truth"),
        ]

    def product(self) -> str:
        """How the prediction comes about: slope times turn."""
        if self.effect is None:
            return ""
        slope, turned = (short(x, self.digits) for x in (self.effect.slope, self.effect.turned))
        return f"{slope} · ({turned}) = " if self.effect.turned < 0 else f"{slope} · {turned} = "

    def _signed(self, value: float) -> str:
        text = short(value, self.digits) or "–"
        return f"+{text}" if value > 0 else text

    def _paint_columns(self, painter: QPainter, tokens: Tokens, box: QRectF) -> None:
        colors = {"text": tokens.text, "bwd": tokens.bwd, "truth": tokens.truth}
        columns = self.columns()
        wide = (box.width() - MARGIN) / len(columns)
        for place, (caption, number, color) in enumerate(columns):
            left = box.left() + MARGIN + place * wide
            painter.setFont(font_of(CAPTION))
            painter.setPen(tokens.text2)
            elide = painter.fontMetrics().elidedText
            words = elide(caption, Qt.TextElideMode.ElideMiddle, int(wide - 8))
            painter.drawText(QRectF(left, box.top() + 4, wide - 6, 16), words)
            painter.setFont(font_of(FACTOR))
            product = self.product() if color == "bwd" else ""
            metrics = painter.fontMetrics()
            if product and metrics.horizontalAdvance(product + number) <= wide - 6:
                painter.drawText(QRectF(left, box.top() + 21, wide - 6, 20), product)
                left += metrics.horizontalAdvance(product)
            painter.setPen(colors[color])
            painter.drawText(QRectF(left, box.top() + 21, wide - 6, 20), number)

    def sizeHint(self) -> QSize:
        return QSize(200, HIGH)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, painter = tokens_of(self.palette()), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(MARGIN, 2, -MARGIN, -6)
        fill_rounded(painter, box, RADIUS, tokens.sunken)
        if self.effect is not None:
            self._paint_columns(painter, tokens, box)
            return
        painter.setFont(font_of(HINT))
        painter.setPen(tokens.text2)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(box.adjusted(MARGIN, 0, -MARGIN, 0), flags, self.hint())
