"""The gradient check: numeric slopes by hand, agreement everywhere, and what it says at a kink."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest

from engine.errors import Refused
from engine.experiment.trace import why_not_finite
from engine.functions.losses import middle_of
from engine.network import Edge, Network, Node, Place
from engine.program.program import Program
from engine.settings import Settings
from engine.views.objective import (
    Agreement,
    Objective,
    agreements,
    existing_pass,
    loss_at,
    slope_at,
    step_table,
)
from tests.engine.networks import layered, random_case

OUTPUT = Settings(loss="output")
NOTHING, ZERO, ONE = np.zeros((1, 0)), np.zeros((1, 1)), np.ones((1, 1))
X = Place("value", "x")


def checked(objective: Objective) -> tuple[Agreement, ...]:
    """The agreement of every parameter, all at once."""
    return tuple(one for part in agreements(objective) for one in part)


def parabola() -> Network:
    """f(x) = 2 - 3x + 4x², x trained, everything else locked."""
    nodes = (
        Node("x", "parameter"),
        Node("s", activation="square", locked=True),
        Node("f", bias=True, locked=True, output=True),
    )
    edges = (Edge("x", "s", locked=True), Edge("s", "f", locked=True), Edge("x", "f", locked=True))
    return Network(nodes, edges)


def one_neuron(activation: str) -> Network:
    """y = activation(w · x)"""
    nodes = (Node("x", "input"), Node("y", activation=activation, output=True))
    return Network(nodes, (Edge("x", "y"),))


def parabola_numbers(x: float) -> np.ndarray:
    """The weights 1 (into the square), 4 and -3 (into f), the bias 2, then x."""
    return np.array([1.0, 4.0, -3.0, 2.0, x])


@pytest.mark.parametrize(
    ("x", "slopes", "slope"),
    [(2.0, (13.04, 13.004, 13.0004), 13.0), (-1.0, (-10.96, -10.996, -10.9996), -11.0)],
)
def test_parabola_shows_the_lectures_table(
    x: float, slopes: tuple[float, ...], slope: float
) -> None:
    program = Program(parabola())
    table = step_table(Objective(program, OUTPUT, parabola_numbers(x), NOTHING, ZERO), X)
    assert [row.h for row in table] == pytest.approx([10.0**-k for k in range(2, 9)])
    assert [row.one_sided for row in table[:3]] == pytest.approx(slopes, abs=1e-9)
    assert [row.one_sided_error for row in table[:3]] == pytest.approx((0.04, 0.004, 4e-4))
    for row in table[:4]:  # a central difference of a parabola has no error but rounding
        assert row.central == pytest.approx(slope, abs=1e-9)
        assert row.central_error < 1e-9
    assert table[-1].one_sided == pytest.approx(slope, abs=1e-5)


def test_every_parameter_has_its_row_in_order_locked_ones_too() -> None:
    program = Program(parabola())
    found = checked(Objective(program, OUTPUT, parabola_numbers(2), NOTHING, ZERO))
    assert tuple(one.place for one in found) == program.network.places
    assert [one.locked for one in found] == [True, True, True, True, False]
    # df/d: s's weight 2·4·4 = 32, then 4 (x²), 2 (x), 1 (the bias) and f' = 13
    assert [one.analytic for one in found] == pytest.approx([32, 4, 2, 1, 13])
    assert all(one.agrees and not one.remark for one in found)


def test_random_graphs_agree_with_and_without_l2() -> None:
    rng = Random(5)
    for i in range(60):
        case = random_case(rng)
        settings = Settings(loss=case.settings.loss, reduction=case.settings.reduction,
                            l2=0.3 if i % 2 else 0.0)  # fmt: skip
        found = checked(
            Objective(
                case.program,
                settings,
                case.parameters,
                case.inputs,
                case.targets,
                middle_of(case.targets),
            )
        )
        assert all(one.agrees for one in found), [one for one in found if not one.agrees]


def test_l2_acts_on_unlocked_weights_only() -> None:
    program = Program(parabola())
    with_l2 = checked(
        Objective(program, Settings(loss="output", l2=10), parabola_numbers(2), NOTHING, ZERO)
    )
    assert [one.analytic for one in with_l2] == pytest.approx([32, 4, 2, 1, 13])
    free = Program(one_neuron("identity"))
    args = np.array([0.5]), 3 * ONE, ZERO
    (one,) = checked(Objective(free, Settings(loss="output", l2=10), *args))
    assert one.analytic == pytest.approx(3 + 10 * 0.5)
    assert one.numeric == pytest.approx(8)
    assert slope_at(Objective(free, Settings(loss="output", l2=10), *args), penalties=True)[0] == 8


def test_a_wrong_gradient_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.views import objective as gradient_check

    def wrong(*args: object, **more: object) -> object:
        passed = existing_pass(*args, **more)  # type: ignore[arg-type]
        return type(passed)(passed.z, passed.a, passed.back, passed.error,
                            passed.gradient + 1e-4, passed.targets)  # fmt: skip

    monkeypatch.setattr(gradient_check, "existing_pass", wrong)
    found = checked(Objective(Program(parabola()), OUTPUT, parabola_numbers(2), NOTHING, ZERO))
    assert not any(one.agrees for one in found)
    assert all(one.remark == "" for one in found)


@pytest.mark.parametrize(
    ("activation", "word"), [("relu", "kink"), ("leaky relu", "kink"), ("step", "jumps")]
)
def test_a_kink_is_told(activation: str, word: str) -> None:
    program = Program(one_neuron(activation))
    (one,) = checked(Objective(program, OUTPUT, np.zeros(1), ONE, ZERO))
    assert not one.agrees
    assert word in one.remark


def test_the_kink_tells_both_slopes() -> None:
    program = Program(one_neuron("relu"))
    (one,) = checked(Objective(program, OUTPUT, np.zeros(1), 3 * ONE, ZERO))
    assert "the slope is 0 on the left and 3 on the right" in one.remark


def test_a_kink_nearby_is_told() -> None:
    program = Program(one_neuron("relu"))
    (one,) = checked(Objective(program, OUTPUT, np.array([4e-6]), ONE, ZERO))
    assert not one.agrees
    assert one.remark.startswith("A kink lies nearer than 1e-05")


def test_numbers_that_do_not_exist_are_refused_by_name() -> None:
    program = Program(one_neuron("logarithm"))
    inputs, targets = np.array([[1.0], [2.0], [-0.5]]), np.zeros((3, 1))
    with pytest.raises(Refused, match=r"The logarithm of −0\.5 does not exist: neuron y, sample 3"):
        checked(Objective(program, OUTPUT, np.ones(1), inputs, targets))
    with pytest.raises(Refused, match="The logarithm of 0 does not exist: neuron y, sample 1"):
        step_table(
            Objective(program, OUTPUT, np.zeros(1), inputs, targets), program.network.places[0]
        )
    with pytest.raises(Refused, match="1/0 does not exist: neuron y, sample 1"):
        checked(Objective(Program(one_neuron("reciprocal")), OUTPUT, np.zeros(1), inputs, targets))
    with pytest.raises(Refused, match=r"The value of y is too large for a number \(sample 2\)"):
        checked(
            Objective(
                Program(one_neuron("exponential")),
                OUTPUT,
                np.array([400.0]),
                inputs,
                targets,
            )
        )


def test_a_step_into_nothing_has_no_numeric_slope() -> None:
    program = Program(one_neuron("logarithm"))
    args = np.array([5e-6]), np.ones((1, 1)), np.zeros((1, 1))
    (one,) = checked(Objective(program, OUTPUT, *args))
    assert np.isnan(one.numeric)
    assert not one.agrees
    assert "there is no number" in one.remark
    table = step_table(Objective(program, OUTPUT, *args), program.network.places[0])
    assert np.isnan(table[0].central)
    assert table[-1].central == pytest.approx(2e5, rel=1e-3)


def test_the_sentence_uses_the_names_and_rows_it_is_given() -> None:
    program = Program(one_neuron("square"))
    settings = Settings(loss="squared")
    runner = program.runner(settings, 2)
    runner.load(np.array([1e110]))
    with np.errstate(all="ignore"):
        runner.forward(program.heads(np.array([[0.0], [1.0]]), np.zeros((2, 1))))
        runner.backward()
    passed = runner.record()
    losses = np.array([[0.0, np.inf]])
    fine = why_not_finite(program.network, passed)
    assert fine is not None  # the slope 2a · 2z is beyond 1e308
    assert fine.startswith("The error term of y is too large for a number (sample 2)")
    calm = replace(passed, error=np.zeros((2, 2)), gradient=np.array([np.inf]))
    told = why_not_finite(program.network, calm, {"x": "a", "y": "b"}.__getitem__)
    assert told is not None
    assert told.startswith("The gradient of the weight from a to b is too large")
    calm = replace(calm, gradient=np.zeros(1))
    assert why_not_finite(program.network, calm) is None
    told = why_not_finite(program.network, calm, samples=[7, 4], losses=losses)
    assert told is not None
    assert told.startswith("The loss of y is too large for a number (sample 5)")


def test_an_unknown_place_and_a_network_without_output_are_refused() -> None:
    program = Program(parabola())
    with pytest.raises(Refused, match="no such number"):
        step_table(
            Objective(program, OUTPUT, parabola_numbers(2), NOTHING, ZERO), Place("value", "q")
        )
    alone = Program(Network((Node("x", "parameter"),)))
    with pytest.raises(Refused, match="no output"):
        checked(Objective(alone, OUTPUT, np.zeros(1), NOTHING, ZERO))


def test_a_large_network_comes_a_few_places_at_a_time() -> None:
    network = layered([20, 8, 5])
    program = Program(network)
    rng = np.random.default_rng(0)
    numbers = rng.normal(size=len(network.places))
    x, t = rng.normal(size=(200, 20)), rng.normal(size=(200, 5))
    parts = list(agreements(Objective(program, Settings(), numbers, x, t)))
    assert len(parts) > 1
    assert [one.place for part in parts for one in part] == list(network.places)
    assert all(one.agrees for part in parts for one in part)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_slopes_over_many_rows_are_those_of_one_batch(reduction: str) -> None:
    network = layered([2, 3, 1])
    program = Program(network)
    rng = np.random.default_rng(0)
    numbers = rng.normal(size=len(network.places))
    x, t = rng.normal(size=(9000, 2)), rng.normal(size=(9000, 1))
    settings = Settings(reduction=reduction)  # type: ignore[arg-type]
    runner = program.runner(settings, 9000)
    runner.load(numbers)
    runner.forward(program.heads(x, t))
    runner.backward()
    objective = Objective(program, settings, numbers, x, t)
    gradient = slope_at(objective)
    assert gradient == pytest.approx(runner.gradient(), rel=1e-10)
    assert not gradient.flags.writeable
    total = 0.5 * ((program.answers(settings, numbers, x) - t) ** 2).sum()
    value = loss_at(objective)
    assert value == pytest.approx(total / (9000 if reduction == "mean" else 1), rel=1e-12)


def test_a_number_that_does_not_exist_is_told_with_its_row() -> None:
    program = Program(one_neuron("logarithm"))
    inputs = np.array([[1.0], [-1.0]])
    with pytest.raises(Refused, match="sample 8"):
        existing_pass(
            Objective(program, OUTPUT, np.ones(1), inputs, np.zeros((2, 1))), samples=[4, 7]
        )
