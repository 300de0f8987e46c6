"""Sees that another program has changed the open file, or that another window asks for this one."""

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer
from PySide6.QtWidgets import QWidget

from engine.files.disk import kind_of
from engine.files.limits import called
from playground.model.document import Document
from playground.session.files import OpenFileLock
from playground.window.file_desk import FileDesk
from playground.window.notice_bar import NoticeBar, NoticeOffer

SETTLED = 200  # ms without a further change, so that a file is not read half written


class FileWatch(QObject):
    """A watcher lets go of a file that is replaced, so the path is given to it again each time."""

    def __init__(
        self,
        files: FileDesk,
        document: Document,
        in_use: OpenFileLock,
        notice: NoticeBar,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._files, self._document, self._in_use = files, document, in_use
        self._notice, self._window = notice, window
        self._watcher = QFileSystemWatcher(self)
        self._settle = QTimer(self, singleShot=True, interval=SETTLED)
        self._settle.timeout.connect(self.look)
        self._watcher.fileChanged.connect(lambda _path: self._settle.start())
        self._watcher.directoryChanged.connect(lambda _path: self._settle.start())

    def follow(self) -> None:
        """Watch the file that is open now."""
        self._notice.hide()
        watched = [*self._watcher.files(), *self._watcher.directories()]
        if watched:
            self._watcher.removePaths(watched)
        self._watch_again()

    def look(self) -> None:
        """What has happened outside since the file was opened or saved?"""
        if self._in_use.is_wanted():
            self._window.showNormal() if self._window.isMinimized() else self._window.show()
            self._window.raise_()
            self._window.activateWindow()
        self._watch_again()
        path, outside = self._files.work.standing.path, self._files.work.outside()
        if outside == "gone" and self._document.stack.isClean():
            self._document.stack.resetClean()
        if path is None or outside != "changed":
            self._notice.hide()
        elif not self._files.work.modified:
            self._notice.say(f"“{called(path)}” has been changed on disk.",
                             NoticeOffer("Reload", self._files.reload))  # fmt: skip

    def _watch_again(self) -> None:
        wanted = self._in_use.wanted_folder()
        path = self._files.work.standing.path
        paths = [p for p in (path, path.parent if path else None, wanted) if p and kind_of(p)]
        known = {*self._watcher.files(), *self._watcher.directories()}
        missing = [str(p) for p in paths if str(p) not in known]
        if missing:
            self._watcher.addPaths(missing)
