"""What lies over the canvas, and what glides or runs on it."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import (
    QEasingCurve,
    QElapsedTimer,
    QObject,
    QPointF,
    QRectF,
    QSize,
    Qt,
    QVariantAnimation,
)
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QHBoxLayout, QStyle, QToolButton, QWidget

from engine.experiment.experiment import Experiment
from engine.layout import NodePosition
from playground.canvas.layout import point_along
from playground.canvas.viewport import ZoomableView
from playground.theme import icons
from playground.theme.fonts import BODY, CAPTION, font_of
from playground.theme.painting import dotted_pen, fill_rounded, rim_rounded
from playground.theme.palette import Tokens, role_color
from playground.widgets.buttons import push_button
from playground.widgets.plain_text import set_tip

GLIDE, RUN = 260, 180
QUICK = 250
POINT = 3.0
MOST_NODES, MOST_EDGES = 300, 60
Act = Callable[[], object]
BEGIN = "Drag a node here, or press N"


class Motion(QObject):
    """One motion at a time."""

    def __init__(self, view: ZoomableView) -> None:
        super().__init__(view)
        self._view = view
        self._from: dict[str, NodePosition] = {}  # where the nodes stood that glide
        self.share: float | None = None  # how much of the way is done; None at rest
        self._since = QElapsedTimer()
        self._clock = QVariantAnimation(self)
        self._clock.setStartValue(0.0)
        self._clock.setEndValue(1.0)
        self._clock.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self._clock.valueChanged.connect(self.show_share)
        self._clock.finished.connect(self.finish)
        self.reduced: bool | None = None

    @property
    def is_off(self) -> bool:
        """Whether nothing moves: as was chosen, or as the system's style has it."""
        if self.reduced is not None:
            return self.reduced
        hint = QStyle.StyleHint.SH_Widget_Animation_Duration
        return self._view.style().styleHint(hint) == 0

    def glide(self, before: Mapping[str, NodePosition]) -> None:
        """From where the nodes stood to where they stand now."""
        self.finish()
        if self.is_off or not before or len(before) > MOST_NODES:
            return
        self._from = dict(before)
        self._view.canvas.preview(self._from)
        self._start(GLIDE)

    def run(self, before: Experiment, after: Experiment) -> None:
        """A point along the edges of a step forward; not while steps follow each other quickly."""
        self.finish()
        one_on = after.trace is not None and after.cursor == before.cursor + 1
        quick = self._since.isValid() and self._since.elapsed() < QUICK
        self._since.restart()
        if not one_on or quick or self.is_off or not self._edges():
            return
        self._view.canvas.show(waiting=True)
        self._start(RUN)

    def finish(self) -> None:
        """Be where it all ends."""
        self._clock.stop()
        if self.share is None:
            return
        self.share = None
        if self._from:
            self._from = {}
            self._view.canvas.preview({})
        else:
            self._view.canvas.show(waiting=False)

    def show_share(self, share: object) -> None:
        assert isinstance(share, float)
        self.share = share
        if self._from:
            layout = self._view.document.value.layout
            places = {}
            for name, (x, y) in self._from.items():
                to_x, to_y = layout.position(name)
                places[name] = (x + (to_x - x) * share, y + (to_y - y) * share)
            self._view.canvas.preview(places)
        else:
            self._view.repaint_all()

    def paint(self, painter: QPainter, zoom: float) -> None:
        sight, radius = self._view.canvas.sight, POINT / min(zoom, 1)
        if self.share is None or self._from or sight.highlight is None:
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(role_color(self._view.canvas.tokens, sight.highlight.role))
        share = 1 - self.share if sight.highlight.backwards else self.share
        for edge in self._edges():
            at = point_along(sight.geometry.points(edge), share)
            painter.drawEllipse(QPointF(*at), radius, radius)

    def _edges(self) -> tuple[int, ...]:
        highlight = self._view.canvas.sight.highlight
        if highlight is None or not highlight.ring or len(highlight.edges) > MOST_EDGES:
            return ()
        return highlight.edges

    def _start(self, milliseconds: int) -> None:
        self.share = 0.0
        self._clock.setDuration(milliseconds)
        self._clock.start()


class ZoomControl(QWidget):
    """[fit | 97 %] at the top right corner."""

    def __init__(self, fit: Act, whole: Act, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedSize(102, 28)
        self.setAccessibleName("Zoom")
        self.fit_button = self._button("Fit", "Fit (F): the whole network in sight.", fit, 36)
        icons.set_icon(self.fit_button, "fit", self.palette(), "text2")
        self.fit_button.setIconSize(QSize(18, 18))
        self.percent = self._button("Zoom 100 %", "100 % (Ctrl+0): as large as it is drawn.",
                                    whole, 62)  # fmt: skip
        self.percent.setFont(font_of(CAPTION))
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(0)
        row.addWidget(self.fit_button)
        row.addWidget(self.percent)

    def show_zoom(self, zoom: float) -> None:
        text = f"{round(zoom * 100)} %"
        self.percent.setText(text)
        self.percent.setAccessibleName(f"Zoom {text}")

    def _button(self, name: str, tip: str, act: Act, width: int) -> QToolButton:
        button = QToolButton(self)
        button.setAutoRaise(True)
        button.setFixedSize(width, 24)
        button.setAccessibleName(name)
        set_tip(button, tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: act())
        return button


class EmptyCanvas(QWidget):
    """The two ways to begin with something; the hint above them is painted on the canvas itself,
    so that a node can be put down on it.
    """

    def __init__(self, new_network: Act, open_lesson: Act, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(f"Empty canvas: {BEGIN[:1].lower()}{BEGIN[1:]}")
        self.setFixedSize(340, 32)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        for text, tip, act in (
            ("New network…", "Build layers of neurons in one go.", new_network),
            ("Open a lesson", "Choose one of the lessons.", open_lesson),
        ):
            row.addWidget(push_button(text, tip, act, self))


def paint_hint(painter: QPainter, tokens: Tokens, middle: QPointF) -> None:
    """A dotted node, and how to begin."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    capsule = QRectF(middle.x() - 72, middle.y() - 66, 144, 60)
    rim_rounded(painter, capsule, 30, dotted_pen(tokens.node_line))
    painter.setFont(font_of(BODY))
    painter.setPen(tokens.text2)
    box = QRectF(middle.x() - 170, middle.y() + 10, 340, 24)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, BEGIN)


def paint_note(painter: QPainter, tokens: Tokens, text: str) -> None:
    """A few words at the top left corner."""
    font = font_of(CAPTION)
    wide = QFontMetricsF(font).horizontalAdvance(text) + 20
    box = QRectF(12, 14, wide, 22)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    fill_rounded(painter, box, 11, tokens.sunken)
    rim_rounded(painter, box, 11, QPen(tokens.line, 1))
    painter.setFont(font)
    painter.setPen(tokens.text2)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
