"""The rules that end a run: each at its bound and not before, in one order, with its sentence."""

import math

import pytest

from engine.experiment.curve import Point
from engine.experiment.training import Watch, ending_at, last_epoch
from engine.settings import Settings, Stops

POINT = Point(1234.0, 10.0, 0.25, accuracy=0.75, change=0.01)
ALL = Stops(epochs=10, loss_below=0.3, change_below=0.02, misclassified_below=0.3, patience=2)


def ended(stops: Stops, point: Point = POINT, watch: Watch | None = None, ends: bool = True) -> str:
    """The rule and the sentence of the ending, or nothing."""
    ending = ending_at(Settings(stops=stops), watch or Watch(0, 0.2, 9), point, ends)
    return f"{ending.rule} {ending.sentence}" if ending else ""


@pytest.mark.parametrize(
    ("just_met", "not_met", "words"),
    [
        (Stops(loss_below=0.2501), Stops(loss_below=0.25),
         "loss Stopped at update 1,234: the training loss, 0.25, is below 0.2501."),
        (Stops(change_below=0.0101), Stops(change_below=0.01),
         "change Stopped at update 1,234: the largest change of a weight, 0.01, is below 0.0101."),
        (Stops(misclassified_below=0.2501), Stops(misclassified_below=0.25),
         "misclassified Stopped at update 1,234: the misclassified share, 0.25, is below 0.2501."),
        (Stops(patience=1), Stops(patience=2),
         "progress Stopped at update 1,234: no progress for 1 epoch; the best loss was 0.2."),
    ],
)  # fmt: skip
def test_a_rule_ends_the_run_at_its_bound(just_met: Stops, not_met: Stops, words: str) -> None:
    assert ended(just_met) == words
    assert ended(not_met) == ""


def test_a_share_at_its_bound_is_not_below_it() -> None:
    """1 − 0.9 is 0.09999999999999998."""
    stops = Stops(misclassified_below=0.1)
    assert ended(stops, POINT._replace(accuracy=0.9)) == ""
    assert ended(stops, POINT._replace(accuracy=0.904)) != ""


def test_rules_of_epochs_wait_for_the_end_of_one() -> None:
    assert ended(Stops(epochs=10, patience=1), ends=False) == ""
    assert ended(Stops(epochs=10, loss_below=1.0), ends=False).startswith("loss")


def test_the_first_of_several_rules_is_told() -> None:
    order = [ended(ALL).split()[0]]
    order.append(ended(Stops(epochs=10, change_below=0.02, patience=1)).split()[0])
    order.append(ended(Stops(epochs=10, patience=1)).split()[0])
    assert order == ["loss", "change", "progress"]
    assert ended(Stops()) == ""


def test_what_is_not_known_ends_nothing() -> None:
    unknown = Point(5.0, 1.0, math.nan)
    assert ended(Stops(loss_below=9.0, change_below=9.0, misclassified_below=9.0), unknown) == ""


@pytest.mark.parametrize(("first", "last"), [(0, 10), (4, 10), (9, 10), (10, 20), (13, 23)])
def test_a_run_that_begins_after_the_last_epoch_gets_as_many_again(first: int, last: int) -> None:
    assert last_epoch(10, first) == last


def test_progress_is_a_lower_loss_of_the_test_part_where_there_is_one() -> None:
    watch = Watch(0)
    watch = watch.after(Point(1.0, 1.0, 0.5))
    assert (watch.best, watch.best_epoch, watch.first_epoch) == (0.5, 1, 0)
    assert watch.after(Point(2.0, 2.0, 0.5)) is watch
    assert watch.after(Point(2.0, 2.0, 0.1, test_loss=0.6)) is watch
    better = watch.after(Point(2.0, 2.0, 0.9, test_loss=0.4))
    assert (better.best, better.best_epoch) == (0.4, 2)
    assert watch.after(Point(2.0, 2.0, math.nan)) is watch
