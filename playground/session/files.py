"""The file that is open: loaded, saved, held against others, and changed behind our back."""

import contextlib
import json
import os
import platform
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from secrets import token_hex
from typing import Literal

from PySide6.QtCore import QObject, Signal

from engine.errors import LONGEST, Refused, brief
from engine.experiment.experiment import Experiment, new_experiment
from engine.files.disk import (
    FileLock,
    is_held,
    kind_of,
    read_bytes,
    save_bytes,
    save_private,
    save_text,
)
from engine.files.document import (
    NEWEST,
    Loaded,
    NewerVersion,
    Repairs,
    document_text,
    read_document,
)
from engine.files.limits import FileGone, NotReadable
from engine.files.loading import load_bytes
from engine.lessons.lesson import Opened
from engine.network import Network
from engine.numerals import count, counted, short
from playground.cli.shared import piped
from playground.model.document import LESSON, POSITION, Document, DocumentChange
from playground.session.backups import About, Backup, clock, digest, first_made

MOST = 12


def differences(before: Experiment, after: Experiment) -> list[str]:
    """One line for each difference, the biggest first; an empty list where there is none."""
    lines = [*_of_structure(before, after)]
    old, name = before.network.place_index, after.layout.name
    for place, now in zip(after.network.places, after.parameters.tolist(), strict=True):
        was = float(before.parameters[old[place]]) if place in old else now
        called = f"Weight {name(place.source)} → {name(place.target)}"
        if place.what != "weight":
            called = f"{'Bias' if place.what == 'bias' else 'Parameter'} of {name(place.target)}"
        if was != now:
            lines.append(f"{called}: {short(was, 6)} → {short(now, 6)}")
    if before.data != after.data:
        lines.append(f"Samples: {count(before.data.count)} → {counted(after.data.count, 'row')}")
    if before.settings != after.settings:
        lines.append("Settings: changed")
    if _places(before) != _places(after):
        lines.append("Places of neurons: changed")
    if len(lines) > MOST:
        lines = [*lines[:MOST], f"and {count(len(lines) - MOST)} more"]
    return lines


def contents(experiment: Experiment) -> list[str]:
    """What there is in it, where there is nothing to compare it with."""
    ids = [node.id for node in experiment.network.nodes]
    names = [brief(experiment.layout.name(each), LONGEST) for each in ids[:MOST]]
    shown = ", ".join([*names, "…"] if len(ids) > MOST else names)
    return [
        f"Nodes: {count(len(ids))}" + (f" ({shown})" if ids else ""),
        f"Edges: {count(len(experiment.network.edges))}",
        f"Samples: {count(experiment.data.count)}",
        f"Updates: {count(experiment.updates)}",
    ]


def _of_structure(before: Experiment, after: Experiment) -> Iterator[str]:
    old, new = before.network, after.network
    for node in new.nodes:
        if node.id not in old.index:
            yield f"New: {after.layout.name(node.id)}"
        elif before.layout.name(node.id) != after.layout.name(node.id):
            yield f"Renamed: {before.layout.name(node.id)} → {after.layout.name(node.id)}"
    for node in old.nodes:
        if node.id not in new.index:
            yield f"Removed: {before.layout.name(node.id)}"
    if len(old.edges) != len(new.edges):
        yield f"Edges: {count(len(old.edges))} → {count(len(new.edges))}"
    if before.updates != after.updates:
        yield f"Updates: {count(before.updates)} → {count(after.updates)}"
    if before.cursor != after.cursor:
        yield f"Step in the update: {count(before.cursor)} → {count(after.cursor)}"


def _places(experiment: Experiment) -> dict[str, tuple[float, float]]:
    return {node.id: experiment.layout.position(node.id) for node in experiment.network.nodes}


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


