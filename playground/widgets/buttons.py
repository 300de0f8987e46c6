"""Buttons, chips, labels and messages as the window has them."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QFontMetrics, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QLabel,
    QPushButton,
    QSizePolicy,
    QTabBar,
    QToolButton,
    QWidget,
)

from engine.numerals import NumberRole
from playground.theme import icons
from playground.theme.fonts import BODY, CHIP, HINT, Face, font_of
from playground.theme.painting import fill_rounded, painted
from playground.theme.palette import role_color, role_tint, token
from playground.widgets.plain_text import set_name, set_tip, without_key

CHIP_HEIGHT = 20
PADDING = 8
RADIUS = 10


class Chip(QWidget):
    """A word in the colour of its role."""

    def __init__(self, text: str, role: NumberRole, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.show_word(text, role)

    def show_word(self, text: str, role: NumberRole) -> None:
        self.text, self.role = text, role
        self.setAccessibleName(text)
        width = QFontMetrics(font_of(CHIP)).horizontalAdvance(text)
        self.setFixedSize(width + 2 * PADDING + 1, CHIP_HEIGHT)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with painted(self) as (painter, tokens):
            box = self.rect().toRectF()
            fill_rounded(painter, box, RADIUS, role_tint(tokens, self.role))
            painter.setFont(font_of(CHIP))
            painter.setPen(role_color(tokens, self.role))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.text)


class ElidedLabel(QWidget):
    """Text in a face and in the colour of a token; it never asks for more room than there is."""

    def __init__(
        self, text: str, face: Face = BODY, color: str = "text", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._face, self._color = face, color
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.set_text(text)

    def set_text(self, text: str, short: str = "") -> None:
        """Show another text, or the short one where there is no room for it."""
        self.text, self._short = text, short
        self.setAccessibleName(text)
        self._tell_all()
        self.updateGeometry()
        self.update()

    def shown(self) -> str:
        """What there is room for."""
        metrics = QFontMetrics(font_of(self._face))
        fits = metrics.horizontalAdvance(self.text) <= self.width()
        text = self.text if fits or not self._short else self._short
        return metrics.elidedText(text, Qt.TextElideMode.ElideRight, self.width())

    def _tell_all(self) -> None:
        set_tip(self, "" if self.shown() == self.text else self.text)

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(font_of(self._face))
        return QSize(metrics.horizontalAdvance(self.text) + 2, metrics.height() + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(min(24, self.sizeHint().width()), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell_all()

    def paintEvent(self, event: QPaintEvent) -> None:
        with painted(self) as (painter, tokens):
            painter.setFont(font_of(self._face))
            painter.setPen(token(tokens, self._color if self.isEnabled() else "off"))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, self.shown())


class _Passing(QObject):
    """Lets the wheel through to what is around a field that has not the keyboard."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        turned = event.type() == QEvent.Type.Wheel
        if turned and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return False


def turn_only_in_hand(field: QWidget) -> None:
    """The wheel turns this field only while it has the keyboard, and does not give it that.

    Qt gives combo boxes the keyboard at the first notch, and turns sliders and tabs without it.
    """
    if field.focusPolicy() == Qt.FocusPolicy.WheelFocus:
        field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    field.installEventFilter(_Passing(field))


HEIGHT = 32
Act = Callable[[], object]
_B = TypeVar("_B", bound=QAbstractButton)


