"""The one exception a user may see, and the "did you mean" that goes with it."""

import difflib
from collections.abc import Iterable

from engine.names import SENTENCE, brief

MOST_KNOWN = 50


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
    names, word = list(known), brief(name)
    near = difflib.get_close_matches(word, names, n=1)
    hint = f" Did you mean “{brief(near[0])}”?" if near else ""
    told = ", ".join(brief(one) for one in names[:MOST_KNOWN])
    more = f" and {len(names) - MOST_KNOWN:,} more" if len(names) > MOST_KNOWN else ""
    return Refused(f"{what} “{word}” is not known. Known: {told}{more}.{hint}")
