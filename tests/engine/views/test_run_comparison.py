"""The ways on from a run that became infinite, and what differs between two runs."""

from dataclasses import replace

import numpy as np

from engine.experiment.editing import change_nodes, with_settings
from engine.experiment.experiment import Experiment
from engine.experiment.training import (
    Goal,
    gone_back,
    halved,
    paused_at_infinity,
    trained,
    way_back,
)
from engine.functions.initializers import Initializer
from engine.functions.optimizers import Optimizer, Schedule
from engine.lessons.lesson import open_lesson
from engine.views.runs import all_settings, differences, names_of, present_run, sub_line

XOR = open_lesson("xor").experiment


def led_astray() -> Experiment:
    """Twenty good updates of a straight network, then a rate that is far too high."""
    straight = [replace(n, activation="identity") if n.kind == "neuron" else n
                for n in XOR.network.nodes]  # fmt: skip
    fresh = change_nodes(XOR, straight)
    good = trained(with_settings(fresh, replace(XOR.settings, rate=0.01)), Goal(updates=20))
    return trained(with_settings(good, replace(good.settings, rate=8.0)))


def test_the_way_back_leads_to_the_lowest_loss_before_it_grew() -> None:
    end = led_astray()
    assert paused_at_infinity(end) and not paused_at_infinity(XOR)
    update, why = way_back(end)
    losses = end.curve.column("loss")
    known = np.where(np.abs(losses) <= 1e30, losses, np.inf)
    assert update == end.curve.column("update")[known.argmin()] and "lowest loss" in why
    assert 15 <= update <= 21
    back = gone_back(end)
    assert back.updates == update and np.isfinite(back.parameters).all()


def test_a_lower_rate_stays_on_the_way_back_and_halving_halves() -> None:
    end = led_astray()
    assert halved(end).settings.rate == 4.0
    lowered = with_settings(end, replace(end.settings, rate=0.001))
    assert gone_back(lowered).settings.rate == 0.001


def test_what_differs_between_two_runs_is_told_and_nothing_else() -> None:
    slow = present_run(trained(XOR, Goal(updates=30)))
    fast = present_run(
        trained(with_settings(XOR, replace(XOR.settings, rate=0.5, batch=5)), Goal(updates=60))
    )
    told = {label: (left, right) for label, left, right in differences(slow, fast)}
    assert told["Rate"] == ("0.03", "0.5") and told["Batch"] == ("10", "5")
    assert told["Updates"] == ("30", "60")
    assert not {"Seed", "Optimiser", "Start", "Samples"} & told.keys()
    assert differences(slow, slow) == []
    assert names_of(slow, [replace(fast, title="Run of 60 updates")]) == [
        ("Run 1, rate 0.5, batch 5", "rate 0.5, batch 5")
    ]
    assert sub_line(fast).endswith("rate 0.5, batch 5")


def test_an_optimiser_and_a_schedule_are_told_by_the_numbers_that_count() -> None:
    def told(optimizer: Optimizer, schedule: Schedule) -> list[str]:
        run = present_run(
            with_settings(XOR, replace(XOR.settings, optimizer=optimizer, schedule=schedule))
        )
        here = all_settings(run).splitlines()
        return [line for line in here if line.startswith(("Optimiser", "Schedule"))]

    assert told(Optimizer("nesterov", 0.5), Schedule("cosine", epochs=1200, floor=0.1)) == [
        "Schedule: cosine (0.1, 1,200)", "Optimiser: Nesterov 0.5",
    ]  # fmt: skip
    assert told(Optimizer("adam"), Schedule("step")) == [
        "Schedule: step (0.5, 10)", "Optimiser: Adam 0.9, 0.999",
    ]  # fmt: skip
    zeros = replace(XOR.settings, initializer=Initializer("zeros", 0.3))
    assert "Initialiser: zeros, bias 0" in all_settings(present_run(with_settings(XOR, zeros)))
    assert told(Optimizer(), Schedule()) == ["Schedule: constant", "Optimiser: SGD"]
