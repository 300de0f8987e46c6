"""A panel of labelled fields that scrolls: label left, field right, help under the one in use."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QFocusEvent, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from playground.theme.fonts import BODY, HINT, Face, font_of, strong
from playground.widgets.elided_label import ElidedLabel
from playground.widgets.plain_text import plain_label, set_tip

FIELD_WIDTH = 170
FIELD_HEIGHT = 28
LEAST_FIELD = 60
FIRST = 1000  # shares of the room: a field is as wide as it may be before a label gets more
PADDING = 20
PATIENCE = 60  # ms between looks whether the mouse has let go
_NOT_LEFT = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)


def words(text: str, face: Face, parent: QWidget, quiet: bool = True) -> QLabel:
    """Text that wraps; never read as anything but plain text."""
    made = plain_label(text, parent)
    made.setWordWrap(True)
    made.setFont(font_of(face))
    if quiet:
        made.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return made


def keep_place(part: QWidget) -> None:
    """While it is hidden its place stays empty, so that nothing around it moves."""
    policy = part.sizePolicy()
    policy.setRetainSizeWhenHidden(True)
    part.setSizePolicy(policy)


class FormRow(QWidget):
    """A label, the controls that belong to it, and one sentence of help."""

    def __init__(self, label: str, help_text: str, form: "Form") -> None:
        super().__init__(form.content)
        self._form, self.label, self.help_text = form, label, help_text
        self.controls: list[QWidget] = []
        self._line = QHBoxLayout()
        self._line.setContentsMargins(0, 4, 0, 4)
        self._line.setSpacing(8)
        words_of_it = ElidedLabel(label, BODY, "text2", self)
        words_of_it.setMinimumWidth(words_of_it.sizeHint().width())
        self._line.addWidget(words_of_it, 1)
        self._help = words(help_text, HINT, self)
        self._help.setContentsMargins(0, 0, 0, 6)
        self._help.hide()
        self._note = words("", HINT, self)
        self._note.setForegroundRole(QPalette.ColorRole.BrightText)
        self._note.setContentsMargins(0, 0, 0, 6)
        self._note.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._line)
        column.addWidget(self._note)
        column.addWidget(self._help)
        form.add_row(self)

    def put(self, control: QWidget, width: int = FIELD_WIDTH) -> None:
        """One more control at the right, so wide or less: it gives way to the label."""
        control.setFixedHeight(FIELD_HEIGHT)
        control.setMinimumWidth(min(width, LEAST_FIELD))
        control.setMaximumWidth(width)
        control.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._line.addWidget(control, FIRST)
        self.controls.append(control)
        control.installEventFilter(self._form)  # which shows the help while it has the keyboard

    def tell(self, help_text: str) -> None:
        """Another sentence of help, which may depend on what is chosen."""
        if help_text == self.help_text:
            return
        self.help_text = help_text
        self._help.setText(help_text)
        for control in self.controls:
            set_tip(control, f"{self.label}: {help_text}")

    def note(self, sentence: str) -> None:
        """What is wrong with the present choice, or nothing."""
        self._note.setText(sentence)
        self._note.setVisible(bool(sentence))

    def forget(self) -> None:
        """Something else is looked at: nothing half-entered stays."""

    def show_help(self, wanted: bool) -> None:
        """Show the sentence, or take it away."""
        self._help.setVisible(wanted and bool(self.help_text))


class Form(QScrollArea):
    """Rows one below the other; the help follows the focus once the mouse has let go.

    If the rows below moved while a button is held, a click would miss what it was aimed at.
    """

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.content = QWidget(self)
        self.column = QVBoxLayout(self.content)
        self.column.setContentsMargins(PADDING, 8, PADDING, 12)
        self.column.setSpacing(0)
        self.column.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.setWidget(self.content)
        self.rows: list[FormRow] = []
        self._wanted: FormRow | None = None
        self._shown: FormRow | None = None
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.timeout.connect(self._settle)
        self.verticalScrollBar().rangeChanged.connect(self._make_room)

    def add_row(self, row: FormRow) -> None:
        """Rows add themselves."""
        self.rows.append(row)
        self.column.addWidget(row)

    def add_heading(self, text: str) -> QLabel:
        """A few words above the rows that follow."""
        label = words(text, strong(HINT), self.content, quiet=False)
        label.setContentsMargins(0, 12 if self.rows else 0, 0, 4)
        self.column.addWidget(label)
        return label

    def _row_of(self, watched: QObject) -> FormRow | None:
        return next((row for row in self.rows if watched in row.controls), None)

    def _settle(self) -> None:
        held = QApplication.mouseButtons() != Qt.MouseButton.NoButton
        if held or QApplication.activePopupWidget() is not None:
            self._settling.start(PATIENCE)
            return
        if self._shown is not None and self._shown is not self._wanted:
            self._shown.show_help(False)
        self._shown = self._wanted
        if self._shown is not None:
            self._shown.show_help(True)
            self.column.activate()
            self.ensureWidgetVisible(self._shown, 0, 8)

    def _make_room(self, low: int, high: int) -> None:
        """The scroll bar takes its room from the padding, so that no field moves."""
        bar = self.verticalScrollBar().sizeHint().width() if high > low else 0
        margins = self.column.contentsMargins()
        if margins.right() != PADDING - bar:
            margins.setRight(PADDING - bar)
            self.column.setContentsMargins(margins)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QFocusEvent) and event.reason() not in _NOT_LEFT:
            row = self._row_of(watched) if event.gotFocus() else None
            if row is not None or self._row_of(watched) is self._wanted:
                self._wanted = row
                self._settling.start(0)
        return super().eventFilter(watched, event)
