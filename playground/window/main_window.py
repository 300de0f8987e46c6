"""The window: its frame, menus and tool bar at once; what stands in it a turn of the loop later."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, QRect, QSize, Qt, QTimer
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QPaintEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QMainWindow, QWidget

from playground import icons
from playground.actions import Command
from playground.keeping.preferences import Preferences
from playground.palette import tokens_of
from playground.theme import CHOICES, Theme
from playground.window.menus import Menus
from playground.window.on_screen import brought_into, room_for
from playground.window.tool_bar import ToolBar

if TYPE_CHECKING:
    from playground.window.furniture import Furniture

NAME = "Neural Playground"
WIDE, HIGH = 1440, 900
SMALLEST = (720, 520)
AFTER_TYPING = ("training.", "transport.", "files.save")  # commands that go by what was typed


class Ground(QWidget):
    """The colour of the canvas until the canvas is there."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)


class MainWindow(QMainWindow):
    """`furnished` is called once, when the document and the panels stand in the window.

    Backups and the log go to `folders`, the learner's own unless others are given.
    """

    def __init__(
        self,
        theme: Theme,
        preferences: Preferences,
        furnished: Callable[["Furniture"], object] = lambda furniture: None,
        folders: tuple[Path, ...] | None = None,
    ) -> None:
        super().__init__()
        self.theme, self.preferences, self.folders = theme, preferences, folders
        self.furniture: Furniture | None = None
        self._furnished = furnished
        self._waiting: list[Command] = []
        self._painted = False
        self._stood = QSize()
        self.setWindowTitle(NAME)
        self.setAccessibleName(NAME)
        self.setMinimumSize(*SMALLEST)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setAcceptDrops(True)
        self.menus = Menus(self, self.run)
        self.tool_bar = ToolBar(self, self.menus)
        self.addToolBar(self.tool_bar)
        self.setCentralWidget(Ground(self))
        self.menus.check("tool-select")
        self.menus.check(f"theme-{theme.choice}")
        self.menus.menus["lessons"].aboutToShow.connect(self.furnish)
        self._stand(preferences.state("geometry"))

    def run(self, command: Command) -> None:
        """Do what a command says; one that comes before its part is there waits for it."""
        part, _, method = command.call.partition(".")
        if self.furniture is None:
            self._waiting.append(command)
            return
        if command.call.startswith(AFTER_TYPING):
            from playground.widgets.place_field import finish_entry

            if not finish_entry():
                return
        getattr(self.furniture.parts[part], method)(*command.arguments)

    def furnish(self) -> None:
        """Put document, canvas and panels into the window; once is enough."""
        if self.furniture is not None:
            return
        from playground.window.furniture import Furniture

        self.menus.fill()
        icons.redress(self, tokens_of(self.palette()))
        self.furniture = Furniture(self)
        self._furnished(self.furniture)
        for command in self._waiting:
            self.run(command)
        self._waiting.clear()
        if self.size() == self._stood:  # nobody has made it another size: its frame is known now
            self._come_onto_screen()

    def furniture_in(self) -> "Furniture":
        """What stands in the window, put there now if it is not there yet."""
        self.furnish()
        assert self.furniture is not None
        return self.furniture

    def keep_everything(self) -> None:
        """The session ends, perhaps: nothing is asked and nothing may be lost."""
        if self.furniture is not None:
            self.furniture.keep_everything()

    def end(self) -> None:
        """Put everything away now, without a question."""
        if self.furniture is not None:
            self.furniture.end()

    def choose_theme(self, choice: str) -> None:
        """Light, dark, or as the system."""
        self.theme.choose(next(known for known in CHOICES if known == choice))
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
        return any(_overlap(grip, screen.availableGeometry()) for screen in screens)

    def focusNextPrevChild(self, forward: bool) -> bool:
        walked = self.furniture is not None and self.furniture.panes.walk(forward)
        return walked or super().focusNextPrevChild(forward)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.furniture is not None and not self._is_seen():
            self._stand(QByteArray())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self.furnish)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        came_back = event.type() == QEvent.Type.ActivationChange and self.isActiveWindow()
        if came_back and self.furniture is not None:
            self.furniture.come_back()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.furniture is None or self.furniture.may_close():
            event.accept()
        else:
            event.ignore()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        urls = event.mimeData().urls()
        if urls and self.furniture is not None:
            event.acceptProposedAction()
            furniture = self.furniture
            QTimer.singleShot(0, self, lambda: furniture.files.drop(urls))


def _overlap(grip: QRect, screen: QRect) -> bool:
    shared = grip.intersected(screen)
    return shared.width() >= min(120, grip.width()) and shared.height() >= grip.height() // 2
