"""What a screen reader hears of a drop-down: its name is what it sets, its value what is chosen.

Qt itself gives the chosen entry as the name on Linux, and then nobody hears what is chosen there.
"""

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleActionInterface, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QComboBox

from playground.widgets.fields import QuietChoice

_OPENS = (QAccessibleActionInterface.pressAction(), "ShowMenu")


class SpokenChoice(QAccessibleWidget):
    """A drop-down with the list of its entries; an action opens that."""

    def __init__(self, field: QComboBox) -> None:
        super().__init__(field, QAccessible.Role.ComboBox)

    def text(self, t: QAccessible.Text) -> str:
        field = self._field()
        if field is None or t not in (QAccessible.Text.Name, QAccessible.Text.Value):
            return super().text(t)
        if t == QAccessible.Text.Name:
            return field.accessibleName()
        if isinstance(field, QuietChoice):
            return field.word()
        return field.currentText() or field.placeholderText()

    def state(self) -> QAccessible.State:
        state, field = super().state(), self._field()
        if field is not None:
            state.expandable = 1
            state.expanded = int(field.view().isVisible())
        return state

    def childCount(self) -> int:
        return 0 if self._field() is None else 1

    def child(self, index: int) -> QAccessibleInterface:
        field = self._field()
        if field is None:
            return super().child(index)
        return QAccessible.queryAccessibleInterface(field.view())

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        field = self._field()
        return 0 if field is not None and child.object() is field.view() else -1

    def actionNames(self) -> list[str]:
        return [*_OPENS]

    def doAction(self, actionName: str) -> None:
        field = self._field()
        if field is not None and actionName in _OPENS and field.isEnabled():
            field.showPopup()

    def _field(self) -> QComboBox | None:
        field = self.object()
        return field if isinstance(field, QComboBox) else None


def speak_of_choices() -> None:
    """From now on every drop-down that a screen reader comes to is heard so."""
    QAccessible.installFactory(_spoken)


def _spoken(_kind: str, found: QObject) -> QAccessibleInterface | None:
    return SpokenChoice(found) if isinstance(found, QComboBox) else None
