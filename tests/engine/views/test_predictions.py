"""Answers and losses of many rows agree with the program, and stay hidden until they are told."""

from dataclasses import replace

import numpy as np
import pytest

from engine.experiment import stepping
from engine.experiment.editing import set_cell, with_settings
from engine.experiment.experiment import new_experiment
from engine.functions.losses import LOSSES
from engine.network import Edge, Network, Node
from engine.program.program import why_not_run
from engine.views.samples import BLOCK, Answers, SampleView
from tests.engine.experiments import small, student


@pytest.mark.parametrize("rows", [1, 7, BLOCK, BLOCK + 1, 600])
def test_the_answers_are_those_of_the_program(rows: int) -> None:
    experiment = small(rows, sizes=(2, 3, 2))
    wanted = experiment.program.answers(
        experiment.settings, experiment.parameters, experiment.data.input_rows()
    )
    answers = Answers()
    found = np.array([answers.row(experiment, row).outputs for row in range(rows)])
    assert found == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize("name", sorted(LOSSES))
def test_the_loss_is_that_which_the_pass_tells(name: str) -> None:
    experiment = small(5, sizes=(2, 3, 2), loss=name, batch=None)
    if why_not_run(experiment.network, experiment.settings):
        assert np.isnan(Answers().row(experiment, 0).loss)
        return
    told = stepping.step_phase(stepping.step_phase(experiment))
    answers, showing = Answers(), SampleView()
    for row in range(5):
        loss = answers.row(experiment, row).loss
        assert loss == pytest.approx(showing.shown(told, row).total, rel=1e-12)
        assert loss == pytest.approx(answers.row(told, row).loss, rel=1e-12)


def test_in_a_pass_only_what_is_known_is_told() -> None:
    experiment, answers = student(), Answers()
    # σ(-0.105...) = 0.474 for the one student; E = ½·(1 - 0.474)² = 0.138
    before = answers.row(experiment, 0)
    assert (round(float(before.outputs[0]), 3), round(before.loss, 3)) == (0.474, 0.138)
    moved = stepping.step(experiment)
    assert np.isnan(answers.row(moved, 0).outputs).all()
    assert np.isnan(answers.row(moved, 0).loss)
    forward = stepping.step_phase(moved)
    assert round(float(answers.row(forward, 0).outputs[0]), 3) == 0.474
    assert np.isnan(answers.row(forward, 0).loss)
    assert round(answers.row(stepping.step(forward), 0).loss, 3) == 0.138


def test_a_row_outside_the_batch_is_shown_in_a_pass_too() -> None:
    experiment = stepping.step(small(7))
    assert not np.isnan(Answers().row(experiment, 6).outputs).any()


def test_what_was_found_is_forgotten_when_it_no_longer_holds() -> None:
    experiment, answers = small(7), Answers()
    first = answers.row(experiment, 2)
    assert answers.row(experiment, 2).loss == first.loss
    assert answers.row(set_cell(experiment, 2, 0, 9.0), 2).outputs != first.outputs
    other = with_settings(experiment, replace(experiment.settings, loss="squared"))
    assert answers.row(other, 2).loss == pytest.approx(2 * first.loss)


def test_the_lecture_rounds_the_loss_too() -> None:
    assert Answers().row(student(rounding=True), 0).loss == 0.1383


def test_no_output_no_loss() -> None:
    experiment = new_experiment(Network((Node("x", "input"), Node("y")), (Edge("x", "y"),)))
    answer = Answers().row(experiment, 0)
    assert len(answer.outputs) == 0
    assert np.isnan(answer.loss)
