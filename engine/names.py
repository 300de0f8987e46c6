"""Names made fit to be shown: no invisible characters, and not endless."""

import re
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
