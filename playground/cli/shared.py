"""What every command shares: its arguments as people type them, what it opens, and long work.

Nothing here brings NumPy before something is opened.
"""

import argparse
import math
import re
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from engine.errors import Refused, brief, did_you_mean, unknown
from engine.files import limits
from engine.files.disk import kind_of, means_file, refuse_large
from engine.numerals import read
from playground.cli.streams import STREAM, complain, one_line, read_input, width, wipe

if TYPE_CHECKING:
    from engine.experiment.experiment import Experiment
    from engine.files.document import Loaded

#: What argparse says, and what we say; what the type of an argument says stays as it is.
_WORDS = (
    (r"the following arguments are required: ([^\s,]+).*", r"\1 is missing"),
    (r"argument (\S+): expected one argument", r"There is no value behind \1"),
    (r"argument (\S+): ignored explicit argument .*", r"\1 takes no value"),
    (r"argument (-\S+: .*)", r"\1"),
    (r"argument \S+: (.*)", r"\1"),
)
TOO_MUCH = "unrecognized arguments: "
_HEADINGS = (
    ("usage: ", "Usage: "),
    ("positional arguments:", "What it takes:"),
    ("options:", "Options:"),
)


class Arguments(argparse.ArgumentParser):
    """A parser for one command that says what is wrong in one sentence."""

    def __init__(self, command: str, line: str, experiment: str = "FILE|LESSON") -> None:
        super().__init__(
            f"neural-playground {command}", description=line, allow_abbrev=False, add_help=False
        )
        if experiment:
            self.add_argument("experiment", metavar=experiment,
                              help="a file, a lesson, or - for standard input")  # fmt: skip
        self.add_argument("-h", "--help", action="help", help="say this and end")

    def error(self, message: str) -> NoReturn:
        """Wrong usage: the sentence, and where to look."""
        said = message[:1].upper() + message[1:]
        for pattern, ours in _WORDS:
            if found := re.fullmatch(pattern, message, re.DOTALL):
                said = found.expand(ours)
                break
        if message.startswith(TOO_MUCH):
            words = message.removeprefix(TOO_MUCH)
            word = re.split("[ =]", words)[0] if words.startswith("-") else words.partition(" ")[0]
            said = f"“{brief(word)}” is one word too many."
            if word.startswith("-"):
                known = re.findall(r"--\w+", self.format_usage())
                said = f"There is no option “{brief(word)}”.{did_you_mean(word, known)}"
        full_stop = "" if said.endswith((".", "?")) else "."
        complain(f"{said}{full_stop} See {self.prog} --help.")
        self.exit(2)

    def format_help(self) -> str:
        told = super().format_help()
        for theirs, ours in _HEADINGS:
            told = told.replace(theirs, ours, 1)
        return told


def one_of(*words: str) -> Callable[[str], str]:
    def chosen(text: str) -> str:
        if text not in words:
            raise argparse.ArgumentTypeError(unknown("the word", brief(text), words).sentence)
        return text

    return chosen


def whole(text: str) -> int:
    found = re.fullmatch(r"0*([1-9]\d{0,14})", text, re.ASCII)
    if not found:
        raise argparse.ArgumentTypeError(f"“{brief(text)}” is not a whole number from 1 on")
    return int(found[1])


def whole_or_zero(text: str) -> int:
    return 0 if text == "0" else whole(text)


def positive(text: str) -> float:
    """A positive number, as it may be typed in the window."""
    try:
        value = read(text)
    except Refused:
        value = math.nan
    if not value > 0:
        raise argparse.ArgumentTypeError(f"“{brief(text)}” is not a positive number")
    return value


def open_experiment(name: str, **settings: Any) -> "Experiment":
    """The experiment of that name, with those of the settings that are not None.

    What its reader should be told goes to standard error.
    """
    from engine.experiment.editing import with_settings

    loaded = piped() if name == STREAM else _loaded(name)
    for note in loaded.notes:
        complain(note)
    asked = {name: value for name, value in settings.items() if value is not None}
    return with_settings(loaded.experiment, replace(loaded.experiment.settings, **asked))


def _loaded(name: str) -> "Loaded":
    from engine.files.loading import load
    from engine.lessons.lesson import lesson_ids, open_folder, open_lesson

    known = lesson_ids()
    if name in known:
        return open_lesson(name)
    if kind_of(name) == "folder":
        return open_folder(name).loaded
    if means_file(name):
        return load(Path(name))  # which drops a slash at the end
    if not name:
        raise Refused("The name is empty. Name a file or a lesson.")
    raise Refused(
        f"Lesson “{brief(name)}” is not known.{did_you_mean(name, known)} The command lessons "
        f"lists them all; a file is named with its ending, like {brief(name)}.json."
    )


def piped() -> "Loaded":
    """The document that comes in through standard input."""
    from engine.files.loading import load_bytes

    data = read_input(limits.FILE_BYTES + 1)
    refuse_large(len(data))
    return load_bytes(data)


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

    def __exit__(self, *_error: object) -> None:
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
                               else f"{self._bar()}\n"):  # fmt: skip
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
        """How far it is: as a bar where a person watches, else in words."""
        share, spent, what = self._share, time.monotonic() - self._began, one_line(self._what)
        left = f"{spent * (1 - share) / share:,.0f} s left" if 0 < share < 1 else ""
        if not self._live:
            return f"{what}{f', {left}' if left else ''}"
        full = round(min(1.0, share) * BAR)
        bar = f"[{'#' * full}{'.' * (BAR - full)}] " if share else ""
        return f"{bar}{f'{left}. ' if left else ''}{what}"[: width()]


def reading(name: str) -> LongWork:
    """The work of a command, which begins with reading what is named."""
    return LongWork(f"Reading {'standard input' if name == STREAM else limits.called(name)}")
