"""Every panel in its dock."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMainWindow, QWidget

from playground.document import Document
from playground.lesson_guide import LessonGuide
from playground.mathematics import FormulaPictures
from playground.panels.explain import Explain
from playground.panels.lesson import LessonPanel
from playground.stage import Stage
from playground.trainer import Trainer
from playground.window.docks import Docks
from playground.window.plot_docks import PlotDocks
from playground.window.study_docks import add_study_docks

if TYPE_CHECKING:
    from playground.panels.inspector import Inspector
    from playground.panels.samples import Samples


class PanelDocks(Docks):
    """The docks with what stands in them, in the order of the strip."""

    def __init__(
        self,
        window: QMainWindow,
        document: Document,
        stage: Stage,
        pictures: FormulaPictures,
        guide: LessonGuide,
        open_lessons: Callable[[], object],
        open_next: Callable[[], object],
        trainer: Trainer,
        folder: Callable[[], Path | None],
    ) -> None:
        super().__init__(window)
        lesson = LessonPanel(document, guide, pictures, window, open_lessons, open_next)
        self.add("lesson", "Lesson", lesson)
        explain = Explain(document, stage, pictures, window)
        explain.follow(trainer)
        header = self.add("explain", "Explain", explain).header
        explain.on_chips = header.show_chips
        header.show_chips(explain.chips())
        self._document, self._stage, self._window = document, stage, window
        self._trainer, self._name = trainer, ""
        self.serve_samples: Callable[[Samples], object] = lambda samples: None
        self.inspector: Inspector | None = None
        self.add_later("inspector", "Inspector", self._make_inspector)
        self.add_later("settings", "Settings", self._make_settings)
        self.plots = PlotDocks(self, document, stage, trainer, window, folder)
        self.add_later("samples", "Samples", self._make_samples)
        self.add_later("table", "Table", self._make_table)
        self.add_later("history", "History", self._make_history)
        add_study_docks(self, document, stage, trainer, window)

    def show_name(self, name: str) -> None:
        """What the document is called."""
        self._name = name
        if self.inspector is not None:
            self.inspector.show_name(name)

    # Panels that are not seen at first are not imported either: the first click waits for it.

    def _make_inspector(self) -> QWidget:
        from playground.panels.inspector import Inspector

        self.inspector = Inspector(self._document, self._stage, self._window)
        self.inspector.live.follow(self._trainer)
        self.inspector.show_name(self._name)
        return self.inspector

    def _make_settings(self) -> QWidget:
        from playground.panels.settings import SettingsPanel

        return SettingsPanel(self._document, self._stage, self._window)

    def _make_samples(self) -> QWidget:
        from playground.panels.samples import Samples

        samples = Samples(self._document, self._stage, self._window)
        self.serve_samples(samples)
        return samples

    def _make_table(self) -> QWidget:
        from playground.panels.table import NetworkTable

        table = NetworkTable(self._document, self._stage, self._window)
        table.live.follow(self._trainer)
        return table

    def _make_history(self) -> QWidget:
        from playground.panels.history import HistoryList

        return HistoryList(self._document, self._window)
