"""The window: its frame, menus and tool bar at once; what stands in it a turn of the loop later."""

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from PySide6.QtCore import QByteArray, QEvent, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QPaintEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QMainWindow, QWidget

from playground.session.preferences import Preferences
from playground.theme import icons
from playground.theme.palette import tokens_of
from playground.theme.theme import Choice, Theme
from playground.window.menus import Command, CommandTable, Menus
from playground.window.on_screen import brought_into, room_for
from playground.window.tool_bar import ToolBar

NAME = "Neural Playground"
WIDE, HIGH = 1440, 900
SMALLEST = (720, 520)


class Ground(QWidget):
    """The colour of the canvas until the canvas is there."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)


class Content(Protocol):
    """What the window asks of whatever stands in it."""

    def walk(self, forward: bool) -> bool: ...
    def may_close(self) -> bool: ...
    def keep_everything(self) -> None: ...
    def end(self) -> None: ...


C = TypeVar("C", bound=Content)


class MainWindow(QMainWindow, Generic[C]):
    """`make` is called once, after the first paint, and then `begin` with what it has made.

    `came_back` tells that the window has the keyboard again, `files_dropped` what fell on it.
    """

    came_back = Signal()
    files_dropped = Signal(list)

    def __init__(
        self,
        theme: Theme,
        preferences: Preferences,
        table: CommandTable,
        make: Callable[["MainWindow[C]"], C],
        begin: Callable[[C], object],
    ) -> None:
        super().__init__()
        self.theme, self.preferences = theme, preferences
        self.content: C | None = None
        self._make, self._begin = make, begin
        self._waiting: list[Command[C]] = []
        self._painted = False
        self._stood = QSize()
        self.setWindowTitle(NAME)
        self.setAccessibleName(NAME)
        self.setMinimumSize(*SMALLEST)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setAcceptDrops(True)
        self.menus = Menus(self, table, self.run)
        self.tool_bar = ToolBar(self, self.menus)
        self.addToolBar(self.tool_bar)
        self.setCentralWidget(Ground(self))
        self.menus.choose("tool", "select")
        self.menus.choose("theme", theme.choice)
        self.menus.menus["lessons"].aboutToShow.connect(self.build)
        self._stand(preferences.state("geometry"))

    def run(self, command: Command[C]) -> None:
        """Do what a command says; one that comes before its part is there waits for it."""
        if self.content is None:
            self._waiting.append(command)
        else:
            command.do(self.content)

    def build(self) -> None:
        """Put document, canvas and panels into the window; once is enough."""
        if self.content is not None:
            return
        self.menus.fill()
        icons.update_icons(self, tokens_of(self.palette()))
        self.content = self._make(self)
        self._begin(self.content)
        for command in self._waiting:
            self.run(command)
        self._waiting.clear()
        if self.size() == self._stood:  # nobody has made it another size: its frame is known now
            self._come_onto_screen()

    def workspace(self) -> C:
        """What stands in the window, put there now if it is not there yet."""
        self.build()
        assert self.content is not None
        return self.content

    def keep_everything(self) -> None:
        """The session ends, perhaps: nothing is asked and nothing may be lost."""
        if self.content is not None:
            self.content.keep_everything()

    def end(self) -> None:
        """Put everything away now, without a question."""
        if self.content is not None:
            self.content.end()

    def choose_theme(self, choice: Choice) -> None:
        """Light, dark, or as the system."""
        self.theme.choose(choice)
        self.preferences.put("theme", choice)

    def turn_full_screen(self) -> None:
        """The window alone on the screen, or as it was."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)
        self.menus.check("full-screen", self.isFullScreen())

    def _stand(self, geometry: QByteArray) -> None:
        """Where it stood last if that can be seen, else in the middle of a screen."""
        if geometry.isEmpty() or not self.restoreGeometry(geometry) or not self._is_seen():
            screen = QGuiApplication.primaryScreen()
            self.setWindowState(Qt.WindowState.WindowNoState)
            self.setScreen(screen)
            box = QRect(0, 0, WIDE, HIGH)
            box.moveCenter(screen.availableGeometry().center())
            self.setGeometry(box)
        self._come_onto_screen()

    def _come_onto_screen(self) -> None:
        """No larger than the screen, and with the title bar on it."""
        if self.windowState() == Qt.WindowState.WindowNoState:
            self.setGeometry(brought_into(self.geometry(), room_for(self), self.minimumSize()))
        self._stood = self.size()

    def _is_seen(self) -> bool:
        """Whether enough of the frame lies on a screen to take hold of it."""
        grip = QRect(self.x() + 40, self.y(), max(1, self.width() - 80), 40)
        screens = QGuiApplication.screens()
        seen = [grip.intersected(screen.availableGeometry()) for screen in screens]
        wide, high = min(120, grip.width()), grip.height() // 2
        return any(part.width() >= wide and part.height() >= high for part in seen)

    def focusNextPrevChild(self, forward: bool) -> bool:
        walked = self.content is not None and self.content.walk(forward)
        return walked or super().focusNextPrevChild(forward)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.content is not None and not self._is_seen():
            self._stand(QByteArray())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self.build)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.came_back.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.content is None or self.content.may_close():
            event.accept()
        else:
            event.ignore()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        urls = event.mimeData().urls()
        if urls and self.content is not None:
            event.acceptProposedAction()
            QTimer.singleShot(0, self, lambda: self.files_dropped.emit(urls))
