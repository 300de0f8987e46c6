"""What is true of every plot: it goes without a trace, and hides no error."""

import gc
import weakref

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPointF
from PySide6.QtWidgets import QWidget
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

from playground.plots.curve_plot import CurvePlot, Graph
from playground.plots.function_plot import FunctionPlot
from playground.plots.map_plot import MapPlot
from playground.plots.plot import Plot
from playground.plots.series import SeriesLine
from playground.plots.surface_3d import HillPlot
from playground.plots.surface_plot import SlopePlot, SurfacePlot
from tests.playground.dressed import dressed
from tests.playground.plot_window import press_and_move, turn_wheel

PLOTS = (CurvePlot, SurfacePlot, SlopePlot, HillPlot, MapPlot, FunctionPlot)
EACH = pytest.mark.parametrize("kind", PLOTS)


def made(window: QWidget, kind: type[Plot]) -> Plot:
    plot: Plot = kind(window)  # type: ignore[call-arg, arg-type]  # the base asks for more
    plot.resize(400, 300)
    plot.show()
    if isinstance(plot, CurvePlot):
        xs = np.arange(50.0)
        plot.show_graph(Graph((SeriesLine("training", xs, np.exp(-xs / 9)),)))
    return plot


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    dressed()
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(420, 320)
    window.show()
    return window


@EACH
def test_forty_plots_made_and_deleted_leave_nothing(window: QWidget, kind: type[Plot]) -> None:
    left = []
    for _ in range(40):
        plot = made(window, kind)
        plot.grab()
        left.append((weakref.ref(plot), weakref.ref(plot.item), weakref.ref(plot.view)))
        plot.deleteLater()
        del plot
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert not [found for refs in left for found in refs if found() is not None]
    assert not window.findChildren(QWidget)


@EACH
def test_what_goes_wrong_in_a_hand_is_told(window: QWidget, kind: type[Plot]) -> None:
    """pyqtgraph prints it and goes on, which nobody would see."""
    plot = made(window, kind)
    middle = QPointF(200, 140)

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("an error in a hand")

    plot.view.mouseDragEvent = fail
    for item in plot.scene().items():
        if hasattr(item, "mouseDragEvent"):
            item.mouseDragEvent = fail
    with capture_exceptions() as told:
        press_and_move(plot, middle, [middle + QPointF(20, 5), middle + QPointF(40, 9)])
        turn_wheel(plot, middle, 1)
    assert told
    for _, error, _ in told:  # as it was, not another one from the printing of it
        assert str(error) == "an error in a hand"
        assert error is not None and error.__context__ is None
