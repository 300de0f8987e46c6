"""The layout of a compiled network, and the three forms of a block, which must agree."""

from dataclasses import fields, is_dataclass
from random import Random
from typing import Any

import numpy as np
import pytest

from engine.network import Edge, Network, Node
from engine.program import plan as compiling
from engine.program.plan import Plan, compile_plan
from engine.program.program import Program
from engine.settings import Settings
from tests.engine.networks import layered, random_case, random_graph, student_grade

FORMS = {
    "full": {"FULL_BELOW": 1 << 60},
    "gathered": {"FULL_BELOW": 0, "FULL_FROM": 2, "LISTED_ABOVE": 1 << 60},
    "listed": {"FULL_BELOW": 0, "FULL_FROM": 2, "LISTED_ABOVE": 0, "LISTED_BELOW": 2},
}


def force(monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    for name, value in FORMS[form].items():
        monkeypatch.setattr(compiling, name, value)


def same(left: Any, right: Any) -> bool:
    """Equality down to the arrays."""
    if is_dataclass(left):
        return all(same(getattr(left, f.name), getattr(right, f.name)) for f in fields(left))
    if isinstance(left, tuple):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, np.ndarray):
        return np.array_equal(left, right) and left.dtype == right.dtype
    return bool(left == right)


def test_student_grade_rows() -> None:
    """Row 0 the target; 1 ones, 2-4 inputs; 5 ones, 6-7 hidden; 8 ones, 9 the output.

    Slots: hidden level 2 × (ones + 3 inputs) row by row, then the output (ones + 2 hidden).
    """
    plan = compile_plan(student_grade())
    assert plan.row_of.tolist() == [2, 3, 4, 6, 7, 9]
    assert plan.ones.tolist() == [1, 5, 8]
    assert (plan.inputs, plan.row_count, plan.target_count) == (slice(2, 5), 10, 1)
    assert [(level.sums.low, level.sums.high) for level in plan.levels if level.sums] == [
        (1, 5), (5, 8)
    ]  # fmt: skip
    # w14 w24 w34 w15 w25 w35 w46 w56, then b4 b5 b6
    assert plan.slot_of.tolist() == [1, 2, 3, 5, 6, 7, 9, 10, 0, 4, 8]
    assert plan.trainable.all()
    assert plan.penalised.tolist() == [False, True, True, True] * 2 + [False, True, True]


def test_the_same_network_always_gives_the_same_plan() -> None:
    for seed in range(20):
        network = random_graph(Random(seed))
        again = Network(network.nodes, network.edges)
        assert same(compile_plan(network), compile_plan(again))


def test_every_number_has_a_slot_of_its_own() -> None:
    for seed in range(20):
        network = random_graph(Random(seed))
        plan: Plan = compile_plan(network)
        assert len(set(plan.slot_of.tolist())) == len(network.places)
        assert len(set(plan.row_of.tolist())) == len(network.nodes)
        assert set(plan.row_of.tolist()).isdisjoint(plan.ones.tolist())
        free = [not locked for locked in network.locks]
        assert plan.trainable[plan.slot_of].tolist() == free
        assert plan.trainable.sum() == sum(free)
        assert plan.penalised.sum() == sum(not edge.locked for edge in network.edges)


def test_neighbours_are_computed_together() -> None:
    """One level: two sums, then products of two, then of three; alike activations side by side."""
    nodes = [*(Node(i, "input") for i in "abc"), Node("p3", combine="product"),
             Node("s2", activation="tanh"), Node("p2", combine="product"),
             Node("s1", activation="relu"), Node("s3", activation="tanh")]  # fmt: skip
    edges = [Edge(i, "p3") for i in "abc"] + [Edge(i, "p2") for i in "ab"]
    edges += [Edge("a", f"s{i}") for i in (1, 2, 3)]
    (level,) = compile_plan(Network(tuple(nodes), tuple(edges))).levels
    assert level.sums is not None
    assert level.sums.rows == slice(5, 8)
    assert [(g.combine, g.fan, g.rows) for g in level.groups] == [
        ("product", 2, slice(8, 9)), ("product", 3, slice(9, 10))
    ]  # fmt: skip
    assert [(run.name, run.rows) for run in level.runs] == [
        ("relu", slice(5, 6)), ("tanh", slice(6, 8)), ("identity", slice(8, 10))
    ]  # fmt: skip


def test_a_skip_link_only_widens_the_range() -> None:
    network = layered([2, 3, 3, 1]).connect("x1", "y1")
    last = compile_plan(network).levels[-1].sums
    assert last is not None
    assert (last.low, last.high) == (1, 12)


