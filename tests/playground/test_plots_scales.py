"""Axes: where numbers lie on them, and what stands beside them."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF

from playground.plots.frame import Frame
from playground.plots.lines import Line, end_of, pieces
from playground.plots.scales import Span, drawable, span_of, ticks


def labels(span: Span, most: int) -> list[str]:
    return [tick.label for tick in ticks(span, most)]


def test_all_labels_have_the_decimals_of_their_step() -> None:
    assert labels(Span(0, 0.15), 3) == ["0", "0.05", "0.10", "0.15"]
    assert labels(Span(-2, 2), 4) == ["−2", "−1", "0", "1", "2"]
    assert labels(Span(0, 3000), 3) == ["0", "1,000", "2,000", "3,000"]
    assert labels(Span(0, 4e7), 2) == ["0", "2e7", "4e7"]


def test_updates_are_whole() -> None:
    assert labels(Span(0, 2, least=1.0), 6) == ["0", "1", "2"]


def test_powers_of_ten() -> None:
    assert labels(Span(0.001, 10, True), 5) == ["0.001", "0.01", "0.1", "1", "10"]
    assert labels(Span(0.02, 0.6, True), 5) == ["0.02", "0.05", "0.1", "0.2", "0.5"]
    assert Span(0.01, 1, True).share(0.1) == pytest.approx(0.5)
    assert np.isnan(Span(0.01, 1, True).share(0.0))


def test_zooming_keeps_the_place_and_stays_sound() -> None:
    span = Span(0, 10).zoomed(0.25, 0.5)
    assert span.value(0.25) == pytest.approx(2.5) and span.high - span.low == pytest.approx(5)
    narrow = Span(0, 1)
    for _ in range(500):
        narrow = narrow.zoomed(0.5, 0.5)
    assert narrow.high > narrow.low
    wide = Span(0, 1)
    for _ in range(500):
        wide = wide.zoomed(0.5, 2.0)
    assert abs(wide.low) <= 1e30 and wide.high <= 1e30
    assert ticks(narrow, 4) and ticks(wide, 4)


def test_a_span_holds_what_can_be_drawn() -> None:
    wild = np.array([np.nan, np.inf, -1e300, 3.0, 4.0])
    span = span_of(wild)
    assert (span.low, span.high) == (3.0, 4.0)
    assert span_of(np.array([])) == span_of(np.array([np.nan]))
    same = span_of(np.array([2.0, 2.0]))
    assert same.low < 2 < same.high
    assert span_of(np.array([0.2, 1.0]), zero=True).low == 0
    assert span_of(np.array([-1.0, 0.0, 0.1, 1.0]), log=True).low > 0
    assert np.isnan(drawable(np.array([1e31, -1e31]))).all()


def frame() -> Frame:
    return Frame(QRectF(0, 0, 100, 50), Span(0, 1000), Span(0, 1))


def test_peaks_survive_thinning() -> None:
    ys = np.full(100_001, 0.5)
    ys[70_007], ys[20_003] = 1.0, 0.0
    xs = np.linspace(0, 1000, len(ys))
    ((across, down),) = pieces(frame(), xs, ys)
    assert len(across) <= 200
    assert down.min() == 0 and down.max() == 50
    assert across[np.argmin(down)] == pytest.approx(70.0, abs=2)


def test_a_missing_number_breaks_the_line() -> None:
    ys = np.array([0.1, 0.2, np.nan, 0.4, 1e31, 0.6])
    xs = np.linspace(0, 1000, 6)
    assert [len(x) for x, _ in pieces(frame(), xs, ys)] == [2, 1, 1]
    assert pieces(frame(), xs, np.full(6, np.nan)) == []


def test_a_line_ends_where_it_leaves_the_frame() -> None:
    line = Line("up", np.array([0.0, 500.0, 600.0]), np.array([0.0, 0.5, 1.5]))
    assert end_of(frame(), line) == QPointF(55, 0)
    assert end_of(frame(), Line("none", np.empty(0), np.empty(0))) is None
