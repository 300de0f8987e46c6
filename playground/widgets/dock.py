"""Docks whose header looks the same alone and tabbed: its own tabs, chips and ×.

Qt would put the tabs of a tabbed group into a bar of its own, which cannot carry chips or a ×. Here
that bar has no height, and the header of each dock shows the names of all docks of its group.
"""

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QMainWindow, QTabBar, QWidget

from engine.numerals import NumberRole
from playground.theme.fonts import BODY, font_of, strong
from playground.theme.painting import draw_elided, painted, rim_rounded
from playground.widgets.buttons import Chip, icon_button
from playground.widgets.focus import FocusRing
from playground.widgets.form import keep_place
from playground.widgets.layout import lay_out
from playground.widgets.plain_text import set_tip

HEIGHT = 36
PADDING = 20
BETWEEN, TIGHT = 20, 10
CROWDED = 4
SHORTEST = 40
AFTER_LAST = 6
INK_BAR = 2.5

_TURNS: dict[int, int] = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class HeaderTabs(QTabBar):
    """The names of a group of docks; the one that is shown has an ink bar."""

    def __init__(self, dock: "Dock", parent: QWidget) -> None:
        super().__init__(parent)
        self._dock = dock
        self._group: list[Dock] = []
        self.setExpanding(False)
        self.setUsesScrollButtons(False)
        self.setDrawBase(False)
        self.setProperty("ownRing", True)
        set_tip(self, "Drag to move this panel, double-click to let it float")

    def show_group(self, group: list["Dock"]) -> None:
        if group != self._group:
            self._group = group
            while self.count():
                self.removeTab(0)
            for dock in group:
                self.addTab(dock.windowTitle())
            self.setAccessibleName("Panels here: " + ", ".join(d.windowTitle() for d in group))
        self.setCurrentIndex(group.index(self._dock))

    def _bring_up(self, index: int, by_keyboard: bool) -> None:
        if not 0 <= index < len(self._group) or self._group[index] is self._dock:
            return
        other = self._group[index]
        other.raise_()
        if by_keyboard:
            other.header.tabs.setFocus(Qt.FocusReason.TabFocusReason)

    def _room_after(self, index: int) -> int:
        between = BETWEEN if self.count() < CROWDED else TIGHT
        return between if index < self.count() - 1 else AFTER_LAST

    def tabSizeHint(self, index: int) -> QSize:
        width = QFontMetrics(font_of(strong(BODY))).horizontalAdvance(self.tabText(index))
        return QSize(width + self._room_after(index) + 1, HEIGHT)

    def minimumTabSizeHint(self, index: int) -> QSize:
        whole = self.tabSizeHint(index).width()
        return QSize(whole if index == self.currentIndex() else min(SHORTEST, whole), HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _TURNS:
            self._bring_up(self.currentIndex() + _TURNS[event.key()], by_keyboard=True)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """The dock takes what the mouse does, so that dragging the name drags the dock.

        At a turn of the wheel Qt would mark another name, and the panel would stay.
        """
        if not isinstance(event, QMouseEvent | QWheelEvent):
            return super().event(event)
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonPress:
            self._bring_up(self.tabAt(event.position().toPoint()), by_keyboard=False)
        event.ignore()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        with painted(self) as (painter, tokens):
            for index in range(self.count()):
                current = index == self.currentIndex()
                painter.setFont(font_of(strong(BODY) if current else BODY))
                painter.setPen(tokens.text if current else tokens.text2)
                box = self.tabRect(index).adjusted(0, 0, -self._room_after(index), 0).toRectF()
                draw_elided(painter, box, self.tabText(index))
                if current:
                    bar = QRectF(box.left(), HEIGHT - INK_BAR, box.width(), INK_BAR)
                    painter.fillRect(bar, tokens.text)
                if current and self.hasFocus():
                    ring = QRectF(box.left() - 5, 5, box.width() + 10, HEIGHT - 11)
                    rim_rounded(painter, ring, 6, QPen(tokens.fwd, 2))


class DockHeader(QWidget):
    """36 high: the tabs, then chips, and × at the right; a hairline under all."""

    def __init__(self, dock: "Dock") -> None:
        super().__init__(dock)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.tabs = HeaderTabs(dock, self)
        self.chips: list[Chip] = []
        name = f"Close {dock.windowTitle()}"
        tip = f"{name}. Its button below brings it back."
        self.close_button = icon_button("close", name, tip, dock.close, self, "text2")
        self.close_button.setIconSize(QSize(14, 14))
        self.close_button.setFixedSize(28, 28)
        parts = (self.tabs, None, self.close_button)
        self._row = lay_out(QHBoxLayout(self), *parts, margins=(PADDING, 0, 8, 0), spacing=4)
        self.setFixedHeight(HEIGHT)

    def show_chips(self, words: list[tuple[str, NumberRole]]) -> None:
        """Show these words beside the name: the phase, whose turn it is."""
        while len(self.chips) > len(words):
            chip = self.chips.pop()
            chip.hide()
            chip.deleteLater()
        for place, (text, role) in enumerate(words):
            if place == len(self.chips):
                self.chips.append(Chip(text, role, self))
                self._row.insertWidget(1 + place, self.chips[place])
            self.chips[place].show_word(text, role)


class Dock(QDockWidget):
    """A panel that can be moved, tabbed, floated and closed."""

    def __init__(self, name: str, title: str, window: QMainWindow) -> None:
        super().__init__(title, window)
        self.order = len(window.findChildren(Dock))
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.header = DockHeader(self)
        self.setTitleBarWidget(self.header)
        self.header.tabs.show_group([self])
        set_tip(self.toggleViewAction(), f"Show or hide {title}")
        self._seen = False
        self._ring: FocusRing | None = None
        self.visibilityChanged.connect(self._show_panel)
        self.topLevelChanged.connect(self._tell_floating)

    def hold(self, panel: QWidget) -> None:
        """This stands in the dock; behind another one it is hidden, so that it does no work.

        Qt itself only puts the docks that are behind out of sight.
        """
        keep_place(panel)
        self.setWidget(panel)
        panel.setVisible(self._seen)

    def _tell_floating(self, floating: bool) -> None:
        """Qt tells nobody that a dock is seen which was taken out from behind another."""
        if not floating:
            return
        self._ring = self._ring or FocusRing(self)  # it is a window of its own now
        if self.isVisible():
            self.visibilityChanged.emit(True)

    def _show_panel(self, seen: bool) -> None:
        self._seen = seen
        if self.widget() is not None:
            self.widget().setVisible(seen)


class DockHeaders(QObject):
    """Keeps the headers of a window's docks telling which docks share their place."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        window.installEventFilter(self)

    def refresh(self) -> None:
        """Show in every header the names of its group, in the order the docks were made."""
        docks = sorted(self._window.findChildren(Dock), key=lambda dock: dock.order)
        for dock in docks:
            beside = self._window.tabifiedDockWidgets(dock)
            dock.header.tabs.show_group([d for d in docks if d is dock or d in beside])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.refresh()
        elif event.type() == QEvent.Type.ChildPolished:
            direct = Qt.FindChildOption.FindDirectChildrenOnly
            for bar in self._window.findChildren(QTabBar, options=direct):
                bar.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return False
