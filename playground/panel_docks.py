"""Every panel in its dock."""

from collections.abc import Callable

from PySide6.QtWidgets import QMainWindow

from playground.docks import Docks
from playground.document import Document
from playground.lesson_guide import LessonGuide
from playground.mathematics import FormulaPictures
from playground.panels.explain import Explain
from playground.panels.history import HistoryList
from playground.panels.inspector import Inspector
from playground.panels.lesson import LessonPanel
from playground.panels.samples import Samples
from playground.panels.settings import SettingsPanel
from playground.panels.table import NetworkTable
from playground.stage import Stage


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
    ) -> None:
        super().__init__(window)
        lesson = LessonPanel(document, guide, pictures, window, open_lessons, open_next)
        self.add("lesson", "Lesson", lesson)
        explain = Explain(document, stage, pictures, window)
        header = self.add("explain", "Explain", explain).header
        explain.on_chips = header.show_chips
        header.show_chips(explain.chips())
        self.inspector = Inspector(document, stage, window)
        self.add("inspector", "Inspector", self.inspector)
        self.add("settings", "Settings", SettingsPanel(document, stage, window))
        self.add("samples", "Samples", Samples(document, stage, window))
        self.add("table", "Table", NetworkTable(document, stage, window))
        self.add("history", "History", HistoryList(document, window))
