"""What is called going up and down: runs whose rate is too high, and no noise at a good rate."""

from dataclasses import replace
from itertools import product
from math import ceil

import numpy as np
import pytest

from engine.data import make_data
from engine.experiment.curve import (
    EARLY,
    FEWEST_POINTS,
    Curve,
    Point,
    goes_up_and_down,
    schedule_of,
)
from engine.experiment.editing import set_numbers, with_settings
from engine.experiment.experiment import Experiment, new_experiment
from engine.experiment.layers import network_of
from engine.experiment.training import NOTHING_LEFT, UP_AND_DOWN, Goal, remark, trained
from engine.functions.datasets import Recipe, generate
from engine.functions.optimizers import Optimizer
from engine.network import Edge, Network, Node, Place
from engine.settings import Settings
from tests.sampled import sampled


def curve(losses: list[float], first: int = 0) -> Curve:
    return Curve().with_points([Point(first + k, k, loss) for k, loss in enumerate(losses)])


def experiment(
    kind: str, hidden: int, rate: float, batch: int | None, noise: float = 0.3, how: str = "sgd"
) -> Experiment:
    """Sixty points of a classic set, within -2 and 2."""
    made = network_of((2, hidden, 1) if hidden else (2, 1), seed=3)
    points = generate(Recipe(kind, 60, noise, 1, 0.0))
    cells = np.hstack([points.inputs / 3, points.targets.reshape(-1, 1)])
    data = make_data(made.network.inputs, made.network.outputs, cells)
    settings = Settings(rate=rate, batch=batch, shuffle=True, optimizer=Optimizer(how))
    return new_experiment(made.network, made.layout, data, settings, made.start)


def last_losses(start: Experiment, goal: Goal) -> float:
    """At the end; a run that goes as steps has a point at the end of each epoch."""
    done = trained(start, replace(goal, as_steps=True))
    return float(np.mean(done.curve.column("loss")[-20:]))


