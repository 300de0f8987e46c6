"""Samples from tables and recipes, and into tables: the dialogs, and what is refused."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDialog, QWidget

from engine.errors import Refused
from engine.files.limits import called
from engine.files.table_reading import Source
from playground.dialogs.file_dialogs import SaveDialog, choose_to_open
from playground.dialogs.message_box import ask
from playground.model.document import Document, Move
from playground.model.stage import Stage
from playground.model.trainer import Trainer, guarded
from playground.session.backups import home

if TYPE_CHECKING:
    from playground.panels.samples import Samples

TABLES = "Tables (*.csv *.tsv *.txt);;All files (*)"
SAVED = "Table (*.csv)"
AT_ONCE = 20_000
KIND = "export"
BEGUN = "Updates count from 0 again, with these samples; the run before stands under Runs."


class SampleDesk(QObject):
    """Every way in and out of the samples; each way in is one entry to undo.

    The dialogs are imported when they are asked for. `fitted` is told when the network was changed
    for new samples.
    """

    fitted = Signal()

    def __init__(
        self,
        document: Document,
        trainer: Trainer,
        window: QWidget,
        tell: Callable[[str], object],
        folder: Callable[[], Path | None],
    ) -> None:
        super().__init__(window)
        self._document, self._trainer, self._window = document, trainer, window
        self._tell, self._folder = tell, folder
        self._panel: Samples | None = None

    def make_panel(self, stage: Stage) -> "Samples":
        """The panel that asks for all this, and shows the answers while training runs."""
        from playground.panels.samples import Samples, Ways

        ways = Ways(
            self.open, self.open_path, self.open_text, self.generate, self.save, self.name_classes
        )
        self._panel = Samples(self._document, stage, self._window, ways)
        self._panel.follow(self._trainer)
        return self._panel

    def paste(self) -> bool:
        """Cells into the samples while they have the keyboard; False where they do not."""
        if self._panel is None or not self._panel.table.hasFocus():
            return False
        self._panel.paste()
        return True

    def open(self) -> None:
        """Ask which table, and open it."""
        choose_to_open(self._window, self._folder(), self.open_path, "Open a table", TABLES)

    def open_path(self, path: Path) -> None:
        """Show this table, and take its samples if that is wanted."""
        self._show_table(path, called(path), f"Open {called(path)}")

    def open_text(self, text: str) -> None:
        """The same for cells that were pasted."""
        self._show_table(text.encode("utf-8", "replace"), "Pasted cells", "Paste a table")

    def _show_table(self, source: Source, name: str, title: str) -> None:
        from playground.dialogs.import_table import OpenTable

        dialog = OpenTable(source, name, self._document.value, self._trainer, self._window)
        self._open(dialog, lambda: self._fill(title, dialog.filled))

    def generate(self) -> None:
        """Ask for a set of points, and take it."""
        from playground.dialogs.generate_data import GenerateSet

        dialog = GenerateSet(self._document.value, self._window)
        self._open(dialog, lambda: self._fill(dialog.title(), dialog.filled))

    def _fill(self, title: str, move: Move) -> None:
        """Take other samples; what was learnt from those before is over."""
        self._document.stop_run()
        before = self._document.value
        if not self._document.do(title, move):
            return
        if self._document.value.network is not before.network:
            self.fitted.emit()
        if before.newest:
            self._tell(BEGUN)

    def name_classes(self) -> None:
        """Ask what the outputs stand for."""
        from playground.dialogs.class_names import ClassNames

        value = self._document.value
        if not value.data.targets:
            self._document.report("There is no output yet, so there are no classes to name.")
            return
        dialog = ClassNames(value, self._window)

        def name() -> None:
            if dialog.named(self._document.value.data).classes != value.data.classes:
                self._document.edit_data(dialog.named, "Name classes")

        self._open(dialog, name)

    def save(self) -> None:
        """Ask where to, and write the samples there."""
        folder = self._folder() or home()
        SaveDialog(self._window, "Save the samples", folder / "samples.csv", SAVED, self.write)

    def write(self, path: Path) -> None:
        """The samples into this file; many of them beside the window."""
        from playground.window.table_job import writing

        value = self._document.value
        job = writing(path, value.data, value.layout)
        if value.data.count <= AT_ONCE:
            for _ in job:
                pass
            self._tell(f"Wrote “{called(path)}”.")
            return

        def take(found: object, over: bool) -> None:
            if isinstance(found, Refused):
                ask(self._window, f"Could not save “{called(path)}”", found.sentence)
            elif found is True:
                self._tell(f"Wrote “{called(path)}”.")

        self._trainer.work(KIND, guarded(job), take)

    def _open(self, dialog: QDialog, accepted: Callable[[], object]) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(accepted)
        dialog.open()
