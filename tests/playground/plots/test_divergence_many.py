"""Whatever diverges stops with a sentence, in the first turn of the timer, and can be undone."""

import re
import time
from collections.abc import Callable
from statistics import median

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from engine.errors import Refused
from engine.experiment.experiment import Experiment
from engine.experiment.stepping import step_update
from playground.model.trainer import FRAME, TRAIN
from playground.plots.curves import Curves
from tests.playground.divergent import divergent
from tests.playground.plot_window import PlotWindow, opened

FEW, MANY = 8, 1000
SENTENCES = re.compile(
    r"The loss became infinite at update [\d,]+; the rate \(.+\) is probably too high\."
    r"|(The logarithm of \S+|1/0) does not exist: neuron \S+, sample \d+\. Change what arrives at "
    r"\S+, so that its sum is (above|not) 0\."
    r"|The (value|loss|gradient|error) of .+ is too large for a number.*\. Go back a step, take "
    r"smaller weights or a lower learning rate\."
)


def check(qtbot: QtBot, window: PlotWindow[Curves], start: Experiment) -> float:
    """One setting, from Train to undo; the seconds of the turn in which it is told."""
    document, trainer, panel = window.document, window.trainer, window.panel
    document.replace(start)
    trainer.start()
    assert trainer.training_worker.wait_for_end(TRAIN, 60)
    began = time.thread_time()
    trainer.take_letters()
    panel.repaint()
    spent = time.thread_time() - began
    assert not trainer.is_running
    told(panel, document.value)
    intact(document.value, start)
    made = document.value.updates > start.updates
    assert document.stack.count() == made
    if not made:
        return spent
    after = document.value
    document.stack.undo()
    assert document.value is start
    assert not panel.note.isVisible()
    document.stack.redo()
    assert document.value is after
    return spent


def told(panel: Curves, value: Experiment) -> None:
    """The sentence stands over the curve and says what, where and what now."""
    ending = value.ending
    assert ending is not None
    assert ending.rule == "infinite"
    assert ending.update == value.updates + 1
    assert SENTENCES.fullmatch(ending.sentence), ending.sentence
    assert panel.note.isVisible()
    assert panel.note.accessibleName() == ending.sentence


def intact(value: Experiment, start: Experiment) -> None:
    """All that is kept is finite, and the very next update would not be."""
    assert value.newest == value.updates
    assert np.isfinite(value.parameters).all()
    assert all(np.isfinite(state).all() for state in value.position.state)
    assert value.settings == start.settings
    assert value.network is start.network
    with pytest.raises(Refused):
        step_update(value)


def halve(window: PlotWindow[Curves]) -> None:
    """The button goes back to where numbers are finite, with half the rate."""
    document, panel = window.document, window.panel
    rate = document.value.settings.rate
    panel.note.halve.click()
    assert document.value.settings.rate == rate / 2
    assert not panel.note.isVisible()


def run(qtbot: QtBot, seeds: range, act: Callable[[PlotWindow[Curves]], None]) -> list[float]:
    window = opened(qtbot, Curves, divergent(seeds[0]))
    times = []
    for seed in seeds:
        times.append(check(qtbot, window, divergent(seed)))
        act(window)
        assert window.refused == []
    return times


@pytest.mark.long
@pytest.mark.ci
def test_a_few_settings_stop_with_a_sentence(qtbot: QtBot) -> None:
    run(qtbot, range(FEW), halve)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_a_thousand_settings_stop_with_a_sentence(qtbot: QtBot) -> None:
    times = run(qtbot, range(MANY), halve)
    print(f"\nthe turn that tells: median {1e3 * median(times):.1f} ms, "
          f"most {1e3 * max(times):.1f} ms")  # fmt: skip
    assert median(times) < FRAME / 1000
