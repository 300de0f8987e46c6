"""Opening tables: shown as they are read, mended where they are wrong, fitted to the network."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from engine.experiment.experiment import new_experiment
from engine.experiment.layers import HIDDEN
from engine.files import limits
from engine.network import Network
from playground.dialogs.import_table import KIND, OpenTable
from playground.widgets.fields import ChoiceField, Switch
from playground.widgets.table import PADDING
from tests.engine.experiments import small, student
from tests.playground.panel_window import enter, unnamed
from tests.playground.table_desk import TableDesk

GOOD = "a,b,t\n1,2,0\n3,4,1\n5,6,1\n"


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> TableDesk:
    """A network of two inputs x1, x2 and one output y1 with seven samples."""
    return TableDesk(qtbot, small(7), tmp_path)


def written(desk: TableDesk, folder: Path, text: str | bytes) -> OpenTable:
    path = folder / "samples.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return desk.opened(path)


def click(button: QAbstractButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def flip(switch: Switch) -> None:
    QTest.mouseClick(switch, Qt.MouseButton.LeftButton, pos=switch.rect().center())


def choose(desk: TableDesk, dialog: OpenTable, field: ChoiceField, key: str) -> None:
    """With the keys, as in any list."""
    field.setFocus()
    while field.currentData() != key:
        before = field.currentIndex()
        down = field.findData(key) > before
        QTest.keyClick(field, Qt.Key.Key_Down if down else Qt.Key.Key_Up)
        assert field.currentIndex() != before
    desk.read(dialog)


FRUIT = "width,height,fruit\n" + "5,6,apple\n6,7,pear\n7,5,plum\n" * 8


def test_what_standardise_does_is_told_and_no_labels_are_cut(
    desk: TableDesk, tmp_path: Path
) -> None:
    dialog = written(desk, tmp_path, FRUIT)
    dialog.options.scaled.field.setFocus()
    told = dialog.options.scaled.help_text
    for word in ("mean 0", "standard deviation 1", "training rows"):
        assert word in told
    assert "less its" not in told
    index = dialog.columns_model.index(2, 3)
    text = str(index.data())
    assert text == "3 classes: apple, pear, plum"
    room = dialog.columns.visualRect(index).width() - 2 * PADDING
    assert dialog.columns.fontMetrics().horizontalAdvance(text) <= room


def test_every_option_is_in_sight(desk: TableDesk, tmp_path: Path) -> None:
    dialog = written(desk, tmp_path, FRUIT)
    assert dialog.options.verticalScrollBar().maximum() == 0


def use(desk: TableDesk, dialog: OpenTable, row: int, key: str) -> None:
    """Click the cell that says what a column is for, then go to an entry of its list."""
    cell = dialog.columns.visualRect(dialog.columns_model.index(row, 2)).center()
    QTest.mouseClick(
        dialog.columns.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, cell
    )
    (field,) = (f for f in dialog.columns.findChildren(ChoiceField) if f.isVisible())
    entries = field.view()
    desk.wait_for(entries)
    QTest.keyClick(entries, Qt.Key.Key_Home)
    for _ in range(field.findData(key)):
        QTest.keyClick(entries, Qt.Key.Key_Down)
    QTest.keyClick(entries, Qt.Key.Key_Return)


def shown(dialog: OpenTable) -> list[list[str]]:
    model = dialog.preview_model
    return [
        [str(model.index(row, column).data()) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def heads(dialog: OpenTable) -> list[str]:
    return [column.title for column in dialog.preview_model.columns]


def ways(dialog: OpenTable) -> list[str]:
    return [button.text() for button in dialog.trouble.ways]


def wrong(dialog: OpenTable) -> str:
    return dialog.trouble.sentence.text() if dialog.trouble.isVisible() else ""


# what is read, and how


def test_a_table_is_shown_and_taken_as_one_entry(desk: TableDesk, tmp_path: Path) -> None:
    start = desk.value
    dialog = written(desk, tmp_path, GOOD)
    assert heads(dialog) == ["a", "b", "t"]
    assert shown(dialog)[0] == ["1", "2", "0"]
    assert dialog.create_button.text() == "Open 3 rows"
    assert dialog.fit.text() == "Name the inputs and outputs after the columns"
    click(dialog.create_button)
    assert desk.value.data.cells.tolist() == [[1, 2, 0], [3, 4, 1], [5, 6, 1]]
    assert [column.title for column in desk.panel.model.columns][:3] == ["a", "b", "target"]
    assert desk.document.stack.undoText() == "Open samples.csv"
    desk.document.stack.undo()
    assert desk.value is start


def test_names_stay_where_that_is_wanted(desk: TableDesk, tmp_path: Path) -> None:
    dialog = written(desk, tmp_path, GOOD)
    flip(dialog.fit)
    click(dialog.create_button)
    assert desk.value.data.cells[0].tolist() == [1, 2, 0]
    assert desk.value.layout.name("x1") == "x1"


def test_columns_go_to_the_nodes_of_their_names(desk: TableDesk, tmp_path: Path) -> None:
    y = desk.value.network.outputs[0]
    dialog = written(desk, tmp_path, f"{y},x2,other,x1\n1,2,3,4\n0,5,6,7\n")
    assert not dialog.fit.isVisible()
    click(dialog.create_button)
    assert desk.value.data.cells.tolist() == [[4, 2, 1], [7, 5, 0]]


@pytest.mark.parametrize(
    ("data", "dialect"),
    [
        ("a;b;t\n1,5;2;0\n3;4;1\n", (";", ",", "utf-8")),
        ("a\tb\tt\r1,5\t2\t0\r3\t4\t1\r", ("\t", ",", "utf-8")),
        ("a|b|t\r\n1.5|2|0\r\n3|4|1\r\n", ("|", ".", "utf-8")),
        ("\ufeffa,b,t\n1.5,2,0\n3,4,1\n", (",", ".", "utf-8-sig")),
        ("ä,b,t\n1.5,2,0\n3,4,1\n".encode("utf-16"), (",", ".", "utf-16")),
        ("ä,b,t\n1.5,2,0\n3,4,1\n".encode("latin-1"), (",", ".", "latin-1")),
    ],
    ids=["semicolons", "tabs and CR", "bars and CRLF", "a mark", "UTF-16", "Latin-1"],
)
def test_every_guess_is_shown(
    desk: TableDesk, tmp_path: Path, data: str | bytes, dialect: tuple[str, str, str]
) -> None:
    """Row 62."""
    dialog = written(desk, tmp_path, data)
    row = dialog.dialect
    found = row.fields.values()
    assert tuple(field.currentData() for field in found) == dialect
    assert row.header.isChecked()
    click(dialog.create_button)
    assert desk.value.data.cells.tolist() == [[1.5, 2, 0], [3, 4, 1]]


def test_every_guess_can_be_overruled(desk: TableDesk, tmp_path: Path) -> None:
    dialog = written(desk, tmp_path, "1;2;0\n3;4;1\n")
    assert heads(dialog) == ["x1", "x2", "x3"]
    choose(desk, dialog, dialog.dialect.fields["delimiter"], "|")
    assert heads(dialog) == ["x1"]
    assert not dialog.create_button.isEnabled()
    choose(desk, dialog, dialog.dialect.fields["delimiter"], ";")
    flip(dialog.dialect.header)
    desk.read(dialog)
    assert heads(dialog) == ["1", "2", "0"]
    assert dialog.create_button.text() == "Open 1 row"


def test_an_encoding_that_cannot_be_is_told_and_mended(desk: TableDesk, tmp_path: Path) -> None:
    dialog = written(desk, tmp_path, "ä,b,t\n1,2,0\n".encode("latin-1"))
    choose(desk, dialog, dialog.dialect.fields["encoding"], "utf-8")
    assert wrong(dialog) == "The file is not UTF-8 text."
    assert not dialog.create_button.isEnabled()
    choose(desk, dialog, dialog.dialect.fields["encoding"], "latin-1")
    assert wrong(dialog) == ""
    assert dialog.create_button.isEnabled()


# what is wrong


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ("", "No data rows. The file is empty."),
        ("a,b,t\n", "No data rows. The file holds only the names of 3 columns."),
        ('a,b,t\n1,"2,3\n4,5,6\n', "Row 2: a quote is never closed."),
        (b"a,b,t\n1,\x002,3\n", "Not a text table."),
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "Not a text table. It looks like a PNG image; "
                                            "save it as CSV first."),
        ("a,b,t\n1," + "9" * 200_000 + ",3\n", "Row 2: a cell has more than 10,000 characters."),
    ],
    ids=["empty", "header only", "a quote", "NUL", "binary", "200 kB"],
)  # fmt: skip
def test_what_is_no_table_is_told_and_nothing_changes(
    desk: TableDesk, tmp_path: Path, data: str | bytes, sentence: str
) -> None:
    """Rows 61 and 64."""
    start = desk.value
    dialog = written(desk, tmp_path, data)
    assert wrong(dialog) == sentence
    assert not dialog.create_button.isEnabled()
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert dialog.isVisible()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert desk.value is start
    assert desk.document.stack.count() == 0


def test_what_could_be_read_is_shown_all_the_same(desk: TableDesk, tmp_path: Path) -> None:
    dialog = written(desk, tmp_path, 'a,b,t\n1,2,3\n1,"2,3\n')
    assert heads(dialog) == ["a", "b", "t"]
    assert shown(dialog)[0] == ["1", "2", "3"]
    dialog = written(desk, tmp_path, "a,b,t\n")
    assert heads(dialog) == ["a", "b", "t"]


def test_a_file_that_is_gone_is_told(desk: TableDesk, tmp_path: Path) -> None:
    dialog = desk.opened(tmp_path / "gone.csv")
    assert wrong(dialog) == "“gone.csv” is not there."


def test_one_column_cannot_be_learnt_from_and_one_row_is_told(
    desk: TableDesk, tmp_path: Path
) -> None:
    """Row 61."""
    dialog = written(desk, tmp_path, "a\n1\n2\n")
    assert shown(dialog) == [["1"], ["2"]]
    assert dialog.told.text() == (
        "The table has only one column; it takes one to learn from and a target."
    )
    assert not dialog.create_button.isEnabled()
    dialog.reject()
    dialog = written(desk, tmp_path, "a,b,t\n1,2,3\n")
    assert "The table has only one row." in dialog.told.text()
    assert dialog.create_button.isEnabled()


BAD = ["abc", "", "NA", "nan", "inf", "1e999", "1_000", "١"]


def test_every_bad_cell_is_listed_and_none_becomes_a_number(
    desk: TableDesk, tmp_path: Path
) -> None:
    """Row 63."""
    lines = [f"{k},{k / 8},{k % 2}" for k in range(20)] + [f"1,{cell},0" for cell in BAD] + ["1,2"]
    dialog = written(desk, tmp_path, "a,b,t\n" + "\n".join(lines) + "\n")
    assert wrong(dialog) == "9 rows cannot be used."
    told = dialog.trouble.list.toPlainText().splitlines()
    assert told[0] == "Row 22, column “b”: “abc” is not a number."
    assert told[1] == "Row 23, column “b”: the cell is empty."
    assert told[5] == "Row 27, column “b”: “1e999” is too large."
    assert told[8] == "Row 30 has 2 values instead of 3."
    assert ways(dialog) == ["Skip these 9 rows", "Use “b” as labels"]
    assert not dialog.create_button.isEnabled()
    click(dialog.trouble.ways[0])
    assert dialog.told.text() == "9 rows were skipped."
    click(dialog.create_button)
    assert desk.value.data.count == 20
    assert np.isfinite(desk.value.data.cells).all()


def test_only_the_first_twenty_are_listed(desk: TableDesk, tmp_path: Path) -> None:
    lines = ["1,2,0"] * 60 + ["1,x,0"] * 47
    dialog = written(desk, tmp_path, "a,b,t\n" + "\n".join(lines))
    assert wrong(dialog) == "47 rows cannot be used. The first 20 of 47 mistakes:"
    assert len(dialog.trouble.list.toPlainText().splitlines()) == 20


def test_a_column_can_be_used_as_labels_instead(desk: TableDesk, tmp_path: Path) -> None:
    dialog = written(desk, tmp_path, "a,b,t\n1,2,1\n3,4,2\n5,6,fox\n")
    assert ways(dialog) == ["Skip this row", "Use “t” as labels"]
    click(dialog.trouble.ways[1])
    desk.read(dialog)
    assert wrong(dialog) == ""
    assert dialog.table is not None
    assert dialog.table.column("t").labels == ("1", "2", "fox")
    assert dialog.fit.text() == "Fit the network: 2 inputs, 3 outputs"


def test_true_minus_signs_and_decimal_commas_are_numbers(desk: TableDesk, tmp_path: Path) -> None:
    dialog = written(desk, tmp_path, "a;b;t\n−1,5;2;0\n1;−2;1\n")
    click(dialog.create_button)
    assert desk.value.data.cells.tolist() == [[-1.5, 2, 0], [1, -2, 1]]


def test_names_that_come_twice_or_not_at_all_are_told(desk: TableDesk, tmp_path: Path) -> None:
    """Row 65."""
    dialog = written(desk, tmp_path, "x,x,\n1,2,0\n3,4,1\n")
    assert heads(dialog) == ["x", "x_2", "x_3"]
    assert dialog.told.text() == (
        "Column 2 is called “x_2”, because “x” is taken. Column 3 has no name and is called “x_3”."
    )


def test_more_than_fifty_classes_are_refused_with_a_way_out(
    desk: TableDesk, tmp_path: Path
) -> None:
    lines = [f"{k},{k},name{k}" for k in range(51)]
    dialog = written(desk, tmp_path, "a,b,t\n" + "\n".join(lines))
    assert dialog.told.text() == (
        "“t” has 51 different labels; the limit is 50. Leave this column out."
    )
    assert not dialog.create_button.isEnabled()
    use(desk, dialog, 2, "none")
    use(desk, dialog, 1, "target")
    flip(dialog.fit)
    assert dialog.create_button.isEnabled()


def test_too_many_rows_are_asked_about(
    desk: TableDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row 66, with a smaller limit."""
    monkeypatch.setattr(limits, "TABLE_ROWS", 1000)
    lines = "\n".join(f"{k},{k % 7},{k % 2}" for k in range(5000))
    dialog = written(desk, tmp_path, f"a,b,t\n{lines}\n")
    assert wrong(dialog) == "The table has about 5,000 rows (43.9 kB). Load the first 1,000?"
    assert heads(dialog) == ["a", "b", "t"]
    assert not dialog.create_button.isEnabled()
    assert ways(dialog) == ["Load the first 1,000"]
    click(dialog.trouble.ways[0])
    desk.read(dialog)
    assert dialog.told.text() == "Only the first 1,000 rows were loaded."
    click(dialog.create_button)
    assert desk.value.data.count == 1000


