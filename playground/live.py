"""What a panel of numbers shows: the document, or a run as it goes on, a few times a second."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QWidget

from engine.experiment.experiment import Experiment
from engine.experiment.training import RunProgress, as_of
from engine.views.surfaces import work_per_row
from playground.document import Document
from playground.later import Pace, ThrottledProgress
from playground.trainer import Trainer
from playground.widgets.fields import PlaceField

NUMBERS = Pace(24, 200)
AT_ONCE = 3e5  # multiply-adds that may be made between two frames


class RunFollower(QObject):
    """Holds the newest experiment; `refresh` is called while a run goes on and when it is over."""

    def __init__(self, document: Document, refresh: Callable[[], object], panel: QWidget) -> None:
        super().__init__(panel)
        self._document, self._refresh, self._panel = document, refresh, panel
        self._of_run: Experiment | None = None
        self.following: ThrottledProgress | None = None

    def follow(self, trainer: Trainer) -> None:
        """Show also what this one trains."""
        self.following = ThrottledProgress(trainer, self._take, self._over, NUMBERS, self)

    @property
    def value(self) -> Experiment:
        """The experiment as it stands, or as its run has it."""
        return self._document.value if self._of_run is None else self._of_run

    @property
    def quick(self) -> bool:
        """Whether a pass over all training samples is nothing that the window would feel."""
        value = self.value
        work = len(value.data.training) * work_per_row(value.program)
        return self._of_run is None or work <= AT_ONCE

    def _take(self, progress: RunProgress) -> None:
        self._of_run = as_of(self._document.value, progress)
        if self._panel.isVisible() and not self._is_typed_in():
            self._refresh()

    def _over(self, running: bool) -> None:
        seen, self._of_run = self._of_run, None
        if seen is not None and self._panel.isVisible() and not self._is_typed_in():
            self._refresh()

    def _is_typed_in(self) -> bool:
        """Whether a number of the panel is being typed: what stands there must not change."""
        field = QApplication.focusWidget()
        if not isinstance(field, PlaceField) or not self._panel.isAncestorOf(field):
            return False
        return field.text() != field.shown
