"""There is one loss: curve, table of samples, canvas and pass come to the same number."""

from dataclasses import replace
from math import isfinite

import pytest

from engine.experiment.curve import Evaluator
from engine.experiment.experiment import Experiment
from engine.experiment.stepping import go_to, step, step_update
from engine.experiment.training import Goal, RunCommand, exactly_as_of, train, trained
from engine.views.samples import Answers, SampleView
from tests.engine.experiments import scheduled, small, student

STARTS = [
    student(rounding=True), student(), small(rows=1, batch=1, sizes=(2, 3, 3), rounding=True),
    small(rows=40, batch=3, sizes=(2, 3, 2), rounding=True),
    small(rows=40, batch=3, reduction="sum", rounding=True), small(rows=40, batch=3, tests=7),
]  # fmt: skip


def of_the_table(experiment: Experiment) -> float:
    """The loss of the training rows as one reads it off the table of samples."""
    answers = Answers()
    losses = [answers.row(experiment, int(row)).loss for row in experiment.data.training]
    total = sum(losses) / (len(losses) if experiment.settings.reduction == "mean" else 1)
    return round(total, 4) if experiment.settings.rounding else total


def check_point(experiment: Experiment) -> None:
    """The point of the curve at this update, unless other rules are in force from here on."""
    begun = [segment.first for segment in experiment.history[1:]]
    point = experiment.curve.at(experiment.updates)
    assert point is not None
    if experiment.updates not in begun:
        assert point.loss == pytest.approx(of_the_table(experiment), rel=1e-12)


def check_rows(experiment: Experiment) -> None:
    """The canvas of a run that is at this update, and the table of samples."""
    table, live = Answers(), SampleView()
    outputs = [experiment.network.index[node] for node in experiment.network.outputs]
    for row in range(min(5, experiment.data.count)):
        shown, answer = live.running(experiment, row), table.row(experiment, row)
        assert shown.total == pytest.approx(answer.loss, rel=1e-12)
        assert shown.values[outputs] == pytest.approx(answer.outputs, rel=1e-12)
        assert shown.losses[outputs].sum() == pytest.approx(answer.loss, rel=1e-12)


@pytest.mark.parametrize("start", STARTS, ids=range(len(STARTS)))
def test_after_a_step_and_after_a_run_every_loss_is_one_number(start: Experiment) -> None:
    now = start
    for _ in range(12):
        now = step_update(now)
        check_point(now)
    after = trained(now, Goal(updates=25))
    made = after.curve.column("update").astype(int).tolist()
    assert made == [*range(12), *scheduled(now, 37)]
    for update in made:
        check_point(go_to(after, update))
    check_point(step_update(after))


@pytest.mark.parametrize("start", STARTS[:3], ids=range(3))
def test_while_it_runs_every_loss_is_one_number(start: Experiment) -> None:
    run = train(start, Goal(updates=300))
    progress = next(run)
    while progress.ending is None:
        progress = run.send(RunCommand(most=7))
        seen = exactly_as_of(start, progress)
        check_rows(seen)
        assert progress.curve.last is not None and progress.curve.last.update == seen.updates
        assert progress.curve.last.loss == pytest.approx(of_the_table(seen), rel=1e-12)


@pytest.mark.parametrize("start", STARTS, ids=range(len(STARTS)))
def test_what_a_pass_tells_is_what_stood_there_before(start: Experiment) -> None:
    """The loss of each sample, in the batch or beside it, told or read off the table."""
    before, now = Answers(), step(start)
    assert now.trace is not None
    end = replace(now, cursor=now.trace.length)
    for row in range(min(8, start.data.count)):
        told = SampleView().shown(end, row).total
        assert told == pytest.approx(before.row(start, row).loss, rel=1e-12) and isfinite(told)
    if len(now.trace.rows) == len(start.data.training):
        evaluator = Evaluator(start.context)
        found, _ = evaluator.summary(start.parameters, evaluator.training)
        assert found == pytest.approx(now.trace.total, rel=1e-12)