def test_reading_is_told_and_cancelled(qtbot: QtBot, desk: TableDesk, tmp_path: Path) -> None:
    """Row 66."""
    path = tmp_path / "long.csv"
    path.write_text("a,b,t\n" + "1,“,0\n" * 900_000, encoding="utf-8")
    desk.desk.open_path(path)
    dialog = next(d for d in desk.findChildren(OpenTable) if d.isVisible())
    qtbot.waitUntil(lambda: dialog.bar.value() > 0)
    assert dialog.told.text().startswith("Reading… ")
    assert dialog.bar.isVisible()
    assert not dialog.create_button.isEnabled()
    dialog.cancel_button.click()
    assert not dialog.reading.busy
    assert not desk.trainer.worker.is_running(KIND)
    assert desk.document.stack.count() == 0


# what it is used for


def test_labels_become_columns_of_0_and_1(desk: TableDesk, tmp_path: Path) -> None:
    """Row 65: the preview shows the columns that each label becomes."""
    dialog = written(desk, tmp_path, "a,kind\n1,fox\n2,cat\n3,fox\n4,dog\n")
    flip(dialog.options.scaled.field)
    dialog.sight.setCurrentIndex(1)
    assert heads(dialog) == ["a", "cat", "dog", "fox"]
    assert shown(dialog)[:2] == [["1", "0", "0", "1"], ["2", "1", "0", "0"]]
    assert dialog.columns_model.index(1, 3).data() == "3 classes: cat, dog, fox"
    assert dialog.told.text() == (
        "The samples have 1 input and 3 targets; the network has 2 inputs and 1 output."
    )
    flip(dialog.fit)
    click(dialog.create_button)
    value = desk.value
    assert value.data.classes == ("cat", "dog", "fox")
    assert [value.layout.name(node_id) for node_id in value.network.outputs] == [
        "cat",
        "dog",
        "fox",
    ]
    assert value.data.cells[0].tolist() == [1, 0, 0, 1]
    assert desk.document.stack.count() == 1
    desk.document.stack.undo()
    assert len(desk.value.network.outputs) == 1


