"""How a table is written: delimiter, decimal mark, encoding, names; guessed and editable."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine.files.table import DELIMITERS, ENCODINGS, Dialect, Options
from playground.theme.fonts import HINT
from playground.widgets.fields import ChoiceField, Switch
from playground.widgets.form import FIELD_HEIGHT, words

DECIMALS = {".": "point", ",": "comma"}
HEADER = "First row holds names"


class DialectRow(QWidget):
    """Shows what was guessed; what is chosen goes into `options`, the rest is guessed again."""

    def __init__(self, changed: Callable[[], object], parent: QWidget) -> None:
        super().__init__(parent)
        self.options = Options()
        self._changed = changed
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(6)
        self.delimiter = self._field("Divided by", "What stands between the cells.", DELIMITERS,
                                     124, self._take_delimiter)  # fmt: skip
        self.decimal = self._field("Decimal", "What stands before the decimals of a number.",
                                   DECIMALS, 104, self._take_decimal)  # fmt: skip
        self.encoding = self._field("Text", "How letters are written as bytes.", ENCODINGS, 110,
                                    self._take_encoding)  # fmt: skip
        self.header = Switch(HEADER, f"{HEADER}: not numbers to learn from.", self)
        self.header.clicked.connect(self._take_header)
        self._line.addStretch(1)
        self._line.addWidget(self.header)

    def _field(
        self,
        name: str,
        tip: str,
        choices: Mapping[str, str],
        width: int,
        take: Callable[[str], None],
    ) -> ChoiceField:
        label = words(name, HINT, self)
        label.setWordWrap(False)
        field = ChoiceField(name, f"{name}: {tip}", self)
        field.setFixedSize(width, FIELD_HEIGHT)
        for key, title in choices.items():
            field.addItem(title, key)
        field.activated.connect(lambda index: take(str(field.itemData(index))))
        label.setBuddy(field)
        self._line.addWidget(label)
        self._line.addWidget(field)
        self._line.addSpacing(8)
        return field

    def show_dialect(self, dialect: Dialect) -> None:
        """What the table was read with."""
        for field, key in (
            (self.delimiter, dialect.delimiter),
            (self.decimal, dialect.decimal),
            (self.encoding, dialect.encoding),
        ):
            field.setCurrentIndex(field.findData(key))
        self.header.setChecked(dialect.header)

    def _take_delimiter(self, key: str) -> None:
        self._choose(replace(self.options, delimiter=key))

    def _take_decimal(self, key: str) -> None:
        self._choose(replace(self.options, decimal=key))

    def _take_encoding(self, key: str) -> None:
        self._choose(replace(self.options, encoding=key))

    def _take_header(self, on: bool) -> None:
        self._choose(replace(self.options, header=on))

    def _choose(self, options: Options) -> None:
        """What was said about columns was said about other columns."""
        self.options = replace(options, text=(), numbers=())
        self._changed()
