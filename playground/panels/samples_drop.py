"""A table dragged onto the samples."""

from pathlib import Path

from PySide6.QtCore import QMimeData

SUFFIXES = (".csv", ".tsv", ".txt")


def dropped_table(mime: QMimeData) -> Path | None:
    """The one table that is dragged, or None."""
    files = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    if len(files) == 1 and files[0].suffix.lower() in SUFFIXES:
        return files[0]
    return None
