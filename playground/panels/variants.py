"""Settings kept under names: switched between, and told apart."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from engine.errors import Refused, clean_name
from engine.experiment.editing import forget, keep, switch_to
from engine.experiment.experiment import Experiment
from engine.files.limits import NAME
from engine.functions.losses import LOSSES
from engine.functions.optimizers import OPTIMIZERS
from engine.numerals import count, counted, short
from engine.settings import Settings
from playground.model.document import Document
from playground.model.stage import Stage
from playground.model.trainer import RunFollower
from playground.theme.fonts import BODY, CAPTION, HINT, font_of, strong
from playground.theme.painting import draw_elided, fill_rounded, painted
from playground.widgets.buttons import icon_button, push_button
from playground.widgets.fields import PlaceField
from playground.widgets.form import words
from playground.widgets.layout import lay_out, scroll_area
from playground.widgets.plain_text import set_tip, set_words

ALWAYS = 2  # the first of the table, where nothing tells them apart


def _stops(settings: Settings) -> str:
    stops = settings.stops
    rules = [counted(stops.epochs, "epoch")] if stops.epochs else []
    rules += [f"patience {count(stops.patience)}"] if stops.patience else []
    for name, bound in (
        ("loss", stops.loss_below),
        ("change", stops.change_below),
        ("wrong", stops.misclassified_below),
    ):
        rules += [] if bound is None else [f"{name} < {short(bound)}"]
    return f"stop: {', '.join(rules)}" if rules else "no stop rule"


WORDS: tuple[Callable[[Settings], str], ...] = (
    lambda s: f"rate {short(s.rate)}",
    lambda s: "all rows at once" if s.batch is None else f"batch {count(s.batch)}",
    lambda s: OPTIMIZERS[s.optimizer.kind].short,
    lambda s: LOSSES[s.loss].title.lower(),
    lambda s: f"{s.reduction} over samples",
    lambda s: f"{s.schedule.kind} rate" if s.schedule.kind == "constant" else s.schedule.kind,
    lambda s: f"L1 {short(s.l1)}",
    lambda s: f"L2 {short(s.l2)}",
    lambda s: "shuffled" if s.shuffle else "in order",
    lambda s: f"seed {s.seed}",
    lambda s: f"start {s.initializer.kind}",
    _stops,
    lambda s: "lecture rounding" if s.rounding else "exact",
)


def differences(settings: Settings, others: Iterable[Settings]) -> str:
    """What is not the same in all of them; the rate and the batch where everything is."""
    beside = list(others)
    found = [word for word in WORDS if len({word(other) for other in beside}) > 1]
    return ", ".join(word(settings) for word in found or WORDS[:ALWAYS])


def reached(experiment: Experiment, name: str) -> str:
    """Where the newest run under these settings came to; "" before the first."""
    curves = [run.curve for run in experiment.runs if run.title == name]
    if name == experiment.variant and experiment.curve.count > 1:
        curves.append(experiment.curve)
    last = curves[-1].last if curves else None
    if last is None:
        return ""
    loss = short(last.loss, experiment.settings.digits)
    return f"loss {loss} after {counted(int(last.update), 'update')}"


HIGH = 46
EMPTY = (
    "Keep the present settings under a name, change some, and keep those too. Then switch between "
    "them, train each, and lay their curves over each other."
)
NOT_KEPT = "The present settings are not among them."


class VariantButton(QAbstractButton):
    """One of them: a circle that is filled when it is in force, its name, what sets it apart."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._below = ("", "")
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_variant(self, name: str, apart: str, came_to: str, in_force: bool) -> None:
        self._below = (apart, came_to)
        set_words(self, name)
        self.setChecked(in_force)
        told = ", ".join(part for part in (name, apart, came_to) if part)
        self.setAccessibleName(told)
        what = "In force now." if in_force else "Switch to it: before the first update again."
        set_tip(self, f"{told}. {what}")
        self.update()

    def nextCheckState(self) -> None:
        """Which one is in force is for the document to say."""

    def sizeHint(self) -> QSize:
        return QSize(200, HIGH)

    def paintEvent(self, event: QPaintEvent) -> None:
        with painted(self) as (painter, tokens):
            if self.isChecked() or self.underMouse():
                ground = tokens.fwd_t if self.isChecked() else tokens.sunken
                fill_rounded(painter, self.rect().toRectF().adjusted(0, 1, 0, -1), 6, ground)
            middle = QPointF(18, self.height() / 2)
            painter.setPen(QPen(tokens.fwd if self.isChecked() else tokens.node_line, 1.25))
            painter.setBrush(tokens.surface)
            painter.drawEllipse(middle, 7, 7)
            if self.isChecked():
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(tokens.fwd)
                painter.drawEllipse(middle, 4, 4)
            room = self.width() - 44
            painter.setPen(tokens.text)
            painter.setFont(font_of(strong(BODY) if self.isChecked() else BODY))
            draw_elided(painter, QRectF(36, 5, room, 18), self.text())
            painter.setPen(tokens.text2)
            painter.setFont(font_of(CAPTION))
            told = " · ".join(part for part in self._below if part)
            draw_elided(painter, QRectF(36, 24, room, 16), told)


