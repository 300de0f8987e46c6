"""Is it a document of ours, of which version, and what brings an older one up to date."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from engine.files.names import brief
from engine.files.refusals import READ_ONLY_COPY, DocumentError
from engine.numerals import MINUS, count

FORMAT: Final = "neural-playground"
NEWEST: Final = 1

Raw = dict[str, Any]
Migration = Callable[[Raw], Raw]
Migrations = Mapping[int, Migration]

#: From a version to the next one, by the older; pure functions that leave their argument alone.
MIGRATIONS: Final[Migrations] = {}


class NewerVersion(DocumentError):
    """The document comes from a newer version; `raw` is what a read-only copy can be made of."""

    def __init__(self, raw: Raw, version: int, newest: int) -> None:
        super().__init__(
            f"Made with a newer version (format {count(version)}; this app reads up to "
            f"{count(newest)}). Open a read-only copy?",
            "version",
            READ_ONLY_COPY,
        )
        self.raw = raw
        self.version = version


def ours(raw: object, name: str = FORMAT) -> Raw:
    """`raw` itself if it is an object that calls itself one of our format."""
    if not isinstance(raw, dict) or "format" not in raw:
        raise DocumentError(
            "This JSON file is not a playground document (no “format” entry).", "format"
        )
    if raw["format"] != name:
        found = raw["format"]
        shown = f"“{brief(found)}”" if isinstance(found, str) else "not a name"
        raise DocumentError(
            f"This JSON file is not a playground document (its “format” is {shown}).", "format"
        )
    return raw


def migrate(raw: Raw, table: Migrations = MIGRATIONS, newest: int = NEWEST) -> tuple[Raw, int]:
    """The document in the newest version, and the version that the file has."""
    original = _version(raw)
    if original > newest:
        raise NewerVersion(raw, original, newest)
    for version in range(original, newest):
        raw = {**table[version](raw), "version": version + 1}
    return raw, original


def _version(raw: Raw) -> int:
    if "version" not in raw:
        raise DocumentError(
            "The format version is not valid: there is no “version” entry.", "version"
        )
    version = raw["version"]
    if isinstance(version, int) and not isinstance(version, bool) and version >= 1:
        return version
    kind = ": it is text, not a number" if isinstance(version, str) else ""
    raise DocumentError(f"The format version “{_shown(version)}” is not valid{kind}.", "version")


def _shown(version: object) -> str:
    if isinstance(version, bool) or version is None:
        return {True: "true", False: "false", None: "null"}[version]
    if isinstance(version, list | dict):
        return "[…]" if isinstance(version, list) else "{…}"
    text = brief(str(version))
    return text if isinstance(version, str) else text.replace("-", MINUS)
