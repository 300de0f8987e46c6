"""What says something for a while: as long as its cause is there, and never longer than STAYS."""

from PySide6.QtCore import QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QWidget

from playground.theme import icons
from playground.theme.fonts import HINT, font_of
from playground.widgets.buttons import restyle

STAYS = 6000  # ms: enough to read two lines twice; after that a message only covers something
ASIDE = 12  # of a point, so that the pointer does not cover the first word
EDGE = 4  # kept free at the edges of what the bubble lies over
SIDES, ABOVE_AND_BELOW = 18, 14  # the padding of the style sheet, and a pixel more for rounding
ICON, ICON_LEFT, BEFORE_WORDS = 16, 10, 26


class MessageBubble(QLabel):
    """A sentence on a tinted ground, which the style sheet paints, perhaps behind an icon.

    Hidden until it is said, and again when its cause is gone or its time is over.
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
            with QPainter(self) as painter:
                corner = QPointF(ICON_LEFT, (self.height() - ICON) / 2)
                color = self.palette().windowText().color()
                icons.paint(painter, self._icon, color, corner, ICON)
