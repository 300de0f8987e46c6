"""From a table and a choice of columns to the arrays that a network learns from."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.errors import Refused
from engine.files import limits
from engine.files.names import clean_name
from engine.files.table_names import distinct
from engine.files.table_types import Column, Table
from engine.numerals import count
from engine.op_list import Floats, frozen


@dataclass(frozen=True, slots=True)
class Classes:
    """The labels of a text column, in the order of their one-hot columns."""

    column: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Arrays:
    """What a network learns from: a row per sample, a column per input and per target."""

    inputs: Floats
    targets: Floats
    input_names: tuple[str, ...]
    target_names: tuple[str, ...]
    classes: tuple[Classes, ...]


def to_arrays(
    table: Table, inputs: Sequence[str] | None = None, targets: Sequence[str] | None = None
) -> Arrays:
    """The chosen columns as arrays; unless chosen, the last column is the target.

    A text column becomes a column of 0 and 1 for each of its labels, in alphabetical order.
    """
    _refuse_problems(table)
    left, right = _chosen(table, inputs, targets)
    return Arrays(
        _block(left, table.rows),
        _block(right, table.rows),
        *_names(left, right),
        tuple(Classes(column.name, _shown(column)) for column in (*left, *right) if column.is_text),
    )


def array_names(
    table: Table, inputs: Sequence[str], targets: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the columns that `to_arrays` would give, which is quick, or its refusal."""
    return _names(*_chosen(table, inputs, targets))


def _chosen(
    table: Table, inputs: Sequence[str] | None, targets: Sequence[str] | None
) -> tuple[list[Column], list[Column]]:
    names = tuple(column.name for column in table.columns)
    targets = tuple(targets) if targets is not None else _others(names, inputs)[-1:]
    inputs = tuple(inputs) if inputs is not None else _others(names, targets)
    if len(names) == 1 and not inputs:
        raise Refused("The table has only one column; it takes one to learn from and a target.")
    _refuse_choice(inputs, targets)
    left = [table.column(name) for name in inputs]
    right = [table.column(name) for name in targets]
    _refuse_size(table.rows, [*left, *right])
    return left, right


def _names(
    left: Sequence[Column], right: Sequence[Column]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return (
        distinct([name for column in left for name in column_headings(column, True)]),
        distinct([name for column in right for name in column_headings(column, False)]),
    )


def _others(names: Sequence[str], without: Sequence[str] | None) -> tuple[str, ...]:
    return tuple(name for name in names if name not in (without or ()))


def _refuse_problems(table: Table) -> None:
    if table.problems:
        rows = "this row" if table.problem_rows == 1 else f"these {count(table.problem_rows)} rows"
        raise Refused(f"{table.problems[0].sentence} Skip {rows}, or use the column as a label.")
    if not table.rows:
        raise Refused("No data rows are left.")


def _refuse_choice(inputs: Sequence[str], targets: Sequence[str]) -> None:
    if not targets:
        raise Refused("Choose at least one column as a target.")
    for names in (inputs, targets):
        if len(set(names)) != len(names):
            raise Refused("A column can be chosen only once.")
    if not inputs:
        raise Refused("Choose at least one column as an input.")


def _refuse_size(rows: int, columns: Sequence[Column]) -> None:
    for column in columns:
        if len(column.labels) > limits.CLASSES:
            raise Refused(
                f"“{column.name}” has {count(len(column.labels))} different labels; "
                f"the limit is {limits.CLASSES}. Leave this column out."
            )
    cells = rows * sum(_width(column) for column in columns)
    if cells > limits.CELLS:
        raise Refused(
            f"These columns need {count(cells)} cells; the limit is {count(limits.CELLS)}. "
            "Choose fewer columns or rows."
        )


def _width(column: Column) -> int:
    return len(column.labels) if column.is_text else 1


def _order(column: Column) -> list[int]:
    return sorted(range(len(column.labels)), key=lambda code: column.labels[code])


def _shown(column: Column) -> tuple[str, ...]:
    return distinct([clean_name(column.labels[code])[0] for code in _order(column)])


def column_headings(column: Column, is_input: bool) -> tuple[str, ...]:
    """What one column becomes: kind=cat, kind=dog for inputs; for targets the labels alone."""
    if not column.is_text:
        return (column.name,)
    labels = _shown(column)
    return tuple(f"{column.name}={label}" for label in labels) if is_input else labels


def _block(columns: Sequence[Column], rows: int) -> Floats:
    block = np.zeros((rows, sum(_width(column) for column in columns)))
    start = 0
    for column in columns:
        if column.numbers is not None:
            block[:, start] = column.numbers
        elif column.codes is not None:
            place = np.empty(len(column.labels), dtype=np.intp)
            place[_order(column)] = np.arange(len(column.labels))
            block[np.arange(rows), start + place[column.codes]] = 1.0
        start += _width(column)
    return frozen(block)
