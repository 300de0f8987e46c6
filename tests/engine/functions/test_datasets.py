"""Generated sets: their geometry and classes, the same for the same recipe; splits and scaling."""

import math
from dataclasses import replace

import numpy as np
import pytest

from engine.errors import Refused
from engine.functions.datasets import (
    DATASETS,
    Points,
    Recipe,
    Scaling,
    check_recipe,
    constant_columns,
    fit_scaling,
    generate,
    scale,
    split,
    unscale,
)

CLASSES = tuple(kind for kind, row in DATASETS.items() if row.classification)


def sorted_rows(points: Points) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Inputs and targets side by side, in an order that does not depend on the shuffle."""
    rows = np.hstack([points.inputs, points.targets])
    return rows[np.lexsort(rows.T)]


def test_the_table_has_the_six_sets() -> None:
    assert CLASSES == ("circle", "xor", "gauss", "spiral")
    assert tuple(DATASETS)[4:] == ("plane", "bumps")
    assert all(row.title and row.line.endswith(".") for row in DATASETS.values())


@pytest.mark.parametrize("kind", DATASETS)
def test_shapes_types_and_nobody_can_write(kind: str) -> None:
    for size in (1, 2, 7, 500):
        points = generate(Recipe(kind, size, noise=0.3))
        assert points.inputs.shape == (size, 2)
        assert points.targets.shape == (size, 1)
        assert points.test.shape == (size,)
        assert points.inputs.dtype == points.targets.dtype == np.float64
        assert points.test.dtype == np.bool_
        assert np.isfinite(points.inputs).all() and np.isfinite(points.targets).all()
        for array in (points.inputs, points.targets, points.test):
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 0


@pytest.mark.parametrize("kind", DATASETS)
def test_the_recipe_decides_everything(kind: str) -> None:
    recipe = Recipe(kind, 60, noise=0.1, seed=3)
    first, again = generate(recipe), generate(replace(recipe))
    assert np.array_equal(first.inputs, again.inputs)
    assert np.array_equal(first.targets, again.targets)
    assert np.array_equal(first.test, again.test)
    other = generate(replace(recipe, seed=4))
    assert not np.array_equal(first.inputs, other.inputs)
    assert not np.array_equal(first.test, other.test)
    assert not np.array_equal(sorted_rows(first), sorted_rows(other))
    assert len(np.unique(first.inputs, axis=0)) == 60


@pytest.mark.parametrize("kind", DATASETS)
def test_noise_changes_the_set_and_the_test_share_does_not(kind: str) -> None:
    recipe = Recipe(kind, 200, seed=3)
    plain = generate(recipe)
    assert not np.array_equal(sorted_rows(plain), sorted_rows(generate(replace(recipe, noise=0.4))))
    shared = generate(replace(recipe, test_share=0.1))
    assert np.array_equal(plain.inputs, shared.inputs)
    assert np.array_equal(plain.targets, shared.targets)


@pytest.mark.parametrize("kind", CLASSES)
def test_classes_are_balanced_and_mixed(kind: str) -> None:
    for size in (2, 7, 500, 501):
        targets = generate(Recipe(kind, size)).targets
        assert set(np.unique(targets)) == {-1, 1}
        assert abs(targets.sum()) <= 1
    # A run of one class much longer than chance gives would mean that the rows are not shuffled,
    # and many changes that they still alternate.
    changes = np.count_nonzero(np.diff(generate(Recipe(kind, 500)).targets[:, 0]))
    assert 200 < changes < 300


def test_circle_is_a_disc_in_a_ring() -> None:
    points = generate(Recipe("circle", 2000))
    radius, inside = np.hypot(*points.inputs.T), points.targets[:, 0] > 0
    assert 2.4 < radius[inside].max() < 2.5
    assert radius[inside].min() < 0.1
    assert 3.5 <= radius[~inside].min() < 3.6
    assert 4.9 < radius[~inside].max() <= 5
    assert np.abs(points.inputs[inside].mean(axis=0)).max() < 0.15
    assert np.abs(points.inputs[~inside].mean(axis=0)).max() < 0.3


def test_xor_shares_its_class_between_opposite_quarters() -> None:
    inputs, targets = generate(Recipe("xor", 2000)).inputs, generate(Recipe("xor", 2000)).targets
    assert np.array_equal(np.sign(inputs.prod(axis=1)), targets[:, 0])
    assert 0.3 <= np.abs(inputs).min() < 0.31
    assert 5.2 < np.abs(inputs).max() < 5.3
    for x in (-1, 1):
        for y in (-1, 1):
            assert np.count_nonzero((np.sign(inputs) == [x, y]).all(axis=1)) == 500


@pytest.mark.parametrize(("noise", "variance"), [(0.0, 0.5), (0.5, 4.0)])
def test_gauss_is_two_clouds_of_a_known_variance(noise: float, variance: float) -> None:
    points = generate(Recipe("gauss", 20_000, noise=noise))
    for side in (-1, 1):
        cloud = points.inputs[points.targets[:, 0] == side]
        assert cloud.mean(axis=0) == pytest.approx([2 * side, 2 * side], abs=0.08)
        assert cloud.var(axis=0) == pytest.approx([variance, variance], rel=0.06)


def test_spiral_arms_wind_a_turn_and_three_quarters() -> None:
    points = generate(Recipe("spiral", 1000))
    for side, start in ((1, 0.0), (-1, math.pi)):
        x, y = points.inputs[points.targets[:, 0] == side].T
        radius = np.hypot(x, y)
        assert 0.004 < radius.min() < 0.01 and 4.98 < radius.max() < 5
        turn = radius / 5 * 1.75 * 2 * math.pi + start
        assert np.hypot(x - radius * np.sin(turn), y - radius * np.cos(turn)).max() < 1e-12
        assert np.sort(np.diff(np.sort(radius))) == pytest.approx(0.01)


def test_noise_moves_the_points_of_a_spiral_by_at_most_itself() -> None:
    plain, noisy = generate(Recipe("spiral", 1000)), generate(Recipe("spiral", 1000, noise=0.4))
    moved = np.abs(noisy.inputs - plain.inputs)
    assert np.array_equal(noisy.targets, plain.targets)
    assert 0.39 < moved.max() <= 0.4


@pytest.mark.parametrize("kind", ["circle", "xor", "plane", "bumps"])
def test_noise_of_the_other_sets_is_in_the_targets(kind: str) -> None:
    plain, noisy = generate(Recipe(kind, 1000)), generate(Recipe(kind, 1000, noise=0.3))
    assert np.array_equal(noisy.inputs, plain.inputs)
    changed = (noisy.targets != plain.targets).mean()
    assert 0.05 < changed < 0.3 if DATASETS[kind].classification else changed > 0.3


def test_noise_reaches_as_far_as_the_radius_says() -> None:
    plain, noisy = generate(Recipe("plane", 5000)), generate(Recipe("plane", 5000, noise=0.5))
    # Both inputs move by up to 0.5·6, so the target by up to 2·3/10.
    assert 0.55 < np.abs(noisy.targets - plain.targets).max() <= 0.6


def test_plane_by_hand() -> None:
    points = generate(Recipe("plane", 2000))
    assert points.targets[:, 0] == pytest.approx(points.inputs.sum(axis=1) / 10, abs=1e-15)
    assert 5.9 < np.abs(points.inputs).max() <= 6
    assert points.inputs.mean() == pytest.approx(0, abs=0.2)


def test_bumps_as_six_circles_of_radius_two() -> None:
    points = generate(Recipe("bumps", 3000))
    centres = [(-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1)]
    for (x, y), target in zip(points.inputs.tolist(), points.targets[:, 0].tolist(), strict=True):
        label = 0.0
        for a, b, sign in centres:
            height = max(0.0, 1 - math.dist((x, y), (a, b)) / 2)
            label = sign * height if height > abs(label) else label
        assert target == pytest.approx(label, abs=1e-12)
    assert points.targets.max() > 0.9 and points.targets.min() < -0.9


@pytest.mark.parametrize(
    ("count", "share", "expected"),
    [(500, 0.5, 250), (500, 0.0, 0), (10, 0.27, 3), (7, 0.9, 6), (3, 0.9, 2), (1, 0.9, 0)],
)
def test_a_split_holds_exactly_its_share_and_leaves_a_row(
    count: int, share: float, expected: int
) -> None:
    assert np.count_nonzero(split(count, share, 0)) == expected
    assert np.count_nonzero(generate(Recipe("xor", count, test_share=share)).test) == expected


def test_a_split_is_a_function_of_its_seed_and_grows_with_its_share() -> None:
    small, large = split(100, 0.2, 5), split(100, 0.6, 5)
    assert np.array_equal(small, split(100, 0.2, 5))
    assert not np.array_equal(small, split(100, 0.2, 6))
    assert np.all(large[small])
    assert 20 < np.flatnonzero(small).mean() < 80


def test_scaling_by_hand() -> None:
    # mean 2, deviation √((1 + 1)/2) = 1; mean 30, deviation 20
    scaling = fit_scaling(np.array([[1.0, 10.0], [3.0, 50.0]]))
    assert scaling == Scaling((2.0, 30.0), (1.0, 20.0))
    assert scale(scaling, np.array([[5.0, 40.0]])).tolist() == [[3.0, 0.5]]
    assert unscale(scaling, np.array([[3.0, 0.5]])).tolist() == [[5.0, 40.0]]


def test_scaled_training_rows_have_mean_0_and_deviation_1_and_come_back() -> None:
    rows = np.random.default_rng(0).normal(3, 20, (50, 4))
    scaling = fit_scaling(rows)
    scaled = scale(scaling, rows)
    assert scaled.mean(axis=0) == pytest.approx(np.zeros(4), abs=1e-14)
    assert scaled.std(axis=0) == pytest.approx(np.ones(4))
    assert unscale(scaling, scaled) == pytest.approx(rows)


def test_a_constant_column_stays_as_it_is() -> None:
    rows = np.column_stack([np.full(3, 0.1), [1.0, 2.0, 3.0], np.full(3, -7.0)])
    scaling = fit_scaling(rows)
    assert constant_columns(rows) == (0, 2)
    assert (scaling.mean[0], scaling.deviation[0]) == (0.0, 1.0)
    assert scale(scaling, rows)[:, [0, 2]].tolist() == rows[:, [0, 2]].tolist()
    assert constant_columns(rows[:1]) == (0, 1, 2)
    assert scale(fit_scaling(rows[:1]), rows).tolist() == rows.tolist()


@pytest.mark.parametrize("column", [[1e-200, 2e-200, 3e-200], [1e300, -1e300, 1e300]])
def test_no_column_makes_a_nan(column: list[float]) -> None:
    rows = np.array(column)[:, None]
    scaling = fit_scaling(rows)
    assert np.isfinite(scale(scaling, rows)).all()
    assert unscale(scaling, scale(scaling, rows)) == pytest.approx(rows, rel=1e-12, abs=0)


def test_no_columns_need_no_scaling() -> None:
    rows = np.zeros((4, 0))
    assert fit_scaling(rows) == Scaling((), ())
    assert scale(fit_scaling(rows), rows).shape == (4, 0)
    assert constant_columns(rows) == ()


@pytest.mark.parametrize(
    ("recipe", "words"),
    [
        (Recipe("spirla"), "“spiral”"),
        (Recipe("xor", size=0), "0 rows"),
        (Recipe("xor", noise=1.1), "noise"),
        (Recipe("xor", noise=-0.1), "noise"),
        (Recipe("xor", noise=math.nan), "noise"),
        (Recipe("xor", test_share=0.95), "share"),
        (Recipe("xor", test_share=-0.1), "share"),
        (Recipe("xor", seed=-1), "seed"),
    ],
)
def test_a_bad_recipe_is_refused(recipe: Recipe, words: str) -> None:
    with pytest.raises(Refused, match=words):
        check_recipe(recipe)
    with pytest.raises(Refused, match=words):
        generate(recipe)


def test_a_bad_split_is_refused() -> None:
    for count, share, seed in ((0, 0.5, 0), (5, 1.0, 0), (5, 0.5, -1)):
        with pytest.raises(Refused):
            split(count, share, seed)
