"""Rows of numbers: columns belong to nodes, an edit copies one block, what cannot be is refused."""

from dataclasses import replace

import numpy as np
import pytest

from engine.data import BLOCK, Data, make_data
from engine.functions.datasets import Recipe, Scaling
from tests.engine.experiments import refused

CELLS = [[1, 2, 3], [4, 5, 6], [7, 8, 9]]


def three() -> Data:
    """Three rows, the last of them for testing only."""
    return make_data(
        ["a", "b"], ["y"], CELLS, np.array([False, False, True]),
        Scaling((0.0, 0.0), (1.0, 1.0)), ("no", "yes"), Recipe("xor"),
    )  # fmt: skip


def test_what_a_table_holds() -> None:
    data = three()
    assert (data.count, data.columns) == (3, ("a", "b", "y"))
    assert data.cells.tolist() == CELLS
    assert data.input_rows().tolist() == [[1, 2], [4, 5], [7, 8]]
    assert data.target_rows(data.training).tolist() == [[3], [6]]
    assert data.input_rows(np.array([2, 0])).tolist() == [[7, 8], [1, 2]]
    assert (data.training.tolist(), data.testing.tolist()) == ([0, 1], [2])
    assert data.cell(1, 2) == 6.0
    assert make_data(["a"], [], [[1], [2]]).testing.tolist() == []


def test_there_is_always_a_row() -> None:
    assert make_data(["a"], ["y"], []).cells.tolist() == [[0, 0]]
    assert make_data([], [], []).cells.shape == (1, 0)
    assert make_data([], [], np.empty((4, 0))).count == 4
    assert make_data(["a"], [], np.empty((0, 1))).count == 1
    assert three().with_rows(np.empty((0, 3))).count == 1


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ([[1, 2]], "The data has 2 columns, but the network has 3: 2 inputs and 1 target."),
        ([1, 2, 3], "The data has ragged columns, but the network has 3"),
        ([[1, 2, np.nan]], "Row 1, column 3 of the data is not a number."),
        ([[1, 2, 3], [1, -np.inf, 3]], "Row 2, column 2 of the data is not a number."),
    ],
)
def test_cells_that_do_not_fit_are_refused(cells: list[list[float]], sentence: str) -> None:
    with refused(sentence):
        make_data(["a", "b"], ["y"], cells)
    with refused(sentence):
        three().with_rows(np.array(cells))


def test_marks_that_do_not_fit_are_refused() -> None:
    with refused("The data has 3 rows but 2 marks for testing."):
        three().with_rows(np.array(CELLS), np.array([True, False]))
    with refused("All rows are marked for testing. Leave at least one to learn from."):
        three().with_rows(np.array(CELLS), np.array([True, True, True]))


def test_an_edit_copies_one_block_and_shares_the_others() -> None:
    cells = np.arange(2.0 * 2500).reshape(2500, 2)
    before = make_data(["a"], ["y"], cells, recipe=Recipe("xor"))
    assert [len(block) for block in before.blocks] == [BLOCK, BLOCK, 500]
    after = before.with_cell(1234, 1, -7.0)
    assert after.cell(1234, 1) == after.cells[1234, 1] == -7.0
    assert before.cell(1234, 1) == before.cells[1234, 1] == 2469.0
    assert [a is b for a, b in zip(before.blocks, after.blocks, strict=True)] == [True, False, True]
    assert (after.recipe, after.test is before.test) == (None, True)
    changed = before.cells != after.cells
    assert changed.sum() == 1


def test_the_last_row_of_a_block_and_the_first_of_the_next() -> None:
    data = make_data(["a"], [], np.zeros((2001, 1)))
    for row in (0, 999, 1000, 1999, 2000):
        assert np.flatnonzero(data.with_cell(row, 0, 1.0).cells).tolist() == [row]


def test_other_rows_keep_columns_scaling_and_classes() -> None:
    other = three().with_rows(np.array([[1.0, 1, 1]]))
    assert (other.columns, other.scaling, other.classes) == (
        three().columns, three().scaling, ("no", "yes"),
    )  # fmt: skip
    assert (other.recipe, other.testing.tolist()) == (None, [])


