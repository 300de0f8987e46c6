"""Names that a file may have here and on the learner's next computer."""

import re
import zlib
from secrets import token_hex
from typing import Final

from engine.files.names import brief, clean_name
from engine.numerals import count

LONGEST: Final = 255  # bytes, on every system in use

_DEVICE = re.compile(r"(con|prn|aux|nul|com[1-9¹²³]|lpt[1-9¹²³])(\..*)?", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_TEMPORARY = re.compile(r"\.saving-[0-9a-f]{8}-[0-9a-f]{8}")


def why_not(name: str) -> str | None:
    """Why a new file should not be called so, in a sentence; None where the name is fine."""
    shown = brief(name)
    if not name or name in (".", ".."):
        return "The file needs a name."
    size = len(name.encode("utf-8", "replace"))
    if size > LONGEST:
        return (
            f"The name is too long: it has {count(size)} bytes, the limit is {LONGEST}. "
            "Choose a shorter one."
        )
    if clean_name(name)[1]:
        return f"The name “{shown}” holds an invisible character. Choose another one."
    if _DEVICE.fullmatch(name):
        return f"Windows does not allow the name “{shown}”. Choose another one."
    if found := _FORBIDDEN.search(name):
        return f"Windows does not allow “{found[0]}” in a name. Choose another one."
    if name.endswith((" ", ".")):
        return "Windows does not allow a name to end with a space or a full stop. Choose another."
    return None


def as_name(title: str) -> str:
    """A title as the name of a file: what no system allows in names is left out."""
    return _FORBIDDEN.sub("", title).strip(" .") or "Untitled"


def temporary_name(name: str) -> str:
    """A name for the file that is written before it takes the place of the file `name`."""
    return f"{temporary_start(name)}{token_hex(4)}"


def temporary_start(name: str) -> str:
    """How all temporary files of the file `name` begin."""
    return f".saving-{zlib.crc32(name.encode('utf-8', 'replace')):08x}-"


def is_temporary(name: str) -> bool:
    """Whether a file of this name was left behind by a save that was killed."""
    return _TEMPORARY.fullmatch(name) is not None
