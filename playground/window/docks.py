"""The docks: what stands in them, where they stand at first, and back there again."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QByteArray, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QMainWindow, QWidget

from playground.widgets.dock import Dock, DockHeaders
from playground.window.on_screen import room_for

VERSION = 1
WIDE = 1200
NOT_YET = 30  # ms until it is asked again whether a panel can be made
SHARED = 10  # what is shared is wider than any window, so that Qt divides what there is
ABOVE = 512  # what menus, tools, a legible canvas, the transport and the strip need
LARGEST = 16_777_215  # what Qt calls no limit
ACROSS, DOWN = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
LEFT, RIGHT, BOTTOM = (
    Qt.DockWidgetArea.LeftDockWidgetArea,
    Qt.DockWidgetArea.RightDockWidgetArea,
    Qt.DockWidgetArea.BottomDockWidgetArea,
)


@dataclass(frozen=True, slots=True)
class DockPlace:
    """A group of docks that share a place; the first is in front, `shut` ones start closed."""

    area: Qt.DockWidgetArea
    docks: tuple[str, ...]
    wide: int = 0
    high: int = 0
    share: int = 0  # of the width of its area, in percent
    shut: tuple[str, ...] = ()


#: What looks at a network more closely; none of it is needed at first.
STUDY = ("function", "knobs", "h-table", "matrices")

#: What is behind "More" in the strip until it is open.
RARE = ("history", *STUDY, "variants")

#: What shows learning as a picture.
PLOTS = ("curves", "surface", "map")

#: Places of one area lie from top to bottom at the sides, from left to right below.
PRESETS: dict[str, tuple[DockPlace, ...]] = {
    "wide": (
        DockPlace(LEFT, ("lesson",), wide=272),
        DockPlace(RIGHT, ("explain",), wide=336),
        DockPlace(RIGHT, ("inspector", "settings", "history", "variants"), high=222,
              shut=("history", "variants")),
        DockPlace(BOTTOM, PLOTS, high=200, share=54),
        DockPlace(BOTTOM, ("samples", "table", *STUDY), high=200, share=46, shut=STUDY),
    ),
    "narrow": (
        DockPlace(RIGHT, ("lesson", "inspector", "settings", "history", "variants"), wide=312,
              high=214, shut=("history", "variants")),
        DockPlace(RIGHT, ("explain",), wide=312),
        DockPlace(BOTTOM, (*PLOTS, "samples", "table", *STUDY), high=188,
              shut=(*PLOTS, "samples", "table", *STUDY)),
    ),
}  # fmt: skip

#: Smallest width and height of what stands in a dock; two below a canvas are no wider than it.
SMALLEST = {
    "lesson": (240, 120),
    "explain": (288, 160),
    "inspector": (288, 144),
    "settings": (288, 144),
    "history": (240, 120),
    **dict.fromkeys((*PLOTS, "samples", "table", *STUDY), (240, 124)),
    "knobs": (240, 144),
    "variants": (240, 144),
}


class Docks(QObject):
    """All docks by name."""

    visibility_changed = Signal()

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.docks: dict[str, Dock] = {}
        self._later: dict[str, Callable[[], QWidget]] = {}
        self._ready: dict[str, Callable[[], bool]] = {}
        self._wanted: list[str] = []
        self._unseen: list[DockPlace] = []
        self._soon = QTimer(self, interval=0, singleShot=True)
        self._soon.timeout.connect(self._make_next)
        self._least = window.minimumSize()
        self._room = QTimer(self, interval=0, singleShot=True)
        self._room.timeout.connect(self._keep_room)
        window.installEventFilter(self)
        window.setDockNestingEnabled(True)
        window.setCorner(Qt.Corner.BottomLeftCorner, LEFT)
        window.setCorner(Qt.Corner.BottomRightCorner, RIGHT)
        self._headers = DockHeaders(window)

    def add(self, name: str, title: str, panel: QWidget) -> Dock:
        """One more panel, not placed yet."""
        dock = Dock(name, title, self._window)
        panel.setMinimumSize(*SMALLEST[name])
        dock.hold(panel)
        self.docks[name] = dock
        dock.visibilityChanged.connect(lambda seen: self._rise(name, seen))
        dock.visibilityChanged.connect(lambda _seen: self.visibility_changed.emit())
        return dock

    def add_later(
        self,
        name: str,
        title: str,
        make: Callable[[], QWidget],
        ready: Callable[[], bool] = lambda: True,
    ) -> Dock:
        """The same, but the panel is made when it is seen for the first time and can be made."""
        dock = self.add(name, title, QWidget(self._window))
        self._later[name], self._ready[name] = make, ready
        dock.visibilityChanged.connect(lambda seen: self._want(name, seen))
        return dock

    def _want(self, name: str, seen: bool) -> None:
        """Make it in a turn of the event loop of its own, if it is still seen by then."""
        if name in self._wanted:
            self._wanted.remove(name)
        if seen and name in self._later:
            self._wanted.append(name)
            self._soon.start(0)

    def _make_next(self) -> None:
        now = next((name for name in self._wanted if self._ready[name]()), None)
        if now is not None:
            self._wanted.remove(now)
            self.panel(now)
        if self._wanted:
            self._soon.start(0 if now is not None else NOT_YET)

    def panel(self, name: str) -> QWidget:
        """What stands in a dock, made now if it was not needed before."""
        dock = self.docks[name]
        make = self._later.pop(name, None)
        if make is not None:
            before = dock.widget()
            panel = make()
            panel.setMinimumSize(*SMALLEST[name])
            dock.hold(panel)
            before.deleteLater()
        return dock.widget()

    def _keep_room(self) -> None:
        """The window is never so small that docks overlap, but asks for no more than the screen."""
        room = room_for(self._window).size()
        needed = self._window.minimumSizeHint().boundedTo(room).expandedTo(self._least)
        if needed != self._window.minimumSize():
            self._window.setMinimumSize(needed)

    def restore(self, state: QByteArray) -> None:
        """As they stood last, or in their first places where that cannot be read."""
        if not state.isEmpty():
            for place in PRESETS["wide" if self._window.width() >= WIDE else "narrow"]:
                self._put(place)
        if state.isEmpty() or not self._window.restoreState(state, VERSION):
            self.reset()
        else:  # sizes are taken exactly only by docks that have been laid out
            QTimer.singleShot(0, self, lambda: self._window.restoreState(state, VERSION))
        self._headers.refresh()

    def state(self) -> QByteArray:
        """How they stand now."""
        return self._window.saveState(VERSION)

    def reset(self) -> None:
        """Every dock back to the place and size that suit the width of the window."""
        places = PRESETS["wide" if self._window.width() >= WIDE else "narrow"]
        for one in self.docks.values():
            if one.isFloating():
                one.setFloating(False)
            self._window.removeDockWidget(one)
        for place in places:
            self._put(place)
        self._headers.refresh()
        found = [(self._front(place), place) for place in places]
        held = [(dock, place) for dock, place in found if dock is not None]
        for dock, place in held:
            # Sizes are taken only by docks that have been laid out; until then these are the ones.
            if place.wide:
                dock.setFixedWidth(place.wide)
            if place.high:
                dock.setFixedHeight(place.high)
        self._unseen = [place for place in places if place.high and self._front(place) is None]
        QTimer.singleShot(0, self, lambda: self._release(held))

    def _rise(self, name: str, seen: bool) -> None:
        """A place that was closed opens as high as it is meant to be, if the canvas has room."""
        place = next((place for place in self._unseen if name in place.docks), None)
        if not seen or place is None:
            return
        self._unseen.remove(place)
        self._open_at(self.docks[name], place)  # and once more when all has been laid out
        QTimer.singleShot(0, self, lambda: self._open_at(self.docks[name], place))

    def _open_at(self, dock: Dock, place: DockPlace) -> None:
        if not dock.isFloating() and self._window.dockWidgetArea(dock) == place.area:
            high = min(place.high, self._window.height() - ABOVE)
            self._window.resizeDocks([dock], [high], DOWN)

    def _front(self, place: DockPlace) -> Dock | None:
        """The dock that gives the size to its place, unless all there are closed."""
        names = [n for n in place.docks if n in self.docks and n not in place.shut]
        return self.docks[names[0]] if names else None

    def _put(self, place: DockPlace) -> None:
        docks = {name: self.docks[name] for name in place.docks if name in self.docks}
        first = next(iter(docks.values()), None)
        if first is None:
            return
        self._window.addDockWidget(place.area, first, ACROSS if place.area == BOTTOM else DOWN)
        for name, dock in docks.items():
            if dock is not first:
                self._window.tabifyDockWidget(first, dock)
            dock.setVisible(name not in place.shut)
        if not first.isHidden():
            first.raise_()

    def _release(self, held: list[tuple[Dock, DockPlace]]) -> None:
        """The docks have been laid out; now they take sizes that a hand can change."""
        for dock, place in held:
            dock.setMinimumSize(0, 0)
            dock.setMaximumSize(LARGEST, LARGEST)
            if place.wide:
                self._window.resizeDocks([dock], [place.wide], ACROSS)
            if place.high:
                self._window.resizeDocks([dock], [place.high], DOWN)
        shared = [(dock, place.share) for dock, place in held if place.share]
        if shared:
            docks, shares = zip(*shared, strict=True)
            self._window.resizeDocks(docks, [share * SHARED for share in shares], ACROSS)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._room.start()
        return False
