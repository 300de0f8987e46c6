"""A pass: what is known at each cursor, what each micro-step shows, and the sums of a batch."""

import math
from dataclasses import replace

import numpy as np
import pytest

from engine.data import make_data
from engine.experiment.editing import with_settings
from engine.experiment.experiment import Experiment, new_experiment
from engine.experiment.stepping import go_to, step, step_epoch
from engine.experiment.trace import MicroStep, PassNumbers, Trace, known_at, record, value_of
from engine.experiment.walk import EpochPosition
from engine.functions import Floats
from engine.functions.optimizers import Schedule
from engine.network import Node
from engine.settings import Settings
from tests.engine.experiments import random_data, small, student, three_inputs
from tests.engine.networks import layered

FIELDS = {
    "sum": "sums", "activation": "values", "error": "errors", "derivative": "derivatives",
    "loss": "losses", "gradient": "gradients", "value": "updated",
}  # fmt: skip


def pass_of(experiment: Experiment) -> Trace:
    """The pass that the next step begins."""
    trace = step(experiment).trace
    assert trace is not None
    return trace


def softmaxes(**settings: object) -> Experiment:
    """Two inputs, three scores, four samples in one batch."""
    network = layered((2, 3), "identity")
    cells = np.hstack([random_data(network, 4).cells[:, :2], np.eye(3)[[0, 1, 2, 1]]])
    chosen = Settings(loss="softmax cross-entropy", batch=None)
    return new_experiment(
        network, data=make_data(network.inputs, network.outputs, cells),
        settings=replace(chosen, **settings),  # type: ignore[arg-type]
        parameters=np.linspace(-1, 1, 9),
    )  # fmt: skip


EXPERIMENTS = [
    student(), student(rounding=True), small(), small(l1=0.01, l2=0.02), softmaxes(),
    three_inputs(), small(sizes=(2, 3, 2)),
]  # fmt: skip


def newly_known(before: PassNumbers[Floats], after: PassNumbers[Floats]) -> list[str]:
    """The fields in which something appears, which must never disappear or change again."""
    found = []
    for name in before._fields:
        old, new = getattr(before, name), getattr(after, name)
        was = ~np.isnan(old)
        assert np.array_equal(old[was], new[was])
        found += [name] if np.isnan(old).sum() > np.isnan(new).sum() else []
    return found


@pytest.mark.parametrize("experiment", EXPERIMENTS)
def test_each_micro_step_makes_its_own_number_known_and_no_other(experiment: Experiment) -> None:
    trace = pass_of(experiment)
    network = experiment.network
    for cursor, told in enumerate(trace.script.steps, 1):
        before, after = known_at(trace, cursor - 1), known_at(trace, cursor)
        expected = (
            [FIELDS[told.what]] if told.what in FIELDS and (told.node or told.place >= 0) else []
        )
        if told.what == "sum" and network.node(told.node).activation == "identity":
            expected = ["sums", "values"]
        assert newly_known(before, after) == expected
        if expected:
            field = getattr(after, FIELDS[told.what])
            row = told.place if told.place >= 0 else network.index[told.node]
            appeared = np.isnan(getattr(before, FIELDS[told.what])) & ~np.isnan(field)
            assert appeared[row].all()
            assert appeared.sum() == appeared[row].size
            shown = np.atleast_1d(field[row])
            samples = range(len(shown))
            assert [value_of(trace, experiment.program, told, s) for s in samples] == shown.tolist()


@pytest.mark.parametrize("experiment", EXPERIMENTS)
def test_before_the_first_step_inputs_and_parameters_are_known_and_nothing_else(
    experiment: Experiment,
) -> None:
    trace = pass_of(experiment)
    known = known_at(trace, 0)
    ground = [node.kind != "neuron" for node in experiment.network.nodes]
    assert (~np.isnan(known.values)).all(axis=1).tolist() == ground
    assert np.isnan(known.values).any(axis=1).tolist() == [not g for g in ground]
    for name in ("sums", "errors", "derivatives", "losses", "gradients", "updated"):
        assert np.isnan(getattr(known, name)).all()


