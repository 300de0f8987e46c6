"""Which commands can be given now, which are chosen, and the few that only change a setting."""

from dataclasses import replace

from PySide6.QtCore import QObject

from engine.experiment import Experiment
from engine.numerals import counted
from engine.program import why_not_run
from playground.actions import tip
from playground.document import Document
from playground.keeping.file_work import FileWork
from playground.node_maps import why_no_maps
from playground.stage import Look, Stage
from playground.widgets.plain_text import set_tip, without_key
from playground.window.menus import Menus

UNDONE = (("undo", "Undo"), ("redo", "Redo"))


class ActionStates(QObject):
    """Follows document, stage and undo stack; sets nothing that has not changed."""

    def __init__(
        self, menus: Menus, document: Document, stage: Stage, work: FileWork, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._menus, self._document, self._stage, self._work = menus, document, stage, work
        self._needs = {c: k.needs for c, k in menus.commands.items() if k.needs}
        self._known: dict[str, bool] = {}
        document.changed.connect(self._follow)
        document.stack.indexChanged.connect(self.show_undo)
        document.stack.cleanChanged.connect(self.refresh)
        stage.looked.connect(self._look)
        self.refresh()
        self.show_undo()

    def check_gradients(self) -> None:
        """A mark on every parameter, or none."""
        look = self._stage.look
        reason = None if look.checked else self._why_not_check(self._document.value)
        if reason is not None:
            self._document.refuse(reason)
        else:
            self._stage.show(replace(look, checked=not look.checked))
        self._menus.check("check-gradients", self._stage.look.checked)

    def show_maps(self) -> None:
        """A map inside every node, or none."""
        look, network = self._stage.look, self._document.value.network
        reason = None if look.maps else why_no_maps(network)
        if reason is not None:
            self._document.refuse(reason)
        else:
            self._stage.show(replace(look, maps=not look.maps))
        self._menus.check("node-maps", self._stage.look.maps)

    def show_orders(self) -> None:
        """The order of the pass at every node, or not."""
        look = self._stage.look
        self._stage.show(replace(look, orders=not look.orders))

    def show_digits(self, digits: int) -> None:
        """So many significant digits, in every view."""
        settings = replace(self._document.settings, digits=digits)
        self._document.set_settings(settings, f"Show {counted(digits, 'digit')}")
        self.refresh()

    def refresh(self) -> None:
        """Look at everything again."""
        self._allow()
        digits = self._document.value.settings.digits
        for command in self._menus.commands.values():
            if command.call == "views.show_digits":
                self._menus.check(command.id, command.arguments == (digits,))
        self._menus.check(f"tool-{self._stage.look.tool}")

    def show_undo(self) -> None:
        """What undo and redo would do, by name."""
        stack = self._document.stack
        can = {"undo": stack.index() > self._document.forgotten, "redo": stack.canRedo()}
        texts = {"undo": stack.undoText(), "redo": stack.redoText()}
        for name, word in UNDONE:
            action, command = self._menus.actions[name], self._menus.commands[name]
            action.setEnabled(can[name])
            what = f" “{texts[name]}”" if can[name] and texts[name] else ""
            action.setText(command.text + without_key(what))
            action.setIconText(word)
            set_tip(action, tip(command) if not what else f"{word}{what} ({command.keys[0]})")

    def _why_not_check(self, value: Experiment) -> str | None:
        return why_not_run(value.network, value.settings, value.layout.name)

    def _follow(self, before: Experiment, after: Experiment) -> None:
        if before.network is not after.network or before.settings is not after.settings:
            self.refresh()

    def _look(self, before: Look, after: Look) -> None:
        self._allow()
        if before.tool != after.tool:
            self._menus.check(f"tool-{after.tool}")
        self._menus.check("check-gradients", after.checked)
        self._menus.check("node-maps", after.maps)
        self._menus.check("order-numbers", after.orders)

    def _allow(self) -> None:
        look, standing = self._stage.look, self._work.standing
        known = {
            "nodes": bool(look.nodes),
            "several": len(look.nodes) > 1,
            "selection": bool(look.nodes or look.edges),
            "network": bool(self._document.value.network.nodes),
            "file": standing.path is not None,
            "writable": not standing.read_only,
        }
        if known != self._known:
            self._known = known
            for name, need in self._needs.items():
                if need in known:
                    self._menus.actions[name].setEnabled(known[need])
