"""Names of columns and classes: clean, never empty, no two the same."""

import re
from collections.abc import Sequence

from engine.files.names import clean_name

_GUARDED = re.compile(r"'+[=+\-@]")
_FORMULA = re.compile(r"'*[=+\-@]")
UNNAMED = "x"


def guarded(text: str) -> str:
    """A text cell as it is written: a spreadsheet must not take it for a formula."""
    return "'" + text if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """A text cell as it is meant: without the apostrophe of `guarded` and outer spaces."""
    text = text.strip()
    return text[1:] if _GUARDED.match(text) else text


def column_names(cells: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the columns from the cells of the header, and a note for each change."""
    wanted = [clean_name(unguarded(cell))[0] for cell in cells]
    names = distinct([name or UNNAMED for name in wanted])
    notes = [
        _note(place, old, new)
        for place, (old, new) in enumerate(zip(wanted, names, strict=True), start=1)
        if old != new
    ]
    return names, tuple(notes)


def distinct(names: Sequence[str]) -> tuple[str, ...]:
    """The same names; where one comes again it is called name_2, name_3 …"""
    taken, used = set(names), set[str]()
    numbers: dict[str, int] = {}
    result = []
    for name in names:
        new = name
        while new in used or (new != name and new in taken):
            numbers[name] = numbers.get(name, 1) + 1
            new = f"{name}_{numbers[name]}"
        used.add(new)
        result.append(new)
    return tuple(result)


def _note(place: int, old: str, new: str) -> str:
    if not old:
        return f"Column {place} has no name and is called “{new}”."
    return f"Column {place} is called “{new}”, because “{old}” is taken."
