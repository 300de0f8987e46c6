"""The words of a lesson: paragraphs with bold words, set with more room between their lines."""

import re
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QLabel, QWidget

from engine.files.lesson import runs_of
from playground.theme.fonts import Face, font_of

LEADING = 1.55
BOLD = 600


def kept_together(text: str) -> str:
    """The text with a number and its % always on one line."""
    return re.sub(r"(?<=[\d*]) (?=%)", "\N{NO-BREAK SPACE}", text)


def paragraph(text: str, face: Face, parent: QWidget) -> QLabel:
    """A paragraph; all that is special in it is **bold**, whatever else it holds is plain text."""
    label = QLabel(parent)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.RichText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
    set_paragraph(label, text, face)
    return label


def set_paragraph(label: QLabel, text: str, face: Face) -> None:
    """The same in another size, or another text."""
    font = font_of(face)
    label.setFont(font)
    share = LEADING * face.pixels / QFontMetricsF(font).height()
    runs = "".join(
        f'<span style="font-weight:{BOLD}">{escape(run)}</span>' if bold else escape(run)
        for run, bold in runs_of(kept_together(text))
    )
    label.setText(f'<p style="margin:0; line-height:{round(100 * share)}%">{runs}</p>')
    label.setAccessibleName(text.replace("**", ""))
