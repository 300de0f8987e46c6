"""Updates: bit for bit the same however they are made; locks hold, penalties do what they say."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest

from engine.functions import Floats
from engine.functions.optimizers import OPTIMIZERS, Optimizer
from engine.network import Edge, Network, Node, Place
from engine.program import program as replay
from engine.program.program import Program, Runner
from engine.settings import Settings
from tests.engine.networks import drawn_case, layered, random_case, random_graph
from tests.engine.optimizing import step
from tests.sampled import sampled

ALL = tuple(OPTIMIZERS)


def signs(array: Floats) -> list[bool]:
    """Where a zero carries a minus."""
    return [bool(minus) for minus in np.signbit(array[array == 0])]


def tangled() -> Network:
    """Everything that moves or must not: locks, products, maxima, a parameter, a skip link."""
    nodes = (
        Node("x1", "input"), Node("x2", "input"), Node("p", "parameter"),
        Node("q", "parameter", locked=True),
        Node("h1", activation="tanh", bias=True), Node("h2", activation="sigmoid", bias=True,
                                                       locked=True),
        Node("h3", combine="product"), Node("h4", combine="max"),
        Node("y", bias=True, output=True), Node("dead", activation="tanh", bias=True),
    )  # fmt: skip
    edges = (
        Edge("x1", "h1"), Edge("x2", "h1", True), Edge("p", "h2"), Edge("x2", "h2"),
        Edge("h1", "h3"), Edge("h2", "h3", True), Edge("x1", "h4"), Edge("q", "h4", True),
        Edge("h3", "y"), Edge("h4", "y"), Edge("x1", "y"), Edge("h1", "dead"),
    )  # fmt: skip
    return Network(nodes, edges)


def heads_for(network: Network, count: int, batch: int, seed: int = 3) -> list[Floats]:
    rng = np.random.default_rng(seed)
    program = Program(network)
    shapes = (batch, len(network.inputs)), (batch, len(network.outputs))
    return [program.heads(rng.normal(size=shapes[0]), rng.normal(size=shapes[1]))
            for _ in range(count)]  # fmt: skip


def started(network: Network, settings: Settings, batch: int = 5, seed: int = 8) -> Runner:
    runner = Program(network).runner(settings, batch)
    runner.load(np.random.default_rng(seed).normal(size=len(network.places)))
    return runner


def same_bits(left: Runner, right: Runner) -> None:
    assert left.parameters().tobytes() == right.parameters().tobytes()
    assert [v.tobytes() for v in left.state()] == [v.tobytes() for v in right.state()]
    assert left.count == right.count


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("batch", sampled([1, 5], 1))
@pytest.mark.parametrize("penalties", [(0.0, 0.0), (1e-3, 1e-2)])
def test_one_by_one_in_bulk_and_recorded_are_bit_equal(
    kind: str, batch: int, penalties: tuple[float, float]
) -> None:
    network = tangled()
    l1, l2 = penalties
    settings = Settings(optimizer=Optimizer(kind), rate=0.02, l1=l1, l2=l2)
    heads = heads_for(network, 200, batch)
    single, bulk, recorded = (started(network, settings, batch) for _ in range(3))
    keyframes = np.full((200, recorded.vector_size), np.nan)
    bulk.updates(heads)
    recorded.recorded_updates(heads, keyframes)
    for head, keyframe in zip(heads, keyframes, strict=True):
        single.update(head)
        kept = np.concatenate([single.parameters(), *single.state()])
        assert kept.tobytes() == keyframe.tobytes()
    for other in (bulk, recorded):
        same_bits(single, other)
    assert single.count == (0 if kind == "sgd" else 200)


@pytest.mark.parametrize("kind", ALL)
def test_an_update_in_pieces_is_bit_equal(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    network = tangled()
    settings = Settings(optimizer=Optimizer(kind), rate=0.02, l1=1e-3, l2=1e-2)
    heads = heads_for(network, 50, 5)
    whole = started(network, settings)
    whole.updates(heads)
    monkeypatch.setattr(replay, "PIECE", 4)
    pieces = started(network, settings)
    pieces.updates(heads)
    same_bits(whole, pieces)


@pytest.mark.parametrize("kind", ALL)
def test_replay_from_any_keyframe_is_bit_equal(kind: str) -> None:
    network = tangled()
    settings = Settings(optimizer=Optimizer(kind), rate=0.02, l1=1e-3)
    heads = heads_for(network, 40, 5)
    first, size = started(network, settings), len(network.places)
    keyframes = np.empty((40, first.vector_size))
    first.recorded_updates(heads, keyframes)
    for start in (0, 17, 38):
        again = started(network, settings)
        frame = keyframes[start].reshape(-1, size)
        again.load(frame[0], tuple(frame[1:]), 0 if kind == "sgd" else start + 1)
        again.updates(heads[start + 1 :])
        same_bits(first, again)


@pytest.mark.parametrize("kind", ALL)
def test_an_update_is_what_the_optimiser_says(kind: str) -> None:
    """Runner against an optimiser bound to the runner's own gradient, L2 added by hand."""
    network = tangled()
    settings = Settings(optimizer=Optimizer(kind), rate=0.05, l2=0.3)
    runner = started(network, settings)
    weight = np.array([place.what == "weight" for place in network.places])
    free = ~np.array(network.locks)
    parameters, state = runner.parameters(), runner.state()
    rate, count = np.array(0.05), np.array(0.0)
    for head in heads_for(network, 30, 5):
        runner.update(head)
        gradient = (runner.gradient() + 0.3 * parameters * weight) * free
        update, state, count = step(settings.optimizer, gradient, state, rate, count)
        parameters = parameters - update
        assert np.allclose(runner.parameters(), parameters, rtol=1e-13, atol=1e-15)