@pytest.mark.parametrize("experiment", EXPERIMENTS)
def test_at_the_end_everything_that_is_told_is_known(experiment: Experiment) -> None:
    trace = pass_of(experiment)
    known = known_at(trace, trace.length)
    network = experiment.network
    neurons = np.array([node.kind == "neuron" for node in network.nodes])
    trained = ~np.array(network.locks)
    assert np.array_equal(~np.isnan(known.values).any(axis=1), np.ones_like(neurons))
    assert np.array_equal(~np.isnan(known.errors).any(axis=1), neurons)
    assert np.array_equal(~np.isnan(known.gradients), trained)
    assert np.array_equal(known.updated[trained], trace.after[trained])
    outputs = np.array([node.output for node in network.nodes])
    assert np.array_equal(~np.isnan(known.losses).any(axis=1), outputs)


def test_locked_numbers_have_no_micro_step_and_do_not_move() -> None:
    start = student()
    network = start.network.lock_edges([("1", "4")], True).change(
        replace(start.network.node("6"), locked=True)
    )
    locked = new_experiment(network, data=start.data, settings=start.settings,
                            parameters=start.parameters)  # fmt: skip
    trace = pass_of(locked)
    assert trace.length == 32 - 4
    touched = {(s.node, s.place) for s in trace.script.steps if s.place >= 0}
    assert ("4", 0) not in touched
    assert (trace.after[0], trace.after[-1]) == (0.2, 0.1)


def whole(trace: Trace, experiment: Experiment, what: str, which: str, sample: int = 0) -> float:
    """The number of the step that belongs to a sample or to the batch."""
    told = next(s for s in trace.script.steps if s.what == what and s.whole == which)
    return value_of(trace, experiment.program, told, sample)


def test_losses_are_told_by_output_by_sample_and_for_the_batch() -> None:
    experiment = small(sizes=(2, 3, 2))
    trace = pass_of(experiment)
    outputs = trace.numbers.a[trace.outputs]
    by_hand = 0.5 * (outputs - experiment.data.target_rows(trace.rows).T) ** 2
    assert trace.losses == pytest.approx(by_hand, rel=1e-15)
    for sample in range(3):
        told = whole(trace, experiment, "loss", "sample", sample)
        assert told == pytest.approx(by_hand[:, sample].sum(), rel=1e-15)
    assert whole(trace, experiment, "loss", "batch") == pytest.approx(by_hand.sum() / 3)
    added = with_settings(experiment, replace(experiment.settings, reduction="sum"))
    assert pass_of(added).total == pytest.approx(by_hand.sum(), rel=1e-15)
    assert pass_of(added).numbers.gradient == pytest.approx(3 * trace.numbers.gradient)


def test_a_sample_or_batch_of_one_has_no_step_of_its_own() -> None:
    steps = pass_of(student()).script.steps
    assert [s.whole for s in steps if s.whole] == []
    assert [s.whole for s in pass_of(small()).script.steps if s.whole] == ["batch"]


def test_penalties_are_told_apart_from_the_loss() -> None:
    plain, with_both = small(), small(l1=0.01, l2=0.02)
    trace = pass_of(with_both)
    weights = with_both.parameters[: len(with_both.network.edges)]
    by_hand = 0.01 * np.abs(weights).sum() + 0.01 * (weights**2).sum()
    assert whole(trace, with_both, "penalty", "batch") == pytest.approx(by_hand)
    assert trace.total == pass_of(plain).total
    assert np.array_equal(trace.numbers.gradient, pass_of(plain).numbers.gradient)
    assert not np.array_equal(trace.after, pass_of(plain).after)
    assert pass_of(plain).penalty == 0


def test_softmax_is_told_as_exponentials_then_probabilities_then_losses() -> None:
    experiment = softmaxes()
    trace = pass_of(experiment)
    steps = [s for s in trace.script.steps if s.phase == "loss"]
    outputs = experiment.network.outputs
    assert [(s.what, s.node) for s in steps] == [
        *(("exp", o) for o in outputs), *(("probability", o) for o in outputs),
        *(("loss", o) for o in outputs), ("loss", ""), ("loss", ""),
    ]  # fmt: skip
    scores = trace.numbers.a[trace.outputs]
    for i, told in enumerate(steps[:6]):
        row = scores[i % 3]
        expected = np.exp(row) if i < 3 else np.exp(row) / np.exp(scores).sum(axis=0)
        found = [value_of(trace, experiment.program, told, s) for s in range(4)]
        assert found == pytest.approx(expected.tolist(), rel=1e-14)


