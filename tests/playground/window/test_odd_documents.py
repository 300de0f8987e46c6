"""Odd documents in the window (rows 79 to 81 of the faults): told of, shown, and saved whole."""

import json
import unicodedata
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from engine.files.document import document_text
from engine.files.loading import load
from engine.lessons.lesson import open_lesson
from playground.window.workspace import Workspace
from tests.playground.opened import LEFT, opened

STEERING = "a\x1b[31mb\x07\u202ec\udc80\x00"


def flagship() -> dict[str, Any]:
    raw: dict[str, Any] = json.loads(document_text(open_lesson("student-grade").experiment))
    return raw


def written(folder: Path, raw: dict[str, Any]) -> Path:
    path = folder / "odd.json"
    path.write_text(json.dumps(raw))
    return path


def saved(workspace: Workspace, path: Path) -> dict[str, Any]:
    """What is in the file after Save; it opens again as what is on the screen."""
    workspace.window.menus.actions["save"].trigger()
    assert load(path).experiment == workspace.document.value
    raw: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return raw


def words_of(window: QWidget) -> list[str]:
    """Whatever the window and its parts say of themselves."""
    parts = [window, *window.findChildren(QWidget)]
    asked = ("text", "toolTip", "accessibleName", "windowTitle", "placeholderText")
    found = [part.property(name) for part in parts for name in asked]
    return [text for text in found if isinstance(text, str)]


def test_row_79_what_is_not_known_inside_settings_is_told_and_saved(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    raw = flagship()
    raw["settings"]["optimizer"]["later"] = [1, 2]
    raw["data"]["later"] = "kept"
    path = written(tmp_path, raw)
    with opened(qtbot, qapp, tmp_path, str(path)) as workspace:
        told = "Kept 2 entries that this version does not know."
        assert workspace.strip.refusal.sentence == told
        workspace.transport.step_update()
        kept = saved(workspace, path)
    assert kept["settings"]["optimizer"]["later"] == [1, 2] and kept["data"]["later"] == "kept"


def test_row_80_ids_that_steer_are_nowhere_on_the_screen(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    raw = flagship()
    raw["neurons"][0] |= {"id": STEERING, "name": ""}
    raw["neurons"][1] |= {"name": "\u200b\u200d"}
    raw["edges"] = [edge for edge in raw["edges"] if edge["source"] != "1"]
    raw["edges"].append({"source": STEERING, "target": "4", "weight": 0.5})
    path = written(tmp_path, raw)
    with opened(qtbot, qapp, tmp_path, str(path)) as workspace:
        assert workspace.strip.refusal.sentence == "2 names contained invisible characters."
        first = workspace.document.value.network.nodes[0].id
        workspace.canvas.commands.select_all()
        workspace.transport.step_phase()
        qtbot.wait(1)
        for text in words_of(workspace.window):
            odd = [c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs") and c != "\n"]
            assert not odd, text[:200]
        assert saved(workspace, path)["neurons"][0]["id"] == first


def test_row_81_a_run_from_the_last_update_that_can_be_counted(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    path = written(tmp_path, {**flagship(), "progress": {"updates": 10**15 - 4}})
    with opened(qtbot, qapp, tmp_path) as workspace:
        workspace.files.read(path)  # once the window is open, an exception fails the test
        assert (
            "update 999,999,999,999,996" in workspace.transport.past.slider.accessibleDescription()
        )
        QTest.mouseClick(workspace.transport.buttons.train, LEFT)
        told = "More than 999,999,999,999,999 updates or epochs cannot be counted. "
        qtbot.waitUntil(lambda: workspace.strip.refusal.sentence.startswith(told))
        assert workspace.document.value.updates == 10**15 - 1
        slider = workspace.transport.past.slider
        QTest.keyClick(slider, Qt.Key.Key_Home)
        assert workspace.document.value.updates == 10**15 - 4
        QTest.keyClick(slider, Qt.Key.Key_End)
        workspace.transport.step_update()
        assert workspace.document.value.updates == 10**15 - 1
        assert saved(workspace, path)["progress"]["updates"] == 10**15 - 1


def test_a_gradient_that_cannot_be_checked_is_told_by_the_name_of_its_neuron(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    raw = flagship()
    raw["neurons"][3]["activation"] = "logarithm"
    with opened(qtbot, qapp, tmp_path, str(written(tmp_path, raw))) as workspace:
        workspace.window.menus.actions["check-gradients"].trigger()
        told = "does not exist: neuron hidden 4, sample 1."
        qtbot.waitUntil(lambda: told in workspace.strip.refusal.sentence)
