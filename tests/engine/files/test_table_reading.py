"""Tables that can be read: every way of writing them, guesses that show, arrays to learn from."""

import os
from pathlib import Path

import numpy as np
import pytest

from engine.errors import Refused
from engine.files import limits
from engine.files.table import Dialect, Options, Table, TooManyRows
from engine.files.table_reading import ReadingProgress, guess, reading
from tests.engine.tables import cells as cells_of
from tests.engine.tables import read_table, to_arrays


@pytest.fixture
def small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Portions of 4 kB in place of 1 MB, so that a short table takes many."""
    for name in ("PORTION", "HEAD"):
        monkeypatch.setattr(f"engine.files.table_reading.{name}", 4096)
    monkeypatch.setattr("engine.files.table_reading.LONGEST_ROW", 16_384)


def cells(table: Table) -> dict[str, list[float] | list[str]]:
    return {column.name: cells_of(column) for column in table.columns}


@pytest.mark.parametrize(
    ("data", "dialect"),
    [
        (b"a,b\n1,2.5\n3,4\n", Dialect()),
        (b"a;b\n1;2,5\n3;4\n", Dialect(";", ",")),
        (b"a;b\n1;2.5\n3;4\n", Dialect(";", ".")),
        (b"a\tb\n1\t2.5\n3\t4\n", Dialect("\t")),
        (b"a\tb\n1\t2,5\n3\t4\n", Dialect("\t", ",")),
        (b"a|b\n1|2.5\n3|4\n", Dialect("|")),
        (b"a,b\r\n1,2.5\r\n3,4", Dialect()),
        (b"a,b\r1,2.5\r3,4\r", Dialect()),
        (b"\n\na,b\n\n1,2.5\n3,4\n\n", Dialect()),
        (b" a , b \n 1 , 2.5 \n3, 4\n", Dialect()),
        (b'"a","b"\n"1","2.5"\n"3", "4"\n', Dialect()),
        (b"\xef\xbb\xbfa,b\n1,2.5\n3,4\n", Dialect(encoding="utf-8-sig")),
        ("a;b\n1;2,5\n3;4\n".encode("utf-16"), Dialect(";", ",", "utf-16")),
        ("\ufeffa,b\n1,2.5\n3,4\n".encode("utf-16-be"), Dialect(encoding="utf-16")),
    ],
)
def test_row_62_ways_to_write_a_table(data: bytes, dialect: Dialect) -> None:
    table = read_table(data)
    assert (guess(data), table.dialect) == (dialect, dialect)
    assert cells(table) == {"a": [1.0, 3.0], "b": [2.5, 4.0]}
    assert (table.problems, table.rows) == ((), 2)


def test_row_62_without_a_header_the_columns_are_numbered() -> None:
    table = read_table(b"1,2\n3,4\n")
    assert not table.dialect.header
    assert cells(table) == {"x1": [1.0, 3.0], "x2": [2.0, 4.0]}


def test_row_62_latin_1() -> None:
    table = read_table("café;dix\n1;ü\n2;é\n".encode("latin-1"))
    assert table.dialect == Dialect(";", ".", "latin-1")
    assert cells(table) == {"café": [1.0, 2.0], "dix": ["ü", "é"]}


@pytest.mark.usefixtures("small_portions")
def test_row_62_latin_1_that_shows_late_in_a_long_table(tmp_path: Path) -> None:
    file = tmp_path / "long.csv"
    file.write_bytes(b"x,kind\n" + b"1.25,cat\n" * 2_000 + b"2,caf\xe9\n")
    table = read_table(file)
    assert table.dialect.encoding == "latin-1"
    assert table.columns[1].labels == ("cat", "café")


def test_row_62_every_guess_can_be_overruled() -> None:
    data = b"1,5\n2,5\n"
    assert cells(read_table(data)) == {"x1": [1.0, 2.0], "x2": [5.0, 5.0]}
    options = Options(delimiter=";", decimal=",", header=False, encoding="latin-1")
    table = read_table(data, options)
    assert cells(table) == {"x1": [1.5, 2.5]}
    assert table.dialect == Dialect(";", ",", "latin-1", header=False)
    assert cells(read_table(data, Options(header=True))) == {"1": [2.0], "5": [5.0]}


@pytest.mark.parametrize("options", [Options(delimiter="x"), Options(delimiter=",", decimal=",")])
def test_options_that_make_no_sense(options: Options) -> None:
    with pytest.raises(Refused):
        read_table(b"a,b\n1,2\n", options)
    with pytest.raises(Refused, match=r"^Encoding “utf-9” is not known\."):
        read_table(b"a,b\n1,2\n", Options(encoding="utf-9"))


def test_quoted_cells_with_delimiters_quotes_and_line_breaks() -> None:
    table = read_table(b'n,kind\n1,"a, ""b"""\n2,"c\r\nd"\n3,x\n')
    assert cells(table) == {"n": [1.0, 2.0, 3.0], "kind": ['a, "b"', "c\r\nd", "x"]}


