"""Choosing a file to open, to find or to write."""

import re
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QChildEvent, QEvent, QFileInfo, QObject, Qt
from PySide6.QtWidgets import QAbstractItemView, QFileDialog, QLineEdit, QMessageBox, QWidget

from engine.errors import Refused
from engine.files.disk import kind_of
from engine.files.limits import called
from playground.dialogs.message_box import CANCEL, DialogAnswer, ask

TakePath = Callable[[Path], object]
DOCUMENTS = "Playground documents and models (*.json);;All files (*)"
_OWN_LOOK = not sys.platform.startswith(("win", "darwin"))


def choose_to_open(
    window: QWidget,
    folder: Path | None,
    opened: TakePath,
    title: str = "Open",
    names: str = DOCUMENTS,
) -> None:
    """Ask for one of the files that are named so, or without names for a folder."""
    dialog = _dialog(QFileDialog(window), title, folder)
    if names:
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(names)
    else:
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.fileSelected.connect(lambda name: opened(Path(name)))
    dialog.open()


class SaveDialog(QFileDialog):
    """Opens and asks where to write; when that is refused it says why and keeps what was typed."""

    def __init__(
        self, window: QWidget, title: str, suggestion: Path, names: str, write: TakePath
    ) -> None:
        super().__init__(window)
        _dialog(self, title, suggestion.parent)
        self._write = write
        self.written = suggestion
        self._agreed = Path()  # what may be replaced
        self.setOption(QFileDialog.Option.DontConfirmOverwrite, _OWN_LOOK)
        self.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        self.setFileMode(QFileDialog.FileMode.AnyFile)
        self.setNameFilter(names)
        self.setDefaultSuffix(suggestion.suffix.removeprefix("."))
        self.selectFile(suggestion.name)
        self.filterSelected.connect(self._follow_kind)
        self.open()

    def _follow_kind(self, kind: str) -> None:
        """The name ends as the chosen kind of file does."""
        found = re.search(r"\*\.(\w+)", kind)
        field = self.findChild(QLineEdit, "fileNameEdit")
        if found is None:
            return
        self.setDefaultSuffix(found[1])
        if field is not None and field.text():
            field.setText(re.sub(r"\.\w+$", "", field.text()) + f".{found[1]}")

    def _typed(self) -> Path | None:
        """The file that is meant, with its ending; None where it is a folder to look into.

        Qt's own way to it drops names that are too long without a word.
        """
        field = self.findChild(QLineEdit, "fileNameEdit")
        if field is None or not _OWN_LOOK:
            return Path(self.selectedFiles()[0])
        name = field.text().strip()
        path = Path(self.directory().absolutePath()) / name
        if not name or QFileInfo(str(path)).isDir():
            return None
        return path if path.suffix else Path(f"{path}.{self.defaultSuffix()}")

    def _agree(self, path: Path) -> None:
        self._agreed = path
        self.accept()

    def try_to_write(self, path: Path) -> str:
        """Write there; the sentence that says why not, or nothing."""
        try:
            self._write(path)
        except Refused as refused:
            return refused.sentence
        self.written = path
        return ""

    def accept(self) -> None:
        path = self._typed()
        if path is None:
            super().accept()
        elif _OWN_LOOK and path != self._agreed and QFileInfo(str(path)).isFile():
            ask(self, f"Replace “{called(path)}”?", "It is there already; what it holds is lost.",
                (DialogAnswer("Replace", lambda: self._agree(path)), CANCEL))  # fmt: skip
        elif sentence := self.try_to_write(path):
            ask(self, f"Could not save “{called(path)}”", sentence)
            if not self.isVisible():
                self.open()
        else:
            self.done(QFileDialog.DialogCode.Accepted)


class PlainInside(QObject):
    """What Qt's own dialog tells is plain text: it asks about names of files, and tips hold paths.

    The tips of its side bar are left out, since Qt offers no way to mend them.
    """

    def __init__(self, dialog: QFileDialog) -> None:
        super().__init__(dialog)
        dialog.installEventFilter(self)
        for view in dialog.findChildren(QAbstractItemView):
            view.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ChildPolished and isinstance(event, QChildEvent):
            child = event.child()
            if isinstance(child, QMessageBox):
                child.setTextFormat(Qt.TextFormat.PlainText)
        return event.type() == QEvent.Type.ToolTip and not isinstance(watched, QFileDialog)


def _dialog(dialog: QFileDialog, title: str, folder: Path | None) -> QFileDialog:
    dialog.setWindowTitle(title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog, _OWN_LOOK)
    PlainInside(dialog)
    if folder is not None and kind_of(folder) == "folder":
        dialog.setDirectory(str(folder))
    return dialog