def test_labels_propose_a_softmax_and_a_common_scale(desk: TableDesk, tmp_path: Path) -> None:
    dialog = written(desk, tmp_path, "a,kind,size\n1,fox,2\n2,cat,3\n3,fox,5\n4,dog,7\n")
    scaled, scored = dialog.options.scaled.field, dialog.options.scored.field
    assert not scaled.isChecked() and not scored.isEnabled(), "the last column holds numbers"
    use(desk, dialog, 2, "input")
    use(desk, dialog, 1, "target")
    assert scaled.isChecked() and scored.isChecked()
    flip(scaled)
    use(desk, dialog, 0, "none")
    assert not scaled.isChecked(), "what was said stays said"
    flip(scored)
    flip(dialog.fit)
    click(dialog.create_button)
    assert desk.value.settings.loss == "half squared"
    assert desk.value.data.scaling is None


def test_a_column_that_is_read_as_labels_later_proposes_the_same(
    desk: TableDesk, tmp_path: Path
) -> None:
    dialog = written(desk, tmp_path, "a,b,t\n1,2,1\n3,4,2\n5,6,fox\n")
    click(dialog.trouble.ways[1])
    desk.read(dialog)
    assert dialog.options.scaled.field.isChecked()
    assert dialog.options.scored.field.isChecked()
    flip(dialog.fit)
    click(dialog.create_button)
    network = desk.value.network
    assert desk.value.settings.loss == "softmax cross-entropy"
    assert {network.node(name).activation for name in network.outputs} == {"identity"}


