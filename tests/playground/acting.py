"""The actions of the window for parts that stand in a test without one."""

from types import SimpleNamespace
from typing import cast

from PySide6.QtWidgets import QMainWindow, QWidget

from playground.model.document import Document
from playground.model.stage import Stage
from playground.model.trainer import Trainer
from playground.session.files import OpenDocument
from playground.window.action_states import ActionStates
from playground.window.command_table import TABLE
from playground.window.menus import Menus
from playground.window.workspace import Workspace


class Acting:
    """Actions that follow a document; what they call is put into `parts` when it is made."""

    def __init__(self, document: Document, stage: Stage, owner: QWidget) -> None:
        self.parts = SimpleNamespace(document=document, stage=stage)
        window = QMainWindow(owner)  # never shown, so that none of its keys are taken
        self.menus = Menus(window, TABLE, lambda command: command.do(cast(Workspace, self.parts)))
        trainer = Trainer(document, window)
        owner.destroyed.connect(trainer.close)
        stack = document.stack
        document.destroyed.connect(lambda: stack.blockSignals(True))  # it tells of its own end
        ActionStates(self.menus, document, stage, OpenDocument(document), trainer, window)
        self.actions = self.menus.actions
