"""Starting weights: the spread each rule promises, and a function of the seed alone."""

import math

import numpy as np
import pytest

from engine.errors import Refused
from engine.functions.initializers import (
    INITIALIZERS,
    Initializer,
    check_initializer,
    draw,
    draw_each,
)
from tests.engine.networks import drawn

MANY = 20_000
FAN_IN, FAN_OUT = np.full(MANY, 8), np.full(MANY, 16)
DRAWING = ("as drawn", "uniform", "normal", "xavier", "he")


@pytest.mark.parametrize(
    ("initializer", "half_width"),
    [
        (Initializer("uniform", size=0.3), 0.3),
        (Initializer("xavier"), 0.5),  # √(6 / (8 + 16)) = √0.25
        (Initializer("as drawn", size=0.3), 1.0),
    ],
)
def test_uniform_rules_fill_their_range_evenly(initializer: Initializer, half_width: float) -> None:
    weights = draw(initializer, FAN_IN, FAN_OUT, 1)
    assert np.abs(weights).max() <= half_width
    counts, _ = np.histogram(weights, bins=10, range=(-half_width, half_width))
    assert counts.sum() == MANY
    assert np.abs(counts - MANY / 10).max() < 6 * math.sqrt(MANY / 10)


@pytest.mark.parametrize(
    ("initializer", "deviation"),
    [
        (Initializer("normal", size=0.3), 0.3),
        (Initializer("he"), 0.5),  # √(2 / 8)
    ],
)
def test_normal_rules_have_their_deviation(initializer: Initializer, deviation: float) -> None:
    weights = draw(initializer, FAN_IN, FAN_OUT, 1) / deviation
    assert weights.mean() == pytest.approx(0, abs=0.03)
    assert weights.std() == pytest.approx(1, abs=0.03)
    assert (np.abs(weights) < 1).mean() == pytest.approx(0.6827, abs=0.02)


def test_each_edge_has_its_own_fans() -> None:
    fan_in, fan_out = np.array([2, 200, 2]), np.array([4, 400, 4])
    even = draw(Initializer("uniform", size=1.0), fan_in, fan_out, 3)
    expected = even * [1, 0.1, 1]  # √(6/6), √(6/600)
    assert draw(Initializer("xavier"), fan_in, fan_out, 3) == pytest.approx(expected)
    bell = draw(Initializer("normal", size=1.0), fan_in, fan_out, 3)
    expected = bell * [1, 0.1, 1]  # √(2/2), √(2/200)
    assert draw(Initializer("he"), fan_in, fan_out, 3) == pytest.approx(expected)


def test_zeros_and_constant_are_exact() -> None:
    fans = np.array([3, 1])
    assert draw(Initializer("zeros"), fans, fans, 0).tolist() == [0, 0]
    assert draw(Initializer("constant", size=-0.25), fans, fans, 0).tolist() == [-0.25, -0.25]


def test_what_was_drawn_by_hand_stays() -> None:
    fans, drawn = np.array([3, 1]), np.array([0.3, -7.0])
    kept = draw(Initializer("as drawn"), fans, fans, 5, drawn)
    assert kept.tolist() == [0.3, -7.0]
    assert not np.shares_memory(kept, drawn)
    assert draw(Initializer("zeros"), fans, fans, 5, drawn).tolist() == [0, 0]


@pytest.mark.parametrize("kind", DRAWING)
def test_the_seed_decides_and_nothing_else(kind: str) -> None:
    initializer, fans = Initializer(kind), np.full(50, 4)
    np.random.default_rng(0).random(7)
    first = draw(initializer, fans, fans, 7)
    assert first.dtype == np.float64
    assert np.array_equal(first, draw(initializer, fans, fans, 7))
    assert not np.any(first == draw(initializer, fans, fans, 8))


@pytest.mark.parametrize("kind", INITIALIZERS)
def test_no_edges_no_weights(kind: str) -> None:
    none = np.zeros(0, np.int64)
    assert draw(Initializer(kind), none, none, 0).shape == (0,)


@pytest.mark.parametrize("kind", DRAWING)
def test_a_new_edge_is_drawn_from_the_seed_and_its_ends(kind: str) -> None:
    initializer = Initializer(kind, size=0.4)
    ends = [("a", "b"), ("b", "a"), ("a", "c")]
    weights = [[drawn(initializer, 2, 3, seed, a, b) for seed in range(40)] for a, b in ends]
    again = [drawn(initializer, 2, 3, seed, "a", "b") for seed in range(40)]
    pairs = [("c", "a"), *ends, ("a", "b")]
    fans = np.array([1, 2, 2, 2, 2]), np.array([4, 3, 3, 3, 3])
    for seed in range(40):  # many at once are what they are one by one
        many = draw_each(initializer, *fans, seed, pairs)
        alone = [drawn(initializer, 1, 4, seed, "c", "a"), *(w[seed] for w in weights)]
        assert many == [*alone, again[seed]]
    assert weights[0] == again
    assert weights[0] != weights[1] and weights[0] != weights[2]
    assert len(set(again)) > 3


@pytest.mark.parametrize("kind", DRAWING)
def test_a_new_edge_has_one_decimal_and_is_not_0(kind: str) -> None:
    weights = [drawn(Initializer(kind, size=0.2), 2, 3, seed, "a", "b") for seed in range(200)]
    assert 0 not in weights
    assert all(weight == round(weight, 1) for weight in weights)
    assert {0.1, -0.1} <= set(weights)


def test_a_new_edge_of_zeros_is_0_and_of_a_constant_is_near_it() -> None:
    assert drawn(Initializer("zeros"), 2, 3, 0, "a", "b") == 0
    values = {0.0: 0.0, 0.7: 0.7, 0.04: 0.1, -0.04: -0.1, -1.26: -1.3}
    for size, expected in values.items():
        assert drawn(Initializer("constant", size=size), 2, 3, 0, "a", "b") == expected


def test_the_numbers_are_the_same_on_every_machine_and_in_every_run() -> None:
    # Written down once: a hash salted per process, or another generator, would change them.
    edge = [drawn(Initializer("uniform", size=1.0), 2, 3, seed, "x1", "h") for seed in range(4)]
    assert edge == [-0.1, 0.7, 0.8, -0.7]
    fans = np.full(2, 4)
    assert draw(Initializer("uniform", size=1.0), fans, fans, 42) == pytest.approx(
        [0.5479121, -0.12224312], abs=1e-8
    )


@pytest.mark.parametrize(
    ("initializer", "words"),
    [
        (Initializer("zavier"), "“xavier”"),
        (Initializer("uniform", size=0.0), "cannot be 0"),
        (Initializer("normal", size=-1.0), "cannot be -1"),
        (Initializer(size=math.nan), "must be numbers"),
        (Initializer("zeros", bias=math.inf), "must be numbers"),
    ],
)
def test_a_bad_initialiser_is_refused(initializer: Initializer, words: str) -> None:
    with pytest.raises(Refused, match=words):
        check_initializer(initializer)


def test_good_ones_pass_and_a_seed_below_0_does_not() -> None:
    for kind in INITIALIZERS:
        check_initializer(Initializer(kind))
    check_initializer(Initializer("constant", size=-2.0))
    with pytest.raises(Refused, match="seed cannot be -1"):
        draw(Initializer(), FAN_IN, FAN_OUT, -1)


def test_every_rule_has_a_title_and_one_sentence() -> None:
    for row in INITIALIZERS.values():
        assert row.title and row.help.endswith(".") and row.help.count(". ") == 0
