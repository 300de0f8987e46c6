"""Names from a file made fit to be shown: no invisible characters, and not endless."""

import re
from pathlib import Path

from engine.files import limits

REPLACED = "\ufffd"

# Control characters, line separators, marks and overrides of direction, lone surrogates.
_INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def clean_name(text: str, limit: int = limits.NAME) -> tuple[str, bool]:
    """`text` as it may be shown, and whether it held characters that cannot be seen.

    What is cut off at the limit gives way to “…”; that alone does not count as a change.
    """
    kept = text if len(text) <= limit else text[: limit - 1] + "…"
    clean = _INVISIBLE.sub(REPLACED, kept)
    return clean, clean != kept


def brief(text: str, limit: int = 40) -> str:
    """A piece of a file, short and clean enough to stand inside a sentence."""
    return clean_name(text, limit)[0]


def called(path: str | Path) -> str:
    """The name of a file as it stands in a sentence: on one line, whatever it holds."""
    return brief(Path(path).name or str(path), limits.NAME)


def invisible_note(names: int) -> str:
    """What the status bar says about names that were cleaned."""
    if names == 1:
        return "1 name contained invisible characters."
    return f"{names:,} names contained invisible characters."