def test_the_rate_may_change_between_updates() -> None:
    network = layered([2, 3, 1])
    heads = heads_for(network, 2, 5)
    changed, fresh = started(network, Settings(rate=0.1)), started(network, Settings(rate=0.1))
    changed.update(heads[0])
    fresh.update(heads[0])
    changed.set_rate(0.7)
    other = Program(network).runner(Settings(rate=0.7), 5)
    other.load(fresh.parameters())
    changed.update(heads[1])
    other.update(heads[1])
    same_bits(changed, other)


@pytest.mark.parametrize("kind", ALL)
def test_what_is_locked_never_moves(kind: str) -> None:
    """Not even on an old velocity, nor by a penalty, nor by rounding."""
    network = tangled()
    locks = np.array(network.locks)
    settings = Settings(optimizer=Optimizer(kind), rate=0.1, l1=0.01, l2=0.01)
    runner = started(network, settings)
    before = runner.parameters()
    ones = tuple(np.ones(len(before)) for _ in runner.state())
    runner.load(before, ones, 7)
    runner.updates(heads_for(network, 20, 5))
    after = runner.parameters()
    assert np.array_equal(after[locks], before[locks])
    dead = [network.place_index[Place("bias", "dead")]]
    moved = np.flatnonzero(after == before).tolist()
    assert set(moved) - set(np.flatnonzero(locks)) <= set(dead)


def test_rounding_leaves_what_is_locked_as_it_is() -> None:
    network = Network(
        (Node("x", "input"), Node("y", bias=True, output=True)), (Edge("x", "y", locked=True),)
    )
    runner = Program(network).runner(Settings(rounding=True, rate=0.1), 1)
    runner.load(np.array([0.123456, 0.123456]))
    runner.update(heads_for(network, 1, 1)[0])
    weight, bias = runner.parameters()
    assert weight == 0.123456
    assert bias == round(bias, 3) != 0.123


def test_rounding_never_makes_a_minus_zero() -> None:
    """w = -0.0004 is rounded to 0, and 0 has no sign on screen."""
    network = Network((Node("x", "input"), Node("y", output=True)), (Edge("x", "y"),))
    runner = Program(network).runner(Settings(rounding=True), 1)
    runner.load(np.array([-0.0004]))
    runner.update(Program(network).heads(np.ones((1, 1)), np.zeros((1, 1))))
    assert runner.parameters().tolist() == [0]
    assert signs(runner.parameters()) == [False]
    record = runner.record()
    for array in (record.z, record.a, record.error, record.gradient):
        assert not any(signs(array))


