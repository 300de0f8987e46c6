"""What the columns of a table are used for, and the samples that come of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np

from engine.experiment.experiment import Experiment
from engine.experiment.layers import Filling
from engine.files.table import Arrays, Table, TableColumn, array_names, column_headings, to_arrays
from engine.functions.datasets import Bools, Scaling, constant_columns, fit_scaling, scale, split

Use = Literal["input", "target", "test", "none"]
USES: tuple[Use, ...] = get_args(Use)
TEST_NAME = "test"
FEW_ROWS = 20
USUAL_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class TableUse:
    """A use for each column, by its name; how inputs are scaled, and which rows are for testing.

    With `scores` the labels of the target are compared by softmax cross-entropy.
    """

    uses: Mapping[str, Use]
    standardise: bool = False
    share: float = 0.0
    seed: int = 0
    scores: bool = False

    def with_use(self, name: str, use: Use) -> "TableUse":
        """One column used otherwise; there is one column of test marks at most."""
        uses = dict(self.uses)
        if use == "test":
            uses = {key: "none" if old == "test" else old for key, old in uses.items()}
        return replace(self, uses={**uses, name: use})

    def names(self, use: Use) -> list[str]:
        """The columns of that use, in the order of the table."""
        return [name for name, found in self.uses.items() if found == use]


def as_use(text: str) -> Use:
    """The use of that name."""
    return next(use for use in USES if use == text)


def first_use(table: Table, experiment: Experiment) -> TableUse:
    """What is most likely meant: by the names of the nodes, else by how many there are."""
    name, network = experiment.layout.name, experiment.network
    inputs = [name(node_id) for node_id in network.inputs]
    targets = [name(node_id) for node_id in network.outputs]
    names = [column.name for column in table.columns]
    uses: dict[str, Use] = dict.fromkeys(names, "none")
    if inputs and targets and set(inputs) | set(targets) <= set(names):
        uses |= dict.fromkeys(inputs, "input")
        uses |= dict.fromkeys(targets, "target")
    else:
        learnt = [column.name for column in table.columns if not is_mark(column)] or names
        last = len(targets) if len(learnt) == len(inputs) + len(targets) else 1
        uses |= dict.fromkeys(learnt, "input")
        uses |= dict.fromkeys(learnt[len(learnt) - max(1, last) :], "target")
    for column in table.columns:
        if uses[column.name] == "none" and is_mark(column):
            uses[column.name] = "test"
    return proposed(
        table, TableUse(uses, share=USUAL_SHARE if table.rows >= FEW_ROWS else 0.0), None
    )


def learns_classes(table: Table, use: TableUse) -> bool:
    """Whether the one target is a column of labels, and there is more than one of them."""
    targets = [table.column(name) for name in use.names("target")]
    return len(targets) == 1 and targets[0].is_text and len(targets[0].labels) > 1


def proposed(table: Table, use: TableUse, before: TableUse | None) -> TableUse:
    """The same; what begins to learn classes is to standardise and to score, unless unwanted."""
    if not learns_classes(table, use):
        return replace(use, scores=False)
    if before is not None and before.names("target") == use.names("target"):
        return use
    return replace(use, standardise=True, scores=True)


def is_mark(column: TableColumn) -> bool:
    """Whether the column says which rows are for testing: it is called so and holds 0 and 1."""
    numbers = column.numbers
    return (
        column.name.lower() == TEST_NAME
        and numbers is not None
        and bool(np.isin(numbers, (0, 1)).all())
    )


def names_of(table: Table, use: TableUse) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the inputs and the targets that come of it, or why it cannot be."""
    return array_names(table, use.names("input"), use.names("target"))


def headings_of(table: Table, use: TableUse, name: str) -> tuple[str, ...]:
    """What one column becomes: several columns where it holds labels."""
    return column_headings(table.column(name), use.uses[name] == "input")


def filling_of(table: Table, use: TableUse) -> Filling:
    """The samples, without the rows that cannot be used."""
    table = table.without_problem_rows()
    arrays = to_arrays(table, use.names("input"), use.names("target"))
    test = marks_of(table, use)
    scaling = _scaling(table, use, arrays, test)
    learnt = [table.column(name) for name in use.names("target")]
    classes = arrays.target_names if len(learnt) == 1 and learnt[0].is_text else ()
    plain = np.asarray(arrays.inputs, np.float64)
    inputs = plain if scaling is None else scale(scaling, plain)
    return Filling(
        arrays.input_names, arrays.target_names, np.hstack([inputs, arrays.targets]), test,
        scaling, classes, scores=use.scores and learns_classes(table, use),
    )  # fmt: skip


def marks_of(table: Table, use: TableUse) -> Bools:
    """The rows for testing: those that a column marks, else a share drawn by the seed."""
    marks = use.names("test")
    numbers = table.column(marks[0]).numbers if marks else None
    if numbers is None:
        return split(table.rows, use.share, use.seed)
    return np.asarray(numbers != 0)


def constant_inputs(table: Table, use: TableUse) -> tuple[str, ...]:
    """The inputs of numbers that say the same in every training row, and so are not scaled."""
    rows = ~marks_of(table, use)
    names = [name for name in use.names("input") if not table.column(name).is_text]
    numbers = [np.asarray(table.column(name).numbers, np.float64)[rows] for name in names]
    return tuple(
        name for name, cells in zip(names, numbers, strict=True) if constant_columns(cells[:, None])
    )


def _scaling(table: Table, use: TableUse, arrays: Arrays, test: Bools) -> Scaling | None:
    """Mean and deviation of the training part; the 0 and 1 of labels stay as they are."""
    if not use.standardise:
        return None
    fitted = fit_scaling(np.asarray(arrays.inputs[~test], np.float64))
    columns = [table.column(name) for name in use.names("input")]
    of_labels = [column.is_text for column in columns for _ in column_headings(column, True)]
    return Scaling(
        tuple(np.where(of_labels, 0.0, fitted.mean).tolist()),
        tuple(np.where(of_labels, 1.0, fitted.deviation).tolist()),
    )