def test_a_quote_in_the_middle_of_a_cell_is_a_quote() -> None:
    assert cells(read_table(b'n,pipe\n1,5" pipe\n2,x\n'))["pipe"] == ['5" pipe', "x"]


def test_a_true_minus_is_a_minus() -> None:
    assert cells(read_table("x;y\n−1,5;1\n2e−3;+2\n".encode())) == {"x": [-1.5, 0.002], "y": [1, 2]}


def test_row_61_one_column_or_one_row_is_said() -> None:
    assert read_table(b"x\n1\n2\n").notes == ("The table has only one column.",)
    assert read_table(b"x,y\n1,2\n").notes == ("The table has only one row.",)


def test_row_61_the_preview_shows_what_was_read() -> None:
    assert read_table(b"x;y\n1;2,5\n").preview == (("x", "y"), ("1", "2,5"))


def test_row_53_a_constant_column_is_said() -> None:
    assert read_table(b"x1,x2,k\n1,5,a\n2,5,a\n").notes == (
        "“x2” is constant.",
        "“k” is constant.",
    )


def test_row_65_names_that_are_empty_or_come_twice() -> None:
    table = read_table(b"x,x,,a\x1b,x_2\n1,2,3,4,5\n2,3,4,5,6\n")
    assert [column.name for column in table.columns] == ["x", "x_3", "x_4", "a\ufffd", "x_2"]
    assert table.notes == (
        "Column 2 is called “x_3”, because “x” is taken.",
        "Column 3 has no name and is called “x_4”.",
    )
    assert [column.name for column in read_table(b"x,x\n1,2\n2,3\n").columns] == ["x", "x_2"]


def test_row_65_labels_become_classes() -> None:
    arrays = to_arrays(read_table(b"a,b,kind\n1,2,dog\n3,4,cat\n5,6, dog\n"))
    assert arrays.inputs.tolist() == [[1, 2], [3, 4], [5, 6]]
    assert arrays.targets.tolist() == [[0, 1], [1, 0], [0, 1]]
    assert arrays.input_names == ("a", "b")
    assert arrays.target_names == ("cat", "dog")


def test_row_65_labels_as_inputs() -> None:
    arrays = to_arrays(read_table(b"kind,y\ndog,1\ncat,2\n"), inputs=["kind"])
    assert arrays.inputs.tolist() == [[0, 1], [1, 0]]
    assert arrays.input_names == ("kind=cat", "kind=dog")


@pytest.mark.parametrize("classes", [limits.CLASSES - 1, limits.CLASSES, limits.CLASSES + 1])
def test_row_65_no_more_than_fifty_classes(classes: int) -> None:
    rows = "".join(f"{k},c{k}\n" for k in range(classes))
    table = read_table(f"x,kind\n{rows}".encode())
    if classes <= limits.CLASSES:
        assert to_arrays(table).targets.shape == (classes, classes)
        return
    with pytest.raises(Refused) as caught:
        to_arrays(table)
    assert caught.value.sentence == (
        "“kind” has 51 different labels; the limit is 50. Leave this column out."
    )


def test_numbers_as_labels() -> None:
    table = read_table(b"x,digit\n1,7\n2,3\n3,7\n", Options(text=("digit",)))
    assert to_arrays(table).target_names == ("3", "7")
    with pytest.raises(Refused, match=r"^The table has no column “digits”\.$"):
        read_table(b"x,digit\n1,7\n", Options(text=("digits",)))


def test_a_column_read_as_labels_says_so_where_it_has_numbers() -> None:
    table = read_table(b"x,day\n1,2024-01-05\n2,2024-01-06\n")
    assert table.notes == ("“day” is read as labels, because “2024-01-05” is not a number.",)
    assert read_table(b"x,day\n1,mon\n2,tue\n").notes == ()


