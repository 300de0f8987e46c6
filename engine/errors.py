"""The one exception a user may see, and the "did you mean" that goes with it."""

import difflib
from collections.abc import Iterable

from engine.names import SENTENCE, brief

MOST_LISTED = 20  # names that a sentence can still hold


class Refused(Exception):
    """Something the user asked for cannot be done; `sentence` says what, where and what now.

    Whoever shows it need not ask where its words came from: nothing in it steers a terminal.
    """

    def __init__(self, sentence: str) -> None:
        self.sentence = brief(sentence, SENTENCE)
        super().__init__(self.sentence)


class Infinite(Refused):
    """Learning cannot go on from here: the next update makes numbers that are none."""


def unknown(what: str, name: str, known: Iterable[str]) -> Refused:
    """The refusal of a name that no table holds, with the nearest one that it does hold."""
    names = list(known)
    told = ", ".join(brief(one) for one in names)
    listed = f" Known: {told}." if len(names) <= MOST_LISTED else ""
    return Refused(f"{what} “{brief(name)}” is not known.{listed}{did_you_mean(name, names)}")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The hint to the nearest name that is known, to be put behind a sentence; "" without one."""
    near = nearest(name, known)
    return f" Did you mean “{brief(near)}”?" if near else ""


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that was probably meant, in small letters or in capitals; "" if none."""
    names = {each.lower(): each for each in known}
    near = difflib.get_close_matches(brief(name).lower(), names, n=1)
    return names[near[0]] if near else ""
