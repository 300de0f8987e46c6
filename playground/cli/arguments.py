"""Arguments as people type them; wrong usage ends with exit code 2 and a sentence."""

import argparse
import math
import re
from collections.abc import Callable
from typing import NoReturn

from engine.errors import Refused, brief, did_you_mean, unknown
from engine.numerals import read
from playground.cli.streams import complain

#: What argparse says, and what we say; what the type of an argument says stays as it is.
_WORDS = (
    (r"the following arguments are required: ([^\s,]+).*", r"\1 is missing"),
    (r"argument (\S+): expected one argument", r"There is no value behind \1"),
    (r"argument (\S+): ignored explicit argument .*", r"\1 takes no value"),
    (r"argument (-\S+: .*)", r"\1"),
    (r"argument \S+: (.*)", r"\1"),
)
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
        word = message.removeprefix("unrecognized arguments: ")
        said = self._in_our_words(message) if word == message else self._too_much(word)
        full_stop = "" if said.endswith((".", "?")) else "."
        complain(f"{said}{full_stop} See {self.prog} --help.")
        self.exit(2)

    def format_help(self) -> str:
        """The help, under our headings."""
        told = super().format_help()
        for theirs, ours in _HEADINGS:
            told = told.replace(theirs, ours, 1)
        return told

    def _in_our_words(self, message: str) -> str:
        for pattern, ours in _WORDS:
            if found := re.fullmatch(pattern, message, re.DOTALL):
                return found.expand(ours)
        return message[:1].upper() + message[1:]

    def _too_much(self, words: str) -> str:
        word = re.split("[ =]", words)[0] if words.startswith("-") else words.partition(" ")[0]
        if not word.startswith("-"):
            return f"“{brief(word)}” is one word too many."
        known = re.findall(r"--\w+", self.format_usage())
        return f"There is no option “{brief(word)}”.{did_you_mean(word, known)}"


def one_of(*words: str) -> Callable[[str], str]:
    """One of a few words."""

    def chosen(text: str) -> str:
        if text not in words:
            raise argparse.ArgumentTypeError(unknown("the word", brief(text), words).sentence)
        return text

    return chosen


def whole(text: str) -> int:
    """A whole number from 1 on."""
    found = re.fullmatch(r"0*([1-9]\d{0,14})", text, re.ASCII)
    if not found:
        raise argparse.ArgumentTypeError(f"“{brief(text)}” is not a whole number from 1 on")
    return int(found[1])


def whole_or_zero(text: str) -> int:
    """A whole number from 0 on."""
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
