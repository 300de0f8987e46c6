"""Samples made from a seed: which set, how many, how noisy, with its picture."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QVBoxLayout, QWidget

from engine.experiment.experiment import Experiment
from engine.experiment.layers import PLANE, why_not_fitting, with_set
from engine.functions.datasets import DATASETS, MOST_TEST, Points, Recipe, generate
from engine.numerals import count, counted
from playground.dialogs.message_box import ChoiceDialog
from playground.theme.fonts import CAPTION, HINT, font_of, strong
from playground.theme.painting import draw_elided, fill_rounded, painted, rim_rounded
from playground.theme.palette import Tokens, mixed
from playground.widgets.buttons import icon_button
from playground.widgets.fields import PlaceField, Switch
from playground.widgets.form import (
    FIELD,
    MOST_SEED,
    Form,
    FormRow,
    SliderRow,
    show_words,
    whole,
    words,
)
from playground.widgets.layout import AS_STYLED, lay_out
from playground.widgets.plain_text import set_name

MOST = 1200
REACH = 6.5
SIZE = 4.0
SMALL = 2.0
FRAME = 8


def paint_set(
    painter: QPainter, tokens: Tokens, room: QRectF, points: Points, classes: bool,
    size: float, reach: float = 0.0,
) -> None:  # fmt: skip
    """All points inside the room, the middle of the plane in the middle; a few of very many."""
    inputs, targets, test = points.inputs, points.targets[:, 0], points.test
    reach = max(reach, float(np.abs(inputs).max(initial=0)) * 1.04)
    scale = (min(room.width(), room.height()) / 2 - size) / reach
    middle = room.center()
    for k in range(0, len(inputs), -(-len(inputs) // MOST)):
        x, y = inputs[k]
        place = middle + QPointF(float(x) * scale, -float(y) * scale)
        above, hollow = bool(targets[k] >= 0), bool(test[k]) and size > SMALL
        color = tokens.fwd if above else tokens.bwd
        if not classes:
            color = mixed(tokens.quiet, color, min(1.0, abs(float(targets[k]))))
        painter.setPen(QPen(color, 1.25) if hollow else QPen(tokens.surface, 0.75))
        painter.setBrush(QBrush(Qt.BrushStyle.NoBrush) if hollow else QBrush(color))
        if size == SMALL:
            painter.setPen(Qt.PenStyle.NoPen)
        if above or not classes:
            painter.drawEllipse(place, size - 0.5, size - 0.5)
        else:
            corners = ((0, -size), (size, size * 0.8), (-size, size * 0.8))
            painter.drawPolygon(QPolygonF([place + QPointF(x, y) for x, y in corners]))


class SetPicture(QWidget):
    """The set as it will be."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._shown: tuple[Points, bool] | None = None
        self.setFixedSize(280, 280)

    def show_points(self, points: Points, classes: bool, told: str) -> None:
        self._shown = points, classes
        self.setAccessibleName(f"Picture of the set: {told}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with painted(self) as (painter, tokens):
            box = QRectF(self.rect())
            fill_rounded(painter, box, FRAME, tokens.canvas)
            rim_rounded(painter, box, FRAME, QPen(tokens.line, 1))
            painter.setPen(QPen(tokens.line, 1))
            x, y = box.center().x(), box.center().y()
            painter.drawLine(QLineF(box.left() + 8, y, box.right() - 8, y))
            painter.drawLine(QLineF(x, box.top() + 8, x, box.bottom() - 8))
            if self._shown is not None:
                room = box.adjusted(6, 6, -6, -6)
                paint_set(painter, tokens, room, *self._shown, SIZE, REACH)


class KindTile(QAbstractButton):
    """One kind of set to choose, as a small picture with its name below."""

    def __init__(self, kind: str, chosen: Callable[[str], object], parent: QWidget) -> None:
        super().__init__(parent)
        self.kind = kind
        about = DATASETS[kind]
        self._points = generate(Recipe(kind, 90 if about.classification else 140))
        self.setText(about.title)
        set_name(self, about.title, f"{about.title}: {about.line}")
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.toggled.connect(lambda on: chosen(kind) if on else None)

    def sizeHint(self) -> QSize:
        return QSize(92, 96)

    def paintEvent(self, event: QPaintEvent) -> None:
        with painted(self) as (painter, tokens):
            box = QRectF(self.rect())
            chosen = self.isChecked()
            fill_rounded(painter, box, FRAME, tokens.fwd_t if chosen else tokens.sunken)
            if chosen or self.underMouse():
                rim = QPen(tokens.fwd, 2) if chosen else QPen(tokens.node_line, 1)
                rim_rounded(painter, box, FRAME, rim)
            classes = DATASETS[self.kind].classification
            paint_set(painter, tokens, box.adjusted(8, 6, -8, -24), self._points, classes, SMALL)
            painter.setFont(font_of(strong(CAPTION) if chosen else CAPTION))
            painter.setPen(tokens.text if chosen else tokens.text2)
            words = QRectF(box.left() + 2, box.bottom() - 22, box.width() - 4, 18)
            draw_elided(painter, words, self.text(), Qt.AlignmentFlag.AlignHCenter)


MOST_POINTS = 10_000
SLIDER_POINTS = 1000
OFFER = f"Fit the network: {PLANE[0]} inputs, {PLANE[1]} output"


class GenerateSet(ChoiceDialog):
    """A dialog: when it is accepted, `filled` puts the set into an experiment."""

    def __init__(self, experiment: Experiment, parent: QWidget | None = None) -> None:
        super().__init__("Generate a set", parent)
        self.recipe = experiment.data.recipe or Recipe("circle")
        self._why = why_not_fitting(experiment, *PLANE)
        self.tiles = [KindTile(kind, lambda kind: self._take(kind=kind), self) for kind in DATASETS]
        self.picture = SetPicture(self)
        self.caption = words("", CAPTION, self)
        self.about = words("", HINT, self)
        self.form = Form("The set", self)
        self._add_rows()
        self._lay_out()
        self.tiles[list(DATASETS).index(self.recipe.kind)].setChecked(True)
        self._show()

    def _add_rows(self) -> None:
        self.noise = SliderRow(
            "Noise", "0 for none; up to 1, where hardly anything is left to learn.", (0, 100), 0.01,
            lambda value: self._take(noise=value), self.form,
        )  # fmt: skip
        self.number = SliderRow(
            "Points", f"How many samples there will be, up to {count(MOST_POINTS)}.",
            (1, SLIDER_POINTS // 10), 10,
            lambda value: self._take(size=whole(value, 1, MOST_POINTS, "The number of points")),
            self.form,
        )  # fmt: skip
        self.share = SliderRow(
            "Test share", "The part that is only tested, never learnt from.",
            (0, round(100 * MOST_TEST)), 0.01,
            lambda value: self._take(test_share=value), self.form,
        )  # fmt: skip
        row = FormRow("Seed", "The same seed always makes the same set.", self.form)
        self.shuffle = icon_button(
            "shuffle", "Another seed", "Another seed: the next set of this kind.",
            lambda: self._take(seed=(self.recipe.seed + 1) % (MOST_SEED + 1)), row,
        )  # fmt: skip
        row.put(self.shuffle, 28)
        self.seed = row.put_number(
            lambda value: self._take(seed=whole(value, 0, MOST_SEED, "The seed")), FIELD
        )
        self.seed.setAlignment(Qt.AlignmentFlag.AlignRight)

    def _lay_out(self) -> None:
        self.fit = Switch(OFFER, f"{OFFER}. What it has beyond that is removed; one undo.", self)
        self.fit.toggled.connect(self._settle)
        for part in (self.told, self.fit):
            part.setVisible(self._why is not None)
        top = lay_out(QHBoxLayout(), *((tile, 1) for tile in self.tiles), spacing=8)
        self.about.setContentsMargins(20, 0, 0, 0)
        left = lay_out(QVBoxLayout(), self.picture, self.caption, spacing=4)
        right = lay_out(QVBoxLayout(), self.about, (self.form, 1), spacing=8)
        middle = lay_out(QHBoxLayout(), left, (right, 1), spacing=AS_STYLED)
        end = self.end_line("Generate", "these samples in place of those there are", self.fit)
        parts = (top, (middle, 1), self.told, end)
        lay_out(QVBoxLayout(self), *parts, margins=(24, 20, 24, 16), spacing=12)
        self.resize(640, self.sizeHint().height())

    # what is chosen

    def _take(self, **change: Any) -> None:
        recipe = replace(self.recipe, **change)
        generate(replace(recipe, size=1))  # refuses what cannot be, before anything is shown
        self.recipe = recipe
        self._show()

    def _show(self) -> None:
        recipe = self.recipe
        points = generate(recipe)
        kind, tested = DATASETS[recipe.kind], int(points.test.sum())
        self.caption.setText(f"{count(recipe.size - tested)} to train, filled; "
                             f"{count(tested)} to test, hollow")  # fmt: skip
        self.about.setText(kind.line)
        self.picture.show_points(points, kind.classification, f"{kind.title}. {kind.line}")
        self.noise.show_number(recipe.noise)
        self.number.show_number(recipe.size)
        self.share.show_number(recipe.test_share)
        self.seed.show_text(str(recipe.seed))
        self._settle()

    def _settle(self) -> None:
        needed = self._why is not None and not self.fit.isChecked()
        self.create_button.setEnabled(not needed)
        show_words(self.told, self._why or "", wrong=needed)

    def filled(self, experiment: Experiment) -> Experiment:
        return with_set(experiment, self.recipe, self._why is not None)

    def title(self) -> str:
        """What the undo entry says."""
        return f"Generate {DATASETS[self.recipe.kind].title}, {counted(self.recipe.size, 'point')}"

    def take(self) -> None:
        """An entry that was refused is mended first."""
        refused = next((f for f in self.findChildren(PlaceField) if f.refusal), None)
        if refused is not None:
            refused.setFocus()
        elif self.create_button.isEnabled():
            self.accept()
