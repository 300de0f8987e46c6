"""Tables with mistakes: each is reported with row and column, and no number goes missing unseen."""

import random
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import Refused
from engine.files import limits
from engine.files.table import Dialect, Options, TableError, is_number, plain_block
from engine.files.table_reading import Gather, TablePlan, records
from tests.engine.tables import cells, read_table, to_arrays


@pytest.fixture
def small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Portions of 4 kB in place of 1 MB, so that a short table takes many."""
    for name in ("PORTION", "HEAD"):
        monkeypatch.setattr(f"engine.files.table_reading.{name}", 4096)
    monkeypatch.setattr("engine.files.table_reading.LONGEST_ROW", 16_384)


def refusal(data: bytes, options: Options | None = None) -> TableError:
    with pytest.raises(TableError) as caught:
        read_table(data, options)
    return caught.value


@pytest.mark.parametrize("data", [b"", b"\n\r\n  \n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_row_61_an_empty_table(data: bytes) -> None:
    assert refusal(data).sentence == "No data rows. The file is empty."


def test_row_61_a_header_only() -> None:
    error = refusal(b"a,b,c\n")
    assert error.sentence == "No data rows. The file holds only the names of 3 columns."
    assert error.preview == (("a", "b", "c"),)


def test_row_61_one_column_has_nothing_to_learn_from() -> None:
    with pytest.raises(Refused) as caught:
        to_arrays(read_table(b"x\n1\n2\n"))
    assert caught.value.sentence == (
        "The table has only one column; it takes one to learn from and a target."
    )


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("abc", "“abc” is not a number."),
        ("", "the cell is empty."),
        ("  ", "the cell is empty."),
        ("NA", "“NA” is not a number."),
        ("nan", "“nan” is not a number."),
        ("-inf", "“-inf” is not a number."),
        ("Infinity", "“Infinity” is not a number."),
        ("1e999", "“1e999” is too large."),
        ('"1,000"', "“1,000” is not a number."),
        ("1_000", "“1_000” is not a number."),
        ("١", "“١” is not a number."),
        ("１", "“１” is not a number."),
        ("0x10", "“0x10” is not a number."),
        ("1.2.3", "“1.2.3” is not a number."),
        ("--1", "“--1” is not a number."),
        ("+", "“+” is not a number."),
        (".", "“.” is not a number."),
        ("1e", "“1e” is not a number."),
        ("1 2", "“1 2” is not a number."),
        ("1j", "“1j” is not a number."),
        ("50%", "“50%” is not a number."),
        ("#REF!", "“#REF!” is not a number."),
        ("'=1+1", "“'=1+1” is not a number."),
        ('"1\n"', "“1” is not a number."),
        ("\u202e1", "“\ufffd1” is not a number."),
        ("\u00a01", "“1” is not a number."),
    ],
)
def test_row_63_cells_that_are_no_numbers(cell: str, reason: str) -> None:
    rows = ["1,2,3"] * 15 + [f"4,{cell},6"] + ["7,8,9"] * 3
    table = read_table("\n".join(["x1,x2,x3", *rows]).encode())
    assert [problem.sentence for problem in table.problems] == [f"Row 17, column “x2”: {reason}"]
    assert (table.problem_count, table.problem_rows, table.rows) == (1, 1, 18)
    assert all(np.isfinite(cells(column)).all() for column in table.columns)


@pytest.mark.usefixtures("small_portions")
@pytest.mark.parametrize("cell", ["1e999", "nan", "", "1_000", " ", "1,5"])
def test_row_63_no_cell_slips_through_the_fast_way(cell: str) -> None:
    table = read_table(("a,b\n" + "1,2\n" * 3_000 + f"{cell},2\n").encode())
    (problem,) = table.problems
    assert problem.sentence.startswith("Row 3,002")


def test_row_63_a_comma_in_a_table_of_points_and_the_other_way_round() -> None:
    table = read_table(b"a;b\n1,5;1\n2,5;2\n1.5;3\n")
    assert [p.sentence for p in table.problems] == ["Row 4, column “a”: “1.5” is not a number."]
    table = read_table(b"a;b\n1.5;1\n2.5;2\n1,5;3\n")
    assert [p.sentence for p in table.problems] == ["Row 4, column “a”: “1,5” is not a number."]


def test_row_63_rows_that_are_too_short_or_too_long() -> None:
    table = read_table(b"a,b,c\n1,2\n\n3,4,5\n6,7,8,9\n1\n")
    assert [problem.sentence for problem in table.problems] == [
        "Row 2 has 2 values instead of 3.",
        "Row 5 has 4 values instead of 3.",
        "Row 6 has 1 value instead of 3.",
    ]
    assert table.rows == 1


def test_row_63_the_first_twenty_are_listed_in_order_and_all_are_counted() -> None:
    rows = ["1,2"] * 30 + ["x,", "3"] * 600
    table = read_table("\n".join(["a,b", *rows]).encode(), Options(numbers=("a", "b")))
    assert (len(table.problems), table.problem_count, table.problem_rows) == (20, 1800, 1200)
    told = " ".join(problem.sentence for problem in table.problems[:6])
    assert re.findall(r"Row (\d+)", told) == ["32", "32", "33", "34", "34", "35"]
    assert table.rows == 30


@pytest.mark.usefixtures("small_portions")
def test_row_63_problems_in_later_portions_have_the_right_rows() -> None:
    rows = ["1.25,2.5,3.75"] * 2_000
    rows[1_500], rows[1_999] = "1,NA,2", "1,2"
    table = read_table("\n".join(["a,b,c", *rows]).encode())
    assert [problem.sentence for problem in table.problems] == [
        "Row 1,502, column “b”: “NA” is not a number.",
        "Row 2,001 has 2 values instead of 3.",
    ]
    assert table.rows == 1_998


def test_row_63_a_table_with_problems_asks_before_it_is_used() -> None:
    data = b"x1,x2\n1,2\n2,3\n3,abc\n4,5\n5,\n"
    table = read_table(data)
    assert [p.sentence for p in table.problems] == [
        "Row 4, column “x2”: “abc” is not a number.", "Row 6, column “x2”: the cell is empty.",
    ]  # fmt: skip
    skipped = table.without_problem_rows()
    assert to_arrays(skipped).targets.tolist() == [[2], [3], [5]]
    assert skipped.notes == ("2 rows were skipped.",)
    labels = read_table(data, Options(text=("x2",)))
    assert [p.sentence for p in labels.problems] == ["Row 6, column “x2”: the cell is empty."]
    assert to_arrays(labels.without_problem_rows()).target_names == ("2", "3", "5", "abc")


def test_labels_of_skipped_rows_make_no_class() -> None:
    table = read_table(b"x,kind\n1,cat\n2,dog\nz,cow\n").without_problem_rows()
    assert to_arrays(table).target_names == ("cat", "dog")
    with pytest.raises(Refused, match=r"^No data rows are left\.$"):
        to_arrays(read_table(b"x,y\n,1\n", Options(numbers=("x",))).without_problem_rows())


def test_row_64_an_unclosed_quote() -> None:
    for rest in (b"3,4\n", b"3,4\n" * 100_000, b'3,"b"\n' * 10):
        assert refusal(b'a,b\n1,"x\n' + rest).sentence == "Row 2: a quote is never closed."


@pytest.mark.usefixtures("small_portions")
def test_row_64_an_unclosed_quote_in_a_long_table() -> None:
    data = b"a,b\n" + b"1.5,2.5\n" * 4_000 + b'1,"x\n' + b"1.5,2.5\n" * 6_000
    assert refusal(data).sentence == "Row 4,002: a quote is never closed."


def test_row_64_letters_after_a_closing_quote() -> None:
    assert refusal(b'a,b\n1,2\n1,"x"y\n').sentence == (
        "Row 3: after a closing quote the next cell has to begin."
    )


@pytest.mark.parametrize("size", [limits.FIELD + 1, 200_000])
@pytest.mark.parametrize("quote", [b"", b'"'])
def test_row_64_a_field_that_is_too_long(size: int, quote: bytes) -> None:
    data = b"a,b\n1,x\n1," + quote + b"x" * size + quote + b"\n"
    assert refusal(data).sentence == "Row 3: a cell has more than 10,000 characters."


@pytest.mark.parametrize("size", [limits.FIELD - 1, limits.FIELD])
def test_row_64_a_field_within_the_limit(size: int) -> None:
    assert read_table(b"a,b\n1,x\n1," + b"x" * size + b"\n").rows == 2


@pytest.mark.usefixtures("small_portions")
@pytest.mark.parametrize(
    "data",
    [b"a,b\n1,\0\n", b"\0" * 100, b"a,b\n" + b"1,2\n" * 3_000 + b"\0,1\n", b"\x01\x02\xff\xf3",
     random.Random(1).randbytes(5000)],
)  # fmt: skip
def test_row_64_what_is_no_text(data: bytes) -> None:
    assert refusal(data).sentence == "Not a text table."


def test_row_64_one_endless_line() -> None:
    sentence = "Row 1: a cell has more than 10,000 characters."
    assert refusal(b"x" * 5_000_000).sentence == sentence
    assert refusal(b"a,b\n1,2\n" + b"x," * 3_000_000).sentence == "Not a text table."


def test_row_64_other_kinds_of_file() -> None:
    assert refusal(b"PK\x03\x04abc").sentence == (
        "Not a text table. It looks like a ZIP archive; save it as CSV first."
    )


@pytest.mark.usefixtures("small_portions")
def test_an_encoding_that_does_not_fit() -> None:
    assert refusal("a,é\n".encode("latin-1"), Options(encoding="utf-8")).sentence == (
        "The file is not UTF-8 text."
    )
    late = b"a,b\n" + b"1,2\n" * 3_000 + b"\xe9,1\n"
    assert refusal(late, Options(encoding="utf-8")).sentence == (
        "The file is not UTF-8 text (byte 0xE9)."
    )


@given(st.text(alphabet="0123456789+-.eE_ ,\u2212١", max_size=8))
@settings(max_examples=400, deadline=None)
def test_a_number_of_ours_is_one_for_python_too(cell: str) -> None:
    if is_number(cell, "."):
        float(cell.replace("\u2212", "-"))
        assert "_" not in cell


@given(st.text(alphabet="01.eE+- \n\r,;", max_size=14), st.integers(1, 3))
@settings(max_examples=1500, deadline=None)
def test_the_fast_way_reads_what_the_slow_way_reads(text: str, width: int) -> None:
    for delimiter, decimal in ((",", "."), (";", ",")):
        block = plain_block(text, delimiter, decimal, width)
        if block is None:
            continue
        dialect = Dialect(delimiter, decimal, header=False)
        names = tuple(f"x{place}" for place in range(width))
        slow = Gather(TablePlan(dialect, names, (False,) * width))
        fast = Gather(slow.plan)
        slow.add(records(text, dialect, 1), 100)
        assert fast.add_plain(text, 100)
        assert not slow.problems
        assert (slow.seen, slow.kept, slow.next_row) == (fast.seen, fast.kept, fast.next_row)
        for left, right in zip(slow.columns(), fast.columns(), strict=True):
            assert cells(left) == cells(right)


@given(st.binary(max_size=80))
@settings(max_examples=300, deadline=None)
def test_bytes_of_any_kind_are_read_or_refused(data: bytes) -> None:
    try:
        table = read_table(data)
    except Refused as error:
        assert error.sentence.endswith((".", "?"))
        return
    for column in table.columns:
        if column.numbers is not None:
            assert np.isfinite(column.numbers).all()


@given(st.text(alphabet='01a",;\n\r\t|.x ', max_size=40))
@settings(max_examples=300, deadline=None)
def test_texts_of_any_kind_are_read_or_refused(text: str) -> None:
    test_bytes_of_any_kind_are_read_or_refused.hypothesis.inner_test(  # type: ignore[attr-defined]
        text.encode()
    )
