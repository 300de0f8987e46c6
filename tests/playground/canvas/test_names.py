"""What a node is called on the canvas: its symbol where that spells its name, else its name too."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.experiment.experiment import Experiment, new_experiment
from engine.experiment.layers import Filling, with_filling
from engine.experiment.stepping import step
from engine.formulas import Explainer
from engine.layout import Layout, arranged
from engine.lessons.lesson import open_lesson
from engine.network import Edge, Network, Node
from playground.canvas.node_painter import Symbol, title_of
from playground.canvas.scene_state import Key
from playground.dialogs.import_table import OpenTable
from playground.panels.samples import plan_of
from tests.playground.canvas_desk import Desk
from tests.playground.opened import opened

TABLE = "sepal length,age,grade\n5.1,3.5,0\n4.9,3,1\n7,3.2,1\n"


def drawn() -> Experiment:
    """Two inputs, two neurons, one output, called by their ids."""
    bent = [Node(name, bias=True, activation="tanh") for name in ("h1", "h2")]
    inputs = Node("x1", "input"), Node("x2", "input")
    nodes = (*inputs, *bent, Node("y", bias=True, output=True))
    network = Network(nodes, (Edge("x1", "h1"), Edge("x2", "h2"), Edge("h1", "y"), Edge("h2", "y")))
    return new_experiment(network, Layout(arranged(network.levels, has_biases=True)))


def filled() -> Experiment:
    """The same with samples of a table, after whose columns it is called."""
    filling = Filling(("sepal length", "age"), ("grade",), np.eye(3), np.zeros(3, np.bool_))
    return with_filling(drawn(), filling, fit=True)


def test_names_from_a_table_stand_on_the_canvas(qtbot: QtBot) -> None:
    desk = Desk(qtbot, filled())
    sight = desk.view.canvas.sight
    assert title_of(sight, "x1")[0] == "sepal length" and title_of(sight, "y")[0] == "grade"
    assert title_of(sight, "x2")[1] == Symbol("age") and not title_of(sight, "x2")[0]
    written = desk.view.render_svg().decode()
    assert "sepal length" in written and "grade" in written
    before = Desk(qtbot, drawn()).view.canvas.sight
    assert title_of(before, "x1")[1] == Symbol("x", "1") and not title_of(before, "x1")[0]


def test_the_symbol_of_a_long_name_is_where_explain_can_be_followed(qtbot: QtBot) -> None:
    """x₁ stands in the input, and beside the name of a circle, which holds nothing but its sign."""
    desk = Desk(qtbot, filled())
    assert desk.spot(Key("value", "x1")).flush, "the number makes room for x₁"
    assert not desk.spot(Key("value", "x2")).flush
    told = Explainer().step(step(filled()))
    assert told is not None and "x1" in told.formula.symbols_plain
    guess = Desk(qtbot, open_lesson("guess-and-check").experiment).view.canvas.sight
    assert title_of(guess, "s") == ("shekels", Symbol("s"))


@pytest.mark.parametrize("name", ["sum", "xor", "student-grade", "guess-and-check", "softmax"])
def test_canvas_and_panels_call_every_node_alike(qtbot: QtBot, name: str) -> None:
    experiment = open_lesson(name).experiment
    sight = Desk(qtbot, experiment).view.canvas.sight
    for node in experiment.network.index:
        words, symbol = title_of(sight, node)
        spelled = "" if symbol is None else symbol.letter + symbol.index
        assert (words or spelled) == experiment.layout.name(node)
    heads = [column.title for column in plan_of(experiment).columns]
    assert heads[: len(experiment.data.inputs)] == [
        experiment.layout.name(node) for node in experiment.data.inputs
    ]


def test_a_table_that_is_opened_names_what_the_canvas_shows(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    path = tmp_path / "flowers.csv"
    path.write_text(TABLE, encoding="utf-8")
    with opened(qtbot, qapp, tmp_path, "xor") as workspace:
        workspace.samples.open_path(path)
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, OpenTable)
        qtbot.waitUntil(lambda: dialog.create_button.isEnabled())
        QTest.mouseClick(dialog.create_button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: workspace.document.value.data.count == 3)
        sight = workspace.canvas.canvas.sight
        assert [title_of(sight, node)[0] for node in ("x1", "x2")] == ["sepal length", ""]
        written = workspace.canvas.render_svg().decode()
        assert "sepal length" in written
