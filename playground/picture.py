"""Paints the real window, its canvas or one of its plots into a file."""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import (
    QBuffer,
    QElapsedTimer,
    QMessageLogContext,
    QPoint,
    QSize,
    Qt,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QApplication, QWidget

from engine.errors import Refused
from engine.experiment.experiment import Experiment
from engine.experiment.stepping import go_to
from engine.files.disk import kind_of, refuse_place, save_bytes
from engine.files.document import Loaded
from engine.lessons.lesson import lesson_ids, open_folder, opened_lesson
from playground.cli.commands import Order
from playground.cli.shared import LongWork, open_experiment, reading
from playground.cli.streams import STREAM, one_line, write_output
from playground.cli.train import interrupts, updated
from playground.plots.panel import PlotPanel
from playground.plots.plot import Plot
from playground.session.files import UNTITLED, Found, OpenDocument, Standing
from playground.session.preferences import Preferences
from playground.theme.painting import png_bytes
from playground.theme.theme import CHOICES, Theme
from playground.window.main_window import MainWindow
from playground.window.start import make_window
from playground.window.workspace import Workspace

PATIENCE = 20_000  # ms for formulas and plots to be drawn
PLOTS = {"curves": "curves", "surface": "surface", "boundary": "map"}  # the docks they stand in


def paint(order: Order) -> int:
    """Write the picture that is asked for, and say so."""
    piped = order.out == STREAM
    if piped and sys.stdout.isatty():
        raise Refused("A picture cannot be shown in a terminal. Name a file, like out.png.")
    with reading(order.experiment) as work:
        opened = open_experiment(order.experiment)
        if not piped:
            refuse_place(order.out)
        experiment = moved(opened, order.update, order.cursor, work)
        work.begin("Painting the picture")
        data = _picture(order, experiment)
        if piped:
            write_output(data)
            return 0
        save_bytes(order.out, data)
    sys.stdout.write(f"Wrote {one_line(order.out)}.\n")
    return 0


def _picture(order: Order, experiment: Experiment) -> bytes:
    """Painted by a window that nobody sees; Ctrl+C ends it between two turns of its loop."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["QT_SCALE_FACTOR"] = str(order.scale)
    qInstallMessageHandler(_told)
    app = QApplication.instance() or QApplication(["neural-playground"])
    assert isinstance(app, QApplication)
    with tempfile.TemporaryDirectory() as folder, interrupts() as interrupted:
        theme = Theme(app, next(choice for choice in CHOICES if choice == order.theme))
        settings = Preferences(Path(folder) / "settings.ini")
        window = make_window(theme, settings, folders=(Path(folder),))
        window.setMinimumSize(1, 1)
        window.resize(*order.size)
        window.show()
        window.build()
        workspace = window.workspace()
        files = workspace.files
        files.show(Found(Loaded(experiment), _standing(files.work, order.experiment)))

        def settled() -> bool:
            window.grab()
            workspace.canvas.finish_painting()
            return workspace.pictures.settled

        try:
            _wait(settled, interrupted)
            return _painted(window, order, interrupted)
        finally:
            workspace.leave()
            window.close()


def _told(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    """What Qt says, but for what a screen that is not there cannot do."""
    if not message.startswith("This plugin does not support"):
        sys.stderr.write(f"{message}\n")


def moved(
    experiment: Experiment, updates: int | None, cursor: int | None, work: LongWork
) -> Experiment:
    """So many updates on from where the file stands, then at that micro-step."""
    experiment = updated(experiment, updates or 0, work)
    return experiment if cursor is None else go_to(experiment, experiment.updates, cursor)


def _standing(work: OpenDocument, name: str) -> Standing:
    """As which document the window shows it; a lesson stands beside the canvas with its page."""
    if name in lesson_ids():
        return work.lesson(opened_lesson(name)).standing
    if kind_of(name) == "folder":
        return work.lesson(open_folder(name)).standing
    return Standing(UNTITLED if name == STREAM else Path(name).name)


def _wait(settled: Callable[[], bool], interrupted: list[int]) -> None:
    """Until everything that is drawn a turn later has been drawn."""
    clock = QElapsedTimer()
    clock.start()
    quiet = 0
    while quiet < 5 and clock.elapsed() < PATIENCE:
        QApplication.processEvents()
        if interrupted:
            raise KeyboardInterrupt  # here an exception passes through no code of Qt's
        quiet = quiet + 1 if settled() else 0


def _painted(window: MainWindow[Workspace], order: Order, interrupted: list[int]) -> bytes:
    as_lines = order.out.lower().endswith(".svg")
    if order.view != "canvas":
        if order.view not in PLOTS:
            return svg_of(window) if as_lines else png_bytes(window.grab().toImage())
        plot, size = _plot(window, order, interrupted), QSize(*order.size) * order.scale
        if as_lines:
            return bytes(plot.svg(size, order.scale).data())
        return png_bytes(plot.picture(size, order.scale))
    canvas = window.workspace().canvas
    if as_lines:
        return canvas.render_svg()
    return png_bytes(canvas.render_image(QSize(*order.size), order.scale))


def _plot(window: MainWindow[Workspace], order: Order, interrupted: list[int]) -> Plot:
    """The plot of that view as large as asked, in a window of its own."""
    workspace = window.workspace()
    panel = workspace.docks.panel(PLOTS[order.view])
    assert isinstance(panel, PlotPanel)
    panel.setWindowFlag(Qt.WindowType.Window)
    panel.show()
    for _ in range(2):  # what stands around the plot is known once it has been laid out
        QApplication.processEvents()
        panel.resize(QSize(*order.size) + panel.size() - panel.shown_plot().size())
    _wait(lambda: not workspace.trainer.is_busy, interrupted)
    return panel.shown_plot()


def svg_of(widget: QWidget) -> bytes:
    """What the widget shows, as lines."""
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer := QBuffer())
    generator.setSize(widget.size())
    generator.setViewBox(widget.rect())
    generator.setTitle("Neural Playground")
    with QPainter(generator) as painter:
        widget.render(painter, QPoint(0, 0))
    return bytes(buffer.data().data())
