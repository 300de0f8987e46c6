"""Text from outside is plain text: whatever a name looks like, Qt opens no file for it."""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PySide6.QtCore import QTimer, QUrl
from PySide6.QtGui import Qt as Html
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFileDialog,
    QLineEdit,
    QMessageBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from engine.data import make_data
from engine.experiment.editing import switch_to
from engine.experiment.experiment import Experiment, new_experiment
from engine.files.document import document_text
from engine.layout import Layout, arranged
from engine.network import Edge, Network, Node
from engine.settings import Settings
from playground.dialogs.class_names import ClassNames
from playground.dialogs.import_table import OpenTable
from playground.widgets.buttons import push_button
from playground.widgets.plain_text import (
    LONGEST_LINE,
    plain_label,
    plain_tip,
    plain_title,
    set_tip,
    set_words,
)
from playground.window.workspace import Workspace
from tests.playground.opened import opened, question, questions
from tests.playground.opens import Opens, watched
from tests.playground.sweep import Sweep, menus_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the kernel must tell of opens")

D = TypeVar("D", bound=QWidget)
FOUL = "<img src=m.png>"  # it lies in the working folder, and nobody may open it
SENTENCE = f"{FOUL} & &lt;b&gt; {FOUL}"


def experiment() -> Experiment:
    """Three inputs, one hidden neuron and two classes; ids, names, labels are foul."""
    i, h, o = ([f"{FOUL}{kind}{k}" for k in range(3)] for kind in "iho")
    nodes = (
        *(Node(node_id, "input") for node_id in i), Node(h[0], activation="tanh", bias=True),
        *(Node(node_id, output=True) for node_id in o[:2]),
    )  # fmt: skip
    edges = (*(Edge(x, h[0]) for x in i), *(Edge(h[0], y) for y in o[:2]))
    network = Network(nodes, edges)
    rows: list[list[float]] = [[1, 2, 3, 1, 0], [3.0, 1, 0.5, 0, 1], [2, 2, 2, 1, 0]]
    data = make_data(i, o[:2], rows, classes=[f"{FOUL}A&a", f"{FOUL}B&b"])
    names = {node_id: f"{node_id}&n" for node_id in (*i[1:], o[0])}
    layout = Layout(arranged(network.levels, True), names)
    settings = Settings(loss="softmax cross-entropy")
    value = new_experiment(network, layout, data, settings)
    return replace(value, variants={f"{FOUL}V&v": settings, f"{FOUL}W&w": settings})


def lesson() -> dict[str, object]:
    """Everything in it that is text is foul."""
    choices = [f"{FOUL}1&a", f"{FOUL}2"]
    answer = {"kind": "answer", "choices": choices, "is": choices[0]}
    open_ = {"kind": "count", "of": "updates", "is": 900}
    tasks = [
        {"text": SENTENCE, "check": answer, "hint": SENTENCE},
        {"text": SENTENCE, "check": open_, "hint": SENTENCE},
    ]
    formulas = [{"plain": FOUL}]
    step = {"title": FOUL, "text": [f"**{FOUL}** {FOUL}"], "formulas": formulas, "tasks": tasks}
    variants = [{"name": f"{FOUL}{k}", "settings": {"rate": k}} for k in (1.0, 2.0)]
    return {"title": f"{FOUL}&l", "line": SENTENCE, "variants": variants, "steps": [step, step]}


