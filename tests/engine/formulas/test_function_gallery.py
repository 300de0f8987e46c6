"""Functions to look at: every slope is that of its function, and where learning stands on them."""

import numpy as np
import pytest

from engine.experiment import stepping
from engine.experiment.experiment import Experiment, new_experiment
from engine.formulas.function_gallery import GalleryFunction, heights_of, subject_of, with_gaps
from engine.functions.activations import ACTIVATIONS
from engine.functions.losses import LOSSES
from engine.lessons.lesson import open_lesson
from engine.network import Network, Node
from engine.views.samples import SampleView
from tests.engine.experiments import student

AS_SELECTED = ("", "")


def subject(
    experiment: Experiment, *selected: str, chosen: tuple[str, str] = AS_SELECTED
) -> GalleryFunction:
    return subject_of(experiment, SampleView().shown(experiment, 0), selected, chosen)


@pytest.mark.parametrize(
    ("kind", "name"),
    [*(("activation", name) for name in ACTIVATIONS), *(("loss", name) for name in LOSSES)],
)
def test_a_slope_is_the_slope_of_its_function(kind: str, name: str) -> None:
    shown = subject(student(), chosen=(kind, name))
    xs = np.linspace(*shown.home, 37)[1:-1] + 1e-3
    values, slopes = shown.function(xs)
    right, left = shown.function(xs + 1e-6)[0], shown.function(xs - 1e-6)[0]
    known = np.isfinite(values) & (np.abs(slopes) < 1e3)
    assert known.any()
    np.testing.assert_allclose(((right - left) / 2e-6)[known], slopes[known], rtol=1e-5, atol=1e-7)


def test_a_hidden_neuron_shows_its_activation_and_an_output_the_loss() -> None:
    """i4 = −0.7: o4 = 0.3318, slope 0.3318·0.6682 = 0.2217."""
    hidden = subject(student(), "4")
    assert (hidden.title, hidden.x_name, hidden.what) == ("Sigmoid of 4", "z4", "value")
    assert hidden.words(hidden.here, 4) == "At z4 = −0.7 the value is 0.3318, the slope 0.2217."
    output = subject(open_lesson("loss-gallery").experiment, "y")
    assert output.words(output.here, 4) == "At y = −0.5 the loss is 1.5, the slope −1."
    assert output.target == 1.0


def test_while_the_sum_of_an_output_is_computed_its_activation_is_shown() -> None:
    value = student()
    while True:
        value = stepping.step(value)
        assert value.trace is not None
        step = value.trace.script.steps[value.cursor - 1]
        if step.what == "sum" and value.network.node(step.node).output:
            break
    shown = subject(value)
    assert shown.what == "value" and shown.title.endswith(value.layout.name(step.node))


def test_what_is_not_computed_says_so() -> None:
    fresh = stepping.step(student())  # z4 alone
    waiting = subject(fresh, "5")
    assert waiting.words(waiting.here, 4) == "The weighted sum of 5 is not computed yet."
    bare = new_experiment(Network((Node("x", "input"), Node("h", activation="tanh"))))
    loss = subject(bare, chosen=("loss", "squared"))
    assert loss.words(loss.here, 4) == "Mark a neuron as output."
    assert subject(bare, chosen=("activation", "sine")).title == "Sine"


def test_where_there_is_no_value_or_hardly_a_slope_that_is_said() -> None:
    logarithm = subject(student(), chosen=("activation", "logarithm"))
    assert logarithm.words(-1.0, 4) == f"At {logarithm.x_name} = −1 there is no value."
    flat = subject(student(), chosen=("activation", "sigmoid"))
    assert "flat" in flat.words(40.0, 4)


def test_a_linear_output_shows_its_loss_and_the_neuron_at_work_is_followed() -> None:
    value = stepping.step(student())  # the sum of hidden 4
    assert subject(value).title == "Sigmoid of 4"
    linear = open_lesson("loss-gallery").experiment
    assert subject(stepping.step(linear)).what == "loss"


def test_a_jump_is_a_gap_and_a_pole_presses_nothing_flat() -> None:
    step = subject(student(), chosen=("activation", "step"))
    xs, values, _ = with_gaps(*step.sampled((-1.0, 1.0), 101))
    assert np.isnan(values).sum() == 1 and len(xs) == 102
    assert with_gaps(*subject(student(), "4").sampled((-4.0, 4.0), 161))[0].shape == (161,)
    xs = np.linspace(1e-9, 1, 101)
    low, high = heights_of(1 / xs, np.empty(0), np.nan)
    assert low <= 0 and 10 < high < 100
    assert heights_of(np.full(3, np.nan), np.empty(0), np.nan) == (-1.0, 1.0)
    flat = heights_of(np.array([0.0, 1.0]), np.array([0.0, 100.0]), np.nan)
    assert flat[1] == pytest.approx(2.5, rel=0.2)