class OpenDocument(QObject):
    """The open document and its file; every refusal is a sentence of the engine.

    `changed` tells that another document is open, or that this one was saved.
    """

    changed = Signal()

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self._document = document
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
        entries = [stack.command(place) for place in range(clean, now)]
        folds = [entry.fold if isinstance(entry, DocumentChange) else "" for entry in entries]
        # Not a step in time, and not what a lesson has put in place.
        return any(fold.partition("/")[0] not in (POSITION, LESSON) for fold in folds)

    @property
    def title(self) -> str:
        """The name of the document, with what is special about it."""
        remark = ""
        if self.standing.read_only:
            remark = " (read-only)"
        elif self.standing.version < NEWEST:
            remark = " (converted)"
        return f"{brief(self.standing.title, LONGEST)}{remark}"

    def read(self, path: Path, repairs: Repairs | None = None) -> Found:
        """What the file holds; a repaired document or a trained model is an unsaved copy."""
        data = read_bytes(path)
        loaded = load_bytes(data, repairs)
        if repairs is not None or loaded.model:
            return Found(loaded, Standing(path.stem), unsaved=repairs is not None)
        return Found(loaded, Standing(path.name, path, digest(data), version=loaded.version))

    def read_input(self) -> Found:
        """The document that comes in through standard input, as one that was never saved."""
        return Found(piped(), Standing(), unsaved=True)

    def read_newer(self, path: Path, newer: NewerVersion) -> Found:
        """What this version understands of a newer document, as a copy that is only read."""
        loaded = read_document({**newer.raw, "version": NEWEST})
        return Found(loaded, Standing(path.name, read_only=True))

    def read_only(self, path: Path) -> Found:
        """The file, to be looked at; it can be saved under another name."""
        return replace(self.read(path), standing=Standing(path.name, read_only=True))

    def read_copy(self, path: Path) -> Found:
        copy = Standing(f"{path.stem} copy")
        return replace(self.read(path), standing=copy, unsaved=True)

    def lesson(self, opened: Opened) -> Found:
        """A lesson that was read from wherever it lies."""
        return Found(opened.loaded, Standing(opened.lesson.title, lesson=opened))

    def read_backup(self, backup: Backup) -> Found:
        """What a backup holds, as an unsaved change of its file; never written by itself."""
        about = backup.about
        path = Path(about.path) if about.path else None
        return Found(backup.load(), Standing(about.title, path, about.digest), unsaved=True)

    def empty(self, experiment: Experiment | None = None) -> Found:
        """An empty canvas, with nothing to save; or what was built, which is work unsaved."""
        shown = experiment or new_experiment(Network())
        return Found(Loaded(shown), Standing(), unsaved=experiment is not None)

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
        self._document.stop_run()
        text = document_text(self._document.value)
        self._keep_old_version(target)
        save_text(target, text)
        data = digest(text.encode())
        self.standing = replace(
            self.standing, title=target.name, path=target, digest=data,
            read_only=False, version=NEWEST,
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
        if version >= NEWEST or target != self.standing.path:
            return
        data = read_bytes(target)
        for more in ("", *(f"-{number}" for number in range(2, 100))):
            old = target.with_name(f"{target.stem}.v{version}.bak{more}{target.suffix}")
            if not os.path.lexists(old):
                save_bytes(old, data)
            with contextlib.suppress(Refused):
                # Just this is to be in it, by itself and not through a link.
                if read_bytes(old, len(data), through_links=False) == data:
                    return


MARK_BYTES = 2000
WANTED = "wanted"
UNMARKED = (
    "The mark beside this file could not be written; other windows will not know that it is open."
)


@dataclass(frozen=True, slots=True)
class Other:
    """Who else has the file open, as far as its mark tells."""

    host: str
    since: float
    token: str
    lives: bool

    @property
    def here(self) -> bool:
        """Whether it is certain: a living program on this computer."""
        return self.lives and self.host == platform.node()

    @property
    def sentence(self) -> str:
        if self.here:
            return f"Already open in another window (since {clock(self.since)}, this computer)."
        where = f" on “{brief(self.host)}”" if self.host else " in another program"
        since = f" since {clock(self.since)}" if self.since else ""
        return f"Possibly open{where}{since}."


class OpenFileLock:
    """The mark of the file that is open here; one at a time."""

    def __init__(self, folders: tuple[Path, ...]) -> None:
        self.token = token_hex(8)
        self._folders = folders
        self.held: FileLock | None = None

    def other(self, path: Path) -> Other | None:
        """Who else has this file open; a mark that a crash left behind here is nobody's."""
        mark = _mark(path)
        if self.held is not None and self.held.path == mark:
            return None
        other = _read(mark)
        if other is None:
            return Other("", 0.0, "", bool(is_held(mark))) if os.path.lexists(mark) else None
        gone = not other.lives and other.host == platform.node()
        return None if gone else other

    def take(self, path: Path | None) -> bool:
        """Mark this file, and no other; False where a mark is wanted and cannot be written.

        A mark that nobody holds gives way; whatever else stands there stays as it is.
        """
        self.release()
        about = {"host": platform.node(), "since": round(time.time()), "token": self.token}
        try:
            if path is None or not os.access(path, os.W_OK):
                return True
            mark = _mark(path)
            left = _read(mark)
            if left is not None and not left.lives:
                mark.unlink()
            self.held = FileLock(mark, json.dumps(about).encode())
        except (OSError, ValueError):
            return False
        return True

    def release(self) -> None:
        held, self.held = self.held, None
        if held is not None:
            held.release()

    def wanted_folder(self) -> Path | None:
        """Where another window of this learner leaves word that it wants this one in front."""
        return first_made(self._folders, WANTED)

    def want(self, other: Other) -> None:
        """Ask the window that has the file to come to the front."""
        folder = self.wanted_folder()
        if folder is not None and other.token.isalnum():
            with contextlib.suppress(Refused):
                save_private(folder / other.token, "")

    def is_wanted(self) -> bool:
        """Whether another window asked for this one; it is asked once."""
        folder = self.wanted_folder()
        word = folder / self.token if folder is not None else None
        if word is None or not kind_of(word):
            return False
        with contextlib.suppress(OSError):
            word.unlink()
        return True


def _mark(path: Path) -> Path:
    return path.parent / f".{path.name}.in-use"


def _read(mark: Path) -> Other | None:
    """What a mark of ours says; None where there is none, or something else stands there."""
    try:
        found = json.loads(read_bytes(mark, MARK_BYTES, through_links=False))
        host, since, token = str(found["host"])[:80], float(found["since"]), str(found["token"])
    except (Refused, ValueError, KeyError, TypeError, OverflowError):
        return None
    return Other(host, since, token, bool(is_held(mark)))