def test_the_choice_of_columns() -> None:
    table = read_table(b"a,b,c\n1,2,3\n4,5,6\n")
    assert to_arrays(table).target_names == ("c",)
    assert to_arrays(table, targets=["a"]).input_names == ("b", "c")
    assert to_arrays(table, inputs=["c", "a"]).target_names == ("b",)
    assert to_arrays(table, ["c", "a"], ["b"]).inputs.tolist() == [[3, 1], [6, 4]]


@pytest.mark.parametrize(
    ("inputs", "targets", "sentence"),
    [
        (["a"], [], "Choose at least one column as a target."),
        (["q"], ["b"], "The table has no column “q”."),
        ([], ["b"], "Choose at least one column as an input."),
    ],
)
def test_choices_that_make_no_sense(inputs: list[str], targets: list[str], sentence: str) -> None:
    with pytest.raises(Refused) as caught:
        to_arrays(read_table(b"a,b\n1,2\n4,5\n"), inputs, targets)
    assert caught.value.sentence == sentence


def long_table(rows: int) -> bytes:
    return b"a,b\n" + b"".join(b"%d,%d.5\n" % (row, row % 7) for row in range(rows))


def test_row_66_more_than_a_million_rows(tmp_path: Path) -> None:
    file = tmp_path / "long.csv"
    file.write_bytes(b"a,b\n" + b"1,2\n" * 1_100_000)
    with pytest.raises(TooManyRows) as caught:
        read_table(file)
    assert caught.value.sentence == (
        "The table has about 1,100,000 rows (4.4 MB). Load the first 1,000,000?"
    )
    assert (caught.value.rows, caught.value.offered) == (1_100_000, 1_000_000)
    table = read_table(file, Options(rows=300_000))
    assert table.rows == 300_000
    assert table.notes[-1] == "Only the first 300,000 rows were loaded."


@pytest.mark.parametrize("rows", [2_999, 3_000, 3_001])
def test_row_66_the_limit_itself(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "TABLE_ROWS", 3_000)
    for data in (long_table(rows), long_table(rows).replace(b".5", b".5\t")):
        if rows <= 3_000:
            assert read_table(data).rows == rows
        else:
            with pytest.raises(TooManyRows):
                read_table(data)
            assert read_table(data, Options(rows=3_000)).rows == 3_000


def test_row_66_wide_tables_are_limited_by_their_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CELLS", 1_000)
    assert read_table(long_table(500)).rows == 500
    with pytest.raises(TooManyRows, match=r"about 501 rows .* Load the first 500\?$"):
        read_table(long_table(501))


@pytest.mark.usefixtures("small_portions")
def test_row_66_an_estimate_that_is_too_low_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "TABLE_ROWS", 3_000)
    data = b"a,b\n" + b"1.23456789012345678901,2\n" * 500 + b"1,2\n" * 3_000
    with pytest.raises(TooManyRows):
        read_table(data)


@pytest.mark.usefixtures("small_portions")
def test_row_66_progress_and_cancel(tmp_path: Path) -> None:
    file = tmp_path / "long.csv"
    file.write_bytes(long_table(4_000))
    seen: list[ReadingProgress] = []
    table = read_table(file, progress=seen.append)
    assert table.rows == 4_000
    assert len(seen) >= 3
    assert seen == sorted(seen, key=lambda step: (step.rows, step.fraction))
    assert seen[-1].fraction == 1.0
    before = len(os.listdir("/dev/fd"))  # noqa: PTH208
    steps = reading(file)
    next(steps)
    steps.close()
    assert len(os.listdir("/dev/fd")) == before  # noqa: PTH208


@pytest.mark.usefixtures("small_portions")
def test_rows_across_portions_are_whole_and_in_order() -> None:
    table = read_table(long_table(9_000))
    assert table.columns[0].numbers is not None
    assert np.array_equal(table.columns[0].numbers, np.arange(9_000))
    text = "n,kind\n" + "".join(f'{n},"{"a" if n % 2 else "b"}\n,x"\n' for n in range(5_000))
    table = read_table(text.encode())
    assert table.columns[0].numbers is not None
    assert np.array_equal(table.columns[0].numbers, np.arange(5_000))
    assert table.columns[1].labels == ("b\n,x", "a\n,x")


def test_a_table_that_vanished_or_is_none(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"^“a.csv” is not there\.$"):
        read_table(tmp_path / "a.csv")
    with pytest.raises(Refused, match=r"^This is not an ordinary file\.$"):
        read_table("/dev/zero")