def test_columns_follow_the_nodes_by_id() -> None:
    data = three()
    assert data.fitted(("a", "b"), ("y",)) is data
    more = data.fitted(("b", "c", "a"), ("y", "z"))
    assert more.columns == ("b", "c", "a", "y", "z")
    assert more.cells.tolist() == [[2, 0, 1, 3, 0], [5, 0, 4, 6, 0], [8, 0, 7, 9, 0]]
    less = data.fitted(("b",), ())
    assert less.cells.tolist() == [[2], [5], [8]]
    assert less.testing.tolist() == [2]
    assert (
        data.fitted(("y",), ("a",)).cells.tolist() == [[0, 0]] * 3
    )  # another side is another column
    assert data.fitted(("a",), ("b", "y")).cells.tolist() == [[1, 0, 3], [4, 0, 6], [7, 0, 9]]


def test_what_is_known_of_columns_goes_with_them() -> None:
    data = three()
    assert data.fitted(("a", "b"), ("z",)).scaling == data.scaling
    assert data.fitted(("a", "b"), ("z",)).classes == ()
    assert data.fitted(("a",), ("y",)).classes == ("no", "yes")


def test_every_input_keeps_its_own_scaling() -> None:
    data = replace(three(), scaling=Scaling((10.0, 20.0), (3.0, 4.0)))
    more = data.fitted(("a", "b", "c"), ("y",))
    assert more.scaling == Scaling((10.0, 20.0, 0.0), (3.0, 4.0, 1.0))  # a new one is as it is
    assert more.fitted(("c", "b"), ("y", "z")).scaling == Scaling((0.0, 20.0), (1.0, 4.0))
    assert data.fitted(("b", "a"), ("y",)).scaling == Scaling((20.0, 10.0), (4.0, 3.0))
    assert data.fitted(("y",), ("a",)).scaling is None  # none is left that was standardised
    assert replace(data, scaling=None).fitted(("a", "c"), ("y",)).scaling is None


def test_equality_compares_every_number_and_mark() -> None:
    assert three() == three()
    assert three() != three().with_cell(2, 0, 1.0)
    assert three() != three().fitted(("a", "b"), ("z",))
    plain = make_data(["a"], [], [[1], [2]])
    assert plain != make_data(["a"], [], [[1], [2]], np.array([True, False]))
    assert plain != make_data(["a"], [], [[1], [2]], recipe=Recipe("xor"))
    assert plain != make_data(["a"], [], [[1], [2]], classes=("x",))
    assert plain != make_data(["a"], [], [[1], [2]], scaling=Scaling((0.0,), (2.0,)))
    assert make_data(["a"], [], np.zeros((1001, 1))) != make_data(["a"], [], np.zeros((1000, 1)))
    assert plain != "data"


def test_nothing_of_it_can_be_written_to() -> None:
    data = make_data(["a"], ["y"], np.zeros((1500, 2)), np.arange(1500) > 1400)
    cells = data.with_cell(0, 0, 1.0)
    for array in (data.cells, *data.blocks, data.test, data.training, data.testing,
                  data.input_rows(), data.target_rows(), *cells.blocks):  # fmt: skip
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_what_was_given_may_change_afterwards() -> None:
    cells, marks = np.ones((2, 1)), np.array([True, False])
    data = make_data(["a"], [], cells, marks)
    cells[:], marks[:] = 5, True
    assert (data.cells.tolist(), data.test.tolist()) == ([[1], [1]], [True, False])


def test_a_block_of_numbers_is_put_in_and_makes_the_rows_it_needs() -> None:
    data = three().with_block(2, 1, np.array([[80.0, 90], [11, 12]]))
    assert data.cells.tolist() == [[1, 2, 3], [4, 5, 6], [7, 80, 90], [0, 11, 12]]
    assert data.test.tolist() == [False, False, True, False]


def test_rows_are_taken_away_with_their_marks_but_never_all_of_them() -> None:
    data = three().without_rows([0, 0])
    assert (data.cells.tolist(), data.test.tolist()) == (CELLS[1:], [False, True])
    with refused("There must be a row to learn from."):
        three().without_rows([0, 1, 2])


def test_never_all_rows_are_for_testing() -> None:
    assert three().with_tests(np.array([True, False, False])).testing.tolist() == [0]
    with refused("All rows are marked for testing."):
        three().with_tests(np.ones(3, np.bool_))
