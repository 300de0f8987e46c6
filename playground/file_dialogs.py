"""Choosing a file to open, to find or to write."""

import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from engine.errors import Refused
from playground.question import ask

DOCUMENTS = "Playground documents and models (*.json);;All files (*)"
_OWN_LOOK = not sys.platform.startswith(("win", "darwin"))


def choose_to_open(
    window: QWidget, folder: Path | None, opened: Callable[[Path], object]
) -> QFileDialog:
    """Ask which file to open."""
    dialog = _dialog(QFileDialog(window), "Open", folder)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilter(DOCUMENTS)
    dialog.fileSelected.connect(lambda name: opened(Path(name)))
    dialog.open()
    return dialog


class SaveDialog(QFileDialog):
    """Asks where to write; when that is refused it says why and keeps the name that was typed."""

    def __init__(
        self,
        window: QWidget,
        title: str,
        suggestion: Path,
        names: str,
        write: Callable[[Path], object],
    ) -> None:
        super().__init__(window)
        _dialog(self, title, suggestion.parent)
        self._write = write
        self.written = suggestion
        self.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        self.setFileMode(QFileDialog.FileMode.AnyFile)
        self.setNameFilter(names)
        self.setDefaultSuffix(suggestion.suffix.removeprefix("."))
        self.selectFile(suggestion.name)

    def done(self, result: int) -> None:
        """Only what could be written closes the dialog."""
        chosen = self.selectedFiles()
        if not result or not chosen:
            super().done(result)
            return
        try:
            self._write(Path(chosen[0]))
        except Refused as refused:
            ask(self, f"Could not save “{Path(chosen[0]).name}”", refused.sentence)
            return
        self.written = Path(chosen[0])
        super().done(result)


def choose_to_save(
    window: QWidget, title: str, suggestion: Path, names: str, write: Callable[[Path], object]
) -> SaveDialog:
    """Ask where to write, and write there."""
    dialog = SaveDialog(window, title, suggestion, names, write)
    dialog.open()
    return dialog


def _dialog(dialog: QFileDialog, title: str, folder: Path | None) -> QFileDialog:
    dialog.setWindowTitle(title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog, _OWN_LOOK)
    if folder is not None and folder.is_dir():
        dialog.setDirectory(str(folder))
    return dialog
