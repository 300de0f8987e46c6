"""An area whose parts speak of things elsewhere: point at one and it is shown there, click to go.

Formula rows, factor plates and sum tables lay out and paint; this is what they share.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.formulas import Piece, Ref
from engine.numerals import Role
from playground.theme.formula_pictures import FormulaPictures
from playground.theme.painting import rim_rounded
from playground.theme.palette import Tokens, role_color, tokens_of
from playground.widgets.plain_text import set_tip

UNDERLINE = 2
NOWHERE = ("rate", "setting", "state")  # no number on the canvas stands for these
TIP = "what you point at is shown where it comes from; arrows move, Enter or a click goes there."

_BY_KEYBOARD = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
_TURNS: dict[int, int] = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Down: 1,
}


class Spot(NamedTuple):
    """A part that can be pointed at, and what it speaks of."""

    box: QRectF
    refers_to: Ref | None
    role: Role | None
    act: Callable[[], None] | None = None  # for a part that does something of its own


class Pointing(NamedTuple):
    """What to call when a part is pointed at (None: no longer) and when it is chosen."""

    pointed: Callable[[Ref | None], None]
    chosen: Callable[[Ref], None]


@dataclass(frozen=True, kw_only=True)
class Laid:
    """What an area shows, in its place within a width; each area adds what it paints from."""

    height: float = 0.0
    spots: tuple[Spot, ...] = ()


def spot_of(box: QRectF, piece: Piece) -> Spot:
    """The place of a symbol or a number."""
    somewhere = piece.refers is not None and piece.refers.kind not in NOWHERE
    return Spot(box, piece.refers if somewhere else None, piece.role)


class SpotArea(QWidget):
    """Keeps the spots, the one pointed at, and the keyboard's way through them.

    Subclasses say in `lay_out` what stands where, and paint it in `paint_content`.
    """

    laid: Laid = Laid()

    def __init__(
        self, name: str, pictures: FormulaPictures, pointing: Pointing | None, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._name = name
        self.pictures = pictures
        self._pointing = pointing
        self._at: int | None = None
        self._symbols: tuple[Piece, ...] = ()
        self._heights: dict[int, int] = {}  # what it would take in other widths
        self.complete = True  # whether every formula's picture is there
        self.setProperty("ownRing", True)
        self.setMouseTracking(True)
        self.setAccessibleName(name)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        pictures.follow(self.take_pictures)

    @property
    def spots(self) -> tuple[Spot, ...]:
        """The parts that can be pointed at, as they were laid out."""
        return self.laid.spots

    def lay_out(self, width: float) -> Laid:
        """What stands where within this width; nothing is changed, it may only be tried."""
        raise NotImplementedError

    def paint_content(self, painter: QPainter, tokens: Tokens) -> None:
        """Paint what was laid out."""
        raise NotImplementedError

    def refresh(self, spoken: str, symbols: Iterable[Piece]) -> None:
        """The content is another: lay it out, whole when the pictures of all symbols are there;
        `spoken` is what a screen reader says."""
        self._point_at(None)
        self.setAccessibleName(f"{self._name}: {spoken}")
        self._symbols = tuple(symbols)
        self._place()
        live = any(map(self._is_live, self.spots))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if live else Qt.FocusPolicy.NoFocus)
        set_tip(self, f"{self._name}: {TIP}" if live else "")

    def take_pictures(self) -> None:
        """A formula was drawn; if one of ours was missing, see whether it was that one."""
        if not self.complete:
            self._place()

    def spot_at(self, place: QPointF) -> int | None:
        """The part under the mouse that speaks of something."""
        for index, spot in enumerate(self.spots):
            if self._is_live(spot) and spot.box.adjusted(-2, -4, 2, 4).contains(place):
                return index
        return None

    def _is_live(self, spot: Spot) -> bool:
        speaks = spot.refers_to is not None and self._pointing is not None
        return speaks or spot.act is not None

    def _place(self) -> None:
        self._heights.clear()
        missing = [piece for piece in self._symbols if not self.pictures.ready(piece.latex)]
        self.complete = not missing
        self.laid = self.lay_out(self.width())
        self.setMinimumHeight(self.heightForWidth(self.width()))
        self.updateGeometry()
        self.update()

    def _point_at(self, index: int | None) -> None:
        if index == self._at:
            return
        self._at = index
        self.setCursor(
            Qt.CursorShape.ArrowCursor if index is None else Qt.CursorShape.PointingHandCursor
        )
        if self._pointing is not None:
            self._pointing.pointed(None if index is None else self.spots[index].refers_to)
        self.update()

    def _choose(self) -> None:
        if self._at is None:
            return
        spot = self.spots[self._at]
        if spot.act is not None:
            spot.act()
        elif self._pointing is not None and spot.refers_to is not None:
            self._pointing.chosen(spot.refers_to)

    def _turn_to(self, turn: int) -> None:
        """Point at the next part in this direction that speaks of something."""
        live = [index for index, spot in enumerate(self.spots) if self._is_live(spot)]
        if live:
            at = live.index(self._at) + turn if self._at in live else 0
            self._point_at(live[min(max(at, 0), len(live) - 1)])

    def _paint_pointed(self, painter: QPainter, tokens: Tokens) -> None:
        if self._at is None:
            return
        spot = self.spots[self._at]
        line = QRectF(spot.box.left(), spot.box.bottom() + 1, spot.box.width(), UNDERLINE)
        painter.fillRect(line, role_color(tokens, spot.role))
        if self.hasFocus():
            ring = spot.box.adjusted(-5, -4, 5, 5).intersected(self.rect().toRectF())
            rim_rounded(painter, ring, 6, QPen(tokens.fwd, 2))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        """Qt asks many times over before it has placed everything."""
        if width not in self._heights:
            laid = self.laid if width == self.width() else self.lay_out(width)
            self._heights[width] = round(laid.height + 0.49)
        return self._heights[width]

    def sizeHint(self) -> QSize:
        return QSize(240, self.minimumHeight())

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.minimumHeight())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._place()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in _BY_KEYBOARD:
            self._turn_to(0)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._point_at(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _TURNS:
            self._turn_to(_TURNS[event.key()])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._choose()
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(self.spot_at(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._point_at(self.spot_at(event.position()))
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose()

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(None)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            tokens = tokens_of(self.palette())
            self.paint_content(painter, tokens)
            self._paint_pointed(painter, tokens)
