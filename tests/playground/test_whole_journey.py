"""A learner with mouse and keyboard draws the flagship, steps through it, and takes all of it back.

The numbers are those that the lecture prints (with its rounding, so that all are exact).
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from re import DOTALL, findall

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from engine.files.document import document_text
from engine.network import Place
from playground.canvas.scene_state import Key
from playground.panels.settings import SettingsPanel
from playground.widgets.form import ChoiceRow, NumberRow
from playground.window.workspace import Workspace
from tests.playground.canvas_desk import LEFT, PLAIN, Desk
from tests.playground.opened import opened
from tests.sampled import sampled

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier

#: Where each node is put down, with the tool that makes it and the name that is typed.
NODES = {
    "x1": ("I", (-300, -140), "assignments"),
    "x2": ("I", (-300, 0), "readings"),
    "x3": ("I", (-300, 140), "lectures"),
    "n1": ("N", (-20, -80), "hidden 4"),
    "n2": ("N", (-20, 80), "hidden 5"),
    "y1": ("O", (250, 0), "output 6"),
}
WEIGHTS = {
    ("x1", "n1"): "0.2", ("x2", "n1"): "2/5", ("x3", "n1"): "-0,5",
    ("x1", "n2"): "-0.3", ("x2", "n2"): "1e-1", ("x3", "n2"): "+0.2",
    ("n1", "y1"): "-0.3", ("n2", "y1"): "-1/5",
}  # fmt: skip
BIASES = {"n1": "-0.4", "n2": "0.2", "y1": "0.1"}
INPUTS = {"x1": "1", "x2": "0", "x3": "1"}

#: What the lecture prints, in the order in which it is told.
FORWARD = (
    ("sum", "n1", "−0.7"), ("value", "n1", "0.332"),
    ("sum", "n2", "0.1"), ("value", "n2", "0.525"),
    ("sum", "y1", "−0.105"), ("value", "y1", "0.474"),
    ("loss", "y1", "0.1383"),  # half of (1 - 0.474)², to 4 decimals
    ("error", "y1", "−0.1311"), ("error", "n2", "0.0065"), ("error", "n1", "0.0087"),
)  # fmt: skip
GRADIENTS: dict[tuple[str, str] | str, str] = {
    ("n1", "y1"): "−0.0435", ("n2", "y1"): "−0.0688", "y1": "−0.1311",
    ("x1", "n2"): "0.0065", ("x2", "n2"): "0", ("x3", "n2"): "0.0065", "n2": "0.0065",
    ("x1", "n1"): "0.0087", ("x2", "n1"): "0", ("x3", "n1"): "0.0087", "n1": "0.0087",
}  # fmt: skip
UPDATED: dict[tuple[str, str] | str, str] = {
    ("n1", "y1"): "−0.261", ("n2", "y1"): "−0.138", "y1": "0.218",
    ("x1", "n2"): "−0.306", ("x2", "n2"): "0.1", ("x3", "n2"): "0.194", "n2": "0.194",
    ("x1", "n1"): "0.192", ("x2", "n1"): "0.4", ("x3", "n1"): "−0.508", "n1": "−0.408",
}  # fmt: skip
#: A text in a picture as lines: how far the painter was moved, where the text begins, the text.
TEXT = (
    r'<g [^>]*transform="matrix\(1,0,0,1,([^,]*),([^)]*)\)"[^>]*>\s*'
    r'<text [^>]*? x="([^"]*)" y="([^"]*)"[^>]*>([^<]*)</text>'
)
STEPS = len(FORWARD) + len(GRADIENTS) + len(UPDATED)


class Learner(Desk):
    """A hand on the canvas of a whole window, and on everything around it."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace, self.document = workspace, workspace.document
        self.stage, self.view = workspace.stage, workspace.canvas
        self.refusals: list[str] = []
        self.document.refused.connect(self.refusals.append)

    def empty(self) -> None:
        """File > New, by its key."""
        self.press_key(Qt.Key.Key_N, CONTROL)

    def press_key(self, key: Qt.Key, keys: Qt.KeyboardModifier = PLAIN) -> None:
        """A key to whatever has the keyboard, which may be a shortcut of the window."""
        QTest.keyClick(QApplication.focusWidget() or self.workspace.window, key, keys)

    def press_button(self, widget: QWidget, at: QPoint | None = None) -> None:
        assert widget.isVisible()
        assert widget.isEnabled()
        QTest.mouseClick(widget, LEFT, PLAIN, at or widget.rect().center())

    def write(self, at: QPoint, text: str) -> None:
        """Double-click, type, Enter."""
        self.double_click(at)
        self.type(text)
        self.type_key(Qt.Key.Key_Return)
        assert self.view.typing.field is None

    def place_of(self, what: tuple[str, str] | str) -> int:
        """The place of the weight of an edge, or of the bias of a node."""
        place = Place("bias", what) if isinstance(what, str) else Place("weight", what[1], what[0])
        return self.value.network.place_index[place]

    def number_of(self, kind: str, what: tuple[str, str] | str) -> Key:
        return Key(kind, place=self.place_of(what))

    def painted(self, key: Key) -> str:
        """The text that is painted where this number stands, its letter or sign left out."""
        spot = self.spot(key)
        rect = spot.rect.adjusted(-2, -2, 2, 2)
        texts = [text for at, text in self.texts() if rect.contains(at)]
        found = [text for text in texts if text.startswith(spot.label)]
        assert len(found) == 1, (key, found)
        return found[0].removeprefix(spot.label).strip()

    def texts(self) -> list[tuple[QPointF, str]]:
        """Every text that is painted on the canvas, and the point of the scene where it begins."""
        found = [
            (QPointF(float(right) + float(x), float(down) + float(y)), text, (right, down))
            for right, down, x, y, text in findall(TEXT, self.view.render_svg().decode(), DOTALL)
        ]
        ((right, down), _), *_ = Counter(moved for _, _, moved in found).most_common()
        corner = QPointF(float(right), float(down))
        return [(at - corner, text) for at, text, _ in found]


