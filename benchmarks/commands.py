"""How long each command holds the window's thread, on two large experiments.

Every command of the menus is given in the real window, as a menu gives it, then undone and done
again. What counts is the processor time of the window's thread from one turn of its event loop to
the next: so long a key that is pressed waits. What runs beside the window does not count.
"""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.alive import window
from benchmarks.first_paint import slowness
from benchmarks.timing import Row
from engine.data import make_data
from engine.experiment.editing import start_again
from engine.experiment.experiment import Experiment, new_experiment
from engine.experiment.layers import network_of
from engine.experiment.stepping import go_to, step_update
from engine.experiment.training import Goal, trained
from engine.files.loading import save
from engine.settings import Settings
from playground.window.command_table import STEP, TRAIN
from playground.window.menus import commands_in

if TYPE_CHECKING:
    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QApplication, QDialog

    from playground.window.workspace import Workspace

BAR = 100.0  # milliseconds, scaled by how slow this machine is
THEME_BAR = 150.0
QUIET = 0.15  # seconds in which nothing more is done
LONGEST = 20.0
LAST = "close"  # the window goes with it
LEFT_OUT = (LAST, "quit")
SWITCHES = ("full-screen", "node-maps", "order-numbers", "check-gradients")
IN_TIME = commands_in((*STEP.entries[:-1], *TRAIN.entries[:3]))  # not those that start again


def measured() -> Iterator[Row]:
    """All commands, one experiment after the other; the window is closed in the end."""
    with TemporaryDirectory() as folder, window() as (app, workspace):
        for name, experiment in experiments():
            desk = _Desk(app, workspace, Path(folder), name, experiment)
            yield from desk.rows()
        yield desk.row(LAST, desk.action(LAST).trigger)


def experiments() -> Iterator[tuple[str, Experiment]]:
    """Many small updates in an epoch; and many edges."""
    yield "2-8-8-1, batch 1", large((2, 8, 8, 1), 1, 2000)
    yield "10,050 edges", large((50, 100, 50, 1), 10, 500)


def large(sizes: tuple[int, ...], batch: int, rows: int) -> Experiment:
    """An experiment after an epoch and a half, in the middle of a pass."""
    layers = network_of(sizes)
    network = layers.network
    inputs = np.random.default_rng(0).uniform(-1, 1, (rows, sizes[0]))
    answers = (inputs[:, :1] * inputs[:, 1:2] > 0).astype(np.float64)
    data = make_data(network.inputs, network.outputs, np.hstack([inputs, answers]))
    settings = Settings(rate=0.01, batch=batch)
    fresh = new_experiment(network, layers.layout, data, settings, layers.start)
    done = trained(fresh, Goal(updates=rows // batch * 3 // 2))
    return go_to(step_update(done), done.updates + 1, 3 * len(network.nodes))


class _Desk:
    """One experiment in the window, put back before each command."""

    def __init__(
        self,
        app: "QApplication",
        workspace: "Workspace",
        folder: Path,
        name: str,
        start: Experiment,
    ) -> None:
        self._app, self._workspace, self._name, self._start = app, workspace, name, start
        self._slowness = slowness()
        self._path = folder / f"{len(start.network.edges)}.json"
        save(self._path, start)

    def rows(self) -> Iterator[Row]:
        """Opening, a backup, and every command with its undo."""
        yield self.row("opening", lambda: self._workspace.files.read(self._path))
        assert not self._workspace.files.is_reading
        self._put_back("save", self._start)
        yield self.row("a backup", self._workspace.backups.write_beside, backed_up=False)
        for command in self._workspace.window.menus.commands.values():
            if command.id not in LEFT_OUT:
                yield from self._of(command.id, self._start)
            if command in IN_TIME:
                yield from self._of(command.id, start_again(self._start), " from the start")

    def row(self, what: str, act: Callable[[], object], backed_up: bool = True) -> Row:
        """What is done, and the longest hold of the window."""
        if backed_up:
            self._workspace.backups.write()  # else one may fall into this
        held = self._longest(act)
        bar = THEME_BAR if what.startswith("theme") else BAR
        against = f"milliseconds / {self._slowness:.2f}"
        return Row(f"{self._name}: {what}", against, held * 1e3 / self._slowness, bar, False)

    def action(self, command: str) -> "QAction":
        """What the menus show of it."""
        return self._workspace.window.menus.actions[command]

    def _of(self, command: str, start: Experiment, where: str = "") -> Iterator[Row]:
        self._put_back(command, start)
        action, what = self.action(command), command + where
        if not action.isEnabled():
            yield Row(f"{self._name}: {what}", "", note="off")
            return
        yield self.row(what, action.trigger)
        yield from self._dialogs(command)
        if self._workspace.document.stack.canUndo() and command not in ("undo", "redo"):
            yield self.row(f"{what}, undone", self.action("undo").trigger)
            yield self.row(f"{what}, done again", self.action("redo").trigger)
        if command in SWITCHES:
            action.trigger()

    def _dialogs(self, command: str) -> Iterator[Row]:
        """What it asks for is agreed to, where it is a name to write under; else closed."""
        from playground.dialogs.file_dialogs import SaveDialog

        for dialog in self._open_dialogs():
            if isinstance(dialog, SaveDialog):
                dialog.setDirectory(str(self._path.parent))
                dialog.selectFile(f"{self._path.stem}-{command}.{dialog.defaultSuffix()}")
                yield self.row(f"{command}, written", dialog.accept)
        for dialog in self._open_dialogs():
            dialog.reject()
        self._settle()

    def _open_dialogs(self) -> list["QDialog"]:
        from PySide6.QtWidgets import QDialog

        return [d for d in self._workspace.window.findChildren(QDialog) if d.isVisible()]

    def _put_back(self, command: str, start: Experiment) -> None:
        """The experiment as it was, all of it selected, something to undo and to paste."""
        workspace = self._workspace
        if workspace.files.work.standing.path != self._path:
            workspace.files.read(self._path, at_once=True)
        workspace.document.replace(start)
        workspace.stage.show(type(workspace.stage.look)())
        workspace.canvas.commands.select_all()
        if command == "paste":
            workspace.canvas.commands.copy()
        if command == "connect":
            workspace.stage.mark_ends(self._layer(0), self._layer(2))
        if command in ("undo", "redo", "revert", "save"):
            workspace.document.rename(start.network.nodes[0].id, "renamed")
        if command == "redo":
            workspace.document.undo()
        self._settle()

    def _layer(self, depth: int) -> tuple[str, ...]:
        levels = self._start.network.levels
        return tuple(node for node, level in levels.items() if level == depth)

    def _longest(self, act: Callable[[], object]) -> float:
        """The longest turn of the event loop while this is done and nothing is left to do."""
        turns = [_spent(act)]
        quiet = began = time.monotonic()
        while time.monotonic() - quiet < QUIET and time.monotonic() - began < LONGEST:
            turns.append(_spent(self._app.processEvents))
            if turns[-1] > 0.002 or self._workspace.trainer.is_busy:
                quiet = time.monotonic()
            else:
                time.sleep(0.002)
        self._workspace.trainer.stop()
        return max(turns)

    def _settle(self) -> None:
        self._longest(lambda: None)


def _spent(act: Callable[[], object]) -> float:
    began = time.thread_time()
    act()
    return time.thread_time() - began
