"""Settings that make no sense are refused in words; the others pass through untouched."""

import math
from dataclasses import replace

import pytest

from engine.errors import Refused
from engine.functions.optimizers import Optimizer, Schedule
from engine.settings import Settings, Stops, check, without_rounding


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (Settings(loss="sqared"), "Did you mean “squared”?"),
        (Settings(reduction="men"), "Did you mean “mean”?"),  # type: ignore[arg-type]
        (Settings(optimizer=Optimizer("adan")), "Did you mean “adam”?"),
        (Settings(rate=0.0), "The learning rate must be a positive number up to 1e12, not 0."),
        (Settings(rate=-0.5), "The learning rate must be a positive number up to 1e12, not −0.5."),
        (Settings(rate=math.nan),
         "The learning rate must be a positive number up to 1e12, not nothing."),
        (Settings(rate=math.inf), "The learning rate must be a positive number up to 1e12, not ∞."),
        (Settings(l1=-1.0), "The L1 penalty must be 0 or a positive number up to 1e12."),
        (Settings(l2=math.nan), "The L2 penalty must be 0 or a positive number up to 1e12."),
        (Settings(batch=0), "A batch needs at least one sample."),
        (Settings(digits=0), "Numbers are shown with 1 to 17 digits."),
        (Settings(digits=18), "Numbers are shown with 1 to 17 digits."),
        (Settings(seed=-1), "The seed must be a whole number from 0 on."),
        (Settings(rounding=True, l2=0.1),
         "Rounding as the lecture does needs plain SGD without penalties."),
        (Settings(rounding=True, l1=0.1),
         "Rounding as the lecture does needs plain SGD without penalties."),
        (Settings(rounding=True, optimizer=Optimizer("adam")),
         "Rounding as the lecture does needs plain SGD without penalties."),
        (Settings(stops=Stops(epochs=0)), "The number of epochs to stop after must be at least 1."),
        (Settings(stops=Stops(patience=0)), "The patience to stop after must be at least 1."),
        (Settings(stops=Stops(loss_below=0.0)),
         "The loss to stop below must be a positive number up to 1e12."),
        (Settings(stops=Stops(change_below=-1.0)),
         "The change of the weights to stop below must be a positive number up to 1e12."),
        (Settings(stops=Stops(misclassified_below=math.nan)),
         "The misclassified share to stop below must be a positive number up to 1e12."),
    ],
)  # fmt: skip
def test_refused_in_words(settings: Settings, sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        check(settings)
    assert refusal.value.sentence.endswith(sentence)


@pytest.mark.parametrize(
    "settings",
    [
        Settings(),
        Settings(batch=None, l1=0.1, l2=0.2, seed=10**15 - 1, digits=17),
        Settings(rounding=True, digits=1),
        Settings(stops=Stops(1, 1e-9, 1e-9, 0.5, 1)),
    ],
)
def test_sound_settings_pass_untouched(settings: Settings) -> None:
    assert check(settings) is settings


def test_the_rate_follows_the_schedule() -> None:
    halved = Settings(rate=0.8, schedule=Schedule("step", every=2, factor=0.5))
    assert [halved.rate_in(epoch) for epoch in range(5)] == [0.8, 0.8, 0.4, 0.4, 0.2]
    assert Settings(rate=0.3).rate_in(1000) == 0.3


def test_training_never_rounds() -> None:
    exact = Settings(rate=0.9)
    assert without_rounding(exact) is exact
    assert without_rounding(replace(exact, rounding=True)) == exact


@pytest.mark.parametrize(
    "settings",
    [
        Settings(seed=10**15), Settings(batch=10**15), Settings(stops=Stops(epochs=10**15)),
        Settings(stops=Stops(patience=10**15)), Settings(schedule=Schedule("step", every=10**15)),
        Settings(schedule=Schedule("cosine", epochs=10**15)),
    ],
)  # fmt: skip
def test_whole_numbers_stay_within_what_a_file_holds(settings: Settings) -> None:
    with pytest.raises(Refused, match="must be below 1e15"):
        check(settings)
