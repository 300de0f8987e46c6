"""What a formula comes to: the symbol, and the number large in the colour of its role."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QWidget

from engine.formulas import Piece
from playground.theme.fonts import RESULT, RESULT_SYMBOL, STEP_TITLE, Face, font_of
from playground.theme.formula_pictures import FormulaPictures
from playground.theme.palette import Tokens, role_color
from playground.widgets.spots import Laid, SpotArea

GAP = 14.0


@dataclass(frozen=True, kw_only=True)
class _ResultLaid(Laid):
    """One line: how wide its symbol is, its baseline, and the face of its number."""

    symbol: float = 0.0
    baseline: float = 0.0
    face: Face = RESULT


class ResultLine(SpotArea):
    """δ₄ = 0.0087; under a sum the number stands at the right, below the rule."""

    laid: _ResultLaid = _ResultLaid()

    def __init__(self, pictures: FormulaPictures, parent: QWidget, margin: int = 0) -> None:
        super().__init__("Result", pictures, None, parent)
        self._symbol: Piece | None = None
        self._number = ""
        self._at_right = False
        self._margin = margin

    def show_result(self, subject: Piece, number: Piece, at_right: bool = False) -> None:
        """Show what this symbol comes to; nothing, where there is no number."""
        self._number, self._at_right = number.plain, at_right
        self._symbol = replace(subject, latex=f"{subject.latex} =") if self._number else None
        spoken = f"{subject.plain} = {self._number}" if self._number else "none"
        self.refresh(spoken, () if self._symbol is None else (self._symbol,))

    def lay_out(self, width: float) -> _ResultLaid:
        """One line, as high as the symbol or the number."""
        if self._symbol is None:
            return _ResultLaid()
        extent = self.pictures.extent(self._symbol.latex, self._symbol.plain, RESULT_SYMBOL)
        face = self._face_for(width - extent.width - GAP - self._margin)
        metrics = QFontMetricsF(font_of(face))
        baseline = max(extent.ascent, metrics.ascent())
        height = baseline + max(extent.descent, metrics.descent())
        return _ResultLaid(height=height, symbol=extent.width, baseline=baseline, face=face)

    def _face_for(self, room: float) -> Face:
        """A number of very many digits is set smaller, so that all of them are seen."""
        for pixels in range(RESULT.pixels, STEP_TITLE.pixels - 4, -1):
            face = Face(pixels, RESULT.weight)
            if QFontMetricsF(font_of(face)).horizontalAdvance(self._number) <= room:
                break
        return face

    def paint_content(self, painter: QPainter, tokens: Tokens) -> None:
        if self._symbol is None:
            return
        latex, plain, baseline = self._symbol.latex, self._symbol.plain, self.laid.baseline
        start = QPointF(0, baseline)
        self.pictures.paint(painter, latex, plain, RESULT_SYMBOL, tokens.text, start)
        painter.setFont(font_of(self.laid.face))
        painter.setPen(role_color(tokens, self._symbol.role))
        wide = painter.fontMetrics().horizontalAdvance(self._number)
        left = self.width() - wide - self._margin if self._at_right else self.laid.symbol + GAP
        painter.drawText(QPointF(left, baseline), self._number)
