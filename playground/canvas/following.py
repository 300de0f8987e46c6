"""The canvas while a network trains: the newest update as an experiment of its own, once painted.

An update that comes while the last one is still being painted is passed over; the next is not.
"""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject

from engine.experiment.training import RunProgress, as_of
from playground.canvas.scene import CanvasScene
from playground.model.document import Document
from playground.model.trainer import Trainer


class Following(QObject):
    """Shows in a scene what a trainer tells of; `free` says whether the last was painted."""

    def __init__(
        self,
        trainer: Trainer,
        document: Document,
        scene: CanvasScene,
        free: Callable[[], bool],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._document, self._scene, self._free = document, scene, free
        self._shown: RunProgress | None = None
        trainer.progressed.connect(self.take_progress)
        trainer.running_changed.connect(self.take_running)

    def take_progress(self, progress: RunProgress) -> None:
        """A newer update, or the same as before where training is slow."""
        begun = self._document.value
        if progress.network is not begun.network or self._knows(progress) or not self._free():
            return
        self._shown = progress
        now = as_of(begun, progress)
        position = replace(now.position, turn=begun.turn)  # the sample in sight stays the same
        self._scene.show_running(replace(now, position=position))

    def take_running(self, running: bool) -> None:
        """What the document holds is shown before the first update and after the last."""
        self._shown = None
        self._scene.show_running(None)

    def _knows(self, progress: RunProgress) -> bool:
        shown = self._shown
        return (
            shown is not None
            and shown.update == progress.update
            and shown.settings is progress.settings
        )
