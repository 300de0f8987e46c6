"""A table read at one go."""

from collections.abc import Callable

from engine.files.table import Options, Table
from engine.files.table_reading import ReadingProgress, Source, reading


def read_table(
    source: Source,
    options: Options | None = None,
    progress: Callable[[ReadingProgress], object] | None = None,
) -> Table:
    """The table in a file or in bytes; `progress` may raise to cancel."""
    steps = reading(source, options)
    while True:
        try:
            step = next(steps)
        except StopIteration as done:
            table: Table = done.value
            return table
        if progress:
            progress(step)
