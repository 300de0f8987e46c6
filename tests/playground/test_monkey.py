"""The whole window in the hands of somebody who tries everything: nothing dies, nothing is told."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.playground.monkey import Monkey
from tests.playground.opened import opened


def walk(qtbot: QtBot, app: QApplication, folder: Path, seed: int, moves: int) -> None:
    with opened(qtbot, app, folder) as workspace:
        monkey = Monkey(workspace, folder, seed)
        monkey.go(moves)
        print(
            f"seed {seed}: {moves:,} things, the slowest took {monkey.slowest * 1e3:.0f} ms "
            f"({monkey.name_of_slowest}); over 250 ms: {dict(monkey.slow)}"
        )


def test_a_monkey_breaks_nothing(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    walk(qtbot, qapp, tmp_path, 1, 300)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(10))
def test_a_monkey_breaks_nothing_for_long(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, seed: int
) -> None:
    walk(qtbot, qapp, tmp_path, seed, 5_000)
