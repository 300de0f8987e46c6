"""A window with the samples in it, and the desk that opens, generates and saves them."""

from pathlib import Path

from PySide6.QtWidgets import QApplication, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from engine.experiment.experiment import Experiment
from playground.dialogs.import_table import OpenTable
from playground.model.document import Document
from playground.model.stage import Stage
from playground.model.trainer import Trainer
from playground.window.sample_desk import SampleDesk
from tests.playground.dressed import dressed


class TableDesk(QMainWindow):
    """Closed by the test; its trainer ends with it."""

    def __init__(self, qtbot: QtBot, experiment: Experiment, folder: Path) -> None:
        super().__init__()
        dressed()
        self._qtbot = qtbot
        self.document = Document(experiment, self)
        self.trainer = Trainer(self.document, self)
        self.told: list[str] = []
        self.refused: list[str] = []
        self.document.refused.connect(self.refused.append)
        self.desk = SampleDesk(self.document, self.trainer, self, self.told.append, lambda: folder)
        self.panel = self.desk.make_panel(Stage(self))
        self.setCentralWidget(self.panel)
        self.resize(900, 700)
        qtbot.addWidget(self, before_close_func=lambda window: self.trainer.close())
        self.show()
        qtbot.waitExposed(self)

    @property
    def value(self) -> Experiment:
        """The experiment now."""
        return self.document.value

    def opened(self, path: Path) -> OpenTable:
        """The dialog on this table, read to its end."""
        self.desk.open_path(path)
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, OpenTable)
        self.read(dialog)
        return dialog

    def wait_for(self, shown: QWidget) -> None:
        """Wait until it is on screen."""
        self._qtbot.waitUntil(shown.isVisible)

    def read(self, dialog: OpenTable) -> None:
        """Wait until the table has been read."""
        self._qtbot.waitUntil(lambda: not dialog.reading.busy)
