"""Paths that no one means, and a user who may not enter a folder."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

NOBODY = 65534


def _long(folder: Path) -> str:
    return str(folder / ("n" * 300))


def _endless(folder: Path) -> str:
    return str(folder) + "/a" * 2500


def _line_break(folder: Path) -> str:
    return str(folder / "two\nlines\r\x1b[31m")


def _nul(folder: Path) -> str:
    return str(folder / "n\0l")


def _half_a_letter(folder: Path) -> str:
    return str(folder / "half \udcff")


def _through_a_file(folder: Path) -> str:
    (folder / "file").write_text("")
    return str(folder / "file" / "inside")


def _loop(folder: Path) -> str:
    (folder / "loop").symlink_to(folder / "loop")
    return str(folder / "loop" / "inside")


def _closed(folder: Path) -> str:
    (folder / "closed").mkdir(mode=0o000)
    return str(folder / "closed" / "inside")


#: By name: what makes one in a folder, all without an ending.
ODD: dict[str, Callable[[Path], str]] = {
    "a name of 300 letters": _long,
    "5,000 letters": _endless,
    "a line break": _line_break,
    "a NUL": _nul,
    "half a letter": _half_a_letter,
    "through a file": _through_a_file,
    "a loop of links": _loop,
    "a folder one may not enter": _closed,
}


def standing(folder: Path, what: str, ending: str) -> str:
    """A path at which something stands that is no file, with this ending."""
    path = folder / f"{what}{ending}"
    if what == "folder":
        path.mkdir()
    elif what == "fifo":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero")
    return str(path)


STANDING = ("folder", "fifo", "device")


@contextmanager
def not_root() -> Iterator[None]:
    """Permissions bind root as well: for a while this process is nobody's."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
