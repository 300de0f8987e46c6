"""A surface as a landscape: what hides what, what stands under a pixel, and its tones."""

import numpy as np
import pytest

from engine.functions import Floats
from engine.views.landscape import (
    DARKEST,
    NOTHING,
    SHADES,
    Camera,
    Projection,
    Rendering,
    axis_words,
    height_field,
    render,
    tone_colors,
)
from engine.views.surfaces import SurfaceGrid

BANDS = 12


def rendering(lifted: Floats, view: Projection) -> Rendering:
    """The landscape of these heights."""
    fine = np.repeat(np.repeat(lifted, 5, axis=0), 5, axis=1)
    return render(height_field(lifted, fine, BANDS), view)


def test_what_is_behind_a_wall_is_hidden() -> None:
    """A wall of height 1 across the middle: nothing low just behind it is seen."""
    lifted = np.zeros((61, 61))
    lifted[30] = 1.0
    view = Projection(200, 120, Camera(turn=0.0, tilt=0.3))
    seen = rendering(lifted, view)
    x = np.zeros(3)
    y, height = np.array([-0.5, 0.0, 0.3]), np.array([0.0, 1.0, 0.0])
    assert seen.sees(*view.project(x, y, height)).tolist() == [True, True, False]
    assert seen.nearest.min() == -1  # beside the ground there is nothing
    assert seen.tones[0, 0] == NOTHING


@pytest.mark.parametrize("turn", [0.0, 0.6, 2.0, 4.0])
def test_a_path_on_a_gentle_slope_is_seen_whole(turn: float) -> None:
    view = Projection(420, 110, Camera(turn=turn, tilt=0.5))
    seen = rendering(np.linspace(0, 0.4, 61)[:, None] * np.ones(61), view)
    x = y = np.linspace(-0.9, 0.9, 300)
    height = 0.4 * (y + 1) / 2 + 0.01
    assert seen.sees(*view.project(x, y, height)).all()


@pytest.mark.parametrize("turn", [0.0, 0.6, 2.0, 4.0])
def test_the_ground_under_a_pixel_is_what_is_painted_there(turn: float) -> None:
    view = Projection(400, 300, Camera(turn=turn, tilt=0.9))
    seen = rendering(np.zeros((61, 61)), view)
    for x, y in ((0.0, 0.0), (0.5, -0.4), (-0.7, 0.2)):
        across, up, _ = view.project(np.array([x]), np.array([y]), np.zeros(1))
        found = seen.ground_at(float(across[0]) / 400, float(up[0]) / 300)
        assert found == pytest.approx((x, y), abs=0.03)
    assert seen.ground_at(0.001, 0.999) is None


def test_points_beside_the_surface_are_told_apart() -> None:
    seen = rendering(np.zeros((61, 61)), Projection(200, 120, Camera()))
    axis = np.linspace(3.0, 5.0, 61)
    points = np.array([[3.0, 5.0], [4.0, 4.0], [2.9, 4.0], [np.nan, 4.0]])
    places, inside = seen.places(points, axis, axis)
    assert inside.tolist() == [True, True, False, False]
    assert np.isfinite(places).all()


def test_a_slope_is_darker_than_what_lies_flat_and_each_band_has_every_shade() -> None:
    colors = tone_colors(np.array([(100, 200, 50, 255)] * BANDS, dtype=np.uint8))
    dark, light = colors[0], colors[SHADES - 1]
    assert (light >> 16 & 255, light >> 8 & 255, light & 255) == (100, 200, 50)
    assert dark >> 16 & 255 == round(100 * DARKEST) and dark >> 24 == 255
    assert len(colors) == 256 and colors[NOTHING] == 0
    ridge = np.abs(np.linspace(-1, 1, 61))[None, :] * np.ones((61, 1))
    tones = height_field(ridge, ridge, BANDS).tones % SHADES
    assert tones[30, 5] != tones[30, 55]  # the light falls from one side


def test_the_axes_are_named_at_the_near_edges() -> None:
    grid = SurfaceGrid(1.0, -1.0, 2.0, 4.0, 61)
    first, second, *ends = axis_words(0.6, grid, ("w", "v"), True)
    assert (first.text, first.out) == ("w", (0.0, -1.0))
    assert (second.text, second.out) == ("v", (1.0, 0.0))
    assert [word.text for word in ends] == ["−1", "−5", "3", "3"]
    assert [word.text for word in axis_words(4.0, grid, ("w", "v"), False)] == ["w", "v"]