def test_forms_follow_the_fill() -> None:
    """A small or well filled block is full, a large and nearly empty one is a list."""
    assert compiling.form_of(100, 1) == "full"
    assert compiling.form_of(10**7, 9 * 10**6) == "full"
    assert compiling.form_of(10**7, 10**4) == "listed"
    assert compiling.form_of(10**4, 10**3) == "gathered"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("stack", [0, 2])
def test_the_forms_agree(monkeypatch: pytest.MonkeyPatch, form: str, stack: int) -> None:
    plain = [random_case(Random(seed)) for seed in range(30)]
    records = [case.runner().record() for case in plain]
    force(monkeypatch, form)
    for case, expected in zip(plain, records, strict=True):
        program = Program(case.network)
        for level in program.plan.levels:
            assert level.sums is None or level.sums.form == form
        runner = program.runner(case.settings, len(case.inputs), inputs_too=True, stack=stack)
        runner.load(case.parameters)
        runner.forward(case.head())
        runner.backward()
        found = runner.record()
        for name in ("z", "a", "back", "error", "gradient"):
            left, right = getattr(found, name), getattr(expected, name)
            for one in left if stack else (left,):
                assert np.allclose(one, right, rtol=1e-12, atol=1e-13), (form, name)
        without = program.runner(case.settings, len(case.inputs), stack=stack)
        without.load(case.parameters)
        without.forward(case.head())
        without.backward()
        assert np.array_equal(without.gradient(), found.gradient), form


@pytest.mark.parametrize("form", FORMS)
def test_the_forms_learn_alike(monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    network = layered([3, 4, 4, 2]).connect("x1", "y2").connect("h1.1", "y1")
    network = network.without_edges([("x2", "h1.2")]).lock_edges([("x1", "h1.1")], True)
    rng = np.random.default_rng(0)
    parameters, inputs = rng.normal(size=len(network.places)), rng.normal(size=(6, 3))
    after = []
    for chosen in ("full", form):
        force(monkeypatch, chosen)
        program = Program(network)
        head = program.heads(inputs, np.full((6, 2), 0.2))
        runner = program.runner(Settings(rate=0.1, l1=1e-3, l2=1e-3), 6)
        runner.load(parameters)
        runner.updates([head] * 25)
        for _ in range(25):
            runner.update(head)
        after.append(runner.parameters())
    assert np.allclose(after[0], after[1], rtol=1e-11, atol=1e-13)
    assert after[1][network.place_index[network.places[0]]] == parameters[0]


@pytest.mark.parametrize("form", FORMS)
def test_float32_in_every_form(monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    cases = [random_case(Random(seed)) for seed in range(15)]
    force(monkeypatch, form)
    for case in cases:
        wide, narrow = case.runner().record(), case.runner(np.float32).record()
        assert narrow.gradient.dtype == np.float32
        scale = max(1.0, float(np.abs(wide.gradient).max(initial=0)))
        assert np.allclose(wide.gradient, narrow.gradient, rtol=1e-5, atol=1e-5 * scale)


def first_wins(combine: str, values: list[float]) -> list[float]:
    """dE/dw of the edges into a maximum or minimum of inputs, weights 1, E = the output."""
    nodes = [*(Node(f"x{i}", "input") for i in range(len(values))),
             Node("m", combine=combine, output=True)]  # type: ignore[arg-type] # fmt: skip
    edges = [Edge(f"x{i}", "m") for i in range(len(values))]
    program = Program(Network(tuple(nodes), tuple(edges)))
    runner = program.runner(Settings(loss="output"), 1, inputs_too=True)
    runner.load(np.ones(len(values)))
    runner.forward(program.heads(np.array([values]), np.zeros((1, 1))))
    runner.backward()
    return [float(x) for x in runner.record().back[: len(values), 0]]


def test_the_first_among_equals_takes_the_whole_gradient() -> None:
    assert first_wins("max", [1.0, 3.0, 3.0, 2.0]) == [0, 1, 0, 0]
    assert first_wins("min", [2.0, 1.0, 1.0]) == [0, 1, 0]
    assert first_wins("max", [5.0]) == [1]
    assert first_wins("min", [0.0, -0.0, 0.0]) == [1, 0, 0]


def test_products_of_zeros() -> None:
    """One zero leaves the others' product; two zeros leave nothing; never a division."""
    assert first_wins("product", [2.0, 0.0, 3.0]) == [0, 6, 0]
    assert first_wins("product", [0.0, 0.0, 3.0]) == [0, 0, 0]
    assert first_wins("product", [0.0, 0.0, 0.0]) == [0, 0, 0]
    assert first_wins("product", [2.0, 3.0, 5.0, 7.0]) == [105, 70, 42, 30]
    assert first_wins("product", [4.0]) == [1]
