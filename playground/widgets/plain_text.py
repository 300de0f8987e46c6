"""Text from outside as the characters it is made of, wherever Qt could take it for something else.

Qt takes a tip or a label that looks like HTML for HTML, opens the files it names, and an "&" in a
menu or on a button for a key. All tips, labels and such texts are made here and nowhere else.
"""

from collections.abc import Iterator

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtGui import Qt as Html
from PySide6.QtWidgets import QAbstractButton, QLabel, QListWidgetItem, QToolTip, QWidget

LONGEST_LINE = 60  # letters of a tip: Qt breaks no line, and a long one hides what it is about
_JOINER = "\u2060"  # takes no room and is not seen; behind a "<" it makes the tag no tag


def plain_tip(text: str) -> str:
    """The text in lines that can be read, and so that Qt does not see a tag in it.

    A tip has no switch for plain text. Were it escaped into HTML, a screen reader would read the
    escapes aloud, and a tip that is handed on, as a button has that of its action, would be
    escaped twice.
    """
    if Html.mightBeRichText(text):
        text = text.replace("<", f"<{_JOINER}").replace("&lt;", f"&{_JOINER}lt;")
    return "\n".join(piece for line in text.split("\n") for piece in _pieces(line))


def _pieces(line: str) -> Iterator[str]:
    """The line, broken at spaces; a word is never broken."""
    while len(line) > LONGEST_LINE:
        place = line.rfind(" ", 1, LONGEST_LINE + 1)
        place = line.find(" ", LONGEST_LINE) if place < 0 else place
        if place < 0:
            break
        yield line[:place]
        line = line[place + 1 :]
    yield line


def set_tip(owner: QWidget | QAction | QListWidgetItem, text: str) -> None:
    """What is told while the mouse rests on it."""
    owner.setToolTip(plain_tip(text))


def set_name(owner: QWidget, name: str, tip: str) -> None:
    """What it is called when it is read aloud, and the tip."""
    owner.setAccessibleName(name)
    set_tip(owner, tip)


def show_tip(at: QPoint, text: str, widget: QWidget) -> None:
    """Tell something now, at this point of the screen."""
    QToolTip.showText(at, plain_tip(text), widget)


def plain_label(text: str, parent: QWidget) -> QLabel:
    made = QLabel(text, parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    return made


def plain_title(text: str) -> str:
    """A title of a window, in which "[*]" would give way to the mark of unsaved work."""
    return text.replace("[*]", "[*][*]")


def without_key(text: str) -> str:
    """A text for a menu or a button in which no letter is a key."""
    return text.replace("&", "&&")


def set_words(button: QAbstractButton, text: str) -> None:
    """The same for a button that paints its text itself."""
    button.setText(text)
    button.setShortcut(QKeySequence())
