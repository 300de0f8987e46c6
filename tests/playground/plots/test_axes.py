"""Axes: where their numbers stand, and as what."""

import numpy as np
import pytest

from engine.views.runs import drawable
from playground.plots.axes import log_ticks, ticks


def labels(low: float, high: float, most: int, least: float = 0.0) -> list[str]:
    return [tick.label for tick in ticks(low, high, most, least)]


def test_all_labels_have_the_decimals_of_their_step() -> None:
    assert labels(0, 0.15, 3) == ["0", "0.05", "0.10", "0.15"]
    assert labels(-2, 2, 4) == ["−2", "−1", "0", "1", "2"]
    assert labels(0, 3000, 3) == ["0", "1,000", "2,000", "3,000"]
    assert labels(0, 4e7, 2) == ["0", "2e7", "4e7"]


def test_updates_are_whole() -> None:
    assert labels(0, 2, 6, least=1.0) == ["0", "1", "2"]


def test_powers_of_ten() -> None:
    assert [t.label for t in log_ticks(-3, 1, 5)] == ["0.001", "0.01", "0.1", "1", "10"]
    between = log_ticks(float(np.log10(0.02)), float(np.log10(0.6)), 5)
    assert [t.label for t in between] == ["0.02", "0.05", "0.1", "0.2", "0.5"]


@pytest.mark.parametrize("ends", [(0.0, 1e-290), (-1e30, 1e30), (1.0, 1.0 + 1e-12), (5e29, 6e29)])
def test_any_range_has_few_numbers(ends: tuple[float, float]) -> None:
    assert 1 <= len(ticks(*ends, 4)) <= 101


def test_what_cannot_be_drawn_is_no_number() -> None:
    assert np.isnan(drawable(np.array([1e31, -1e31, np.inf, np.nan]))).all()
