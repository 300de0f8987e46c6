"""The formulas of a step, centred on a sunken plate, one under the other."""

from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.files.lesson import Formula
from engine.lessons.latex import why_not_drawn
from playground.theme.fonts import LESSON_TEXT, SMALLEST, SYMBOLS_LINE, font_of
from playground.theme.formula_pictures import Extent, FormulaPictures, reserved
from playground.theme.painting import fill_rounded
from playground.theme.palette import tokens_of

RADIUS, SIDES, ENDS, LEADING = 8, 12, 8, 6
UNBROKEN = 16  # a line is set as small as this before it is broken
BROKEN = 17


class _Line(NamedTuple):
    """A line of mathematics as it is set."""

    latex: str
    plain: str
    pixels: int
    extent: Extent
    above: float  # the room it has, which is more than it takes
    below: float


def broken(latex: str) -> tuple[str, ...]:
    """The formula in the pieces that may stand on lines of their own: each begins with an operator.

    Nothing is broken inside braces, brackets or parentheses.
    """
    pieces, groups, parentheses, start = [], 0, 0, 0
    for place, letter in enumerate(latex):
        named = latex[place - 1 : place] == "\\"  # \{ is a sign, no group
        groups += 0 if named else (letter == "{") - (letter == "}")
        parentheses = max(0, parentheses + (letter in "([") - (letter in ")]"))
        binary = letter == "=" or (letter in "+-" and latex[start:place].strip()[-1:] not in "=^_,")
        if not groups and not parentheses and binary and place > start and not named:
            pieces.append(latex[start:place])
            start = place
    pieces.append(latex[start:])
    return tuple(piece if piece[:1] not in ("+", "-") else "{}" + piece for piece in pieces)


def _roomy(line: _Line, above: float, below: float) -> _Line:
    """The line with at least so much room."""
    ascent, descent = line.extent.ascent, line.extent.descent
    return line._replace(above=max(above, ascent), below=max(below, descent))


class FormulaPlate(QWidget):
    """Mathematics; what cannot or may not be drawn is shown as plain text."""

    def __init__(
        self, formulas: tuple[Formula, ...], pictures: FormulaPictures, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._formulas, self._pictures = formulas, pictures
        self._drawn = not any(why_not_drawn(formula.latex) for formula in formulas)
        self._lines: list[_Line] = []
        self.complete = False
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName("Formula: " + "; ".join(f.plain for f in formulas))
        if self._drawn:
            pictures.follow(self.take_pictures)

    def take_pictures(self) -> None:
        """A formula was drawn; if one of ours was missing, set all of them anew."""
        if not self.complete:
            self._set()

    def _set(self) -> None:
        self.complete = True
        self._lines = self._lay_out(self.width() - 2 * SIDES) if self._drawn else []
        self.setFixedHeight(self._height(self.width()))
        self.updateGeometry()
        self.update()

    def _lay_out(self, room: float) -> list[_Line]:
        lines: list[_Line] = []
        for formula in self._formulas:
            lines.extend(self._lines_of(formula, room))
        return lines

    def _lines_of(self, formula: Formula, room: float) -> list[_Line]:
        if not self._pictures.ready(formula.latex):
            return [self._line(formula.latex, formula.plain, SYMBOLS_LINE)]
        for pixels in range(SYMBOLS_LINE, UNBROKEN - 1, -1):
            line = self._line(formula.latex, formula.plain, pixels)
            if line.extent.width <= room:
                above, below = reserved(formula.latex, SYMBOLS_LINE)  # however small it is set
                return [_roomy(line, above, below)]
        pieces = list(broken(formula.latex))
        lines: list[_Line] = []
        while pieces:
            count = len(pieces)
            while count > 1 and self._line("".join(pieces[:count]), "", BROKEN).extent.width > room:
                count -= 1
            lines.append(self._fitted("".join(pieces[:count]), formula.plain, room))
            del pieces[:count]
        return lines

    def _fitted(self, latex: str, plain: str, room: float) -> _Line:
        line = self._line(latex, plain, BROKEN)
        for pixels in range(BROKEN, SMALLEST - 1, -1):
            line = self._line(latex, plain, pixels)
            if line.extent.width <= room:
                break
        return line

    def _line(self, latex: str, plain: str, pixels: int) -> _Line:
        self.complete &= self._pictures.ready(latex)
        extent = self._pictures.extent(latex, plain, pixels)
        line = _Line(latex, plain, pixels, extent, 0, 0)
        return _roomy(line, *reserved(latex, pixels))

    def _height(self, width: int) -> int:
        if not self._drawn:
            metrics = QFontMetricsF(font_of(LESSON_TEXT))
            room = QRectF(0, 0, width - 2 * SIDES, 10_000)
            return round(metrics.boundingRect(room, _WRAPPED, self._text()).height()) + 2 * ENDS
        tall = sum(line.above + line.below for line in self._lines)
        return round(tall + LEADING * max(0, len(self._lines) - 1)) + 2 * ENDS

    def _text(self) -> str:
        return "\n".join(formula.plain for formula in self._formulas)

    def sizeHint(self) -> QSize:
        return QSize(200, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._set()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_of(self.palette())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            fill_rounded(painter, QRectF(self.rect()), RADIUS, tokens.sunken)
            if not self._drawn:
                painter.setFont(font_of(LESSON_TEXT))
                painter.setPen(tokens.text)
                inner = QRectF(self.rect()).adjusted(SIDES, 0, -SIDES, 0)
                painter.drawText(inner, _WRAPPED, self._text())
                return
            top = float(ENDS)
            for line in self._lines if self.complete else ():
                left = max(float(SIDES), (self.width() - line.extent.width) / 2)
                high = line.above + line.below - line.extent.ascent - line.extent.descent
                origin = QPointF(left, top + high / 2 + line.extent.ascent)
                self._pictures.paint(
                    painter, line.latex, line.plain, line.pixels, tokens.text, origin
                )
                top += line.above + line.below + LEADING


_WRAPPED = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignCenter
