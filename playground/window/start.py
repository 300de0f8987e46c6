"""Opens the window, or says that there is no screen to open it on."""

import gc
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from playground.session.preferences import Preferences
from playground.theme.theme import CHOICES, Theme
from playground.window.command_table import TABLE
from playground.window.end_requests import EndRequests
from playground.window.main_window import NAME, MainWindow

if TYPE_CHECKING:
    from playground.window.workspace import Workspace

PLATFORM = "QT_QPA_PLATFORM"
NO_SCREEN = "offscreen"
GARBAGE = 1000  # ms


def open_window(name: str) -> int | None:
    """Run the program; its exit code, or None where there is no screen."""
    app = _application()
    if app is None:
        return None
    preferences = Preferences()
    theme = Theme(app, preferences.word("theme", CHOICES))
    window = make_window(theme, preferences, lambda workspace: begin(workspace, name))
    requests = EndRequests(app)
    requests.asked.connect(lambda _number: _end(window))
    app.commitDataRequest.connect(lambda _manager: window.keep_everything())
    app.aboutToQuit.connect(window.end)
    window.show()
    code = app.exec()
    requests.close()
    window.deleteLater()  # what a screen reader heard from Python must go before Python does
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return requests.code or code


def make_window(
    theme: Theme,
    preferences: Preferences,
    begin: Callable[["Workspace"], object] = lambda workspace: None,
    folders: tuple[Path, ...] | None = None,
) -> "MainWindow[Workspace]":
    """The window and what will stand in it; `begin` is called when that is there."""

    def make(window: "MainWindow[Workspace]") -> "Workspace":
        from playground.window.workspace import Workspace  # most of the program: after the paint

        return Workspace(window, folders)

    return MainWindow(theme, preferences, TABLE, make, begin)


def begin(workspace: "Workspace", name: str) -> None:
    """Open the first document; what was made until now stays, and need not be looked at again."""
    workspace.begin(name)
    gc.freeze()
    GarbageTimer(workspace.window).start()


class GarbageTimer(QTimer):
    """Collects garbage in the window's thread, instead of wherever Python would.

    Qt's objects that nobody holds must not be deleted by the thread that trains.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent, interval=GARBAGE)
        gc.disable()
        self.timeout.connect(self.collect)

    def collect(self) -> None:
        """As much as Python itself would by now."""
        due = (k for k in (2, 1, 0) if gc.get_count()[k] > gc.get_threshold()[k] > 0)
        generation = next(due, None)
        if generation is not None:
            gc.collect(generation)


def _end(window: "MainWindow[Workspace]") -> None:
    """However that goes: who asks from outside asks once."""
    try:
        window.end()
        window.close()
    finally:
        QApplication.exit(0)


def _application() -> QApplication | None:
    """Qt on the first platform that comes up; what the user has chosen is obeyed."""
    chosen = PLATFORM in os.environ
    if not chosen and sys.platform == "linux":
        wayland = "wayland;" if _may_be_wayland() else ""
        os.environ[PLATFORM] = f"{wayland}xcb;{NO_SCREEN}"
    if not chosen:
        # What Qt says of platforms that did not come up is told in one line of our own.
        qInstallMessageHandler(lambda _kind, _context, _message: None)
    app = QApplication(["neural-playground"])
    if not chosen:
        qInstallMessageHandler(None)
    app.setApplicationName(NAME)  # as a screen reader calls it; no folder is named after this
    app.setDesktopFileName("neural-playground")
    if not chosen and app.platformName() == NO_SCREEN:
        return None
    return app


def _may_be_wayland() -> bool:
    """Where its socket cannot be, its library would complain on standard error by itself."""
    places = (os.environ.get(name, "") for name in ("XDG_RUNTIME_DIR", "WAYLAND_DISPLAY"))
    return "WAYLAND_SOCKET" in os.environ or any(place.startswith("/") for place in places)
