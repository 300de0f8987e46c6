"""The loss surface from the side: what is hidden, and every hand that turns or zooms it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from engine.functions import Floats
from engine.views.landscape import Camera
from engine.views.surface_planes import Marks, Picture
from engine.views.surfaces import Surface, SurfaceGrid
from playground.plots.panel import PlotPanel
from playground.plots.plot import SHARPER, TITLE
from playground.plots.surface_3d import TURN, HillPlot
from playground.plots.surface_plot import SurfaceSight
from tests.playground.dressed import dressed
from tests.playground.plot_window import (
    click,
    double_click,
    press_and_move,
    seen,
    theme,
    turn_wheel,
)

GRID = SurfaceGrid(1.0, -1.0, 2.0, 4.0, 61)
XS, YS = GRID.xs(61), GRID.ys(61)
BOWL: Floats = (XS[None, :] - 1.0) ** 2 + 0.3 * (YS[:, None] + 1.0) ** 2
MARKS = Marks(np.zeros(2), (1.0, -1.0), 0.0, (0.0, 0.0), None)


def sight_of(losses: Floats = BOWL) -> SurfaceSight:
    """A surface and nothing on it."""
    picture = Picture(GRID, Surface(XS, YS, losses, 1.0), MARKS)
    return SurfaceSight(GRID, picture, ("first", "second"), caption="seed 7")


class HillWindow(QMainWindow):
    """The plot in a panel, and what it asks for."""

    def __init__(self, size: tuple[int, int]) -> None:
        super().__init__()
        self.panel = PlotPanel("Loss surface", self)
        self.plot = HillPlot(self.panel)
        self.panel.add_plot(self.plot)
        self.setCentralWidget(self.panel)
        self.resize(*size)
        self.asked: list[Any] = []
        self.plot.range_wanted.connect(self.asked.append)


def shown(
    qtbot: QtBot, sight: SurfaceSight | None = None, size: tuple[int, int] = (700, 400)
) -> HillWindow:
    """Dressed and on screen."""
    dressed()
    window = HillWindow(size)
    qtbot.addWidget(window)
    window.plot.show_sight(sight or sight_of())
    window.show()
    qtbot.waitExposed(window)
    return window


def pixel_of(plot: HillPlot, x: float, y: float) -> QPointF:
    """Where a place of the ground, from -1 to 1, is seen as it lies on the surface."""
    found, area = plot.landscape.seen(), plot.landscape.area
    assert found is not None
    at, view = (np.array([x]), np.array([y])), found.projection
    across, up, _ = view.project(*at, found.field.height(*at))
    return QPointF(
        area.left() + across[0] / view.width * area.width(),
        area.bottom() - up[0] / view.height * area.height(),
    )


def test_the_landscape_turns_with_mouse_and_keys(qtbot: QtBot) -> None:
    window = shown(qtbot)
    plot, first = window.plot, seen(window.plot)
    before = plot.landscape.camera
    press_and_move(plot, QPointF(200, 150), [QPointF(220, 150), QPointF(280, 160)])
    assert plot.landscape.camera == before.turned(80, 10)
    second = seen(plot)
    assert second != first
    for key, held, turned in (
        (Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier, (-TURN, 0)),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier, (10 * TURN, 0)),
        (Qt.Key.Key_Up, Qt.KeyboardModifier.NoModifier, (0, -TURN)),
        (Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier, (0, TURN)),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier, (-TURN, 0)),
    ):
        before = plot.landscape.camera
        QTest.keyClick(plot, key, held)
        expected = before.turned(*turned)
        assert plot.landscape.camera.turn == pytest.approx(expected.turn)
        assert plot.landscape.camera.tilt == pytest.approx(expected.tilt)
    assert seen(plot) != second
    assert not window.asked


def test_the_wheel_zooms_at_the_place_under_the_pointer(qtbot: QtBot) -> None:
    """What was under it, at 3/4 to the right and 1/4 upwards, is there in the smaller plane too."""
    window = shown(qtbot)
    plot, asked, at = window.plot, window.asked, pixel_of(window.plot, 0.5, -0.5)
    found = plot.landscape.ground_at(at)
    assert found == pytest.approx((0.5, -0.5), abs=0.03)
    for notches, factor in ((1, 0.8), (-1, 1 / 0.8)):
        turn_wheel(plot, at, notches)
        (left, right), (low, high) = asked.pop()
        assert (right - left, high - low) == pytest.approx((4 * factor, 8 * factor))
        assert left + 0.75 * (right - left) == pytest.approx(2.0, abs=0.03)
        assert low + 0.25 * (high - low) == pytest.approx(-3.0, abs=0.06)
    turn_wheel(plot, QPointF(2, plot.height() - 2), 1)  # beside it: around the middle
    assert asked == [(pytest.approx((-0.6, 2.6)), pytest.approx((-4.2, 2.2)))]


def test_keys_and_a_double_click_zoom_and_show_all(qtbot: QtBot) -> None:
    window = shown(qtbot)
    plot, asked = window.plot, window.asked
    QTest.keyClick(plot, Qt.Key.Key_Plus)
    QTest.keyClick(plot, Qt.Key.Key_Minus)
    assert asked == [
        (pytest.approx((-0.6, 2.6)), pytest.approx((-4.2, 2.2))),
        (pytest.approx((-1.5, 3.5)), pytest.approx((-6.0, 4.0))),
    ]
    asked.clear()
    QTest.keyClick(plot, Qt.Key.Key_0)
    QTest.keyClick(plot, Qt.Key.Key_A)
    double_click(plot, QPointF(300, 200))
    assert asked == [None, None, None]
    QTest.keyClick(plot, Qt.Key.Key_Return)
    assert len(asked) == 3


def test_the_menu_offers_what_there_is_from_the_side(qtbot: QtBot) -> None:
    window = shown(qtbot)
    panel, plot = window.panel, window.plot
    with qtbot.waitSignal(plot.menu_asked):
        click(plot, QPointF(300, 200), Qt.MouseButton.RightButton)
    texts = [action.text().partition("\t")[0] for action in panel.menu().actions()]
    assert {"Copy picture", "Copy numbers", "Zoom in", "View all"} <= set(texts)
    assert not {"Grid", "X axis", "Y axis", "Mouse Mode"} & set(texts)


def test_what_can_no_longer_be_told_apart_is_not_asked_for(qtbot: QtBot) -> None:
    window = shown(qtbot)
    plot = window.plot
    for grid in (SurfaceGrid(0.0, 0.0, 1e30, 1e30, 61), SurfaceGrid(1e9, 0.0, 1e-4, 1.0, 61)):
        plot.show_sight(replace(sight_of(), grid=grid))
        QTest.keyClick(plot, Qt.Key.Key_Minus if grid.half_x > 1 else Qt.Key.Key_Plus)
        assert not window.asked


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf, 1e300])
def test_numbers_that_cannot_be_drawn_are_drawn_somehow(qtbot: QtBot, odd: float) -> None:
    window = shown(qtbot)
    plot = window.plot
    some = BOWL.copy()
    some[20:30] = odd
    path = np.array([[1.0, -1.0], [odd, 0.0], [2.0, 1.0], [0.0, 0.0]])
    for losses in (some, np.full_like(BOWL, odd), np.full_like(BOWL, 2.0)):
        plot.show_sight(replace(sight_of(losses), path=path, point=(odd, 0.0)))
        assert not seen(plot).isNull()
        assert not plot.picture().isNull()
    plot.show_sight(SurfaceSight(GRID, note="Choose two parameters"))
    assert plot.words.text() == "Choose two parameters" and plot.numbers() is None
    turn_wheel(plot, QPointF(300, 200), 1)
    assert not seen(plot).isNull()


def on_either_side_of_a_wall(plot: HillPlot, marks: Callable[[int], dict[str, Any]]) -> list[int]:
    """How many dark pixels there are with these marks before a wall and behind it."""
    wall = np.zeros((61, 61))
    wall[:, 29:32] = 1.0
    plot.landscape.camera = Camera(turn=np.pi / 2, tilt=0.3)
    dark = []
    for column in (12, 48):
        plot.show_sight(replace(sight_of(wall), names=("", ""), caption="", **marks(column)))
        image = seen(plot)
        places = [(x, y) for x in range(image.width()) for y in range(image.height())]
        dark.append(sum(image.pixelColor(x, y).lightness() < 60 for x, y in places))
    return dark


def test_a_ball_behind_a_hill_is_a_shade(qtbot: QtBot) -> None:
    window = shown(qtbot)
    dark = on_either_side_of_a_wall(
        window.plot, lambda column: {"point": (float(XS[column]), float(YS[30]))}
    )
    assert min(dark) < max(dark) / 4


def test_a_path_behind_a_hill_is_dimmed(qtbot: QtBot) -> None:
    window = shown(qtbot)
    dark = on_either_side_of_a_wall(
        window.plot, lambda column: {"path": np.array([[XS[column], y] for y in YS[20:41]])}
    )
    assert min(dark) < max(dark) / 4


def test_a_saved_picture_has_caption_and_key_beside_its_title(qtbot: QtBot) -> None:
    window = shown(qtbot)
    plot = window.plot
    captioned = plot.picture()
    plot.show_sight(replace(plot.sight, caption=""))
    bare = plot.picture()
    left, right = (QRect(x, 0, 400, round(TITLE * SHARPER)) for x in (100, 800))
    below = QRect(QPoint(0, left.bottom()), bare.rect().bottomRight())
    assert captioned.copy(left) != bare.copy(left)
    assert captioned.copy(right) == bare.copy(right) and captioned.copy(below) == bare.copy(below)
    plot.show_sight(replace(plot.sight, picture=None))
    assert plot.picture().copy(right) != bare.copy(right), "the key is of the picture"


def test_another_theme_and_saving(qtbot: QtBot, tmp_path: Path) -> None:
    window = shown(qtbot)
    panel, plot = window.panel, window.plot
    light = seen(plot)
    theme("dark")
    assert seen(plot) != light
    theme("light")
    assert seen(plot) == light
    image = plot.picture()
    assert (image.width(), image.height()) == (1200, 1200)
    for name in ("hill.png", "hill.svg", "hill.csv"):
        panel.save_picture(tmp_path / name)
        assert (tmp_path / name).stat().st_size > 2000
    rows = (tmp_path / "hill.csv").read_text().splitlines()
    assert rows[0] == "first,second,loss" and len(rows) == 61 * 61 + 1
    assert [float(cell) for cell in rows[62].split(",")] == [XS[0], YS[1], BOWL[1, 0]]
    assert seen(plot) == light
