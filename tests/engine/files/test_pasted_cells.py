"""Cells pasted from a spreadsheet: numbers, or a sentence that says which cell is none."""

import pytest

from engine.errors import Refused
from engine.files.table_reading import MOST_TEXT, is_table, pasted_cells


@pytest.mark.parametrize(("text", "cells"), [
    ("1\t2\n3\t4", [[1, 2], [3, 4]]),
    ("a\tb\r\n1\t2", [[1, 2]]),
    ("1,5;2\n3;4,25", [[1.5, 2], [3, 4.25]]),
    ("1.5,2\n3,4", [[1.5, 2], [3, 4]]),
    ("1,5", [[1.5]]),
    ("7\r8", [[7], [8]]),
])  # fmt: skip
def test_cells_that_are_numbers(text: str, cells: list[list[float]]) -> None:
    assert pasted_cells(text).tolist() == cells


@pytest.mark.parametrize(("text", "words"), [
    ("", "no cells to paste"),
    ("1\t2\n3", "Row 2 of what is pasted has 1 cell instead of 2."),
    ("1\t2\n3\t4\t5", "has 3 cells instead of 2"),
    ("1\t2\n3\tnan", "Row 2, cell 2 of what is pasted"),
    ("1" * (MOST_TEXT + 1), "too much to paste"),
])  # fmt: skip
def test_cells_that_are_refused(text: str, words: str) -> None:
    with pytest.raises(Refused) as caught:
        pasted_cells(text)
    assert words in caught.value.sentence


@pytest.mark.parametrize("text", [
    "5.1\t3.5\tsetosa\n", "a\tb", "1\n2\n3", "height\r\n1,5\r\n2\r\n", "a,b\n1,2\n3,4\n",
    "1;2\n3;4", "setosa,1\nvirginica,2", "a,b,c\n1,2,3\n4,5\n6,7,8", "1\t2\n" * 300_000,
])  # fmt: skip
def test_what_is_a_table(text: str) -> None:
    assert is_table(text)


@pytest.mark.parametrize("text", [
    "", " \n", "virginica", "1,5", "7", "Dear Anna,\nthank you for everything", "a\nb\nc", "1,2,3",
    '{"format": "x",\n"nodes": []}', "\0\t\0", "https://example.org/a,b", "\x89PNG\t\r\n\x1a",
])  # fmt: skip
def test_what_is_no_table(text: str) -> None:
    assert not is_table(text)