def test_a_network_that_does_not_fit_is_refused_until_it_is_fitted(
    qtbot: QtBot, tmp_path: Path
) -> None:
    desk = TableDesk(qtbot, student(), tmp_path)
    dialog = written(desk, tmp_path, GOOD)
    assert dialog.told.text() == (
        "The samples have 2 inputs and 1 target; the network has 3 inputs and 1 output."
    )
    assert not dialog.create_button.isEnabled()
    assert dialog.fit.text() == "Fit the network: 2 inputs, 1 output"
    flip(dialog.fit)
    click(dialog.create_button)
    assert len(desk.value.network.inputs) == 2
    assert len(desk.value.network.nodes) == 5


def test_an_empty_canvas_is_fitted_at_once(qtbot: QtBot, tmp_path: Path) -> None:
    desk = TableDesk(qtbot, new_experiment(Network()), tmp_path)
    dialog = written(desk, tmp_path, GOOD)
    assert dialog.fit.isChecked()
    click(dialog.create_button)
    assert len(desk.value.network.edges) == 3 * HIDDEN
    assert desk.value.data.count == 3


def test_columns_are_used_as_they_are_chosen(desk: TableDesk, tmp_path: Path) -> None:
    dialog = written(desk, tmp_path, "t,a,b,c\n0,1,2,9\n1,3,4,9\n")
    use(desk, dialog, 0, "target")
    use(desk, dialog, 3, "none")
    assert dialog.create_button.isEnabled()
    flip(dialog.fit)
    click(dialog.create_button)
    assert desk.value.data.cells.tolist() == [[1, 2, 0], [3, 4, 1]]


