"""The student-grade network, number by number, and the program as everybody uses it."""

import math

import numpy as np
import pytest

from engine.errors import Refused
from engine.functions.optimizers import Optimizer
from engine.network import COMBINES, Edge, Network, Node
from engine.program.program import CACHED, Pass, Program, batches, why_not_run
from engine.settings import Settings
from tests.engine.networks import layered, student_grade, student_numbers

# What the lecture prints, and the float64 that stands behind it.
SUMS = {"4": (-0.7, -0.7), "5": (0.1, 0.1), "6": (-0.105, -0.10453950584533817)}
VALUES = {
    "4": (0.332, 0.3318122278318339),
    "5": (0.525, 0.52497918747894),
    "6": (0.474, 0.47388889882398544),
}
ERRORS = {
    "6": (-0.1311, -0.1311690782143445),
    "5": (0.0065, 0.0065420850641689935),
    "4": (0.0087, 0.008724561965433263),
}
GRADIENT = {
    ("weight", "6", "4"): (-0.0435, -0.04352350406494972),
    ("weight", "6", "5"): (-0.0688, -0.06886103610332811),
    ("bias", "6", ""): (-0.1311, -0.1311690782143445),
}
UPDATED = {
    ("weight", "6", "4"): (-0.261, -0.26082884634154524),
    ("weight", "6", "5"): (-0.138, -0.13802506750700472),
    ("bias", "6", ""): (0.218, 0.21805217039291008),
    ("weight", "4", "1"): (0.192, 0.19214789423111006),
    ("weight", "5", "1"): (-0.306, -0.30588787655775207),
    ("weight", "4", "2"): (0.4, 0.4),
    ("weight", "5", "2"): (0.1, 0.1),
    ("weight", "4", "3"): (-0.508, -0.50785210576889),
    ("weight", "5", "3"): (0.194, 0.19411212344224793),
    ("bias", "5", ""): (0.194, 0.19411212344224793),
    ("bias", "4", ""): (-0.408, -0.40785210576888997),
}


def student_pass(rounding: bool) -> tuple[Pass, dict[tuple[str, str, str], float]]:
    """The lecture's one update: what was recorded, and the parameters after it by place."""
    program = Program(student_grade())
    runner = program.runner(Settings(rate=0.9, rounding=rounding), 1)
    runner.load(student_numbers())
    runner.update(program.heads(np.array([[1.0, 0.0, 1.0]]), np.array([[1.0]])))
    record = runner.record()
    after = zip(program.network.places, runner.parameters().tolist(), strict=True)
    return record, dict(after)


@pytest.mark.parametrize("rounding", [True, False])
def test_student_grade_gives_every_number_of_the_lecture(rounding: bool) -> None:
    record, after = student_pass(rounding)
    network = student_grade()
    gradient = dict(zip(network.places, record.gradient.tolist(), strict=True))
    pairs = [(record.z[network.index[i], 0], both) for i, both in SUMS.items()]
    pairs += [(record.a[network.index[i], 0], both) for i, both in VALUES.items()]
    pairs += [(record.error[network.index[i], 0], both) for i, both in ERRORS.items()]
    pairs += [(gradient[place], both) for place, both in GRADIENT.items()]  # type: ignore[index]
    pairs += [(after[place], both) for place, both in UPDATED.items()]
    assert len(pairs) == 23
    for found, (printed, exact) in pairs:
        if rounding:
            assert found == printed
        else:
            assert math.isclose(found, exact, rel_tol=1e-15, abs_tol=1e-15)


def test_student_grade_passes_on_what_it_reads() -> None:
    """dE/da6 = a - t; dE/da4 = e6·w46; the inputs hold what the data says."""
    record, _ = student_pass(False)
    assert record.a[:3, 0].tolist() == [1, 0, 1]
    assert record.targets.tolist() == [[1]]
    assert record.back[5, 0] == record.a[5, 0] - 1
    assert record.back[3, 0] == record.error[5, 0] * -0.3
    assert record.back[4, 0] == record.error[5, 0] * -0.2


def test_what_leaves_a_runner_is_a_copy_that_nobody_can_write_to() -> None:
    program = Program(student_grade())
    runner = program.runner(Settings(), 1)
    runner.load(student_numbers())
    runner.forward(program.heads(np.array([[1.0, 0.0, 1.0]]), np.array([[1.0]])))
    runner.backward()
    record = runner.record()
    given = [record.z, record.a, record.back, record.error, record.gradient, record.targets,
             runner.parameters(), runner.outputs(), runner.output_sums(), runner.values(),
             runner.gradient()]  # fmt: skip
    before = [array.copy() for array in given]
    runner.update(program.heads(np.array([[3.0, 4.0, 5.0]]), np.array([[0.0]])))
    for array, copy in zip(given, before, strict=True):
        assert np.array_equal(array, copy)
        assert not array.flags.writeable
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def circuit() -> Program:
    """f = a + b·c with a, b, c to be read."""
    nodes = (*(Node(i, "input") for i in "abc"), Node("bc", combine="product"),
             Node("f", output=True))  # fmt: skip
    pairs = ("b", "bc"), ("c", "bc"), ("a", "f"), ("bc", "f")
    return Program(Network(nodes, tuple(Edge(*pair, locked=True) for pair in pairs)))


