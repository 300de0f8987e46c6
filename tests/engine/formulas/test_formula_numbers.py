"""The numbers that are put into a formula give its result: read back, computed, compared."""

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random

import numpy as np
import pytest

from engine.data import make_data
from engine.experiment.experiment import Experiment, new_experiment
from engine.experiment.trace import Trace, record
from engine.experiment.walk import EpochPosition, Position
from engine.formulas import explain
from engine.formulas.notation import notation_of
from engine.formulas.terms import NumberLine, Product, StepFormula, TermTable, plain_of
from engine.functions.activations import ACTIVATIONS
from engine.functions.losses import LOSSES
from engine.functions.optimizers import OPTIMIZERS, Optimizer, Schedule
from engine.network import Edge, Network, Node
from engine.numerals import ALL_DIGITS
from engine.settings import Settings
from tests.engine.networks import Case, drawn_case, layered, random_case, random_graph
from tests.sampled import sampled

TOKEN = re.compile(r"\d+(?:\.\d+)?(?:e−?\d+)?|e\^|[a-z]+|[^\s]")
FUNCTIONS: dict[str, Callable[..., float]] = {
    "tanh": math.tanh, "sin": math.sin, "cos": math.cos, "max": lambda *x: max(x),
    "min": lambda *x: min(x),
    "sign": lambda x: float(x > 0) - float(x < 0),
    "shrink": lambda x, by: math.copysign(max(0.0, abs(x) - by), x),
}  # fmt: skip
COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "<": lambda a, b: a < b, ">": lambda a, b: a > b, "≥": lambda a, b: a >= b,
    "≠": lambda a, b: a != b,
}  # fmt: skip


class Reader:
    """Computes a line of numbers as it stands on the screen, by the usual rules of precedence."""

    def __init__(self, text: str) -> None:
        self.tokens: list[str] = TOKEN.findall(text)

    def next(self) -> str:
        return self.tokens.pop(0)

    def sees(self, *wanted: str) -> bool:
        return bool(self.tokens) and self.tokens[0] in wanted

    def take(self, wanted: str) -> None:
        assert self.next() == wanted

    def whole(self) -> float:
        value = self.sum()
        assert not self.tokens, f"left over: {self.tokens}"
        return value

    def sum(self) -> float:
        value = -self.after(self.product) if self.sees("−") else self.product()
        while self.sees("+", "−"):
            value = value + self.product() if self.next() == "+" else value - self.product()
        return value

    def after(self, rule: Callable[[], float]) -> float:
        self.next()
        return rule()

    def product(self) -> float:
        value = self.power()
        while self.sees("·", "/"):
            value = value * self.power() if self.next() == "·" else value / self.power()
        return value

    def power(self) -> float:
        value = self.atom()
        while self.sees("²", "^"):
            value = value**2 if self.next() == "²" else value ** self.atom()
        return value

    def atom(self) -> float:
        token = self.next()
        if token[0].isdigit():
            return float(token.replace("−", "-"))
        if token in FUNCTIONS:
            return float(FUNCTIONS[token](*self.arguments()))
        return {
            "½": lambda: 0.5, "√": lambda: math.sqrt(self.atom()), "log": self.log,
            "e^": lambda: math.exp(self.atom()), "(": self.held, "[": self.truth,
            "|": self.size,
        }[token]()  # fmt: skip

    def log(self) -> float:
        return math.log(self.atom())

    def arguments(self) -> list[float]:
        self.take("(")
        found = [self.sum()]
        while self.sees(","):
            found.append(self.after(self.sum))
        self.take(")")
        return found

    def held(self) -> float:
        value = self.sum()
        self.take(")")
        return value

    def size(self) -> float:
        value = self.sum()
        self.take("|")
        return abs(value)

    def truth(self) -> float:
        left = self.sum()
        holds = COMPARISONS[self.next()](left, self.sum())
        self.take("]")
        return float(holds)


def computed(line: str) -> float:
    """What stands to the right of the equals sign comes to."""
    return Reader(line.split(" = ", 1)[1]).whole()


def experiment_of(case: Case, **changes: object) -> Experiment:
    """A case as an experiment."""
    cells = np.hstack([case.inputs, case.targets])
    network = case.network
    settings = replace(case.settings, **changes)  # type: ignore[arg-type]
    data = make_data(network.inputs, network.outputs, cells)
    return new_experiment(network, None, data, settings, case.parameters)


def traces(experiment: Experiment, updates: int = 1) -> Iterator[Trace]:
    """The passes of the first updates, each over all rows."""
    rows = np.arange(experiment.data.count)
    position = replace(experiment.position, turn=EpochPosition(3))
    for _ in range(updates):
        trace = record(experiment.context, position, rows)
        position = Position(trace.after, trace.state, trace.count, position.turn)
        yield trace


def told(
    experiment: Experiment, updates: int = 1, digits: int = ALL_DIGITS
) -> Iterator[StepFormula]:
    """Every formula of these passes, for their last sample."""
    notation = notation_of(experiment.context)
    for trace in traces(experiment, updates):
        for step in trace.script.steps:
            sample = len(trace.rows) - 1
            yield explain(experiment.context, trace, step, sample, digits, notation)


def check(formula: StepFormula) -> None:
    """The line, its asides and its plate all come to the result."""
    same = pytest.approx(formula.value, rel=1e-12, abs=1e-12)
    if "…" not in formula.numbers_plain:
        assert computed(formula.numbers_plain) == same, formula.numbers_plain
    for aside in formula.asides:
        assert computed(aside.numbers_plain) == pytest.approx(aside.value, rel=1e-12, abs=1e-12)
    plate = formula.plate
    if isinstance(plate, Product):
        assert plate.value == same
    if isinstance(plate, Product | NumberLine):
        for factor in plate.columns:
            put_in = Reader(plain_of(factor.term.numbers)).whole()
            assert put_in == pytest.approx(factor.term.value, rel=1e-12, abs=1e-12)
    if isinstance(plate, TermTable):
        assert from_rows(plate) == same


