"""The one exception a user may see, its "did you mean", and names made fit to be shown."""

import difflib
import re
from collections.abc import Iterable
from typing import Final

LONGEST: Final = 200
SENTENCE: Final = 2000
REPLACED: Final = "\ufffd"

# Control characters, line separators, marks and overrides of direction, lone surrogates.
_INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
# What takes no room of its own: right between letters (emoji, Persian), nothing where it is alone.
_NO_WIDTH: Final = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2064\u206a-\u206f"
    "\u3164\ufe00-\ufe0f\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff"
)
_WITHOUT_WIDTH = re.compile(f"[{_NO_WIDTH}]")
_SEEN = re.compile(rf"[^\s{_NO_WIDTH}]")


def clean_name(text: str, limit: int = LONGEST) -> tuple[str, bool]:
    """`text` as it may be shown, and whether it held characters that cannot be seen.

    What is cut off at the limit gives way to “…”; that alone does not count as a change.
    """
    kept = text if len(text) <= limit else text[: limit - 1] + "…"
    clean = _INVISIBLE.sub(REPLACED, kept)
    if not (_SEEN.search(text) or text.isspace()):
        clean = _WITHOUT_WIDTH.sub(REPLACED, clean)
    return clean, clean != kept


def brief(text: str, limit: int = 40) -> str:
    """A piece of a file, short and clean enough to stand inside a sentence."""
    return clean_name(text, limit)[0]


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