def test_absent_edges_stay_absent() -> None:
    """Of 4 · 4 possible edges between two layers half are drawn; the others take no part."""
    nodes = [Node(f"x{i}", "input") for i in range(4)]
    nodes += [Node(f"h{i}", activation="tanh", output=True) for i in range(4)]
    edges = [Edge(f"x{i}", f"h{j}") for i in range(4) for j in range(4) if (i + j) % 2]
    network = Network(tuple(nodes), tuple(edges))
    runner = started(network, Settings(optimizer=Optimizer("adam"), l1=0.01, l2=0.1))
    heads = heads_for(network, 50, 5)
    runner.updates(heads)
    runner.forward(heads[0])
    before = runner.outputs()
    other = heads[0].copy()
    other[[5, 7]] = 99.0  # 4 targets and ones come first, then x0 …: h0 and h2 read x1 and x3
    runner.forward(other)
    assert np.array_equal(runner.outputs()[[0, 2]], before[[0, 2]])
    assert not np.array_equal(runner.outputs()[[1, 3]], before[[1, 3]])


@pytest.mark.parametrize("kind", ALL)
def test_l1_reaches_exact_zeros_and_lets_go(kind: str) -> None:
    """t = 2·x1 + 0.05·x2 on orthogonal data: the mean gradient of w2 is w2 - 0.05, within ±λ = 0.2,
    so w2 rests at 0 and w1 at 2 - 0.2. Then t = 2·x1 + 1·x2, and w2 must come up to 1 - 0.2."""
    network = Network(
        (Node("x1", "input"), Node("x2", "input"), Node("y", output=True)),
        (Edge("x1", "y"), Edge("x2", "y")),
    )
    program = Program(network)
    x = np.array([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]])
    rate = {"sgd": 0.1, "momentum": 0.02, "nesterov": 0.02}.get(kind, 0.005)
    runner = program.runner(Settings(optimizer=Optimizer(kind), rate=rate, l1=0.2), 4)
    runner.load(np.array([0.3, -0.4]))
    for slope, rest in ((0.05, 0.0), (1.0, 0.8), (-0.1, 0.0)):
        head = program.heads(x, x @ np.array([[2.0], [slope]]))
        runner.updates([head] * 6000)
        weights = runner.parameters()
        # RMSProp with a steady rate circles its goal within about the rate.
        assert weights[0] == pytest.approx(1.8, abs=0.02 if kind == "rmsprop" else 1e-6)
        if rest:
            assert weights[1] == pytest.approx(rest, abs=0.02 if kind == "rmsprop" else 1e-6)
        else:
            assert weights[1] == 0
            assert signs(weights) == [False]


def test_penalties_leave_biases_and_parameters_alone() -> None:
    """No data gradient (target = output), so whatever moves is moved by a penalty."""
    network = Network(
        (Node("x", "input"), Node("p", "parameter"), Node("y", bias=True), Node("z", output=True)),
        (Edge("x", "y"), Edge("p", "y"), Edge("x", "z", locked=True)),
    )
    program = Program(network)
    head = program.heads(np.ones((1, 1)), np.ones((1, 1)))
    for settings, expected in ((Settings(l1=0.5), 0.95), (Settings(l2=0.5), 0.95)):
        runner = program.runner(settings, 1)
        runner.load(np.ones(5))
        runner.update(head)
        assert runner.parameters().tolist() == pytest.approx([expected, expected, 1, 1, 1])
        assert not runner.gradient().any()  # the gradient shown is that of the data loss


@pytest.mark.parametrize("kind", ALL)
def test_no_minus_zero_after_many_updates(kind: str) -> None:
    for seed in range(10):
        network = random_graph(Random(seed))
        runner = Program(network).runner(Settings(optimizer=Optimizer(kind), rate=1e-3, l1=0.5), 2)
        runner.load(np.random.default_rng(seed).normal(size=len(network.places)) * 1e-2)
        runner.updates(heads_for(network, 20, 2))
        assert not any(signs(runner.parameters()))


@pytest.mark.parametrize("loss", ["squared", "binary cross-entropy", "softmax cross-entropy"])
@pytest.mark.parametrize("kind", ["sgd", "adam"])
def test_a_stack_does_what_each_would_do_alone(kind: str, loss: str) -> None:
    network = replace_outputs(tangled())
    settings = Settings(optimizer=Optimizer(kind), rate=0.02, loss=loss, l1=1e-3, l2=1e-3)
    program = Program(network)
    starts = np.random.default_rng(1).normal(size=(3, len(network.places)))
    heads = [abs(np.tanh(head)) for head in heads_for(network, 10, 4)]
    stack = program.runner(settings, 4, stack=3)
    stack.load(starts)
    stack.updates(heads)
    for i, start in enumerate(starts):
        alone = program.runner(settings, 4)
        alone.load(start)
        alone.updates(heads)
        assert np.allclose(stack.parameters()[i], alone.parameters(), rtol=1e-9, atol=1e-12)
        record, single = stack.record(), alone.record()
        for name in ("z", "a", "error", "gradient", "targets"):
            found = getattr(record, name)[i]
            assert np.allclose(found, getattr(single, name), rtol=1e-9, atol=1e-12), name