@pytest.fixture(params=sampled(("wide", "narrow"), 1))
def learner(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Learner]:
    size = (1440, 900) if request.param == "wide" else (1024, 700)
    with opened(qtbot, qapp, tmp_path, size=size) as workspace:
        workspace.canvas.reduce_motion(True)
        yield Learner(workspace)


def draw_nodes(learner: Learner) -> None:
    """The first by a click in the palette, all others by their keys."""
    for name, (key, at, _) in NODES.items():
        if name == "x1":
            cells = learner.workspace.window.tool_bar.row.cells
            learner.press_button(next(c for c in cells if c.accessibleName() == "Input"))
        else:
            learner.view.setFocus()
            QTest.keyClicks(learner.view, key)
        learner.click(learner.at(*at))
        assert name in learner.value.network.index
        assert learner.stage.look.tool == "select"


def draw_edges(learner: Learner) -> None:
    """From rim to node, one after the other; one that is drawn backwards is refused."""
    for source, target in WEIGHTS:
        learner.drag(learner.rim(source), learner.body(target))
    assert {(e.source, e.target) for e in learner.value.network.edges} == set(WEIGHTS)
    learner.drag(learner.rim("y1"), learner.body("n1"))
    assert len(learner.value.network.edges) == len(WEIGHTS)
    assert len(learner.refusals) == 1


def write_everything(learner: Learner) -> None:
    """Names, weights, biases, inputs and the target, each where it stands."""
    for name, (_, _, called) in NODES.items():
        body = learner.body(name)
        top = learner.view.canvas.sight.geometry.rect(learner.value.network.index[name]).top()
        learner.write(QPoint(body.x(), learner.at(0, top - 16).y()), called)
    for edge, text in WEIGHTS.items():
        learner.write(learner.number(learner.number_of("weight", edge)), text)
    for node, text in BIASES.items():
        learner.write(learner.number(learner.number_of("bias", node)), text)
    for node, text in INPUTS.items():
        learner.write(learner.number(Key("value", node)), text)
    learner.write(learner.number(Key("target", "y1")), "1")


