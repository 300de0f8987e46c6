"""What a formula comes to: the symbol, and the number large in the colour of its role."""

from PySide6.QtCore import QPointF
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QWidget

from playground.fonts import RESULT, RESULT_SYMBOL, STEP_TITLE, Face, font_of
from playground.formula_pieces import Result
from playground.mathematics import FormulaPictures
from playground.palette import Tokens, role_color
from playground.widgets.spots import SpotArea

GAP = 14.0


class ResultLine(SpotArea):
    """δ₄ = 0.0087; under a sum the number stands at the right, below the rule."""

    def __init__(self, pictures: FormulaPictures, parent: QWidget, margin: int = 0) -> None:
        super().__init__("Result", pictures, None, parent)
        self._result: Result | None = None
        self._at_right = False
        self._margin = margin
        self._baseline = 0.0
        self._face = RESULT

    def show_result(self, result: Result | None, at_right: bool = False) -> None:
        """Show a result, or None."""
        self._result = result
        self._at_right = at_right
        spoken = "none" if result is None else f"{result.symbol.plain} = {result.number}"
        self.refresh(spoken)

    def lay_out(self, width: float) -> float:
        """One line, as high as the symbol or the number."""
        if self._result is None:
            return 0.0
        symbol = self._result.symbol
        self.complete = self.pictures.ready(symbol.latex)
        extent = self.pictures.extent(symbol.latex, symbol.plain, RESULT_SYMBOL)
        self._face = self._face_for(width - extent.width - GAP - self._margin)
        metrics = QFontMetricsF(font_of(self._face))
        self._baseline = max(extent.ascent, metrics.ascent())
        return self._baseline + max(extent.descent, metrics.descent())

    def _face_for(self, room: float) -> Face:
        """A number of very many digits is set smaller, so that all of them are seen."""
        number = self._result.number if self._result is not None else ""
        for pixels in range(RESULT.pixels, STEP_TITLE.pixels - 4, -1):
            face = Face(pixels, RESULT.weight)
            if QFontMetricsF(font_of(face)).horizontalAdvance(number) <= room:
                break
        return face

    def paint_content(self, painter: QPainter, tokens: Tokens) -> None:
        if self._result is None:
            return
        symbol, ink = self._result.symbol, tokens.text
        extent = self.pictures.extent(symbol.latex, symbol.plain, RESULT_SYMBOL)
        origin = QPointF(0, self._baseline)
        self.pictures.paint(painter, symbol.latex, symbol.plain, RESULT_SYMBOL, ink, origin)
        painter.setFont(font_of(self._face))
        painter.setPen(role_color(tokens, self._result.role))
        wide = painter.fontMetrics().horizontalAdvance(self._result.number)
        left = self.width() - wide - self._margin if self._at_right else extent.width + GAP
        painter.drawText(QPointF(left, self._baseline), self._result.number)