def from_rows(table: TermTable) -> float:
    """What the terms of a table come to."""
    for row in table.rows:
        assert Reader(plain_of(row.numbers)).whole() == pytest.approx(
            row.value, rel=1e-12, abs=1e-12
        )
    values = [row.value for row in table.rows]
    total = {"max": max, "min": min}.get(table.kind, math.fsum)(values)
    if table.kind == "mean":
        total /= len(values)
    if not table.columns:
        return total
    through = [factor.term.value for factor in table.columns]
    assert through[0] == pytest.approx(total, rel=1e-12, abs=1e-12)
    return math.prod(through)


def test_the_reader_itself() -> None:
    assert Reader("−2·(−3)² + 1/(1 + e^(−0)) − |1 − 3|").whole() == -18 + 0.5 - 2
    assert Reader("½·[1 < 2] + max(0, −1) − log 1 + 2e−1").whole() == 0.7
    with pytest.raises(AssertionError):
        Reader("1 2").whole()


@pytest.mark.parametrize("seed", sampled(range(70), 20))
def test_random_networks(seed: int) -> None:
    for formula in told(experiment_of(random_case(Random(seed)))):
        check(formula)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("leak", [0.01, 1.5])
def test_every_activation_on_both_sides_of_0(name: str, leak: float) -> None:
    nodes = (Node("x", "input"), Node("4", activation=name, bias=True, leak=leak),
             Node("6", output=True))  # fmt: skip
    network = Network(nodes, (Edge("x", "4"), Edge("4", "6")))
    sides = (0.7, 2.0) if name == "logarithm" else (-0.7, 0.0, 0.4)
    for z in sides if name != "reciprocal" else (-0.7, 0.4):
        data = make_data(("x",), ("6",), [[z, 0.25]])
        for formula in told(new_experiment(network, None, data, None, np.array([1.0, -0.6, 0]))):
            check(formula)


@pytest.mark.parametrize("kind", OPTIMIZERS)
@pytest.mark.parametrize("penalties", [(0, 0), (0.03, 0), (0, 0.05), (0.02, 0.04)])
def test_every_optimiser_with_and_without_penalties(
    kind: str, penalties: tuple[float, float]
) -> None:
    rng = Random(kind)
    network = layered([2, 3, 1]).lock_edges([("x1", "h1.1")], True)
    case = drawn_case(rng, network, Settings(loss="squared"), 3)
    experiment = experiment_of(case, optimizer=Optimizer(kind), rate=0.07, l1=penalties[0],
                               l2=penalties[1], schedule=Schedule("exponential"))  # fmt: skip
    for formula in told(experiment, updates=3):
        check(formula)


def test_every_loss_comes_up_and_every_kind_of_plate() -> None:
    losses, plates = set(), set()
    for seed in range(40):
        case = random_case(Random(seed))
        losses.add(case.settings.loss)
        plates |= {type(formula.plate) for formula in told(experiment_of(case), digits=4)}
    assert losses == set(LOSSES)
    assert plates == {Product, TermTable, NumberLine, type(None)}


def test_lecture_rounding_puts_in_the_rounded_numbers() -> None:
    rng = Random(5)
    for _ in range(20):
        network = random_graph(rng, 4)
        case = drawn_case(rng, network, Settings(loss="half squared"), 2)
        for formula in told(experiment_of(case, rounding=True)):
            if "…" not in formula.numbers_plain:
                assert abs(computed(formula.numbers_plain) - formula.value) <= 6e-4 * max(
                    1, abs(formula.value)
                )


def test_signs_of_locked_edges_inside_a_product_and_several_sums_of_targets() -> None:
    nodes = (Node("x", "input"), Node("y", "input"), Node("z", "input"),
             Node("p", combine="product", activation="tanh"), Node("a", output=True),
             Node("b", output=True), Node("m", combine="min", output=True))  # fmt: skip
    edges = (Edge("x", "p", True), Edge("y", "p", True), Edge("z", "p"), Edge("p", "a", True),
             Edge("p", "b"), Edge("p", "m", True), Edge("x", "m"))  # fmt: skip
    numbers = np.array([-1.0, -1, 0.5, -1, 0.7, 1, 2])
    for targets in ([1.0, 0, 0], [0.5, 0.25, 2]):
        data = make_data(("x", "y", "z"), ("a", "b", "m"), [[0.4, -0.7, 0.9, *targets]])
        for kind in ("softmax cross-entropy", "output", "hinge", "zero-one"):
            chosen = Settings(loss=kind)
            for formula in told(new_experiment(Network(nodes, edges), None, data, chosen, numbers)):
                check(formula)


def test_scores_too_large_for_a_power_of_e() -> None:
    nodes = (Node("x", "input"), Node("a", output=True), Node("b", output=True))
    network = Network(nodes, (Edge("x", "a"), Edge("x", "b")))
    data = make_data(("x",), ("a", "b"), [[1.0, 0, 1]])
    chosen = Settings(loss="softmax cross-entropy")
    experiment = new_experiment(network, None, data, chosen, np.array([801.0, 800]))
    formulas = [formula for formula in told(experiment) if formula.phase == "loss"]
    assert formulas[1].symbols_plain == "exp(b − a) = e^(b − a)"
    for formula in formulas:
        check(formula)
