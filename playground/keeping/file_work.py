"""Opening, saving and going back, without a dialog: what is open, from where, and is it saved."""

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal

from engine.errors import LONGEST, Refused, brief
from engine.experiment.experiment import Experiment, new_experiment
from engine.files.disk import read_bytes, save_bytes, save_text
from engine.files.document import (
    MIGRATIONS,
    NEWEST,
    Loaded,
    Migrations,
    NewerVersion,
    Repairs,
    document_text,
    read_document,
)
from engine.files.limits import FileGone, NotReadable
from engine.files.loading import load_bytes
from engine.lessons import Opened, opened_lesson
from engine.network import Network
from playground.cli.opening import piped
from playground.keeping.backups import About, Backup, digest
from playground.model.document import LESSON, POSITION, Document, DocumentChange

UNTITLED = "Untitled"
REPAIRS = {
    "open_without_broken_edges": Repairs(broken_edges=True),
    "open_without_data": Repairs(data=True),
}
Outside = Literal["same", "changed", "gone", "unknown"]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the open document comes from; without a path it has never been saved."""

    title: str = UNTITLED
    path: Path | None = None
    digest: str = ""
    read_only: bool = False
    version: int = NEWEST
    lesson: Opened | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What a file holds, read but not shown yet."""

    loaded: Loaded
    standing: Standing
    unsaved: bool = False


class FileWork(QObject):
    """The open document and its file; every refusal is a sentence of the engine.

    `changed` tells that another document is open, or that this one was saved.
    """

    changed = Signal()

    def __init__(
        self, document: Document, table: Migrations = MIGRATIONS, newest: int = NEWEST
    ) -> None:
        super().__init__(document)
        self._document = document
        self._table, self._newest = table, newest
        self.standing = Standing()

    @property
    def modified(self) -> bool:
        """Whether closing would lose work; mere steps through a lesson are none."""
        stack = self._document.stack
        if stack.isClean():
            return False
        clean, now = sorted((stack.cleanIndex(), stack.index()))
        if self.standing.path is not None or stack.cleanIndex() < 0:
            return True
        return any(_is_edit(stack.command(place)) for place in range(clean, now))

    @property
    def title(self) -> str:
        """The name of the document, with what is special about it."""
        remark = ""
        if self.standing.read_only:
            remark = " (read-only)"
        elif self.standing.version < self._newest:
            remark = " (converted)"
        return f"{brief(self.standing.title, LONGEST)}{remark}"

    def read(self, path: Path, repairs: Repairs | None = None) -> Found:
        """What the file holds; a repaired document or a trained model is an unsaved copy."""
        data = read_bytes(path)
        loaded = load_bytes(data, repairs, self._table, self._newest)
        if repairs is not None or loaded.model:
            return Found(loaded, Standing(path.stem), unsaved=repairs is not None)
        return Found(loaded, Standing(path.name, path, digest(data), version=loaded.version))

    def read_input(self) -> Found:
        """The document that comes in through standard input, as one that was never saved."""
        return Found(piped(), Standing(), unsaved=True)

    def read_newer(self, path: Path, newer: NewerVersion) -> Found:
        """What this version understands of a newer document, as a copy that is only read."""
        loaded = read_document({**newer.raw, "version": self._newest})
        return Found(loaded, Standing(path.name, read_only=True))

    def read_only(self, path: Path) -> Found:
        """The file, to be looked at; it can be saved under another name."""
        found = self.read(path)
        return replace(found, standing=Standing(path.name, read_only=True))

    def read_copy(self, path: Path) -> Found:
        """The file as a new document."""
        found = self.read(path)
        return replace(found, standing=Standing(f"{path.stem} copy"), unsaved=True)

    def read_lesson(self, lesson_id: str) -> Found:
        """The experiment that a lesson starts from."""
        return self.lesson(opened_lesson(lesson_id))

    def lesson(self, opened: Opened) -> Found:
        """A lesson that was read from wherever it lies."""
        return Found(opened.loaded, Standing(opened.lesson.title, lesson=opened))

    def read_backup(self, backup: Backup) -> Found:
        """What a backup holds, as an unsaved change of its file; never written by itself."""
        about = backup.about
        path = Path(about.path) if about.path else None
        return Found(backup.load(), Standing(about.title, path, about.digest), unsaved=True)

    def empty(self, experiment: Experiment | None = None, title: str = UNTITLED) -> Found:
        """An empty canvas, with nothing to save; or what was built, which is work unsaved."""
        if experiment is not None:
            return Found(Loaded(experiment), Standing(title), unsaved=True)
        return Found(Loaded(new_experiment(Network())), Standing(title))

    def take(self, found: Found) -> None:
        """Show what was read; the old document is gone."""
        self.standing = found.standing
        self._document.replace(found.loaded.experiment)
        if found.unsaved:
            self._document.stack.resetClean()
        else:
            self._document.stack.setClean()
        self.changed.emit()

    def save(self, path: Path | None = None) -> None:
        """Write the document to this file, or to its own; NotSaved says why it was not."""
        target = path or self.standing.path
        if target is None or (path is None and self.standing.read_only):
            raise Refused("This document has no file of its own yet. Use Save As.")
        self._document.settle()
        text = document_text(self._document.value)
        self._keep_old_version(target)
        save_text(target, text)
        data = digest(text.encode())
        self.standing = replace(
            self.standing, title=target.name, path=target, digest=data,
            read_only=False, version=self._newest,
        )  # fmt: skip
        self._document.stack.setClean()
        self.changed.emit()

    def outside(self) -> Outside:
        """What other programs have done to the file since it was opened or saved."""
        path = self.standing.path
        if path is None or not self.standing.digest:
            return "same"
        try:
            now = digest(read_bytes(path))
        except FileGone:
            return "gone"
        except NotReadable:
            return "unknown"
        except Refused:
            return "changed"
        return "same" if now == self.standing.digest else "changed"

    def about(self) -> About | None:
        """What a backup must know; a copy that is only read is not backed up."""
        standing = self.standing
        if standing.read_only:
            return None
        return About(standing.title, str(standing.path or ""), standing.digest)

    def _keep_old_version(self, target: Path) -> None:
        """Before the first save of a converted document: its file as it was, beside it."""
        version = self.standing.version
        if version >= self._newest or target != self.standing.path:
            return
        data = read_bytes(target)
        for more in ("", *(f"-{number}" for number in range(2, 100))):
            old = target.with_name(f"{target.stem}.v{version}.bak{more}{target.suffix}")
            if not os.path.lexists(old):
                save_bytes(old, data)
            if _holds(old, data):
                return


def _holds(file: Path, data: bytes) -> bool:
    """Whether just this is in it, by itself and not through a link."""
    try:
        return read_bytes(file, len(data), through_links=False) == data
    except Refused:
        return False


def _is_edit(entry: object) -> bool:
    """Not a step in time, and not what a lesson has put in place."""
    return not isinstance(entry, DocumentChange) or entry.fold.partition("/")[0] not in (
        POSITION,
        LESSON,
    )
