"""The strip along the lower edge: a button for every dock, facts, and refusals over the facts."""

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QStatusBar, QToolButton, QWidget

from playground.theme.fonts import HINT, font_of
from playground.theme.painting import painted
from playground.widgets.buttons import ICON, MessageBubble, icon_button
from playground.widgets.dock import Dock
from playground.widgets.layout import lay_out
from playground.widgets.plain_text import set_name, set_tip

HEIGHT = 30
BETWEEN = 18
INSIDE = 6
FEWEST_FACTS = 110  # wide


@dataclass(frozen=True, slots=True)
class Fact:
    """A name and what it is now; the less important ones go first when room is short."""

    name: str
    value: str
    important: bool = True


class Facts(QWidget):
    """The facts, right-aligned, as many as there is room for; or a refusal in their place."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.facts: tuple[Fact, ...] = ()
        self.covered = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HEIGHT)

    def shown(self) -> list[Fact]:
        """The facts that fit: without the last of those that matter less, then of the others."""
        facts, metrics = list(self.facts), QFontMetrics(font_of(HINT))

        def wide(fact: Fact) -> int:
            words = metrics.horizontalAdvance(fact.name) + metrics.horizontalAdvance(fact.value)
            return words + BETWEEN + INSIDE

        while facts and sum(map(wide, facts)) > self.width():
            lesser = [fact for fact in facts if not fact.important]
            facts.remove((lesser or facts)[-1])
        return facts

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.covered:  # half a fact beside a sentence says nothing
            return
        with painted(self) as (painter, tokens):
            painter.setFont(font_of(HINT))
            right = self.width()
            for fact in reversed(self.shown()):
                for text, color, gap in (
                    (fact.value, tokens.text, INSIDE),
                    (fact.name, tokens.text2, BETWEEN),
                ):
                    left = right - painter.fontMetrics().horizontalAdvance(text)
                    painter.setPen(color)
                    box = QRect(left, 0, right - left + 1, HEIGHT)
                    painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, text)
                    right = left - gap


class DockButton(QToolButton):
    """On while its dock is seen. Pressed: a dock behind others comes forward, a seen one closes."""

    def __init__(self, dock: Dock, parent: QWidget, rare: bool = False) -> None:
        super().__init__(parent)
        self.dock, self.rare = dock, rare  # a rare one has a place while its dock is open
        self.setText(dock.windowTitle())
        self.setCheckable(True)
        self.setChecked(dock.isVisible() and not dock.visibleRegion().isEmpty())
        self.setProperty("look", "strip")
        self.setFixedHeight(22)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        title = dock.windowTitle()
        set_name(self, f"Show {title}", f"Show or hide {title}")
        self.clicked.connect(self.turn)
        dock.visibilityChanged.connect(self.setChecked)

    def turn(self, on: bool) -> None:
        self.dock.setVisible(on)
        if on:
            self.dock.raise_()


class StatusBar(QStatusBar):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName("Panels and facts")
        self._inside = QWidget(self)
        self._buttons: list[DockButton] = []
        self.more = icon_button(
            "more", "More panels", "More panels: those that have no room here", self._open, self
        )
        self.more.setFixedSize(28, 22)
        self.more.hide()
        self.facts = Facts(self._inside)
        row = QHBoxLayout(self._inside)
        self._row = lay_out(row, self.more, (self.facts, 1), margins=(12, 1, 12, 0), spacing=2)
        self.refusal = MessageBubble(self, "warning")
        self.refusal.setWordWrap(False)
        self.refusal.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, False)
        self.refusal.ended.connect(self._uncover)

    def add_dock(self, dock: Dock, rare: bool = False) -> None:
        """A toggle for this dock, right of those that are there; a rare one while it is open."""
        button = DockButton(dock, self._inside, rare)
        if rare:
            dock.toggleViewAction().toggled.connect(self._fit)
        self._row.insertWidget(len(self._buttons), button)
        self._buttons.append(button)
        self._fit()

    def overflow(self) -> QMenu:
        """The panels whose buttons have no room."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for button in self._buttons:
            if button.isHidden():
                action = menu.addAction(button.text())
                action.setCheckable(True)
                action.setChecked(button.isChecked())
                action.triggered.connect(button.turn)
        return menu

    def _open(self) -> None:
        menu = self.overflow()
        menu.popup(self.more.mapToGlobal(QPoint(0, -menu.sizeHint().height())))

    def _fit(self) -> None:
        """As many buttons as there is room for beside the first facts; the rest in a menu."""
        gap = self._row.spacing()
        wanted = [b for b in self._buttons if not b.rare or b.dock.toggleViewAction().isChecked()]
        widths = {button: button.sizeHint().width() + gap for button in wanted}
        room = self.width() - FEWEST_FACTS
        if sum(widths.values()) > room or len(wanted) < len(self._buttons):
            room -= self.more.width() + gap
        taken = 0
        for button in self._buttons:
            taken += widths.get(button, 0)
            button.setVisible(button in widths and taken <= room)
        self.more.setVisible(any(button.isHidden() for button in self._buttons))

    def show_facts(self, facts: tuple[Fact, ...]) -> None:
        self.facts.facts = facts
        self.facts.setAccessibleName(", ".join(f"{fact.name} {fact.value}" for fact in facts))
        self.facts.update()

    def refuse(self, sentence: str) -> None:
        self._lay_over(sentence, "warning", "refusal")

    def note(self, sentence: str) -> None:
        """Lay something to know over the facts; it refuses nothing."""
        self._lay_over(sentence, "info", "note")

    def _lay_over(self, sentence: str, icon: str, look: str) -> None:
        self.refusal.set_look(icon, look)
        set_tip(self.refusal, sentence)
        self.refusal.begin(sentence)
        self._place()
        self.facts.covered = True
        self.facts.update()

    def _place(self) -> None:
        """A sentence at the right end, as wide as it needs, over the buttons too if it must."""
        sentence, metrics = self.refusal.sentence, self.refusal.fontMetrics()
        around = 12 + ICON + 6 + 12  # and ten pixels more, where there is room
        wide = min(metrics.horizontalAdvance(sentence) + around + 10, self.width())
        self.refusal.setGeometry(self.width() - wide, 1, wide, HEIGHT - 1)
        end = Qt.TextElideMode.ElideRight
        self.refusal.setText(metrics.elidedText(sentence, end, wide - around))

    def take_back(self, sentence: str) -> None:
        """What was said is no longer so; anything else that is said by now stays."""
        if self.refusal.isVisibleTo(self) and self.refusal.sentence == sentence:
            self.refusal.end()

    def _uncover(self) -> None:
        self.facts.covered = False
        self.facts.update()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._inside.setGeometry(self.rect())
        self._place()
        self._fit()
