"""The picture of the canvas into a file: painted in slices, made into bytes beside the window.

A picture of ten thousand edges takes seconds; the window goes on meanwhile.
"""

import time
from collections.abc import Callable, Generator
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from engine.errors import Refused
from engine.files.disk import refuse_place, save_bytes
from engine.files.limits import called
from playground.canvas.scene import CanvasScene
from playground.canvas.view import PictureJob, sheet_of
from playground.dialogs.message_box import ask
from playground.model.trainer import Trainer, guarded

KIND = "picture"
SLICE = 0.01  # seconds


class PictureExport(QObject):
    """One picture at a time; another one waits until it is written."""

    def __init__(
        self, scene: CanvasScene, trainer: Trainer, tell: Callable[[str], object], window: QWidget
    ) -> None:
        super().__init__(window)
        self._scene, self._trainer, self._tell, self._window = scene, trainer, tell, window
        self._path = Path()
        self._sheet: PictureJob | None = None
        self._writes = False
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(lambda: self._paint_for(SLICE))

    @property
    def is_busy(self) -> bool:
        """Whether a picture is not written yet."""
        return self._sheet is not None or self._writes

    def write(self, path: Path) -> None:
        """Begin; a place or a name where it cannot be written is refused at once."""
        refuse_place(path)
        sheet = sheet_of(self._scene, path.suffix.lower())
        self.finish()
        self._path, self._sheet = path, sheet
        self._tell(f"Writing “{called(path)}”…")
        self._paint_for(SLICE)
        self._timer.start()

    def finish(self) -> None:
        """Paint and write at once what is under way."""
        self._paint_for(None)
        if self._writes:
            self._trainer.finish(KIND)

    def _paint_for(self, seconds: float | None) -> None:
        """Another slice; after the last one the rest is done beside the window."""
        sheet = self._sheet
        if sheet is None:
            return
        end = None if seconds is None else time.perf_counter() + seconds
        for _ in sheet.portions:
            if end is not None and time.perf_counter() > end:
                return
        self._timer.stop()
        self._sheet, self._writes = None, True
        self._trainer.work(KIND, guarded(_writing(self._path, sheet)), self._take)

    def _take(self, found: object, over: bool) -> None:
        if not over:
            return
        self._writes = False
        if isinstance(found, Refused):
            ask(self._window, f"Could not save “{called(self._path)}”", found.sentence)
        else:
            self._tell(f"Wrote “{called(self._path)}”.")


def _writing(path: Path, sheet: PictureJob) -> Generator[None, None, None]:
    yield None
    save_bytes(path, sheet.data())