@pytest.fixture
def opens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opens]:
    """The file that all the names point to, beside which the program is started."""
    here = tmp_path / "here"
    here.mkdir()
    (here / "m.png").write_bytes(b"x")
    monkeypatch.chdir(here)
    with watched(here / "m.png") as found:
        yield found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A document, one that is wrong, a table and a lesson, all in a folder of such a name."""
    made = tmp_path / FOUL
    (made / "lesson").mkdir(parents=True)
    text = document_text(experiment())
    (made / f"{FOUL}&d.json").write_text(text, "utf-8")
    (made / f"{FOUL}&w.json").write_text(text.replace('"tanh"', json.dumps(FOUL)), "utf-8")
    (made / f"{FOUL}&t.csv").write_text(f"{FOUL}1,{FOUL}2&c,t\n1,{FOUL},0\n2,{FOUL}b,1\n3,4,0\n")
    (made / "lesson" / "lesson.json").write_text(json.dumps(lesson()), "utf-8")
    (made / "lesson" / "experiment.json").write_text(text, "utf-8")
    return made


@pytest.fixture
def workspace(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, opens: Opens
) -> Iterator[Workspace]:
    with opened(qtbot, qapp, tmp_path, hinted=False) as made:
        yield made


def asked_and_left(qtbot: QtBot, workspace: Workspace, sweep: Sweep) -> None:
    """Read the question that is open, and give no answer."""
    asked = question(qtbot, workspace.window)
    sweep.look()
    asked.reject()
    qtbot.waitUntil(lambda: not questions(workspace.window))


def dialog_of(kind: type[D]) -> D:
    """The dialog that is open."""
    found = QApplication.activeModalWidget()
    assert isinstance(found, kind), found
    return found


def work(workspace: Workspace) -> None:
    """Moves whose entries in the list of changes are foul, and two runs."""
    document = workspace.document
    document.rename(f"{FOUL}h0", f"{FOUL}R&r")
    workspace.transport.step_update()
    for name in tuple(document.value.variants):
        document.do(f"Switch to “{name}”", partial(switch_to, name=name))
        workspace.transport.step_update()
    workspace.transport.step()
    document.stack.undo()


def show_panels(workspace: Workspace, sweep: Sweep) -> None:
    """Every panel made and seen once, with a node selected and with an edge."""
    value, stage = workspace.document.value, workspace.stage
    for name, dock in workspace.docks.docks.items():
        dock.show()
        dock.raise_()
        workspace.docks.panel(name)
        QApplication.processEvents()
    edge = value.network.edges[0]
    stage.select(nodes=(f"{FOUL}h0",))
    sweep.look()
    stage.select(edges=((edge.source, edge.target),))
    sweep.look()


def check(sweep: Sweep) -> None:
    assert not sweep.opened
    assert not sweep.rich
    assert not sweep.keys
    assert len([tip for tip in sweep.tips if "img" in tip]) > 3


def test_the_watch_sees_what_qt_opens_for_a_tip_that_is_not_plain(
    qtbot: QtBot, opens: Opens
) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    set_tip(widget, FOUL)
    sweep = Sweep(opens)
    sweep.look()
    assert (sweep.opened, sweep.rich) == (set(), {})
    widget.setToolTip(FOUL)
    sweep.look()
    assert (sweep.opened, sweep.rich) == ({"QWidget “”"}, {FOUL: "QWidget “”"})


@pytest.mark.long
@pytest.mark.ci
def test_a_foul_document_in_every_panel_and_menu(
    workspace: Workspace, folder: Path, opens: Opens
) -> None:
    sweep = Sweep(opens)
    workspace.files.open_path(folder / f"{FOUL}&d.json")
    assert workspace.document.value.layout.name(f"{FOUL}i1") == f"{FOUL}i1&n"
    work(workspace)
    assert "&&" in workspace.window.menus.actions["undo"].text()
    show_panels(workspace, sweep)
    for menu in menus_of(workspace.window):
        sweep.open_menu(menu)
    workspace.document.connect_nodes([(f"{FOUL}h0", f"{FOUL}o0")])
    assert FOUL in workspace.strip.refusal.sentence
    sweep.look()
    (folder / f"{FOUL}&d.json").write_text("{}")
    workspace.document.stack.setClean()
    workspace.watch.look()
    assert FOUL in workspace.notice.text
    sweep.look()
    check(sweep)


def test_a_foul_lesson_on_every_page(workspace: Workspace, folder: Path, opens: Opens) -> None:
    sweep = Sweep(opens)
    workspace.files.open_folder(folder / "lesson")
    panel = workspace.docks.panel("lesson")
    for button in panel.findChildren(QAbstractButton):
        if button.accessibleName() == "Hint" or button.text() == f"{FOUL}2":
            button.click()
    sweep.look()
    workspace.lessons.turn_page(1)
    sweep.look()
    check(sweep)


def test_foul_files_tables_and_what_is_asked_about_them(
    qtbot: QtBot, workspace: Workspace, folder: Path, opens: Opens
) -> None:
    sweep = Sweep(opens)
    for name in ("w", "gone"):
        workspace.files.open_path(folder / f"{FOUL}&{name}.json")
        asked_and_left(qtbot, workspace, sweep)
    workspace.files.open_path(folder / f"{FOUL}&d.json")
    workspace.samples.open_path(folder / f"{FOUL}&t.csv")
    table = dialog_of(OpenTable)
    qtbot.waitUntil(lambda: not table.reading.busy)
    sweep.look()
    table.reject()
    workspace.samples.name_classes()
    sweep.look()
    dialog_of(ClassNames).reject()
    check(sweep)


@pytest.mark.long
@pytest.mark.ci
def test_foul_names_in_the_dialogs_of_qt(
    qtbot: QtBot, workspace: Workspace, folder: Path, opens: Opens
) -> None:
    sweep = Sweep(opens)
    workspace.files.open_path(folder / f"{FOUL}&d.json")
    for show in (workspace.files.open, workspace.files.save_as):
        show()
        dialog = dialog_of(QFileDialog)
        dialog.setSidebarUrls([QUrl.fromLocalFile(str(folder))])
        sweep.look()
        dialog.reject()
    workspace.files.open()
    dialog = dialog_of(QFileDialog)
    field = dialog.findChild(QLineEdit, "fileNameEdit")
    assert field is not None
    field.setText(f"{FOUL} is not there")

    def read() -> None:
        sweep.look()
        dialog_of(QMessageBox).reject()

    QTimer.singleShot(0, read)
    dialog.accept()  # comes back when the message is read
    dialog.reject()
    check(sweep)


@given(st.text(st.sampled_from("<>&;/!?= \n\tltgbimgqxdocé"), max_size=30))
@example(FOUL)
@example("<?xml version='1'?><img src=m.png>")
@example("<!doctype html><img src=m.png>")
@example("a &lt; b <img src=m.png>")
@example("a few words that go on and on, " * 9)
@example("<i> " * 40)
def test_qt_sees_no_html_in_a_tip_whose_characters_are_all_there(text: str) -> None:
    tip = plain_tip(text)
    assert not Html.mightBeRichText(tip)
    assert plain_tip(tip) == tip, "a tip may be handed on"
    lines = tip.split("\n")
    assert tip.replace("\u2060", "").replace("\n", " ") == text.replace("\n", " ")
    assert tip.replace("\n", " ") == text.replace("\n", " ") or Html.mightBeRichText(text)
    assert all(len(line) <= LONGEST_LINE or " " not in line[1:] for line in lines)
    assert len(lines) == 1 or len(tip) > LONGEST_LINE or "\n" in text, "no line in vain"


def test_a_tip_looks_like_its_text(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    shown = [plain_label(text, parent) for text in (SENTENCE, plain_tip(SENTENCE), FOUL)]
    for label in shown:
        label.adjustSize()
    pictures = [label.grab().toImage() for label in shown]
    assert pictures[0] == pictures[1] != pictures[2]


def test_an_ampersand_is_no_key_and_a_title_has_no_mark_inside(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    button = push_button("R&D", "", lambda: None, window)
    assert (button.text(), button.shortcut().toString()) == ("R&&D", "")
    set_words(button, "R&D")
    assert (button.text(), button.shortcut().toString()) == ("R&D", "")
    assert plain_title("[*].json") == "[*][*].json"
