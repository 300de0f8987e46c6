"""The rail of one update: its phases as segments, a tick for every step, a knob to scrub with."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate, pairwise

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QWidget

from engine.numerals import NumberRole, counted
from playground.theme.fonts import CAPTION, font_of
from playground.theme.painting import fill_rounded, painted, rim_rounded
from playground.theme.palette import Tokens, faded, role_color, role_tint
from playground.widgets.buttons import turn_only_in_hand
from playground.widgets.plain_text import set_name

RAIL = 8
GAP = 3
KNOB = 16
SIDE = KNOB / 2
MIDDLE = 12.0  # the rail's middle, from the top
LABELS = 18.0
HEIGHT = 34
TICK = QSize(1, 3)
TICKS_FROM = 5.0  # px a step at least, else no ticks


@dataclass(frozen=True, slots=True)
class Segment:
    """A phase of the update: its name, what its numbers are, how many steps it has."""

    name: str
    role: NumberRole
    steps: int


class PhaseRail(QAbstractSlider):
    """Shows how far the update has come; dragging, clicking and keys ask for another step.

    `scrub` is called with the number of steps done that the hand asks for.
    """

    def __init__(self, scrub: Callable[[int], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scrub = scrub
        self.segments: tuple[Segment, ...] = ()
        self.run: tuple[int, int | None, str] | None = None
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        tip = "Drag along the steps of this update, or use the arrow keys"
        set_name(self, "Steps of this update", tip)
        turn_only_in_hand(self)
        self.setProperty("ownRing", True)

    def show_steps(self, segments: tuple[Segment, ...], done: int) -> None:
        self.segments = tuple(segment for segment in segments if segment.steps)
        self.run = None
        self.setRange(0, sum(segment.steps for segment in self.segments))
        self.setValue(done)
        self.setEnabled(bool(self.segments))
        self.setAccessibleDescription(self.present().name if self.segments else "no pass yet")
        self.update()

    def show_run(self, done: int, end: int | None, until: str) -> None:
        """While training runs: so many updates done, of so many where that is known."""
        self.run = done, end, until
        self.setAccessibleDescription(f"{counted(done, 'update')} done, {until}")
        self.update()

    def present(self) -> Segment:
        """The phase of the last step done; before the first step, the first phase."""
        passed = (self.value() > last for last in self._ends()[1:-1])
        return self.segments[sum(passed)]

    def _ends(self) -> list[int]:
        """The steps done before the first phase, and when each has ended."""
        return list(accumulate((segment.steps for segment in self.segments), initial=0))

    def boxes(self) -> list[QRectF]:
        """Where each segment lies: as long as its number of steps."""
        room = self.width() - GAP * max(0, len(self.segments) - 1)
        left, boxes = 0.0, []
        for segment in self.segments:
            wide = room * segment.steps / self.maximum()
            boxes.append(QRectF(left, MIDDLE - RAIL / 2, wide, RAIL))
            left += wide + GAP
        return boxes

    def x_of(self, done: int) -> float:
        for (first, end), box in zip(pairwise(self._ends()), self.boxes(), strict=True):
            if done <= end:
                return box.left() + box.width() * (done - first) / (end - first)
        return self.width()

    def step_at(self, x: float) -> int:
        """The number of steps done that a place along the rail means."""
        for (first, end), box in zip(pairwise(self._ends()), self.boxes(), strict=True):
            if x <= box.right() + GAP / 2:
                share = (x - box.left()) / box.width()
                return first + round(min(max(share, 0.0), 1.0) * (end - first))
        return self.maximum()

    def _ask(self, done: int) -> None:
        wanted = min(max(done, 0), self.maximum())
        if wanted != self.value():
            self.setValue(wanted)
            self.update()
            self._scrub(wanted)

    def _paint_segment(
        self, painter: QPainter, tokens: Tokens, segment: Segment, box: QRectF, done: int
    ) -> None:
        own, memory = role_color(tokens, segment.role), segment.role is NumberRole.MEMORY
        to_come = tokens.line if memory else role_tint(tokens, segment.role)
        fill_rounded(painter, box, RAIL / 2 - 1, to_come)
        if done:
            part = QRectF(box)
            part.setWidth(max(box.width() * min(done, segment.steps) / segment.steps, 3.0))
            fill_rounded(painter, part, RAIL / 2 - 1, own if self.isEnabled() else tokens.off)
        step_wide = box.width() / segment.steps
        for step in range(1, segment.steps) if step_wide >= TICKS_FROM else ():
            left = round(box.left() + box.width() * step / segment.steps)
            tick = QRectF(left, MIDDLE - TICK.height() / 2, TICK.width(), TICK.height())
            painter.fillRect(tick, tokens.on_accent if step < done else faded(own, 0.6))

    def _paint_names(self, painter: QPainter, tokens: Tokens) -> None:
        """The phases' names, each hidden when it is wider than its segment has room for."""
        painter.setFont(font_of(CAPTION))
        for segment, box in zip(self.segments, self.boxes(), strict=True):
            wide = painter.fontMetrics().horizontalAdvance(segment.name)
            if wide <= box.width() + 2:
                memory = segment.role is NumberRole.MEMORY
                painter.setPen(tokens.text2 if memory else role_color(tokens, segment.role))
                place = QRectF(box.center().x() - wide, LABELS, 2 * wide, HEIGHT - LABELS)
                painter.drawText(place, Qt.AlignmentFlag.AlignCenter, segment.name)

    def _paint_run(self, painter: QPainter, tokens: Tokens) -> None:
        """What learning has done is ink; where it has no end, there is no part of it to show."""
        rail = QRectF(0, MIDDLE - RAIL / 2, self.width(), RAIL)
        fill_rounded(painter, rail, RAIL / 2 - 1, tokens.line)
        if self.run is None:
            return
        done, end, until = self.run
        if end is not None:
            part = QRectF(rail)
            part.setWidth(max(rail.width() * min(1.0, done / max(1, end)), float(RAIL)))
            fill_rounded(painter, part, RAIL / 2 - 1, tokens.text)
        painter.setFont(font_of(CAPTION))
        painter.setPen(tokens.text2)
        words = QRectF(0, LABELS, self.width(), HEIGHT - LABELS)
        middle = Qt.AlignmentFlag.AlignVCenter
        sides = Qt.AlignmentFlag
        painter.drawText(words, middle | sides.AlignLeft, f"{counted(done, 'update')} done")
        painter.drawText(words, middle | sides.AlignRight, until)

    def sizeHint(self) -> QSize:
        return QSize(320, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        ends, last = self._ends(), self.maximum()
        wanted = {
            Qt.Key.Key_Left: self.value() - 1,
            Qt.Key.Key_Right: self.value() + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
            Qt.Key.Key_PageUp: max((end for end in ends if end < self.value()), default=0),
            Qt.Key.Key_PageDown: min((end for end in ends if end > self.value()), default=last),
        }
        event.setAccepted(event.key() in wanted)
        if event.isAccepted():
            self._ask(wanted[Qt.Key(event.key())])

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self._ask(self.step_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self._ask(self.step_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(False)

    def paintEvent(self, event: QPaintEvent) -> None:
        with painted(self) as (painter, tokens):
            if self.run is not None or not self.segments:
                self._paint_run(painter, tokens)
                return
            for segment, box, first in zip(self.segments, self.boxes(), self._ends(), strict=False):
                self._paint_segment(painter, tokens, segment, box, max(0, self.value() - first))
            self._paint_names(painter, tokens)
            color = role_color(tokens, self.present().role)
            middle = min(max(self.x_of(self.value()), SIDE + 5), self.width() - SIDE - 5)
            knob = QRectF(middle - SIDE, MIDDLE - SIDE, KNOB, KNOB)
            fill_rounded(painter, knob, SIDE, tokens.surface)
            rim_rounded(painter, knob, SIDE, QPen(color, 2.5))
            if self.hasFocus():
                rim_rounded(painter, knob.adjusted(-4, -4, 4, 4), SIDE + 4, QPen(tokens.fwd, 2))