def set_learning(learner: Learner) -> None:
    """Rate 0.9 and half the squared error in Settings, lecture rounding below the formulas."""
    docks = learner.workspace.docks.docks
    strip = learner.workspace.strip
    buttons = [b for b in strip.findChildren(QWidget) if b.accessibleName() == "Show Settings"]
    if docks["settings"].visibleRegion().isEmpty():
        learner.press_button(buttons[0])
    panel = learner.workspace.docks.panel("settings")
    assert isinstance(panel, SettingsPanel)
    loss, rate = panel.row("loss"), panel.row("rate")
    assert isinstance(loss, ChoiceRow)
    assert isinstance(rate, NumberRow)
    loss.field.setFocus()
    QTest.keyClicks(loss.field, "half")
    panel.ensureWidgetVisible(rate)
    QTest.mouseDClick(rate.field, LEFT, PLAIN, QPoint(12, 14))
    rate.field.selectAll()
    QTest.keyClicks(rate.field, "0,9")
    QTest.keyClick(rate.field, Qt.Key.Key_Return)
    explain = docks["explain"].widget()
    (rounding,) = [s for s in explain.findChildren(QWidget) if "ound" in s.accessibleName()]
    learner.press_button(rounding, QPoint(12, rounding.height() // 2))
    settings = learner.value.settings
    assert (settings.loss, settings.rate, settings.rounding) == ("half squared", 0.9, True)


def build(learner: Learner) -> None:
    draw_nodes(learner)
    draw_edges(learner)
    write_everything(learner)
    set_learning(learner)
    learner.check_mirror()


def told(learner: Learner) -> list[tuple[Key, str]]:
    """Every number of the pass, in the order in which it is told."""
    keys = [(Key(kind, node), text) for kind, node, text in FORWARD]
    keys += [(learner.number_of("gradient", what), text) for what, text in GRADIENTS.items()]
    return keys + [(learner.number_of("update", what), text) for what, text in UPDATED.items()]


def test_the_flagship_drawn_stepped_and_undone(learner: Learner) -> None:
    learner.empty()
    start = learner.value
    assert not start.network.nodes
    build(learner)
    built = learner.value
    assert built.cursor == 0
    numbers = told(learner)
    known: list[tuple[Key, str]] = []
    learner.view.setFocus()
    for step in range(STEPS):
        learner.press_key(Qt.Key.Key_Space)
        assert learner.value.cursor == step + 1
        new = learner.view.canvas.sight.highlight
        assert new is not None
        found = [pair for pair in numbers if pair[0] == new.new]
        assert len(found) == 1, new.new
        known += found
        assert learner.painted(new.new) == found[0][1], new.new
    assert [key for key, _ in known[: len(FORWARD)]] == [key for key, _ in numbers[: len(FORWARD)]]
    assert sorted(map(str, known)) == sorted(map(str, numbers))
    for key, text in numbers:  # all of them together, at the end of the update
        assert learner.painted(key) == text, key
    for node, text in (("x1", "1"), ("x2", "0"), ("x3", "1")):
        assert learner.painted(Key("value", node)) == text
    assert learner.painted(Key("target", "y1")) == "1"

    for _ in range(STEPS):
        learner.press_key(Qt.Key.Key_Space, SHIFT)
    assert (learner.value.updates, learner.value.cursor) == (0, 0)
    assert document_text(learner.value) == document_text(built)
    learner.press_key(Qt.Key.Key_Right, CONTROL | SHIFT)
    learner.check_mirror()
    end = document_text(learner.value)

    stack = learner.document.stack
    while stack.canUndo():
        learner.press_key(Qt.Key.Key_Z, CONTROL)
    assert learner.value is start
    learner.check_mirror()
    while stack.canRedo():
        learner.press_key(Qt.Key.Key_Y, CONTROL)
    assert document_text(learner.value) == end
    learner.check_mirror()
