"""What the columns of a table are used for, worked by hand on a few rows."""

from dataclasses import replace

import numpy as np
import pytest

from engine.experiment.experiment import Experiment
from engine.files.table import (
    Options,
    Table,
    TableUse,
    Use,
    constant_inputs,
    filling_of,
    first_use,
    headings_of,
    is_mark,
    learns_classes,
    marks_of,
    names_of,
    proposed,
)
from tests.engine.experiments import refused, rename, small
from tests.engine.tables import read_table

TABLE = """size,colour,same,kind,test
1,red,7,fox,0
3,blue,7,cat,0
8,red,9,cat,1
"""
USES = TableUse({"size": "input", "colour": "input", "same": "input", "kind": "target",
                 "test": "test"})  # fmt: skip


def table(text: str = TABLE) -> Table:
    return read_table(text.encode(), Options(header=True))


def called(first: str, second: str, answer: str) -> Experiment:
    start = small()
    for node_id, name in zip(
        (*start.network.inputs, *start.network.outputs), (first, second, answer), strict=True
    ):
        start = rename(start, node_id, name)
    return start


def test_columns_that_are_called_like_the_nodes_belong_to_them() -> None:
    found = first_use(table(), called("same", "size", "kind"))
    assert found.uses == {"size": "input", "colour": "none", "same": "input", "kind": "target",
                          "test": "test"}  # fmt: skip
    assert found.share == 0.0


def test_columns_of_other_names_are_counted_from_the_end() -> None:
    found = first_use(table(), small())
    assert found.names("input") == ["size", "colour", "same"]
    assert found.names("target") == ["kind"]
    assert found.names("test") == ["test"]
    as_many = first_use(table("a,b,c\n1,2,3\n4,5,6\n"), small(sizes=(1, 3, 2)))
    assert (as_many.names("input"), as_many.names("target")) == (["a"], ["b", "c"])


def test_a_table_of_twenty_rows_keeps_a_fifth_for_testing() -> None:
    rows = "".join(f"{k},{k}\n" for k in range(20))
    use = first_use(table("a,b\n" + rows), small())
    assert use.share == 0.2
    assert marks_of(table("a,b\n" + rows), use).sum() == 4


def test_marks_are_a_column_of_0_and_1_that_is_called_test() -> None:
    marked = table("test,Test 2,TEST\n0,1,1\n1,0,2\n")
    assert [is_mark(column) for column in marked.columns] == [True, False, False]
    labels = table("test,y\nyes,1\nno,2\n")
    assert not is_mark(labels.columns[0])


def test_one_column_at_most_marks_the_tests() -> None:
    after = USES.with_use("same", "test")
    assert after.names("test") == ["same"]
    assert after.uses["test"] == "none"
    assert USES.names("test") == ["test"]


def test_labels_become_columns_and_a_target_keeps_its_classes() -> None:
    filling = filling_of(table(), USES)
    assert filling.inputs == ("size", "colour=blue", "colour=red", "same")
    assert filling.targets == headings_of(table(), USES, "kind")
    assert names_of(table(), USES) == (filling.inputs, filling.targets)
    assert filling.cells[:, :4].tolist() == [[1, 0, 1, 7], [3, 1, 0, 7], [8, 0, 1, 9]]
    assert filling.classes == ("cat", "fox")
    assert filling.test.tolist() == [False, False, True]
    assert filling.scaling is None


def test_numbers_are_scaled_by_the_training_rows_and_labels_are_not() -> None:
    """size: mean (1 + 3) / 2 = 2, deviation 1; `same` is always 7 and stays as it is."""
    use = TableUse(USES.uses, standardise=True)
    filling = filling_of(table(), use)
    assert filling.scaling is not None
    assert filling.scaling.mean[:3] == (2.0, 0.0, 0.0)
    assert filling.scaling.deviation[:3] == (1.0, 1.0, 1.0)
    assert filling.cells[:, 0].tolist() == [-1.0, 1.0, 6.0]
    assert filling.cells[:, 1].tolist() == [0.0, 1.0, 0.0]
    assert constant_inputs(table(), use) == ("same",)


def test_without_marks_the_share_is_drawn_by_the_seed() -> None:
    use = TableUse({**USES.uses, "test": "none"}, share=0.34, seed=1)
    assert marks_of(table(), use).sum() == 1
    drawn = {tuple(marks_of(table(), TableUse(use.uses, share=0.34, seed=s))) for s in range(9)}
    assert len(drawn) > 1


def test_rows_that_cannot_be_used_are_left_out() -> None:
    bad = table("a,b\n1,2\n,5\n3,4\n6,7\n8,9\n")
    assert bad.problem_rows == 1
    filling = filling_of(bad, TableUse({"a": "input", "b": "target"}))
    assert filling.cells.tolist() == [[1, 2], [3, 4], [6, 7], [8, 9]]


@pytest.mark.parametrize("uses", [{"a": "input", "b": "none"}, {"a": "none", "b": "target"}])
def test_a_table_without_inputs_or_targets_is_refused(uses: dict[str, Use]) -> None:
    use = TableUse(uses)
    with refused("Choose"):
        names_of(table("a,b\n1,2\n3,4\n"), use)


def test_the_cells_are_plain_numbers() -> None:
    assert filling_of(table(), USES).cells.dtype == np.float64


def test_labels_to_be_learnt_are_scored_and_inputs_scaled_unless_unwanted() -> None:
    found = first_use(table(), small())
    assert (found.standardise, found.scores) == (True, True)
    assert filling_of(table(), found).scores
    plain = replace(found, standardise=False, scores=False)
    assert proposed(table(), plain.with_use("same", "none"), plain).scores is False
    other = plain.with_use("kind", "input").with_use("size", "target")
    assert not learns_classes(table(), other)
    assert not proposed(table(), replace(other, scores=True), plain).scores
    again = proposed(table(), other.with_use("size", "none").with_use("kind", "target"), other)
    assert (again.standardise, again.scores) == (True, True)
    alone = table("a,kind\n1,fox\n2,fox\n")
    assert not learns_classes(alone, first_use(alone, small())), "one label tells nothing apart"
