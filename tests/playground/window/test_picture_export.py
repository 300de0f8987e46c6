"""The canvas as a file: painted in slices, written beside the window, refused where it can be."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.data import make_data
from engine.errors import Refused
from engine.experiment.experiment import new_experiment
from engine.experiment.layers import network_of
from playground.dialogs.file_dialogs import SaveDialog
from playground.theme.painting import png_bytes
from playground.window.workspace import Workspace
from tests.playground.opened import opened, question
from tests.playground.window_calls import calls_here


@pytest.fixture
def workspace(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Workspace]:
    with opened(qtbot, qapp, tmp_path, "xor") as made:
        layers = network_of((20, 40, 20, 1))
        network = layers.network
        data = make_data(network.inputs, network.outputs, np.zeros((1, 21)))
        made.document.replace(new_experiment(network, layers.layout, data, parameters=layers.start))
        yield made


def written(qtbot: QtBot, workspace: Workspace) -> None:
    qtbot.waitUntil(lambda: not workspace.picture.is_busy, timeout=60_000)


@pytest.mark.long
@pytest.mark.ci
def test_dots_are_painted_in_slices_and_made_beside_the_window(
    qtbot: QtBot, workspace: Workspace, tmp_path: Path
) -> None:
    at_once = workspace.canvas.render_image(scale=2.0)
    path = tmp_path / "net.png"
    with calls_here(png_bytes) as done:
        workspace.picture.write(path)
        assert not path.exists(), "the first slice is not all of it"
        assert "Writing “net.png”" in workspace.strip.refusal.sentence
        workspace.document.set_number(workspace.document.value.network.places[0], 9.0)
        written(qtbot, workspace)
    assert not done, "bytes are made in the other thread"
    assert QImage(str(path)).convertToFormat(at_once.format()) == at_once
    assert "Wrote “net.png”" in workspace.strip.refusal.sentence


def test_lines_are_those_painted_at_once(
    qtbot: QtBot, workspace: Workspace, tmp_path: Path
) -> None:
    workspace.window.menus.actions["export-svg"].trigger()
    (dialog,) = workspace.window.findChildren(SaveDialog)
    dialog.setDirectory(str(tmp_path))
    dialog.selectFile("net.svg")
    dialog.accept()
    written(qtbot, workspace)
    assert (tmp_path / "net.svg").read_bytes() == workspace.canvas.render_svg()


def test_what_can_be_refused_at_once_leaves_the_dialog_open(
    workspace: Workspace, tmp_path: Path
) -> None:
    for path, words in (
        (tmp_path / "net.gif", "ends in .png or .svg"),
        (tmp_path / "nowhere" / "net.png", "is not there"),
        (tmp_path / ("n" * 300 + ".png"), "too long"),
    ):
        with pytest.raises(Refused, match=words):
            workspace.picture.write(path)
        assert not workspace.picture.is_busy


@pytest.mark.long
@pytest.mark.ci
def test_a_folder_that_goes_meanwhile_is_told(
    qtbot: QtBot, workspace: Workspace, tmp_path: Path
) -> None:
    folder = tmp_path / "there"
    folder.mkdir()
    workspace.picture.write(folder / "net.png")
    folder.rmdir()
    written(qtbot, workspace)
    asked = question(qtbot, workspace.window)
    assert "Could not save “net.png”" in asked.heading


@pytest.mark.long
@pytest.mark.ci
def test_a_second_picture_and_closing_wait_for_the_first(
    workspace: Workspace, tmp_path: Path
) -> None:
    first, second = tmp_path / "first.png", tmp_path / "second.svg"
    workspace.picture.write(first)
    workspace.picture.write(second)
    assert first.exists()
    workspace.leave()
    workspace.window.close()
    assert second.read_bytes().rstrip().endswith(b"</svg>")
