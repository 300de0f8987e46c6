"""What a command opens, and work that takes long and says so."""

import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any

from engine.errors import Refused, brief, did_you_mean
from engine.experiment.editing import with_settings
from engine.experiment.experiment import Experiment
from engine.files import limits
from engine.files.disk import kind_of, means_file, refuse_large
from engine.files.document import Loaded
from engine.files.limits import called
from engine.files.loading import load, load_bytes
from engine.lessons import lesson_ids, open_folder, open_lesson
from playground.cli.streams import STREAM, complain, one_line, read_input, width, wipe


def open_experiment(name: str, **settings: Any) -> Experiment:
    """The experiment of that name, with those of the settings that are not None.

    What its reader should be told goes to standard error.
    """
    loaded = _loaded(name)
    for note in loaded.notes:
        complain(note)
    asked = {name: value for name, value in settings.items() if value is not None}
    return with_settings(loaded.experiment, replace(loaded.experiment.settings, **asked))


def _loaded(name: str) -> Loaded:
    if name == STREAM:
        return piped()
    if name in lesson_ids():
        return open_lesson(name)
    return open_folder(name).loaded if kind_of(name) == "folder" else load(_file(name))


def piped() -> Loaded:
    """The document that comes in through standard input."""
    data = read_input(limits.FILE_BYTES + 1)
    refuse_large(len(data))
    return load_bytes(data)


def _file(name: str) -> Path:
    if means_file(name):
        return Path(name)
    if not name:
        raise Refused("The name is empty. Name a file or a lesson.")
    known = lesson_ids()
    raise Refused(
        f"Lesson “{brief(name)}” is not known.{did_you_mean(name, known)} The command lessons "
        f"lists them all; a file is named with its ending, like {brief(name)}.json."
    )


SILENCE = 1.0  # s; what is over by then is not worth a word
BETWEEN_BARS, BETWEEN_LINES = 0.1, 2.0  # s
BAR = 20  # signs, so that the words beside it fit into 80


class LongWork:
    """A piece of work to be told of by a thread of its own, which no long call can silence."""

    def __init__(self, what: str, shown: bool = True) -> None:
        self._stream = sys.stderr
        self._live = self._stream.isatty()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._tell, daemon=True) if shown else None
        self.begin(what)

    def __enter__(self) -> "LongWork":
        if self._thread is not None:
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self._over.set()
        if self._thread is not None:
            self._thread.join()

    def begin(self, what: str) -> None:
        """From here on it is another stretch, of which nothing is done yet."""
        self._began, self._share, self._what = time.monotonic(), 0.0, what

    def at(self, share: float, what: str) -> None:
        """So much of this stretch is done, from 0 to 1; 0 is also where that cannot be known."""
        self._share, self._what = share, what

    def _tell(self) -> None:
        pause, told = SILENCE, False
        while not self._over.wait(pause):
            pause, told = BETWEEN_BARS if self._live else BETWEEN_LINES, True
            if not self._write(f"{wipe(self._stream)}{self._bar()}" if self._live
                               else f"{self._words()}\n"):  # fmt: skip
                return
        if told and self._live:
            self._write(wipe(self._stream))

    def _write(self, text: str) -> bool:
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):  # nobody listens any more
            return False
        return True

    def _bar(self) -> str:
        full, left = round(min(1.0, self._share) * BAR), self._left()
        bar = f"[{'#' * full}{'.' * (BAR - full)}] " if self._share else ""
        return f"{bar}{f'{left}. ' if left else ''}{one_line(self._what)}"[: width()]

    def _words(self) -> str:
        left = self._left()
        return f"{one_line(self._what)}{f', {left}' if left else ''}"

    def _left(self) -> str:
        share, spent = self._share, time.monotonic() - self._began
        return f"{spent * (1 - share) / share:,.0f} s left" if 0 < share < 1 else ""


def reading(name: str) -> LongWork:
    """The work of a command, which begins with reading what is named."""
    return LongWork(f"Reading {'standard input' if name == STREAM else called(name)}")
