"""How files and the names in them are told: on one line, with a note where one was cleaned."""

from pathlib import Path

from engine.errors import LONGEST, brief, clean_name

__all__ = ["brief", "called", "clean_name", "invisible_note"]


def called(path: str | Path) -> str:
    """The name of a file as it stands in a sentence: on one line, whatever it holds."""
    return brief(Path(path).name or str(path), LONGEST)


def invisible_note(names: int) -> str:
    """What the status bar says about names that were cleaned."""
    if names == 1:
        return "1 name contained invisible characters."
    return f"{names:,} names contained invisible characters."
