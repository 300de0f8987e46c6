"""Why learning cannot go on, and the two ways on, above the canvas whatever else is in front."""

from PySide6.QtWidgets import QWidget

from engine.experiment.experiment import Ending, Experiment
from engine.experiment.training import gone_back, halved, paused_at_infinity, way_back
from engine.numerals import count
from playground.model.document import Document
from playground.model.trainer import Trainer
from playground.widgets.dock import Dock
from playground.window.notice_bar import NoticeBar, NoticeOffer


class DivergenceBar(NoticeBar):
    """Follows the document. Of a run that ended so, the curves say the same while they are seen."""

    def __init__(self, document: Document, trainer: Trainer, parent: QWidget) -> None:
        super().__init__(parent)
        self._document, self._trainer = document, trainer
        self._told: Ending | None = None
        self._curves: Dock | None = None
        document.changed.connect(self._follow)
        document.diverged.connect(self._offer)
        trainer.running_changed.connect(lambda running: self._look())

    def stand_behind(self, curves: Dock) -> None:
        """Leave it to the curves while these are seen."""
        self._curves = curves
        curves.visibilityChanged.connect(lambda seen: self._look())

    def _follow(self, before: Experiment, after: Experiment) -> None:
        if self._told is None:  # what a step could not do is another step now
            self.hide()
        self._look()

    def _look(self) -> None:
        """Say why the run ended, once for each end; it can be closed."""
        value = self._document.value
        seen = self._curves is not None and not self._curves.visibleRegion().isEmpty()
        paused = not seen and not self._trainer.is_running and paused_at_infinity(value)
        ending = value.ending if paused else None
        if ending is None and self._told is not None:
            self.hide()
        elif ending is not None and ending is not self._told:
            self._offer(ending.sentence)
        self._told = ending

    def _offer(self, sentence: str) -> None:
        document = self._document
        update, why = way_back(document.value)
        back = f"Go back to {count(update)}"
        self.say(
            sentence,
            NoticeOffer(back, lambda: document.step(gone_back), f"{back}: {why}."),
            NoticeOffer("Halve the rate", lambda: document.do("Halve the rate", halved),
                  f"Halve the rate: {back[:1].lower()}{back[1:]}, {why}, with half the rate."),
        )  # fmt: skip