def test_exponentials_too_large_for_a_number_are_told_relative_to_the_largest() -> None:
    experiment = softmaxes()
    cells = experiment.data.cells.copy()
    cells[:, :2] *= 3000
    huge = replace(experiment, context=replace(
        experiment.context, data=experiment.data.with_rows(cells)))  # fmt: skip
    trace = pass_of(huge)
    assert np.isfinite(trace.exps).all()
    assert trace.exps.max() == 1.0


def test_the_loss_of_rounded_numbers_is_rounded_to_four_decimals() -> None:
    trace = pass_of(student(rounding=True))
    assert (trace.total, trace.losses.tolist()) == (0.1383, [[0.1383]])
    batch = small(rounding=True)
    assert pass_of(batch).total == round(float(pass_of(batch).losses.mean()), 4)


def test_the_output_itself_tells_the_derivatives_of_the_inputs_too() -> None:
    start = student()
    itself = with_settings(start, replace(start.settings, loss="output"))
    trace = pass_of(itself)
    told = [s.node for s in trace.script.steps if s.what == "derivative"]
    assert told == ["3", "2", "1"]
    found = [
        value_of(trace, itself.program, s, 0) for s in trace.script.steps if s.what == "derivative"
    ]
    assert found == pytest.approx([-trace_slope(itself, n) for n in told], abs=1e-8)
    assert "derivative" not in {s.what for s in pass_of(start).script.steps}


def trace_slope(experiment: Experiment, node_id: str) -> float:
    """Minus the derivative of the output by an input, by central differences."""
    column = experiment.network.inputs.index(node_id)

    def output(shift: float) -> float:
        data = experiment.data
        moved = data.with_cell(0, column, data.cell(0, column) + shift)
        answers = experiment.program.answers(experiment.settings, experiment.parameters,
                                             moved.input_rows())  # fmt: skip
        return float(answers[0, 0])

    return -(output(1e-5) - output(-1e-5)) / 2e-5


def test_recording_again_gives_the_same_bits_and_leaves_what_was_given() -> None:
    experiment = small(shuffle=True)
    position = experiment.position

    def again() -> Trace:
        later = replace(position, turn=EpochPosition(3))
        return record(experiment.context, later, np.array([2, 0, 1]))

    first, second = again(), again()
    assert first.after.tobytes() == second.after.tobytes()
    assert first.numbers.error.tobytes() == second.numbers.error.tobytes()
    assert position.parameters.tobytes() == experiment.start.tobytes()
    assert first.before is position.parameters


def test_the_rate_is_that_of_the_epoch() -> None:
    experiment = small(schedule=Schedule("step", every=1, factor=0.5))
    assert pass_of(experiment).rate == 0.05
    assert pass_of(go_to_epoch(experiment, 2)).rate == 0.0125


def go_to_epoch(experiment: Experiment, epoch: int) -> Experiment:
    """The experiment at the beginning of that epoch."""
    for _ in range(epoch):
        experiment = step_epoch(experiment)
    return experiment


def test_a_step_names_its_node_and_place() -> None:
    steps = pass_of(student()).script.steps
    assert steps[0] == MicroStep("forward", "sum", "4")
    assert steps[10] == MicroStep("gradient", "gradient", "6", place=6)
    assert steps[21] == MicroStep("update", "value", "6", place=6)
    assert steps[6] == MicroStep("loss", "loss", "6")


def test_math_of_the_first_neuron() -> None:
    """i4 = 1·0.2 + 0·0.4 + 1·(-0.5) - 0.4 = -0.7; o4 = 1/(1 + e^0.7)."""
    trace = pass_of(student())
    known: Floats = known_at(trace, 2).values
    assert known[3, 0] == pytest.approx(1 / (1 + math.exp(0.7)), abs=1e-15)
    assert math.isnan(known[4, 0])


def test_a_cursor_within_a_pass_of_the_past() -> None:
    moved = go_to(student(), 0, 7)
    assert moved.trace is not None
    assert moved.trace.script.steps[6].what == "loss"


def test_parameters_are_told_last() -> None:
    steps = pass_of(three_inputs()).script.steps
    assert [s.node for s in steps if s.what == "value"] == ["a", "b", "c"]
    network = student().network.add(Node("p", "parameter")).connect("p", "4")
    experiment = new_experiment(network, settings=Settings())
    places = [s.place for s in pass_of(experiment).script.steps if s.what == "gradient"]
    assert experiment.network.places[places[-1]].what == "value"
