"""The one exception a user may see, and the "did you mean" that goes with it."""

import difflib
from collections.abc import Iterable


class Refused(Exception):
    """Something the user asked for cannot be done; `sentence` says what, where and what now."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Infinite(Refused):
    """Learning cannot go on from here: the next update makes numbers that are none."""


def unknown(what: str, name: str, known: Iterable[str]) -> Refused:
    """The refusal of a name that no table holds, with the nearest one that it does hold."""
    names = list(known)
    near = difflib.get_close_matches(name, names, n=1)
    hint = f" Did you mean “{near[0]}”?" if near else ""
    return Refused(f"{what} “{name}” is not known. Known: {', '.join(names)}.{hint}")