def test_a_circuit_tells_the_slope_by_every_value() -> None:
    """The lecture's three inputs: f = 1 + (-2)·3 = -5; slopes 1, 3, -2."""
    program = circuit()
    runner = program.runner(Settings(loss="output"), 1, inputs_too=True)
    runner.load(np.ones(4))
    runner.update(program.heads(np.array([[1.0, -2.0, 3.0]]), np.zeros((1, 1))))
    assert runner.record().back[:, 0].tolist() == [1, 3, -2, 1, 1]
    assert runner.outputs().tolist() == [[-5]]
    assert runner.parameters().tolist() == [1, 1, 1, 1]


def test_answers_and_values_of_any_number_of_rows() -> None:
    program = Program(layered([2, 3, 2], "tanh"))
    rng = np.random.default_rng(2)
    parameters = rng.normal(size=len(program.network.places))
    count = 2 * CACHED // program.plan.row_count + 3
    inputs = rng.normal(size=(count, 2))
    values = program.values(Settings(), parameters, inputs)
    assert values.shape == (count, 7)
    assert np.array_equal(values[:, :2], inputs)
    hidden = np.tanh(inputs @ parameters[:6].reshape(3, 2).T + parameters[12:15])
    outputs = np.tanh(hidden @ parameters[6:12].reshape(2, 3).T + parameters[15:])
    assert np.allclose(values[:, 2:5], hidden, rtol=1e-12, atol=1e-15)
    answers = program.answers(Settings(), parameters, inputs)
    assert np.allclose(answers, outputs, rtol=1e-12, atol=1e-15)
    assert np.array_equal(answers, values[:, 5:])
    for array in (values, answers):
        assert not array.flags.writeable
    single = program.values(Settings(), parameters.astype(np.float32), inputs.astype(np.float32))
    assert single.dtype == np.float32
    assert np.allclose(single, values, rtol=1e-4, atol=1e-5)
    assert program.values(Settings(), parameters, inputs[:0]).shape == (0, 7)


def test_heads_hold_targets_ones_and_inputs() -> None:
    head = circuit().heads(np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), np.array([[7.0], [8.0]]))
    assert head.tolist() == [[7, 8], [1, 1], [1, 4], [2, 5], [3, 6]]
    assert not head.flags.writeable


def test_batches_follow_the_order_and_leave_the_rest() -> None:
    heads = np.arange(14.0).reshape(2, 7)
    cut = batches(heads, np.array([6, 0, 3, 2, 5, 1, 4]), 3)
    assert cut.tolist() == [[[6, 0, 3], [13, 7, 10]], [[2, 5, 1], [9, 12, 8]]]
    assert cut.flags.c_contiguous
    assert batches(heads, np.arange(2), 3).shape == (0, 2, 3)


def test_without_an_output_there_is_nothing_to_learn() -> None:
    told = "There is no output. Mark a neuron as output, so that there is something to learn."
    assert why_not_run(Network((Node("x", "input"),)), Settings()) == told


@pytest.mark.parametrize(
    ("outputs", "loss", "sentence"),
    [
        ((), "squared", "Nothing is drawn yet. Draw inputs and an output, and join them."),
        (("sigmoid",), "softmax cross-entropy",
         "Softmax cross-entropy compares several outputs. Add one per class."),
        (("sigmoid", "tanh"), "binary cross-entropy",
         "Binary cross-entropy needs an answer between 0 and 1: give y1 a sigmoid."),
        (("sigmoid",), "binary cross-entropy", None),
        (("tanh", "tanh"), "softmax cross-entropy", None),
    ],
)  # fmt: skip
def test_a_loss_that_does_not_suit_is_refused(
    outputs: tuple[str, ...], loss: str, sentence: str | None
) -> None:
    nodes = (Node(f"y{i}", activation=curve, output=True) for i, curve in enumerate(outputs))
    program = Program(Network(tuple(nodes)))
    if sentence is None:
        assert program.runner(Settings(loss=loss), 4).vector_size == 0
        return
    with pytest.raises(Refused) as refusal:
        program.runner(Settings(loss=loss), 1)
    assert refusal.value.sentence == sentence


@pytest.mark.parametrize("kind", ["sgd", "momentum", "adam"])
def test_a_network_without_a_single_number_runs(kind: str) -> None:
    """Nothing arrives: the empty product is 1, the empty maximum, minimum and sum 0."""
    nodes = tuple(Node(c, combine=c, output=True) for c in COMBINES if c != "sum")
    program = Program(Network(nodes))
    runner = program.runner(Settings(optimizer=Optimizer(kind)), 2)
    runner.load(np.empty(0))
    runner.updates([program.heads(np.empty((2, 0)), np.zeros((2, 3)))] * 2)
    assert runner.outputs().tolist() == [[1, 1], [0, 0], [0, 0]]
    assert runner.parameters().size == 0


def test_values_need_no_output() -> None:
    """What the canvas shows before anything is marked as output."""
    network = Network((Node("x", "input"), Node("h", activation="square")), (Edge("x", "h"),))
    values = Program(network).values(Settings(), np.array([2.0]), np.array([[3.0]]))
    assert values.tolist() == [[3, 36]]
