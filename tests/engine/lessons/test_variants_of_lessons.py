"""What the variants of the lessons must show: curves, stops, zeros, and their runs laid over."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from engine.experiment.editing import set_numbers
from engine.experiment.experiment import Experiment
from engine.experiment.training import Goal, trained
from engine.lessons.lesson import Opened, opened_lesson, variant_of, with_variant
from engine.network import Place
from engine.views.samples import SampleView
from tests.engine.lesson_steps import at_the_end


def run_of(opened: Opened, name: str) -> Experiment:
    """A variant trained until its own rule ends it."""
    return trained(opened.starts[name])


def test_l1_drives_weights_to_exactly_0_and_l2_does_not() -> None:
    opened = opened_lesson("penalties")
    assert list(opened.starts) == ["No penalty", "L2", "L1"]
    weights = {name: run_of(opened, name).parameters[:5] for name in opened.starts}
    assert (weights["L1"] == 0).tolist() == [False, True, False, True, True]
    assert (weights["L2"] != 0).all() and (weights["No penalty"] != 0).all()
    assert np.linalg.norm(weights["L2"]) < np.linalg.norm(weights["No penalty"])


def test_data_loss_and_penalty_stand_apart() -> None:
    opened = opened_lesson("penalties")
    done = run_of(opened, "L1")
    last = done.curve.last
    assert last is not None
    assert last.penalty == pytest.approx(0.2 * np.abs(done.parameters[:5]).sum())
    data = done.data
    misses = data.input_rows() @ done.parameters[:5] + done.parameters[5] - data.target_rows()[:, 0]
    assert last.loss == pytest.approx(float((misses**2).mean() / 2))
    told = at_the_end(opened.starts["L1"])
    assert told.trace is not None and told.trace.penalty > 0


@pytest.mark.long
@pytest.mark.ci
def test_five_curves_from_five_named_settings() -> None:
    opened = opened_lesson("loss-curves")
    assert list(opened.starts) == [
        "Rate too low", "Good rate", "Rate too high", "Rate far too high", "Overfitting",
    ]  # fmt: skip
    runs = {name: run_of(opened, name) for name in opened.starts}
    losses = {name: run.curve.column("loss") for name, run in runs.items()}
    ends = {name: float(values[-1]) for name, values in losses.items()}
    assert 4 * ends["Good rate"] < ends["Rate too low"] < losses["Rate too low"][0]
    assert jumps(losses["Rate too low"]) == 0
    assert ends["Good rate"] < 0.25 * losses["Good rate"][0]
    assert jumps(losses["Rate too high"]) > 2 * jumps(losses["Good rate"])
    ending = runs["Rate far too high"].ending
    assert ending is not None and ending.rule == "infinite" and "too high" in ending.sentence
    test = runs["Overfitting"].curve.column("test_loss")
    assert test[-1] > 5 * test.min()  # up again …
    assert ends["Overfitting"] < ends["Good rate"] / 5  # … while the training loss went down


def jumps(losses: np.ndarray) -> int:
    """How often the loss rises by a tenth or more from one point to the next."""
    return sum(bool(after > 1.1 * before) for before, after in pairwise(losses))


@pytest.mark.parametrize(
    ("name", "rule", "update", "reason"),
    [
        ("Tiny changes", "change", 463, "the largest change of a weight"),
        ("200 epochs", "epochs", 200, "200 epochs are done, as set"),
        ("Below 5 in 100", "misclassified", 82, "the misclassified share, 0.025, is below 0.05"),
        ("No progress", "progress", 137, "no progress for 50 epochs"),
    ],
)
def test_when_to_stop(name: str, rule: str, update: int, reason: str) -> None:
    done = run_of(opened_lesson("when-to-stop"), name)
    ending, last = done.ending, done.curve.last
    assert ending is not None and last is not None
    assert (ending.rule, ending.update) == (rule, update) and reason in ending.sentence
    assert last.update == update  # where the curve is marked


@pytest.mark.parametrize(
    ("name", "batch", "updates"), [("One by one", 1, 256), ("A few", 16, 16), ("128", 128, 2)]
)
def test_batches_make_so_many_updates_an_epoch(name: str, batch: int, updates: int) -> None:
    opened = opened_lesson("batches")
    start = opened.starts[name]
    assert start.settings.batch == batch
    assert run_of(opened, name).updates == updates
    assert start.parameters.tolist() == opened.start.parameters.tolist()


def test_all_rows_at_once_make_one_update_an_epoch() -> None:
    start = opened_lesson("batches").starts["All"]
    assert start.settings.batch is None
    assert trained(start, Goal(epochs=3)).updates == 3


def test_rates_of_the_smallest_perceptron() -> None:
    opened = opened_lesson("smallest-perceptron")
    ends = {
        "Rate 1": trained(opened.starts["Rate 1"], Goal(epochs=1)),
        "Rate 0.01": trained(opened.starts["Rate 0.01"], Goal(epochs=1)),
        "All rows at once": trained(opened.starts["All rows at once"], Goal(epochs=100)),
    }
    found = [float(end.parameters[0]) for end in ends.values()]
    assert found[0] == pytest.approx(1.1, abs=1e-9)
    assert found[1] == pytest.approx(1.00414, abs=5e-6)
    assert found[2] == pytest.approx(117.8 / 117.25, abs=1e-9)  # Σxy / Σx²
    assert found[2] == pytest.approx(1.00469, abs=5e-6)


def test_cross_entropy_of_the_gallery() -> None:
    """-(y log ŷ + (1 - y) log(1 - ŷ)) with ŷ = σ(-½) and y = 1; its slope by z is ŷ - y."""
    start = opened_lesson("loss-gallery").starts["Cross-entropy"]
    answer = 1 / (1 + math.exp(0.5))
    shown = SampleView().shown(at_the_end(start))
    assert shown.total == pytest.approx(-math.log(answer), abs=1e-15)
    assert shown.errors[-1] == pytest.approx(answer - 1, abs=1e-15)


def test_the_gallery_has_five_losses() -> None:
    starts = opened_lesson("loss-gallery").starts
    losses = {name: start.settings.loss for name, start in starts.items()}
    assert losses == {
        "L1": "absolute", "L2": "squared", "Zero-one": "zero-one", "Hinge": "hinge",
        "Cross-entropy": "binary cross-entropy",
    }  # fmt: skip
    still = trained(starts["Zero-one"], Goal(epochs=30))
    assert still.parameters.tolist() == still.start.tolist()  # it cannot teach


def test_miles_and_kilometres() -> None:
    start = opened_lesson("guess-and-check").starts["Miles to kilometres"]
    found = trained(start, Goal(epochs=60))
    place = found.network.place_index[Place("value", "k")]
    assert found.parameters[place] == pytest.approx(1.609, abs=1e-12)


def test_runs_of_variants_keep_their_names() -> None:
    opened = opened_lesson("batches")
    now = with_variant(opened, opened.start, "One by one")
    assert not now.runs and variant_of(opened, now) == "One by one"
    now = with_variant(opened, trained(now), "A few")
    now = with_variant(opened, trained(now), "128")
    assert [run.title for run in now.runs] == ["One by one", "A few"]
    assert now.updates == 0 and now.lesson == "batches"
    other = replace(now.settings, rate=0.5)
    assert variant_of(opened, replace(now, context=replace(now.context, settings=other))) == ""


def test_variants_that_differ_in_their_start_alone_are_told_apart_to_the_end() -> None:
    opened = opened_lesson("convex-or-not")
    for name, start in opened.starts.items():
        assert variant_of(opened, start) == name
        assert variant_of(opened, trained(start, Goal(epochs=20))) == name
    somewhere = set_numbers(opened.starts["From the left"], {Place("value", "x"): 3.0})
    assert variant_of(opened, somewhere) == "", "the learner's own start"
