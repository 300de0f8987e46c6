"""Samples into a table, a portion at a time: inputs and targets, and which rows are for testing."""

from collections.abc import Generator
from pathlib import Path

from engine.data import Data
from engine.files.disk import save_bytes
from engine.files.table import TEST_NAME, distinct, table_lines
from engine.files.table_reading import is_value
from engine.layout import Layout

PORTION = 2_000


def writing(path: Path, data: Data, layout: Layout) -> Generator[None, None, None]:
    """Write inputs and targets, every number exact, and which rows are for testing, if any are."""
    kinds = ["input"] * len(data.inputs) + ["target"] * len(data.targets)
    names: list[str] = []
    for kind, node_id in zip(kinds, data.columns, strict=True):
        name = layout.name(node_id)  # one that is a number would be taken for a sample
        names.append(f"{kind} {name}" if is_value(name, ".") else name)
    marked = bool(data.test.any())
    titles = distinct(names)
    if marked:
        titles = distinct([*titles, TEST_NAME])
    lines: list[str] = []
    both = zip(data.cells.tolist(), data.test.tolist(), strict=True)
    rows = ([*row, int(mark)] if marked else row for row, mark in both)
    for place, line in enumerate(table_lines(titles, rows)):
        lines.append(line)
        if not place % PORTION:
            yield None
    save_bytes(path, "".join(lines).encode("utf-8", "replace"))
