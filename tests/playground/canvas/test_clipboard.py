"""Copy, paste, duplicate, align, distribute, arrange: one entry each, and validated."""

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from engine.errors import Refused
from engine.files.document import document_text
from engine.lessons.lesson import open_lesson
from engine.network import Node, Place
from playground.canvas.clipboard import (
    aligned,
    columns,
    cut_out,
    distributed,
    from_text,
    in_layers,
    put_in,
)
from playground.canvas.interactions import snapped
from playground.canvas.layout import Measures
from tests.playground.canvas_desk import Desk, layers

START = open_lesson("student-grade").experiment


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot, START)


def test_a_fragment_survives_its_text() -> None:
    fragment = cut_out(START, ["1", "4", "6"])
    again = from_text(document_text(fragment))
    assert (again.network, again.layout) == (fragment.network, fragment.layout)
    assert [edge[:2] for edge in again.network.edges] == [("1", "4"), ("4", "6")]
    assert again.parameters[again.network.place_index[Place("bias", "4")]] == -0.4


def test_what_is_put_in_keeps_its_numbers_under_free_ids() -> None:
    after, ids = put_in(START, cut_out(START, ["1", "4"]), 10.0)
    assert ids == ("7", "8")
    index = after.network.place_index
    assert after.parameters[index[Place("weight", "8", "7")]] == 0.2
    assert after.parameters[index[Place("bias", "8")]] == -0.4
    assert after.parameters[index[Place("weight", "4", "1")]] == 0.2
    assert after.layout.name("8") == "hidden 2"
    assert after.layout.position("7") == (10.0, -140.0)


def test_nodes_whose_extents_overlap_stand_in_one_column() -> None:
    sizes = {"a": (80.0, 44.0), "b": (144.0, 60.0), "c": (144.0, 60.0), "d": (52.0, 52.0)}
    stairs = {"d": (330.0, 0.0), "b": (90.0, 60.0), "a": (0.0, 0.0), "c": (210.0, 120.0)}
    assert columns(stairs, sizes) == [("a", "b"), ("c",), ("d",)]
    apart = {**stairs, "b": (0.0, 200.0), "c": (0.0, -80.0), "d": (600.0, 0.0)}
    assert columns(apart, sizes) == [("c", "a", "b"), ("d",)]


def test_copy_and_paste_between_windows(qtbot: QtBot, desk: Desk) -> None:
    desk.stage.select(("4", "5", "6"))
    desk.view.commands.copy()
    other = Desk(qtbot, layers([2, 2]))
    other.view.commands.paste()
    assert len(other.value.network.nodes) == 7
    assert other.document.stack.count() == 1
    assert other.document.stack.undoText() == "Paste"
    assert len(other.stage.look.nodes) == 3
    other.check_mirror()
    other.document.stack.undo()
    assert len(other.value.network.nodes) == 4


def test_cut_and_paste(desk: Desk) -> None:
    desk.stage.select(("5",))
    desk.view.commands.cut()
    assert "5" not in desk.value.network.index
    desk.view.commands.paste()
    assert desk.value.layout.name(desk.stage.look.nodes[0]) == "hidden 5"
    desk.check_mirror()


def test_duplicate(desk: Desk) -> None:
    desk.stage.select(("4", "6"))
    desk.view.commands.duplicate()
    assert desk.stage.look.nodes == ("7", "8")
    assert desk.value.network.edges[-1][:2] == ("7", "8")
    assert desk.value.data.targets == ("6", "8")
    desk.document.stack.undo()
    assert desk.value is START


@pytest.mark.parametrize(
    "text", ["", "hello", "{", '{"format": "x"}', "[1]", '{"a": ' * 70, "file:///etc/passwd"]
)
def test_foreign_text_is_refused_and_leaves_no_entry(desk: Desk, text: str) -> None:
    QGuiApplication.clipboard().setText(text)
    desk.view.commands.paste()
    assert desk.document.stack.count() == 0
    assert desk.view.tip.isVisible()
    assert desk.view.tip.sentence.endswith(".")
    assert desk.refusals == [desk.view.tip.sentence]