@pytest.mark.parametrize(("losses", "found"), [
    ([1.0, 0.2] * 10, True),
    ([1.0, 0.9] * 10, False),  # it trembles
    ([2.0 * 0.7**k for k in range(20)], False),
    ([2.0 * 1.5**k for k in range(20)], False),  # it only goes up: that is another thing
    ([2.0 * 0.5**k * (1 + 0.6 * (k % 2)) for k in range(20)], False),  # in jumps, but down
    ([1.0, 0.2] * (FEWEST_POINTS // 2 - 1), False),  # too few to tell
    ([0.5] * 20, False),
    ([0.0] * 20, False),
    ([1.0] + [1e-30, 3e-30] * 15, False),  # what rounding leaves of a loss of 0
    ([1.0] + [1e-3, 3e-3] * 15, False),  # nobody sees it on the curve
    ([1.0, float("nan")] * 10, False),
    ([-1.0, 0.2] * 10, True),  # "the output itself" may be below 0
    ([3.0 * 0.8**k for k in range(30)] + [0.3, 0.05] * 10, True),  # it was good before
])  # fmt: skip
def test_a_curve_by_its_last_points(losses: list[float], found: bool) -> None:
    assert goes_up_and_down(curve(losses)) is found


def test_only_what_came_since_is_looked_at() -> None:
    """Half the rate, and the curve begins to fall: what it was before is no longer so."""
    before, after = [1.0, 0.2] * 10, [0.5 * 0.8**k for k in range(16)]
    whole = curve([*before, *after[:4]])
    assert goes_up_and_down(whole)
    assert not goes_up_and_down(whole, since=20)
    assert not goes_up_and_down(curve([*before, *after]), since=20)


def test_how_it_began_is_not_looked_at() -> None:
    """A run has many points at first, and then few: its last twenty may be all there are."""
    updates = [*range(14), 19, 28, 42, 63, 94, 131]
    losses = [1.0, 0.2] * 7 + [0.2, 0.15, 0.1, 0.08, 0.07, 0.06]
    points = [Point(u, u, loss) for u, loss in zip(updates, losses, strict=True)]
    assert goes_up_and_down(Curve().with_points(points[:14]))
    assert not goes_up_and_down(Curve().with_points(points))
    assert not goes_up_and_down(Curve())


@pytest.mark.parametrize(
    ("kind", "hidden", "rate", "batch", "how"),
    sampled(
        (
            ("circle", 6, 1.4, None, "sgd"),  # all rows at once: it jumps over the valley
            ("circle", 6, 0.3, 1, "sgd"),
            ("circle", 0, 1.5, 10, "sgd"),
            ("gauss", 6, 0.3, 10, "momentum"),
            ("xor", 6, 0.03, 1, "momentum"),
            ("spiral", 6, 3.0, 10, "adam"),
            ("xor", 6, 0.3, 1, "adam"),
        ),
        3,
    ),
)
def test_a_rate_that_is_too_high_is_called_so_and_a_fifth_of_it_is_better(
    kind: str, hidden: int, rate: float, batch: int | None, how: str
) -> None:
    begun = experiment(kind, hidden, rate, batch, how=how)
    points = ceil(FEWEST_POINTS / (1 - EARLY))
    goal = Goal(epochs=max(300, points * schedule_of(begun.context).epochs))
    run = trained(begun, goal)
    assert run.ending is None or run.ending.rule == "goal"
    assert remark(run.curve, run.history, run.settings, run.data) == UP_AND_DOWN
    calmer = with_settings(run, replace(run.settings, rate=rate / 5))
    assert last_losses(calmer, goal) < 0.8 * last_losses(begun, goal)


KINDS = ("xor", "circle", "gauss", "plane", "spiral")
GOOD = (("sgd", 0.03), ("momentum", 0.003), ("adam", 0.003))
CALM = tuple(
    (kind, noise, batch, how, rate)
    for (kind, noise, batch, (how, rate)) in product(KINDS, (0.0, 0.3), (None, 1, 10), GOOD)
)


@pytest.mark.parametrize(("kind", "noise", "batch", "how", "rate"), sampled(CALM, 12))
def test_noise_at_a_good_rate_is_not_called_so(
    kind: str, noise: float, batch: int | None, how: str, rate: float
) -> None:
    """Asked again and again while it goes on, from the first updates to the last."""
    run = experiment(kind, 6, rate, batch, noise, how)
    for epochs in (1, 2, 12, 15, 30, 60):
        run = trained(run, Goal(epochs=epochs))
        assert not remark(run.curve, run.history, run.settings, run.data)


def test_a_loss_of_0_is_called_done_where_it_can_fall_no_further() -> None:
    """x = 1 is to become 2 by one weight at half the rate that would jump there at once."""
    nodes = (Node("x", "input"), Node("y", output=True))
    network = Network(nodes, (Edge("x", "y"),))
    data = make_data(("x",), ("y",), np.array([[1.0, 2.0]]))
    begun = new_experiment(network, data=data, settings=Settings(rate=0.5))
    run = trained(begun, Goal(updates=100))
    assert run.curve.last is not None and run.curve.last.loss == 0
    assert remark(run.curve, run.history, run.settings, run.data) == NOTHING_LEFT
    assert not remark(begun.curve, begun.history, begun.settings, begun.data)
    by_hand = set_numbers(run, {Place("weight", "y", "x"): 5.0})
    assert not remark(by_hand.curve, by_hand.history, by_hand.settings, by_hand.data)
    for other in (replace(run.settings, l2=0.1), replace(run.settings, loss="output")):
        assert not remark(run.curve, run.history, other, run.data)


def test_another_rate_is_given_time() -> None:
    run = trained(experiment("circle", 6, 0.3, 1), Goal(epochs=100))
    calmer = with_settings(run, replace(run.settings, rate=0.03))
    assert not remark(calmer.curve, calmer.history, calmer.settings, calmer.data)
