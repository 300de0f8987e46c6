"""Every panel in its dock."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMainWindow, QWidget

from playground.model.document import Document
from playground.model.stage import Stage
from playground.model.trainer import Trainer
from playground.panels.explanation import Explain
from playground.panels.lesson import LessonPanel
from playground.session.lesson_guide import LessonGuide
from playground.theme.formula_pictures import FormulaPictures
from playground.window.docks import Docks
from playground.window.plot_docks import add_plot_docks
from playground.window.study_docks import add_study_docks

if TYPE_CHECKING:
    from playground.panels.inspector import Inspector


class PanelDocks:
    """Puts every panel into a dock of its own, in the order of the strip."""

    def __init__(
        self,
        docks: Docks,
        window: QMainWindow,
        document: Document,
        stage: Stage,
        pictures: FormulaPictures,
        guide: LessonGuide,
        open_lessons: Callable[[], object],
        open_next: Callable[[], object],
        trainer: Trainer,
        folder: Callable[[], Path | None],
        make_samples: Callable[[Stage], QWidget],
    ) -> None:
        lesson = LessonPanel(document, guide, pictures, window, open_lessons, open_next)
        docks.add("lesson", "Lesson", lesson)
        explain = Explain(document, stage, pictures, window)
        explain.follow(trainer)
        header = docks.add("explain", "Explain", explain).header
        explain.chips_changed.connect(header.show_chips)
        header.show_chips(explain.chips)
        self._document, self._stage, self._window = document, stage, window
        self._trainer, self._name = trainer, ""
        self.inspector: Inspector | None = None
        docks.add_later("inspector", "Inspector", self._make_inspector)
        docks.add_later("settings", "Settings", self._make_settings)
        add_plot_docks(docks, document, stage, trainer, window, folder)
        docks.add_later("samples", "Samples", lambda: make_samples(stage))
        docks.add_later("table", "Table", self._make_table)
        docks.add_later("history", "History", self._make_history)
        add_study_docks(docks, document, stage, trainer, window)

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

    def _make_table(self) -> QWidget:
        from playground.panels.network_table import NetworkTable

        table = NetworkTable(self._document, self._stage, self._window)
        table.live.follow(self._trainer)
        return table

    def _make_history(self) -> QWidget:
        from playground.panels.history import HistoryList

        return HistoryList(self._document, self._window)
