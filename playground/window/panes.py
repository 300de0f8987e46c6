"""F6 takes the keyboard from one part of the window to the next, Tab from stop to stop."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow, QWidget
from shiboken6 import isValid

from playground.widgets.focus import is_seen, stops_in, takes_tab, walk


class Panes(QObject):
    """The parts in the order in which one reads them; `parts` tells them anew every time.

    What lets go of the keyboard and names no other leaves it to `rest`. `arrived` names what the
    keyboard was taken to.
    """

    arrived = Signal(QWidget)

    def __init__(
        self, window: QMainWindow, parts: Callable[[], list[QWidget]], rest: QWidget
    ) -> None:
        super().__init__(window)
        self._window, self._parts, self._rest = window, parts, rest
        self._last: dict[QWidget, QWidget] = {}
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self.take_up)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self.remember)

    def walk(self, forward: bool) -> bool:
        """Tab: to the next stop in the order of the parts, or the one before; F6 names the parts.

        What stands between them in the middle of the window is read with them.
        """
        middle = self._window.centralWidget()
        if middle is None:
            return False
        parts = [middle if middle.isAncestorOf(part) else part for part in self._parts()]
        docks = [dock for dock in self._window.findChildren(QDockWidget) if dock not in parts]
        inside = [*parts[:-1], *docks, *parts[-1:]]
        return walk(dict.fromkeys(p for p in inside if not p.isWindow()), forward)

    def remember(self, before: QWidget | None, now: QWidget | None) -> None:
        """Where the keyboard is, so that it comes back there."""
        part = _part_of(now, self._parts())
        if part is not None and now is not None:
            self._last[part] = now
        if now is None:
            self._soon.start()

    def take_up(self) -> None:
        """Where nobody in the window has the keyboard, `rest` has it."""
        if self._window.isActiveWindow() and QApplication.focusWidget() is None:
            self._rest.setFocus(Qt.FocusReason.OtherFocusReason)

    def move(self, turn: int) -> None:
        """To the part after this one, or to the one before."""
        shown = [part for part in self._parts() if is_seen(part)]
        places = [(part, target) for part in shown if (target := self._target(part)) is not None]
        if not places:
            return
        here = _part_of(QApplication.focusWidget(), [part for part, _ in places])
        index = next((i for i, (part, _) in enumerate(places) if part is here), -1)
        index = (index + turn) % len(places) if here is not None else 0
        target = places[index][1]
        target.window().activateWindow()
        target.setFocus(Qt.FocusReason.TabFocusReason)
        # Qt says so of Tab alone, and takes it back for any other key.
        target.window().setAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
        self.arrived.emit(target)

    def _target(self, part: QWidget) -> QWidget | None:
        """What had the keyboard last in this part, or the first that can have it."""
        last = self._last.get(part)
        if last is not None and isValid(last) and takes_tab(last) and part.isAncestorOf(last):
            return last
        if takes_tab(part):
            return part
        if isinstance(part, QDockWidget):
            return next(stops_in(part.widget()), None) or next(stops_in(part), None)
        return next(stops_in(part), None)


def _part_of(widget: QWidget | None, parts: list[QWidget]) -> QWidget | None:
    if widget is None:
        return None
    return next((part for part in parts if widget is part or part.isAncestorOf(widget)), None)