def restyle(widget: QWidget, name: str, value: object) -> None:
    """Set a property that the style sheet looks at."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def push_button(text: str, tip: str, pressed: Act, parent: QWidget, icon: str = "") -> QPushButton:
    """A button with words: white with a hairline until `fill` or `flatten` says otherwise."""
    button = QPushButton(without_key(text), parent)
    button.setFixedHeight(HEIGHT)
    _name(button, text, tip, icon)
    button.clicked.connect(lambda: pressed())
    return button


def icon_button(
    icon: str, name: str, tip: str, pressed: Act, parent: QWidget, color: str = "text"
) -> QToolButton:
    """A button that is an icon alone, 32 × 32."""
    button = QToolButton(parent)
    button.setFixedSize(HEIGHT, HEIGHT)
    _name(button, name, tip, icon, color)
    button.clicked.connect(lambda: pressed())
    return button


def act_on(button: _B, action: QAction, icon: bool = True) -> _B:
    """A button that does what the action does, is off when that is, and has its tip, or why."""
    _name(button, action.iconText(), "", str(action.data()) if icon else "")
    button.setCheckable(action.isCheckable())
    button.clicked.connect(action.trigger)

    def follow() -> None:
        button.setEnabled(action.isEnabled())
        button.setChecked(action.isChecked())
        set_tip(button, action.toolTip())

    action.changed.connect(follow)
    follow()
    return button


def tab_bar(titles: tuple[str, ...], name: str, tip: str, parent: QWidget) -> QTabBar:
    """Small tabs, as wide as their words."""
    tabs = QTabBar(parent)
    tabs.setProperty("look", "small")
    tabs.setDrawBase(False)
    tabs.setExpanding(False)
    set_name(tabs, name, tip)
    turn_only_in_hand(tabs)
    for title in titles:
        tabs.addTab(title)
    return tabs


def _name(button: QAbstractButton, name: str, tip: str, icon: str, color: str = "text") -> None:
    set_name(button, name, tip)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    button.setIconSize(QSize(icons.SIZE, icons.SIZE))
    if icon:
        icons.set_icon(button, icon, button.palette(), color)


def fill(button: QPushButton, role: NumberRole) -> None:
    """The one button to press: filled with the colour of a phase."""
    _dress(button, role.value, "on_accent")


def flatten(button: QPushButton) -> None:
    """A button that steps back: no border until the mouse is over it."""
    _dress(button, "plain", "text")


def _dress(button: QPushButton, look: str, color: str) -> None:
    restyle(button, "look", look)
    name = icons.worn(button)
    if name:
        icons.set_icon(button, name, button.palette(), color)


STAYS = 6000  # ms: enough to read two lines twice; after that a message only covers something
ASIDE = 12  # of a point, so that the pointer does not cover the first word
EDGE = 4  # kept free at the edges of what the bubble lies over
SIDES, ABOVE_AND_BELOW = 18, 14  # the padding of the style sheet, and a pixel more for rounding
ICON, ICON_LEFT, BEFORE_WORDS = 16, 10, 26


class MessageBubble(QLabel):
    """A sentence on a tinted ground, which the style sheet paints, perhaps behind an icon.

    Hidden until it is said, and again when its cause is gone, and never said longer than STAYS.
    """

    ended = Signal()
    widest = 320  # of a line; about 50 letters

    def __init__(self, parent: QWidget, icon: str = "") -> None:
        super().__init__(parent)
        self.sentence = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setIndent(0)  # else half a letter more where the style sheet has a border or padding
        self.setFont(font_of(HINT))
        self.set_look(icon)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._until = QTimer(self, interval=STAYS, singleShot=True)
        self._until.timeout.connect(self.end)
        self.hide()

    def set_look(self, icon: str, look: str = "") -> None:
        """Another icon, and another look in the style sheet."""
        self._icon = icon
        restyle(self, "look", look or ("icon" if icon else ""))

    def begin(self, sentence: str) -> None:
        """Say this from now on, in front of all else."""
        self.sentence = sentence
        self.setText(sentence)
        self.setAccessibleName(sentence)
        self.raise_()
        self.show()
        self._until.start()

    def end(self) -> None:
        """Its cause is gone, or it has been read."""
        self._until.stop()
        self.hide()
        self.ended.emit()

    def fit(self, sentence: str) -> None:
        """As large as this sentence needs, in lines that can be read."""
        wraps = Qt.TextFlag.TextWordWrap
        words = self.fontMetrics().boundingRect(0, 0, self.widest, 400, wraps, sentence)
        before, least = (BEFORE_WORDS, ICON) if self._icon else (0, 0)
        high = max(words.height(), least) + ABOVE_AND_BELOW
        self.resize(words.width() + SIDES + before, high)

    def show_at(self, at: QPoint, sentence: str) -> None:
        """Stand beside this point, inside what it lies over."""
        self.fit(sentence)
        room = self.parentWidget()
        assert room is not None
        x, y = at.x() + ASIDE, at.y() + ASIDE
        if x + self.width() > room.width() - EDGE:
            x = max(EDGE, at.x() - ASIDE - self.width())
        if y + self.height() > room.height() - EDGE:
            y = max(EDGE, at.y() - ASIDE - self.height())
        self.move(x, y)
        self.begin(sentence)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._icon:
            with painted(self) as (painter, _):
                corner = QPointF(ICON_LEFT, (self.height() - ICON) / 2)
                color = self.palette().windowText().color()
                icons.paint(painter, self._icon, color, corner, ICON)
