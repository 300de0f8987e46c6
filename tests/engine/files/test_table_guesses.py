"""What is guessed about a table from its first rows."""

import pytest

from engine.files.table import Dialect
from engine.files.table_reading import guess


@pytest.mark.parametrize(
    ("first", "header"),
    [("a,b", True), ("a,", True), ("1,b", False), (",", False), ("NA,nan", False),
     ("1_000,١", False), ("weight 1,2nd", True), ("−1,-2", False)],
)  # fmt: skip
def test_when_the_first_row_is_one_of_names(first: str, header: bool) -> None:
    assert guess(f"{first}\n1,2\n3,4\n".encode()).header is header


@pytest.mark.parametrize(
    ("line", "delimiter"),
    [("anna;bob;1,5", ";"), ("a, b; c;1,5", ";"), ('"a;b",1', ","), ("anna|1,5|2,5", "|")],
)
def test_a_decimal_comma_does_not_divide(line: str, delimiter: str) -> None:
    lines = [line] * 40
    assert guess("\n".join(lines).encode()).delimiter == delimiter
    lines[7] = lines[7].partition(delimiter)[0]
    assert guess("\n".join(lines).encode()).delimiter == delimiter


def test_uneven_lines_are_divided_by_what_is_least_uneven() -> None:
    assert guess(b"1;2;a,b\n1;2\n3;4\n5;6;7").delimiter == ";"


def test_labels_alone_have_a_header_unless_the_first_row_comes_again() -> None:
    assert guess(b"kind\ncat\ndog\n").header
    assert not guess(b"cat\ndog\ncat\n").header


def test_a_stray_tab_at_the_end_of_every_row_does_not_divide() -> None:
    assert guess(b"a,b\n" + b"1,2\t\n" * 40).delimiter == ","


def test_a_decimal_comma_below_a_header_does_not_divide() -> None:
    assert guess(b"name;x\n" + b"anna;1,5\n" * 40).delimiter == ";"
    assert guess(b"x\n" + b"1,5\n" * 40) == Dialect(";", ",")
