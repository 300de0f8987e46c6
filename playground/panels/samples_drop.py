"""A table of numbers dropped on the samples: as many columns as the network, and not too large."""

from pathlib import Path

from PySide6.QtCore import QMimeData

from engine.data import Data
from engine.errors import Refused

SUFFIXES = (".csv", ".tsv", ".txt")
MOST_BYTES = 1_000_000


def dropped_table(mime: QMimeData) -> Path | None:
    """The one table that is dragged, or None."""
    files = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    if len(files) == 1 and files[0].suffix.lower() in SUFFIXES:
        return files[0]
    return None


def read_samples(path: Path, data: Data) -> Data:
    """The rows of the table for the same columns: inputs first, then targets."""
    from numpy import hstack

    from engine.files.table_arrays import to_arrays
    from engine.files.tables import read_table

    if path.is_file() and path.stat().st_size > MOST_BYTES:
        raise Refused(f"“{path.name}” is larger than 1 MB, which is too large to drop here.")
    table = read_table(path)
    names = [column.name for column in table.columns]
    wanted = len(data.columns)
    if len(names) != wanted or any(column.is_text for column in table.columns):
        raise Refused(
            f"“{path.name}” has {len(names)} columns. This network needs {wanted} columns of "
            f"numbers: {len(data.inputs)} for its inputs, then {len(data.targets)} for its targets."
        )
    split = len(data.inputs)
    arrays = to_arrays(table, names[:split], names[split:])
    return data.with_rows(hstack([arrays.inputs, arrays.targets]))
