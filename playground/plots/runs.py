"""The list of runs: any two are laid over each other, and what differs stands below."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from engine.experiment import Run
from playground import icons
from playground.fonts import BODY, CAPTION, HINT, font_of
from playground.palette import tokens_of
from playground.plots.run_words import (
    Difference,
    all_settings,
    differences,
    ends_of,
    names_of,
    sub_line,
)
from playground.widgets.buttons import push_button
from playground.widgets.elided_label import ElidedLabel
from playground.widgets.plain_text import set_tip, set_words

WIDTH, NARROW = 216, 164
ROW = 17.0
MOST = 2


class RunBox(QCheckBox):
    """A run to be laid over: its name, and below it where it came to."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._below = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_run(self, title: str, run: Run) -> None:
        """Another run, or the same one further on."""
        self._below = sub_line(run)
        if title != self.text():
            set_words(self, title)
        self.setAccessibleName(f"{title}: {self._below}")
        told = all_settings(run)
        set_tip(self, f"{title}: any two runs can be laid over each other.\n{told}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, 36)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            tokens = tokens_of(self.palette())
            box = QRectF(0.5, 3.5, 14, 14)
            painter.setPen(tokens.fwd if self.isChecked() else tokens.node_line)
            painter.setBrush(tokens.fwd if self.isChecked() else tokens.surface)
            painter.drawRoundedRect(box, 4, 4)
            if self.isChecked():
                icons.paint(painter, "tick", tokens.on_accent, box.topLeft() + QPointF(1, 1), 12)
            room = self.width() - 22
            for face, color, text, top in (
                (BODY, tokens.text, self.text(), 1),
                (CAPTION, tokens.text2, self._below, 19),
            ):
                painter.setFont(font_of(face))
                painter.setPen(color)
                elided = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)
                row = QRectF(22, top, room, ROW)
                painter.drawText(row, Qt.AlignmentFlag.AlignVCenter, elided)

    def hitButton(self, pos: QPoint) -> bool:
        return True


class Comparison(QWidget):
    """What differs between two runs, as three columns."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: list[Difference] = []
        self.names = ("", "")

    def show_rows(self, names: tuple[str, str], rows: list[Difference]) -> None:
        """Compare these two."""
        self.names, self.rows = names, rows
        told = ", ".join(f"{row.label}: {row.left} and {row.right}" for row in rows)
        self.setAccessibleName(f"{names[0]} and {names[1]}. {told}")
        set_tip(self, "\n".join(f"{row.label}: {row.left} | {row.right}" for row in rows))
        self.setFixedHeight(round((len(rows) + 1) * ROW + 10) if rows else 0)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.rows:
            return
        with QPainter(self) as painter:
            tokens = tokens_of(self.palette())
            painter.setPen(tokens.line)
            painter.drawLine(0, 3, self.width(), 3)
            head = Difference("", *self.names)
            for place, row in enumerate((head, *self.rows)):
                self._paint_row(painter, row, 7 + place * ROW, place == 0)

    def _paint_row(self, painter: QPainter, row: Difference, top: float, head: bool) -> None:
        tokens, wide = tokens_of(self.palette()), self.width()
        painter.setFont(font_of(CAPTION if head else HINT))
        right, left = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignLeft
        edges = (0.0, 0.4 * wide, 0.7 * wide, 1.0 * wide)
        for column, text in enumerate((row.label, row.left, row.right)):
            painter.setPen(tokens.text2 if head or not column else tokens.text)
            box = QRectF(edges[column], top, edges[column + 1] - edges[column] - 4, ROW)
            metrics = QFontMetricsF(painter.font())
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width() + 1)
            painter.drawText(box, (right if column else left) | Qt.AlignmentFlag.AlignVCenter, text)


class RunsColumn(QScrollArea):
    """The present run and those that are over; `chosen` tells which to draw, at most two."""

    def __init__(
        self,
        chosen: Callable[[], object],
        start_again: Callable[[], object],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._chosen = chosen
        self._runs: list[tuple[str, Run]] = []
        self._ends: list[str] = []
        self._order: list[int] = [0]
        self.boxes: list[RunBox] = []
        self.fit(0)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._inside = QWidget(self)
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(0, 0, 8, 0)
        self._column.setSpacing(2)
        self.again: QPushButton = push_button(
            "Same start again",
            "Same start again: before the first update, from the same numbers. This run is kept.",
            start_again,
            self._inside,
        )
        self.again.setFixedHeight(28)
        self._empty = ElidedLabel("Runs that are over are kept here.", HINT, "text2", self._inside)
        self.comparison = Comparison(self._inside)
        for widget in (self._empty, self.comparison, self.again):
            self._column.addWidget(widget)
        self._column.addStretch(1)
        self.setWidget(self._inside)

    def show_runs(self, present: Run, over: Sequence[Run]) -> None:
        """Show these, the present one first and the newest of the others next."""
        names = names_of(present, over)
        self._runs = [("This run", present), *list(zip(names, over, strict=True))[::-1]]
        self._ends = ["This run", *ends_of(present, over, names)[::-1]]
        while len(self.boxes) < len(self._runs):
            self._add_box()
        for index, box in enumerate(self.boxes):
            box.setVisible(index < len(self._runs))
            if index < len(self._runs):
                box.show_run(*self._runs[index])
        self._empty.setVisible(len(self._runs) == 1)
        self._order = [index for index in self._order if index < len(self._runs)]
        self._show_order()

    def fit(self, panel: int) -> None:
        """As wide as suits a panel of this width."""
        self.setFixedWidth(max(NARROW, min(WIDTH, round(0.38 * panel))))

    def shift(self, by: int) -> None:
        """So many runs were put on the list since: what is chosen moves along with its run."""
        self._order = [index + by if index else 0 for index in self._order]

    @property
    def laid_over(self) -> list[tuple[str, Run]]:
        """The chosen runs that are over, each with its name for the end of a line."""
        chosen = [index for index in sorted(self._order) if index]
        return [(self._ends[index], self._runs[index][1]) for index in chosen]

    @property
    def shows_present(self) -> bool:
        """Whether the present run is among the chosen."""
        return 0 in self._order or not self._order

    def _add_box(self) -> None:
        box, index = RunBox(self._inside), len(self.boxes)
        box.clicked.connect(lambda checked: self._turn(index, checked))
        self.boxes.append(box)
        self._column.insertWidget(index, box)

    def _turn(self, index: int, on: bool) -> None:
        self._order = [other for other in self._order if other != index]
        if on:
            self._order = [*self._order, index][-MOST:]
        self._show_order()
        self._chosen()

    def _show_order(self) -> None:
        for index, box in enumerate(self.boxes):
            box.setChecked(index in self._order)
        if len(self._order) == MOST:
            (_, left), (_, right) = (self._runs[k] for k in sorted(self._order))
            left_name, right_name = (self._head(k) for k in sorted(self._order))
            names = left_name, right_name
            self.comparison.show_rows(names, differences(left, right))
        else:
            self.comparison.show_rows(("", ""), [])

    def _head(self, index: int) -> str:
        """What stands over a column of the comparison."""
        return self._runs[index][0].partition(",")[0] if index else "Now"
