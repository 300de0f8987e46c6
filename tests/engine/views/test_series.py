"""Numbers over updates: what of them can be drawn, and where something stands among them."""

from itertools import pairwise

import numpy as np
import pytest

from engine.experiment.training import Goal, trained
from engine.lessons.lesson import open_lesson
from engine.network import Place
from engine.views.runs import (
    LARGEST,
    between,
    columns_of,
    drawable,
    ends_of,
    height_at,
    last_known,
    longer,
    nearest,
    series,
    thinned,
)

XS = np.array([0.0, 10.0, 20.0, 40.0])
GAP = XS, np.array([1.0, np.nan, 3.0, np.nan])


def test_what_cannot_be_drawn_is_nan() -> None:
    numbers = np.array([1.0, np.inf, -np.inf, np.nan, 2 * LARGEST, -LARGEST])
    np.testing.assert_array_equal(drawable(numbers), [1.0, *[np.nan] * 4, -LARGEST])


def test_a_parameter_is_what_was_recorded_and_then_what_was_seen() -> None:
    value = trained(open_lesson("xor").experiment, Goal(updates=30))
    place = Place("weight", "h1", "x1")
    xs, ys = longer(series(value.history, place), [(31, 0.5), (33, np.inf)])
    assert xs.tolist() == [*range(32), 33.0]
    assert ys[30] == value.parameters[value.network.place_index[place]]
    assert ys[31] == 0.5 and np.isnan(ys[32])
    assert [len(part) for part in series(value.history, Place("bias", "nobody"))] == [0, 0]


def test_places_among_the_updates() -> None:
    assert ends_of([(XS, XS), (XS + 5, XS), (XS[:0], XS[:0])]) == (0.0, 45.0)
    assert ends_of([(XS[:0], XS[:0])]) is None
    assert XS[between(XS, 12.0, 18.0)].tolist() == [10.0, 20.0]
    assert XS[between(XS, 10.0, 40.0)].tolist() == XS.tolist()
    assert [nearest(XS, update) for update in (-5.0, 4.9, 15.0, 31.0, 99.0)] == [0, 0, 1, 3, 3]


def test_the_last_number_and_the_one_between_two() -> None:
    assert [last_known(GAP, 0.0, right) for right in (0.0, 10.0, 20.0, 99.0)] == [0, 0, 2, 2]
    assert last_known(GAP, 5.0, 15.0) is None and last_known(GAP, 50.0, 60.0) is None
    assert height_at(GAP, 10.0) == pytest.approx(2.0)
    assert np.isnan(height_at(GAP, 40.0)) and np.isnan(height_at((XS, np.full(4, np.nan)), 0.0))


def test_columns_stand_beside_each_other() -> None:
    updates, first, second = columns_of([(XS, XS + 1), (np.array([10.0, 11.0]), np.ones(2))])
    assert updates.tolist() == [0.0, 10.0, 11.0, 20.0, 40.0]
    np.testing.assert_array_equal(first, [1.0, 11.0, np.nan, 21.0, 41.0])
    np.testing.assert_array_equal(second, [np.nan, 1.0, 1.0, np.nan, np.nan])


def test_points_that_are_far_apart_stay_where_they_are() -> None:
    """One an update for a thousand, then one an epoch, as every long run has them."""
    xs = np.append(np.arange(1000.0), np.arange(1000.0, 5000, 50))
    ys = np.random.default_rng(0).random(len(xs))
    across, up = thinned((xs, ys), 0, 4950, 100)
    assert len(across) <= 2 * 101 + 2
    drawn = set(zip(across.tolist(), up.tolist(), strict=True))
    # a column is 49.5 wide: of 20 points far apart no more than one shares its column
    alone = [k for k in range(1001, len(xs)) if np.diff(np.floor(xs[k - 1 : k + 2] / 49.5)).all()]
    assert len(alone) > 60 and all((xs[k], ys[k]) in drawn for k in alone)
    assert across[-1] == xs[-1] and across[0] == xs[0] and (np.diff(across) >= 0).all()


@pytest.mark.parametrize("seed", range(30))
def test_no_peak_of_a_column_is_lost_and_none_is_invented(seed: int) -> None:
    rng = np.random.default_rng(seed)
    xs = np.cumsum(rng.exponential(rng.choice([0.1, 1, 30], 4000)))
    ys = rng.normal(size=len(xs)).cumsum()
    ys[rng.random(len(xs)) < 0.02] = np.nan
    left, right = sorted(rng.uniform(xs[0], xs[-1], 2))
    columns = int(rng.integers(5, 200))
    across, up = thinned((xs, ys), left, right, columns)
    edges = np.linspace(left, right, columns + 1)
    for low, high in pairwise(edges):
        there = ys[(xs >= low) & (xs < high)]
        drawn = up[(across >= low) & (across < high)]
        if np.isfinite(there).any():
            assert np.nanmin(there) == np.nanmin(drawn) and np.nanmax(there) == np.nanmax(drawn)
    known = up[np.isfinite(up)]
    assert np.isin(known, ys).all() and np.isin(across, xs).all()
