"""Where the keyboard is: the ring around what has it, and the way that Tab takes it.

Tab goes through the window as one reads it: part by part, each from top to bottom. Qt would go in
the order in which things were made, through what lies behind other panels too. And its own chain is
not to be asked from Python: `nextInFocusChain` makes what it answers a child of what it was asked
of, and when that is deleted everything behind it counts as deleted as well.
"""

from collections.abc import Iterable, Iterator

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QDockWidget, QPushButton, QWidget
from shiboken6 import isValid

from playground.theme.painting import painted, rim_rounded

OUTSIDE = 4
_MOVES = (QEvent.Type.Move, QEvent.Type.Resize)
_GOES = (QEvent.Type.Hide, QEvent.Type.Destroy)


class FocusRing(QWidget):
    """One per window; it follows the focus inside that window."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._watched: list[QWidget] = []
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self.follow)

    @property
    def target(self) -> QWidget | None:
        return self._watched[0] if self._watched else None

    def follow(self, before: QWidget | None, now: QWidget | None) -> None:
        """Ring the control that has the keyboard now, if the keyboard brought it there."""
        if isValid(self._window):
            self.show_at(now)

    def show_at(self, now: QWidget | None) -> None:
        """The same where it is only known afterwards that the keyboard did it."""
        self._let_go()
        if now is None or now.property("ownRing"):
            return
        inside = self._window.isAncestorOf(now) and now.window() is self._window
        if inside and self._window.testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange):
            self._hold(now)

    def _hold(self, widget: QWidget) -> None:
        ground = widget.parentWidget()
        self._watched = [widget]
        while ground is not None and ground is not self._window and not _scrolls(ground):
            self._watched.append(ground)
            ground = ground.parentWidget()
        for watched in self._watched:
            watched.installEventFilter(self)
        self.setParent(ground)
        self._place()
        self.show()

    def _let_go(self) -> None:
        for watched in self._watched:
            watched.removeEventFilter(self)
        self._watched = []
        self.hide()
        if isValid(self._window):  # a window that is going takes its controls along one by one
            self.setParent(self._window)

    def _place(self) -> None:
        widget, ground = self.target, self.parentWidget()
        if widget is None or ground is None:
            return
        corner = widget.mapTo(ground, QPoint(0, 0))
        box = QRect(corner, widget.size())
        self.setGeometry(box.adjusted(-OUTSIDE, -OUTSIDE, OUTSIDE, OUTSIDE))
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _MOVES:
            self._place()
        elif event.type() in _GOES:
            self._let_go()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        with painted(self) as (painter, tokens):
            radius = 8 if isinstance(self.target, QPushButton) else 6
            ring = QPen(tokens.fwd, 2)
            rim_rounded(painter, self.rect().toRectF(), radius + OUTSIDE, ring)


def _scrolls(widget: QWidget) -> bool:
    """Whether this is what moves inside a scroll area; a ring must move along with it."""
    viewport = widget.parentWidget()
    area = None if viewport is None else viewport.parentWidget()
    return isinstance(area, QAbstractScrollArea) and area.viewport() is viewport


def walk(parts: Iterable[QWidget], forward: bool) -> bool:
    """Take the keyboard to the next stop; False where there is none, or it is somewhere else."""
    stops = [stop for part in parts if is_seen(part) for stop in stops_in(part)]
    here = QApplication.focusWidget()
    if not stops or (here is not None and here not in stops):
        return False
    turn = 1 if forward else -1
    at = stops.index(here) + turn if here is not None else 0 if forward else -1
    reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
    stops[at % len(stops)].setFocus(reason)
    return True


def stops_in(part: QWidget) -> Iterator[QWidget]:
    """What Tab stops at in a part: itself, then what is inside, row by row from left to right."""
    if takes_tab(part):
        yield part
    found = [child for child in part.children() if isinstance(child, QWidget)]
    found = [child for child in found if child.isVisible() and not child.isWindow()]
    rows: list[list[QWidget]] = []
    for child in sorted(found, key=QWidget.y):
        if rows and child.y() < rows[-1][0].geometry().center().y():
            rows[-1].append(child)
        else:
            rows.append([child])
    for row in rows:
        for child in sorted(row, key=QWidget.x):
            yield from stops_in(child)


def takes_tab(widget: QWidget) -> bool:
    """Whether the keyboard can be taken here now."""
    tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return tab and widget.isEnabled() and widget.isVisible() and widget.focusProxy() is None


def is_seen(part: QWidget) -> bool:
    """Whether it is there; of docks that share a place only the one in front is."""
    behind = isinstance(part, QDockWidget) and part.visibleRegion().isEmpty()
    return part.isVisible() and not behind
