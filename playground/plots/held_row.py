"""The controls above a map: the two inputs on the axes, the answer, and where the others stand."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from engine.numerals import short
from playground.widgets.place_field import NumberField
from playground.widgets.plain_text import plain_label, set_tip, without_key
from playground.widgets.quiet_choice import QuietChoice

Choose = Callable[[str], object]
WIDTH = 164


class MapRow(QHBoxLayout):
    """Which input goes across, which upwards, and whose answer is shown."""

    def __init__(self, across: Choose, up: Choose, answer: Choose, parent: QWidget) -> None:
        super().__init__()
        self.setSpacing(4)
        self.across = self._field("Across", "Across: the input to the right", across, parent)
        self.up = self._field("Upwards", "Upwards: the input to the top", up, parent)
        self.answer = self._field("Answer", "Answer: whose value is shown", answer, parent)
        self.addStretch(1)

    def show_choice(
        self, field: QuietChoice, role: str, names: Sequence[tuple[str, str]], chosen: str | None
    ) -> None:
        """Offer these; a field with nothing to choose goes."""
        offered = [(field.itemText(k), field.itemData(k)) for k in range(field.count())]
        if offered != list(names):
            field.clear()
            for name, node_id in names:
                field.addItem(name, node_id)
        field.setCurrentIndex(next((k for k, (_, i) in enumerate(names) if i == chosen), -1))
        field.show_word(f"{role}: {field.currentText()}")
        field.setVisible(len(names) > 0)

    def _field(self, name: str, tip: str, choose: Choose, parent: QWidget) -> QuietChoice:
        field = QuietChoice(name, tip, parent)
        field.activated.connect(lambda index: choose(str(field.itemData(index))))
        self.addWidget(field)
        return field


class HeldColumn(QScrollArea):
    """A number for every input that is on no axis; `hold` sets one."""

    def __init__(self, hold: Callable[[str, float], object], parent: QWidget) -> None:
        super().__init__(parent)
        self._hold = hold
        self._ids: tuple[str, ...] = ()
        self.fields: dict[str, NumberField] = {}
        self.setFixedWidth(WIDTH)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_held(self, names: Sequence[tuple[str, str]], values: Sequence[float]) -> None:
        """Show these inputs with the values where they are held."""
        ids = tuple(node_id for _, node_id in names)
        if ids != self._ids or any(self.fields[i].accessibleName() != _called(n) for n, i in names):
            self._build(names)
        for node_id, value in zip(ids, values, strict=True):
            field, text = self.fields[node_id], short(value)
            if field.shown != text and field.text() == field.shown:
                field.show_text(text)
                field.setCursorPosition(0)

    def _build(self, names: Sequence[tuple[str, str]]) -> None:
        self._ids = tuple(node_id for _, node_id in names)
        self.fields = {}
        inside = QWidget(self)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 10, 0)
        column.setSpacing(4)
        for name, node_id in names:
            row = QHBoxLayout()
            called = plain_label(without_key(name), inside)  # its buddy would make a key of "&"
            set_tip(called, name)
            field = NumberField(_called(name), self._taker(node_id), inside)
            set_tip(field, f"{_called(name)}: where it stands while the others change")
            field.setFixedSize(80, 28)
            called.setBuddy(field)
            row.addWidget(called, 1)
            row.addWidget(field)
            column.addLayout(row)
            self.fields[node_id] = field
        column.addStretch(1)
        self.setWidget(inside)

    def _taker(self, node_id: str) -> Callable[[float], None]:
        def take(value: float) -> None:
            self._hold(node_id, value)

        return take


def _called(name: str) -> str:
    return f"{name} held at"
