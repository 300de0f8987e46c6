"""Arguments as people type them; wrong usage ends with exit code 2 and a sentence."""

import argparse
import math
from typing import NoReturn

from engine.errors import Refused
from engine.names import brief
from engine.numerals import read
from playground.cli.streams import complain


class Arguments(argparse.ArgumentParser):
    """A parser for one command that says what is wrong in one sentence."""

    def __init__(self, command: str, line: str) -> None:
        super().__init__(f"neural-playground {command}", description=line, allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        """Wrong usage: the sentence, and where to look."""
        sentence = message[:1].upper() + message[1:]
        complain(f"{sentence}. See {self.prog} --help.")
        self.exit(2)


def whole(text: str) -> int:
    """A whole number from 1 on."""
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 10**15:
        raise argparse.ArgumentTypeError(f"“{brief(text)}” is not a whole number from 1 on")
    return int(text)


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