def test_inputs_are_standardised_by_the_training_rows(desk: TableDesk, tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    rows = generator.normal(50, 7, (40, 2))
    lines = "\n".join(f"{a},{b},{k % 2}" for k, (a, b) in enumerate(rows.tolist()))
    dialog = written(desk, tmp_path, f"a,b,t\n{lines}\n")
    flip(dialog.options.scaled.field)
    enter(dialog.options.share.field, "0,25")
    enter(dialog.options.seed.field, "3")
    click(dialog.create_button)
    data = desk.value.data
    assert len(data.testing) == 10
    trained = data.input_rows(data.training)
    assert np.allclose(trained.mean(axis=0), 0) and np.allclose(trained.std(axis=0), 1)
    assert data.scaling is not None
    assert np.allclose(data.scaling.mean, rows[data.training].mean(axis=0))
    assert set(data.target_rows().ravel().tolist()) == {0, 1}


def test_a_constant_column_is_told_and_stays_as_it_is(desk: TableDesk, tmp_path: Path) -> None:
    """Row 53."""
    dialog = written(desk, tmp_path, "x1,x2,t\n1,7,0\n2,7,0\n3,7,0\n")
    assert dialog.told.text() == "“x2” is constant. “t” is constant."
    flip(dialog.options.scaled.field)
    assert dialog.told.text() == "“x2” is constant. “t” is constant."
    click(dialog.create_button)
    data = desk.value.data
    assert data.cells[:, 1].tolist() == [7, 7, 7]
    assert data.cells[:, 0].tolist() == pytest.approx([-(1.5**0.5), 0, 1.5**0.5])
    assert np.isfinite(data.cells).all()


def test_one_sample_can_be_opened_and_standardised(desk: TableDesk, tmp_path: Path) -> None:
    """Row 53."""
    dialog = written(desk, tmp_path, "x1,x2,t\n5,7,1\n")
    flip(dialog.options.scaled.field)
    click(dialog.create_button)
    assert desk.value.data.cells.tolist() == [[5, 7, 1]]


def test_a_bad_share_or_seed_stays_in_its_field(desk: TableDesk, tmp_path: Path) -> None:
    dialog = written(desk, tmp_path, GOOD)
    for field, text, sentence in (
        (dialog.options.share.field, "2", "The share of test rows cannot be 2."),
        (dialog.options.seed.field, "0.5", "The seed must be a whole number"),
    ):
        enter(field, text)
        assert sentence in field.refusal
        QTest.keyClick(field, Qt.Key.Key_Escape)
    assert dialog.isVisible()


def test_marks_for_testing_come_back(desk: TableDesk, tmp_path: Path) -> None:
    marks = np.array([0, 0, 1, 0, 1, 0, 0], np.bool_)
    desk.document.edit_data(lambda data: data.with_tests(marks), "Mark")
    before = desk.value.data
    desk.desk.write(tmp_path / "saved.csv")
    assert desk.told == ["Wrote “saved.csv”."]
    desk.document.edit_data(lambda data: data.with_rows(np.zeros((2, 3))), "Clear")
    dialog = desk.opened(tmp_path / "saved.csv")
    assert dialog.use.uses["test"] == "test"
    assert not dialog.options.share.field.isEnabled()
    click(dialog.create_button)
    assert desk.value.data.cells.tolist() == before.cells.tolist()
    assert desk.value.data.test.tolist() == marks.tolist()


def test_rows_that_are_all_for_testing_are_refused(desk: TableDesk, tmp_path: Path) -> None:
    dialog = written(desk, tmp_path, "a,b,t,test\n1,2,0,1\n3,4,1,1\n")
    click(dialog.create_button)
    assert dialog.isVisible()
    assert "All rows are marked for testing" in dialog.told.text()
    use(desk, dialog, 3, "none")
    click(dialog.create_button)
    assert not dialog.isVisible()


# the dialog


def test_every_control_is_named_tipped_and_reached(desk: TableDesk, tmp_path: Path) -> None:
    dialog = written(desk, tmp_path, GOOD)
    wanted = {
        *dialog.dialect.fields.values(), dialog.dialect.header,
        dialog.sight, dialog.preview, dialog.columns,
        dialog.options.scaled.field, dialog.options.share.slider, dialog.options.share.field,
        dialog.options.seed.field, dialog.fit, dialog.cancel_button, dialog.create_button,
    }  # fmt: skip
    dialog.dialect.fields["delimiter"].setFocus(Qt.FocusReason.TabFocusReason)
    found = []
    for _ in wanted:
        found.append(dialog.focusWidget())
        QTest.keyClick(found[-1], Qt.Key.Key_Tab)
    assert set(found) == wanted
    assert unnamed(found) == []


def test_long_names_and_many_columns_keep_their_places(desk: TableDesk, tmp_path: Path) -> None:
    names = ",".join(["<b>" + "name" * 40] + [f"c{k}" for k in range(300)])
    row = ",".join("1" for _ in range(301))
    dialog = written(desk, tmp_path, f"{names}\n{row}\n{row}\n")
    assert dialog.width() <= 1024
    assert dialog.columns_model.rowCount() == 301
    assert dialog.fit.text() == "Fit the network: 300 inputs, 1 output"