def replace_outputs(network: Network) -> Network:
    """Two sigmoid outputs, which any loss can take; one of them feeds the other."""
    y, dead = network.node("y"), network.node("dead")
    network = network.change(replace(y, activation="sigmoid"))
    return network.change(replace(dead, activation="sigmoid", output=True)).connect("y", "dead")


def test_float32_follows_float64() -> None:
    for seed in range(30):
        case = random_case(Random(seed))
        wide, narrow = case.runner().record(), case.runner(np.float32).record()
        for name in ("a", "back", "gradient"):
            left, right = getattr(wide, name), getattr(narrow, name)
            assert right.dtype == np.float32
            scale = np.maximum(1, np.abs(left).max(initial=1))
            assert np.allclose(left, right, rtol=1e-5, atol=1e-5 * scale)


def test_the_sum_is_the_mean_times_the_batch() -> None:
    case = drawn_case(Random(4), tangled(), Settings(), 7)
    total = replace(case, settings=Settings(reduction="sum"))
    assert np.allclose(total.runner().gradient(), 7 * case.runner().gradient(), rtol=1e-14)


def test_a_batch_is_the_mean_of_its_samples() -> None:
    case = drawn_case(Random(5), tangled(), Settings(), 6)
    alone = [replace(case, inputs=case.inputs[i : i + 1], targets=case.targets[i : i + 1])
             for i in range(6)]  # fmt: skip
    mean = np.mean([one.runner().gradient() for one in alone], axis=0)
    assert np.allclose(case.runner().gradient(), mean, rtol=1e-12, atol=1e-16)


@pytest.mark.parametrize("kind", ALL)
def test_losses_fall(kind: str) -> None:
    network = layered([2, 6, 1], "tanh")
    x = np.random.default_rng(0).normal(size=(20, 2))
    head = Program(network).heads(x, np.sin(x[:, :1]) * 0.5)
    runner = started(network, Settings(optimizer=Optimizer(kind), rate=0.01), 20)
    losses = []
    for _ in range(2):
        runner.forward(head)
        losses.append(float(np.mean((runner.outputs() - head[0]) ** 2)))
        runner.updates([head] * 500)
    assert losses[1] < losses[0] / 3


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("stack", [0, 3])
def test_a_runner_that_is_given_back_carries_nothing_over(kind: str, stack: int) -> None:
    """Whoever has it next comes to what a new one comes to, whatever had become of it."""
    random = Random(kind)
    networks = [tangled(), layered((4, 5, 3)), *(random_case(random).network for _ in range(8))]
    sparse = layered((4, 5, 3))
    networks.append(
        sparse.without_edges([(edge.source, edge.target) for edge in sparse.edges[::3]])
    )
    for network in networks:
        settings = Settings(optimizer=Optimizer(kind), rate=0.02, l1=1e-3, l2=1e-3)
        program, heads = Program(network), heads_for(network, 4, 5)
        used = program.runner(settings, 5, stack=stack)
        for bad in (np.inf, np.nan, 1e300):
            shape = (stack, len(network.places)) if stack else len(network.places)
            used.load(np.full(shape, bad))
            with np.errstate(all="ignore"):
                used.updates(heads)
        used.set_rate(9.0)
        program.give_back([used])
        again, new = (
            program.runner(settings, 5, stack=stack),
            Program(network).runner(settings, 5, stack=stack),
        )
        assert again is used
        assert program.runner(settings, 5, stack=stack) is not used  # somebody has it
        good = np.random.default_rng(1).normal(size=shape)
        for runner in (again, new):
            runner.load(good)
            runner.updates(heads)
        same_bits(again, new)
        assert again.values().tobytes() == new.values().tobytes()
        assert again.gradient().tobytes() == new.gradient().tobytes()


def test_a_large_runner_is_not_kept() -> None:
    program = Program(layered((2, 30, 1)))
    large = program.runner(Settings(), 5000)
    program.give_back([large])
    assert program.runner(Settings(), 5000) is not large