def test_copies_get_names_of_their_own(desk: Desk) -> None:
    desk.stage.select(("4", "5"))
    desk.view.commands.duplicate()
    names = [desk.value.layout.name(node) for node in desk.value.network.index]
    assert names[-2:] == ["hidden 2", "hidden 3"]
    assert len(set(names)) == len(names)


def test_aligning_is_named_and_again_changes_nothing(desk: Desk) -> None:
    desk.view.commands.select_all()
    for _ in range(2):
        desk.view.commands.align("left")
    assert desk.document.stack.undoText() == "Align"
    desk.view.commands.distribute("down")
    desk.view.commands.distribute("down")
    assert [desk.document.stack.text(i) for i in range(desk.document.stack.count())] == [
        "Align",
        "Distribute",
    ]
    desk.check_mirror()


def test_select_all_and_delete_everything(desk: Desk) -> None:
    desk.view.commands.select_all()
    assert len(desk.stage.look.edges) == 8
    desk.view.commands.delete()
    assert not desk.value.network.nodes
    assert desk.view.empty.isVisible()
    desk.document.stack.undo()
    assert desk.value is START


PLACES = {"a": (0.0, 0.0), "b": (50.0, 100.0), "c": (400.0, 40.0)}
SIZES = {"a": (20.0, 10.0), "b": (40.0, 20.0), "c": (20.0, 10.0)}


@pytest.mark.parametrize(
    ("side", "expected"),
    [
        ("left", [-10 + 10, -10 + 20, -10 + 10]),
        ("right", [410 - 10, 410 - 20, 410 - 10]),
        ("center", [200, 200, 200]),
    ],
)
def test_aligning_across(side: str, expected: list[float]) -> None:
    assert [x for x, _ in aligned(PLACES, SIZES, side).values()] == expected


@pytest.mark.parametrize(
    ("side", "expected"), [("top", [0, 5, 0]), ("bottom", [105, 100, 105]), ("middle", [50] * 3)]
)
def test_aligning_down(side: str, expected: list[float]) -> None:
    assert [y for _, y in aligned(PLACES, SIZES, side).values()] == expected


def test_distributing_makes_gaps_equal() -> None:
    found = distributed(PLACES, SIZES, "across")
    # from 10 to 390 are 380, less 40 for b: two gaps of 170
    assert found["b"][0] == 10 + 170 + 20
    assert (found["a"], found["c"]) == (PLACES["a"], PLACES["c"])


def test_arranging_orders_rows_with_few_crossings() -> None:
    network = layers([2, 1]).network.remove(["10"])
    for name in ("p", "q"):
        network = network.add(Node(name, bias=True))
    network = network.connect("00", "q").connect("01", "p")
    places = in_layers(network, Measures())
    assert places["q"][1] < places["p"][1], "the row of its source"
    assert places["00"][0] == places["01"][0]


def test_arranging_takes_one_entry_and_none_when_all_is_arranged(desk: Desk) -> None:
    desk.document.move_nodes({"4": (10.0, 300.0)})
    desk.view.commands.arrange()
    desk.view.commands.arrange()
    assert desk.document.stack.count() == 2
    desk.check_mirror()
    desk.stage.select(("4", "5"))
    desk.view.commands.align("top")
    tops = {desk.value.layout.position(name)[1] for name in "45"}
    assert len(tops) == 1


def test_snapping_takes_the_nearest_line_within_the_pull() -> None:
    import numpy as np

    moving, others = np.array([[100.0, 100.0]]), np.array([[108.0, 300.0], [111.0, 500.0]])
    assert snapped(moving, others, 5.0, 3.4, 6.0) == (8.0, 3, 108.0, None)
    assert snapped(moving, others, -20.0, 0.0, 6.0) == (-20, 0, None, None)


def test_a_paste_beyond_the_limit_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.files import limits

    desk.stage.select(("4", "5"))
    desk.view.commands.copy()
    monkeypatch.setattr(limits, "NEURONS", 7)
    desk.view.commands.paste()
    assert desk.document.stack.count() == 0
    assert desk.refusals == ["A network here has at most 7 nodes."]


def test_text_that_is_no_fragment_is_refused() -> None:
    with pytest.raises(Refused):
        from_text('{"format": "neural-playground", "version": 1, "neurons": 3}')
