"""The rate of every schedule against arithmetic by hand, and PyTorch's schedulers if present."""

import math
from collections.abc import Callable
from typing import Any

import pytest

from engine.errors import Refused
from engine.functions.optimizers import SCHEDULES, Schedule, check_schedule
from engine.settings import Settings


def rate_at(schedule: Schedule, rate: float, epoch: int) -> float:
    return Settings(rate=rate, schedule=schedule).rate_in(epoch)


@pytest.mark.parametrize(
    ("schedule", "rates"),
    [
        (Schedule(), {0: 0.8, 1000: 0.8}),
        (Schedule("step", every=3, factor=0.5), {0: 0.8, 2: 0.8, 3: 0.4, 5: 0.4, 6: 0.2, 9: 0.1}),
        (Schedule("exponential", factor=0.5), {0: 0.8, 1: 0.4, 3: 0.1}),
        # 0.2 + 0.6·(1 + cos(π·e/4))/2: cos is 1, 0 and −1 at 0, 2 and 4
        (Schedule("cosine", epochs=4, floor=0.2), {0: 0.8, 2: 0.5, 4: 0.2, 5: 0.2, 400: 0.2}),
        (Schedule("inverse", decay=0.5), {0: 0.8, 2: 0.4, 6: 0.2}),
    ],
    ids=lambda value: value.kind if isinstance(value, Schedule) else "",
)
def test_schedules_by_hand(schedule: Schedule, rates: dict[int, float]) -> None:
    for epoch, expected in rates.items():
        assert rate_at(schedule, 0.8, epoch) == pytest.approx(expected, rel=1e-15)


def test_pytorch_has_the_same_schedules() -> None:
    torch = pytest.importorskip("torch")
    rules = torch.optim.lr_scheduler
    pairs: dict[Schedule, Callable[[Any], Any]] = {
        Schedule("step", every=7, factor=0.3): lambda o: rules.StepLR(o, 7, 0.3),
        Schedule("exponential", factor=0.9): lambda o: rules.ExponentialLR(o, 0.9),
        Schedule("cosine", epochs=40, floor=0.01): lambda o: rules.CosineAnnealingLR(o, 40, 0.01),
    }
    for schedule, make in pairs.items():
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.5)
        rule = make(optimizer)
        for epoch in range(40):
            expected = optimizer.param_groups[0]["lr"]
            assert rate_at(schedule, 0.5, epoch) == pytest.approx(expected, rel=1e-12)
            optimizer.step()
            rule.step()


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        (Schedule("cosin"), "“cosine”"),
        (Schedule("step", every=0), "“every”"),
        (Schedule("cosine", epochs=0), "“epochs”"),
        (Schedule(factor=0.0), "factor"),
        (Schedule(factor=1.5), "factor"),
        (Schedule(floor=-0.1), "“floor”"),
        (Schedule(decay=math.inf), "“decay”"),
    ],
)
def test_a_bad_schedule_is_refused(schedule: Schedule, words: str) -> None:
    with pytest.raises(Refused, match=words):
        check_schedule(schedule)


def test_a_factor_of_one_is_taken() -> None:
    check_schedule(Schedule("step", every=1, factor=1.0, epochs=1, floor=0.0, decay=0.0))


def test_the_table_of_schedules_names_fields_that_stand_in_the_formula() -> None:
    for kind, row in SCHEDULES.items():
        check_schedule(Schedule(kind))
        assert all(field in row.formula for field in row.uses)
        assert (row.title != "") and row.formula.startswith(("η", "floor"))