class VariantRow(QWidget):
    def __init__(
        self, switch: Callable[[str], object], forget_it: Callable[[str], object], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.button = VariantButton(self)
        name = self.button.text
        self.button.clicked.connect(lambda on: switch(name()))
        self.remove = icon_button("delete", "Forget", "Forget", lambda: forget_it(name()), self)
        lay_out(QHBoxLayout(self), (self.button, 1), self.remove, spacing=4)


class Variants(QWidget):
    """The list, and a field to keep what is in force now."""

    def __init__(self, document: Document, stage: Stage, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Variants")
        self._document = document
        self.rows: list[VariantRow] = []
        self.note = words("", HINT, self)
        self.note.setContentsMargins(8, 0, 8, 4)
        self._inside = QWidget(self)
        column, margins = QVBoxLayout(self._inside), (12, 6, 8, 4)
        self._column = lay_out(column, self.note, None, spacing=2, margins=margins)
        self.area = scroll_area(self._inside, self)
        self.field = PlaceField("Name for the present settings", self._keep, self)
        self.field.setPlaceholderText("Name for the present settings")
        tip = "Keep: the present settings under this name (Enter)."
        self.keep = push_button("Keep", tip, self._press, self)
        self.keep.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the field as it is
        parts, margins = ((self.field, 1), self.keep), (20, 6, 20, 10)
        foot = lay_out(QHBoxLayout(), *parts, spacing=8, margins=margins)
        lay_out(QVBoxLayout(self), (self.area, 1), foot)
        self._follower = RunFollower(document, self.refresh, self)

    # showing

    def refresh(self) -> None:
        value = self._document.value
        names, in_force = list(value.variants), value.variant
        self.note.setText(("" if in_force else NOT_KEPT) if names else EMPTY)
        self.note.setVisible(bool(self.note.text()))
        while len(self.rows) < len(names):
            row = VariantRow(self.switch, self.forget, self._inside)
            self._column.insertWidget(len(self.rows), row)
            self.rows.append(row)
        beside = [*value.variants.values(), value.settings]
        for place, row in enumerate(self.rows):
            row.setVisible(place < len(names))
            if place < len(names):
                name = names[place]
                apart = differences(value.variants[name], beside)
                row.button.show_variant(name, apart, reached(value, name), name == in_force)
                row.remove.setAccessibleName(f"Forget {name}")
                tip = f"Forget “{name}”: its settings are kept no longer, its runs are."
                set_tip(row.remove, tip)

    # moves

    def switch(self, name: str) -> None:
        """These settings from the start; what is in force already stays as it is."""
        if name != self._document.value.variant:
            self._document.do(f"Switch to “{name}”", lambda e: switch_to(e, name))

    def forget(self, name: str) -> None:
        self._document.do(f"Forget “{name}”", lambda e: forget(e, name))

    def _press(self) -> None:
        if self.field.text() == self.field.shown:
            self.field.refuse("Give the settings a name, so that you find them again.")
            self.field.setFocus()
        else:
            self.field.commit()

    def _keep(self, text: str) -> None:
        name = clean_name(text.strip())[0]
        if len(text.strip()) > NAME:
            raise Refused(f"A name has at most {NAME} characters.")
        if name:
            document = self._document
            document.apply_or_raise(lambda: document.do(f"Keep “{name}”", lambda e: keep(e, name)))
            self.field.show_text("")
