"""Samples from tables and recipes, and into tables: the dialogs, and what is refused."""

from collections.abc import Callable, Generator
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QDialog, QWidget

from engine.classes import class_names
from engine.data import Data
from engine.errors import Refused
from engine.files.saving import save_bytes
from engine.files.table_guess import is_value
from engine.files.table_names import distinct
from engine.files.table_writing import table_lines
from engine.layout import Layout
from engine.table_use import TEST_NAME
from playground.class_names import ClassNames
from playground.document import Document
from playground.file_dialogs import choose_to_open, choose_to_save
from playground.generate_set import GenerateSet
from playground.open_table import OpenTable
from playground.question import ask
from playground.trainer import Trainer

TABLES = "Tables (*.csv *.tsv *.txt);;All files (*)"
SAVED = "Table (*.csv)"
AT_ONCE = 20_000
PORTION = 2_000
KIND = "export"


class SampleDesk(QObject):
    """Every way in and out of the samples; each way in is one entry to undo."""

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

    def open(self) -> None:
        """Ask which table, and open it."""
        choose_to_open(self._window, self._folder(), self.open_path, "Open a table", TABLES)

    def open_path(self, path: Path) -> None:
        """Show this table, and take its samples if that is wanted."""
        dialog = OpenTable(path, self._document.value, self._trainer, self._window)
        title = f"Open {path.name}"
        self._open(dialog, lambda: self._document.do(title, dialog.filled))

    def generate(self) -> None:
        """Ask for a set of points, and take it."""
        dialog = GenerateSet(self._document.value, self._window)
        self._open(dialog, lambda: self._document.do(dialog.title(), dialog.filled))

    def name_classes(self) -> None:
        """Ask what the outputs stand for."""
        value = self._document.value
        if not value.data.targets:
            self._document.refuse("There is no output yet, so there are no classes to name.")
            return
        dialog = ClassNames(value, self._window)

        def name() -> None:
            if dialog.names() != list(class_names(self._document.value.data)):
                self._document.edit_data(dialog.named, "Name classes")

        self._open(dialog, name)

    def save(self) -> None:
        """Ask where to, and write the samples there."""
        folder = self._folder() or Path.home()
        choose_to_save(self._window, "Save the samples", folder / "samples.csv", SAVED, self.write)

    def write(self, path: Path) -> None:
        """The samples into this file; many of them beside the window."""
        value = self._document.value
        job = writing(path, value.data, value.layout)
        if value.data.count <= AT_ONCE:
            for _ in job:
                pass
            self._tell(f"Wrote “{path.name}”.")
        else:
            self._trainer.work(KIND, _guarded(job), lambda found, over: self._written(path, found))

    def _written(self, path: Path, found: object) -> None:
        if isinstance(found, Refused):
            ask(self._window, f"Could not save “{path.name}”", found.sentence)
        elif found is True:
            self._tell(f"Wrote “{path.name}”.")

    def _open(self, dialog: QDialog, accepted: Callable[[], object]) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(accepted)
        dialog.open()


def writing(path: Path, data: Data, layout: Layout) -> Generator[None, None, None]:
    """Write inputs and targets, every number exact, and which rows are for testing, if any are."""
    names = column_titles(data, layout)
    marked = bool(data.test.any())
    if marked:
        names = distinct([*names, TEST_NAME])
    lines: list[str] = []
    both = zip(data.cells.tolist(), data.test.tolist(), strict=True)
    rows = ([*row, int(mark)] if marked else row for row, mark in both)
    for place, line in enumerate(table_lines(names, rows)):
        lines.append(line)
        if not place % PORTION:
            yield None
    save_bytes(path, "".join(lines).encode("utf-8", "replace"))


def column_titles(data: Data, layout: Layout) -> tuple[str, ...]:
    """The names of the nodes; one that is a number would be taken for a sample."""
    kinds = ["input"] * len(data.inputs) + ["target"] * len(data.targets)
    names = [layout.name(node_id) for node_id in data.columns]
    return distinct(
        [f"{kind} {name}" if is_value(name, ".") else name
         for kind, name in zip(kinds, names, strict=True)]
    )  # fmt: skip


def _guarded(job: Generator[None, None, None]) -> Generator[Refused | bool, None, None]:
    """The same, with its refusal or its success as the last thing it says."""
    try:
        for _ in job:
            yield False
    except Refused as refused:
        yield refused
    else:
        yield True
