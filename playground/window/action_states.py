"""Which commands can be given now, which are chosen, and the few that only change a setting."""

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject

from engine.experiment.experiment import Experiment
from engine.experiment.history import start_of
from engine.numerals import counted
from engine.program.program import why_not_run
from playground.model.document import Document
from playground.model.node_maps import why_no_maps
from playground.model.stage import Look, Stage
from playground.model.trainer import Trainer
from playground.panels.transport import why_not_step, why_not_train
from playground.session.files import OpenDocument
from playground.widgets.plain_text import set_tip, without_key
from playground.window.menus import Menus, Need, tip

MARKS = {"checked": "check-gradients", "maps": "node-maps", "orders": "order-numbers"}
AT_THE_START = "This is the start; there is nothing before it."


class ActionStates(QObject):
    """Follows document, stage, file and runs; what has changed is asked of the rows again."""

    def __init__(
        self,
        menus: Menus,
        document: Document,
        stage: Stage,
        work: OpenDocument,
        trainer: Trainer,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._menus, self._document, self._stage, self._work = menus, document, stage, work
        self._trainer = trainer
        self._why_not = _why_not(document.value)
        self._reasons: dict[Need, str | None] = {}
        document.changed.connect(self._follow)
        document.stack.indexChanged.connect(self.show_undo)
        document.stack.cleanChanged.connect(self.refresh)
        stage.looked.connect(self._look)
        trainer.running_changed.connect(self._allow)
        self.refresh()
        self.show_undo()

    def turn(self, mark: str) -> None:
        """Put this on every node or parameter of the canvas, or take it away."""
        on = not getattr(self._stage.look, mark)
        reason = None
        if on and mark == "checked":
            reason = self._why_not[1]
        elif on and mark == "maps":
            reason = why_no_maps(self._document.value.network)
        if reason is None:
            turned: dict[str, Any] = {mark: on}
            self._stage.show(replace(self._stage.look, **turned))
        else:
            self._document.report(reason)
            self._tick()  # the click has ticked it already

    def show_digits(self, digits: int) -> None:
        """So many significant digits, in every view."""
        settings = replace(self._document.settings, digits=digits)
        self._document.set_settings(settings, f"Show {counted(digits, 'digit')}")
        self.refresh()

    def refresh(self) -> None:
        """Look at everything again."""
        self._allow()
        self._menus.choose("digits", self._document.value.settings.digits)
        self._menus.choose("tool", self._stage.look.tool)

    def show_undo(self) -> None:
        """What undo and redo would do, by name."""
        self._allow()
        stack = self._document.stack
        for name, told in (("undo", stack.undoText()), ("redo", stack.redoText())):
            action, command = self._menus.actions[name], self._menus.commands[name]
            what = f" “{told}”" if action.isEnabled() and told else ""
            action.setText(command.text + without_key(what))
            action.setIconText(command.name)  # a new text would be that too
            set_tip(
                action, tip(command) if not what else f"{command.name}{what} ({command.keys[0]})"
            )

    def _follow(self, before: Experiment, after: Experiment) -> None:
        drawn = before.network is after.network and before.layout is after.layout
        if drawn and before.settings is after.settings:
            self._allow()
        else:
            self._why_not = _why_not(after)
            self.refresh()

    def _look(self, before: Look, after: Look) -> None:
        self._allow()
        if before.tool != after.tool:
            self._menus.choose("tool", after.tool)
        self._tick()

    def _tick(self) -> None:
        for mark, command in MARKS.items():
            self._menus.check(command, getattr(self._stage.look, mark))

    def _allow(self) -> None:
        value, look, standing = self._document.value, self._stage.look, self._work.standing
        nothing, no_run, no_training = self._why_not
        stack, running = self._document.stack, self._trainer.is_running
        first = not value.cursor and value.updates == start_of(value.history)
        reasons: dict[Need, str | None] = {
            "nodes": _or(look.nodes),
            "several": _or(look.nodes[1:]),
            "selection": _or(look.nodes or look.edges),
            "marks": _or(look.nodes or look.sources or look.targets),
            "undo": _or(stack.index() > self._document.forgotten),
            "redo": _or(stack.canRedo()),
            "file": _or(standing.path),
            "writable": _or(not standing.read_only),
            "network": nothing,
            "forward": nothing,  # a step ends a run first, as every other change does
            "back": AT_THE_START if first else None,
            "epoch": no_run,
            "train": None if running else no_training,
        }
        if reasons != self._reasons:
            self._reasons = reasons
            self._menus.allow(reasons)


def _or(there: object) -> str | None:
    """What is missing here is plain to see: no words."""
    return None if there else ""


def _why_not(value: Experiment) -> tuple[str | None, str | None, str | None]:
    """Why it cannot step, run and train, which takes long to find out."""
    run = why_not_run(value.network, value.settings, value.layout.name)
    return why_not_step(value), run, why_not_train(value)
