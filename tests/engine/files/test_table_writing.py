"""Tables written as CSV: exact numbers, no cell that a spreadsheet takes for a formula."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.files.table import (
    Dialect,
    Options,
    distinct,
    guarded,
    table_lines,
    unguarded,
    write_table,
)
from tests.engine.tables import cells, read_table

LABELS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters="\r\n"),
    min_size=1,
    max_size=8,
).filter(lambda text: text == text.strip() and "\ufeff" not in text)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


def test_a_table_as_it_is_written() -> None:
    rows = [(0.1, 3, "cat"), (-2.0, np.float64(1e-7), 'a "b", c'), (math.nan, np.int64(4), "x")]
    assert write_table(["x", "n", "kind"], rows).decode() == (
        'x,n,kind\r\n0.1,3,cat\r\n-2.0,1e-07,"a ""b"", c"\r\n,4,x\r\n'
    )


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-x", "@sum", "'=a", "''-a"])
def test_texts_that_look_like_formulas_get_an_apostrophe(text: str) -> None:
    assert write_table([text], [(text,)]).decode() == f"'{text}\r\n'{text}\r\n"
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", ["a=1", "'a", "-5", "+1.5", "", "−1"])
def test_other_texts_and_numbers_stay(text: str) -> None:
    written = next(iter(list(table_lines(["x", "y"], [(text, -5.0)]))[1:]))
    assert written == f"{text},-5.0\r\n"


@given(st.lists(st.tuples(NUMBERS, LABELS, NUMBERS), min_size=1, max_size=8))
@settings(max_examples=200, deadline=None)
def test_what_is_written_is_read_again(rows: Sequence[tuple[float, str, float]]) -> None:
    options = Options(",", ".", "utf-8", True, text=("b",), numbers=("a", "c"))
    table = read_table(write_table(["a", "b", "c"], rows), options)
    assert table.problems == ()
    a, b, c = (cells(column) for column in table.columns)
    assert list(zip(a, b, c, strict=True)) == list(rows)


@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=20))
@settings(max_examples=200, deadline=None)
def test_numbers_alone_come_back_without_any_help(rows: Sequence[tuple[float, float]]) -> None:
    table = read_table(write_table(["x", "y"], rows))
    assert table.dialect == Dialect()
    x, y = (cells(column) for column in table.columns)
    assert list(zip(x, y, strict=True)) == list(rows)


@given(st.lists(st.sampled_from(["a", "a_2", "a_3", "b", "x"]), max_size=12))
@settings(max_examples=200, deadline=None)
def test_no_two_names_are_the_same(names: list[str]) -> None:
    result = distinct(names)
    assert len(set(result)) == len(names)
    firsts = {name: names.index(name) for name in names}
    assert all(result[place] == name for name, place in firsts.items())
