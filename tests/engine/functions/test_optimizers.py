"""Every optimiser against arithmetic by hand, a plain reimplementation, and PyTorch if present."""

import math
from typing import Any

import numpy as np
import pytest

from engine.errors import Refused
from engine.functions import Floats, run
from engine.functions.optimizers import (
    OPTIMIZERS,
    Optimizer,
    check_optimizer,
    empty_state,
)
from tests.engine.optimizing import bound, bound_steady, step

ALL = tuple(OPTIMIZERS)
EXTREMES = (
    Optimizer("momentum", momentum=0.0),
    Optimizer("nesterov", momentum=0.5),
    Optimizer("rmsprop", smoothing=0.5, epsilon=1e-3),
    Optimizer("adam", beta1=0.0, beta2=0.0),
    Optimizer("adam", beta1=0.5, beta2=0.9, epsilon=1e-4),
)
EVERY = (*(Optimizer(kind) for kind in ALL), *EXTREMES)


def gradients(rows: int = 200, size: int = 7) -> Floats:
    """Random gradients of very different sizes, with some that are 0."""
    generator = np.random.default_rng(5)
    found = generator.normal(size=(rows, size)) * 10.0 ** generator.integers(-3, 2, size)
    found[generator.random((rows, size)) < 0.1] = 0.0
    return found


def updates_of(optimizer: Optimizer, found: Floats, rate: float, half: int = 100) -> Floats:
    """The updates as training makes them: bound once, the rate divided by 4 at update `half`."""
    gradient, update = np.zeros_like(found[0]), np.full_like(found[0], np.nan)
    state = empty_state(optimizer, gradient)
    rates, count = np.full(1, rate, found.dtype), np.zeros(1, found.dtype)
    calls = bound(optimizer, gradient, update, state, rates, count)
    updates = np.empty_like(found)
    for index, row in enumerate(found):
        rates[0] = rate / 4 if index >= half else rate
        gradient[:] = row
        run(calls)
        assert np.array_equal(gradient, row)
        updates[index] = update
    return updates


class Plain:
    """One parameter, one number at a time, from the papers' formulas."""

    def __init__(self, optimizer: Optimizer) -> None:
        self.o, self.v, self.m, self.t = optimizer, 0.0, 0.0, 0

    def update(self, g: float, rate: float) -> float:
        self.t += 1
        return float(getattr(self, self.o.kind)(g, rate))

    def sgd(self, g: float, rate: float) -> float:
        return rate * g

    def momentum(self, g: float, rate: float) -> float:
        self.v = self.o.momentum * self.v + g
        return rate * self.v

    def nesterov(self, g: float, rate: float) -> float:
        self.v = self.o.momentum * self.v + g
        return rate * (g + self.o.momentum * self.v)

    def rmsprop(self, g: float, rate: float) -> float:
        self.v = self.o.smoothing * self.v + (1 - self.o.smoothing) * g**2
        return rate * g / (math.sqrt(self.v) + self.o.epsilon)

    def adam(self, g: float, rate: float) -> float:
        self.m = self.o.beta1 * self.m + (1 - self.o.beta1) * g
        self.v = self.o.beta2 * self.v + (1 - self.o.beta2) * g**2
        mean = self.m / (1 - self.o.beta1**self.t)
        square = self.v / (1 - self.o.beta2**self.t)
        return rate * mean / (math.sqrt(square) + self.o.epsilon)


@pytest.mark.parametrize("optimizer", EVERY, ids=str)
def test_200_updates_agree_with_the_plain_formulas(optimizer: Optimizer) -> None:
    found = gradients()
    expected = np.empty_like(found)
    for column in range(found.shape[1]):
        plain = Plain(optimizer)
        for row in range(len(found)):
            rate = 0.05 / 4 if row >= 100 else 0.05
            expected[row, column] = plain.update(float(found[row, column]), rate)
    assert updates_of(optimizer, found, 0.05) == pytest.approx(expected, rel=1e-11, abs=1e-14)


# Two updates of one parameter at the rate 0.1 with the gradients 2 and then 1:
HAND = {
    # 0.1·2, 0.1·1
    "sgd": (0.2, 0.1),
    # v = 2, then 0.9·2 + 1 = 2.8
    "momentum": (0.2, 0.28),
    # 2 + 0.9·2 = 3.8, then v = 2.8 and 1 + 0.9·2.8 = 3.52
    "nesterov": (0.38, 0.352),
    # v = 0.01·4 = 0.04, 2/0.2 = 10, then v = 0.99·0.04 + 0.01·1 = 0.0496, 1/√0.0496 = 4.490133
    "rmsprop": (1.0, 0.4490133),
    # m̂ = 2, v̂ = 4, 2/2 = 1; then m = 0.9·0.2 + 0.1·1 = 0.28, m̂ = 0.28/0.19 = 1.473684,
    # v = 0.999·0.004 + 0.001·1 = 0.004996, v̂ = 0.004996/0.001999 = 2.499250, 1.473684/1.580902
    "adam": (0.1, 0.0932179),
}


@pytest.mark.parametrize("kind", ALL)
def test_two_updates_by_hand(kind: str) -> None:
    made = updates_of(Optimizer(kind), np.array([[2.0], [1.0]]), 0.1)
    assert made[:, 0] == pytest.approx(HAND[kind], abs=2e-7)


@pytest.mark.parametrize("optimizer", EVERY, ids=str)
def test_pytorch_makes_the_same_200_updates(optimizer: Optimizer) -> None:
    torch = pytest.importorskip("torch")
    found = gradients()
    parameter = torch.zeros(found.shape[1], dtype=torch.float64, requires_grad=True)
    theirs = torch_optimizer(torch, optimizer, parameter, 0.05)
    ours = np.zeros(found.shape[1])
    for index, update in enumerate(updates_of(optimizer, found, 0.05)):
        theirs.param_groups[0]["lr"] = 0.05 / 4 if index >= 100 else 0.05
        parameter.grad = torch.from_numpy(found[index])
        theirs.step()
        ours -= update
        assert ours == pytest.approx(parameter.detach().numpy(), rel=1e-14, abs=1e-14)


def torch_optimizer(torch: Any, optimizer: Optimizer, parameter: Any, rate: float) -> Any:
    """PyTorch's optimiser of the same definition."""
    kinds = torch.optim
    if optimizer.kind == "adam":
        betas = (optimizer.beta1, optimizer.beta2)
        return kinds.Adam([parameter], lr=rate, betas=betas, eps=optimizer.epsilon)
    if optimizer.kind == "rmsprop":
        smoothing, epsilon = optimizer.smoothing, optimizer.epsilon
        return kinds.RMSprop([parameter], lr=rate, alpha=smoothing, eps=epsilon)
    momentum = 0.0 if optimizer.kind == "sgd" else optimizer.momentum
    # PyTorch refuses Nesterov without momentum, so the tests do not ask for it.
    nesterov = optimizer.kind == "nesterov"
    return kinds.SGD([parameter], lr=rate, momentum=momentum, nesterov=nesterov)


@pytest.mark.parametrize("optimizer", EVERY, ids=str)
def test_float32_stays_float32_and_close(optimizer: Optimizer) -> None:
    exact, found = updates_of(optimizer, gradients(), 0.05), gradients().astype(np.float32)
    made = updates_of(optimizer, found, 0.05)
    update, state, count = step(
        optimizer,
        found[0],
        empty_state(optimizer, found[0]),
        np.full(1, 0.05, np.float32),
        np.zeros(1, np.float32),
    )
    assert {array.dtype for array in (update, count, *state)} == {np.dtype(np.float32)}
    assert made == pytest.approx(exact, rel=2e-5, abs=1e-5 * np.abs(exact).max())


def test_adam_keeps_its_precision_in_float32() -> None:
    # A first gradient of 1 moves by the rate; 1 − 0.999 taken in float32 would be off by 1e-5.
    made = updates_of(Optimizer("adam"), np.ones((1, 1), np.float32), 0.5)
    assert made[0, 0] == pytest.approx(0.5, rel=5e-7)


@pytest.mark.parametrize("kind", ALL)
def test_step_leaves_what_it_was_given_and_equals_the_bound_calls(kind: str) -> None:
    optimizer, found = Optimizer(kind), gradients(20)
    state = empty_state(optimizer, found[0])
    count: Floats = np.zeros(1)
    expected = updates_of(optimizer, found, 0.1)
    for array in (found, *state):
        array.flags.writeable = False
    for index, row in enumerate(found):
        update, after, new_count = step(optimizer, row, state, np.full(1, 0.1), count)
        assert np.array_equal(update, expected[index])
        assert count[0] == (0 if kind == "sgd" else index)
        assert all(not np.shares_memory(a, b) for a, b in zip(state, after, strict=True))
        state, count = after, new_count


def test_plain_sgd_is_one_call() -> None:
    gradient = np.ones(3)
    assert len(bound(Optimizer(), gradient, np.empty(3), (), np.ones(1), np.zeros(1))) == 1


@pytest.mark.parametrize("kind", ALL)
def test_the_state_is_what_the_table_names(kind: str) -> None:
    state = empty_state(Optimizer(kind), np.ones(4))
    assert len(state) == len(OPTIMIZERS[kind].state)
    assert all(np.array_equal(vector, np.zeros(4)) for vector in state)


def test_the_numbers_that_count_follow_from_what_is_kept() -> None:
    assert OPTIMIZERS["sgd"].uses == ()
    assert OPTIMIZERS["momentum"].uses == OPTIMIZERS["nesterov"].uses == ("momentum",)
    assert OPTIMIZERS["rmsprop"].uses == ("smoothing", "epsilon")
    assert OPTIMIZERS["adam"].uses == ("beta1", "beta2", "epsilon")


@pytest.mark.parametrize("kind", ALL)
def test_what_is_kept_grows_as_the_row_tells(kind: str) -> None:
    optimizer, row = Optimizer(kind), OPTIMIZERS[kind]
    found = gradients(20)
    state = empty_state(optimizer, found[0])
    count: Floats = np.zeros(1)
    for gradient in found:
        before = state
        _, state, count = step(optimizer, gradient, state, np.full(1, 0.1), count)
        for vector, old, new in zip(row.keeps, before, state, strict=True):
            share = getattr(optimizer, vector.share) if vector.share else 1.0
            added = gradient**2 if vector.squared else gradient
            grown = share * old + (1 - share if vector.mean else 1.0) * added
            assert new == pytest.approx(grown, rel=1e-12, abs=1e-15)


def steady(optimizer: Optimizer, state: tuple[Floats, ...], rate: float, count: int) -> Floats:
    out = np.full(2, np.nan)
    run(bound_steady(optimizer, state, np.full(1, rate), np.full(1, float(count)), out))
    return out


def test_how_far_a_steady_gradient_moves_by_hand() -> None:
    square = np.array([0.04, 0.0])
    assert steady(Optimizer("sgd"), (), 0.1, 0).tolist() == [0.1, 0.1]
    for kind in ("momentum", "nesterov"):
        moved = steady(Optimizer(kind, momentum=0.75), (np.ones(2),), 0.1, 3)
        assert moved == pytest.approx([0.4, 0.4], rel=1e-15)  # 0.1/(1 − 0.75)
    # 0.1/(√0.04 + 0.05) = 0.4 and 0.1/0.05 = 2
    moved = steady(Optimizer("rmsprop", epsilon=0.05), (square,), 0.1, 3)
    assert moved == pytest.approx([0.4, 2.0], rel=1e-14)
    # v̂ = 0.04/(1 − 0.5²) = 0.0533333, 0.1/(0.2309401 + 0.05) = 0.3559477 and 0.1/0.05 = 2
    adam = Optimizer("adam", beta2=0.5, epsilon=0.05)
    assert steady(adam, (np.ones(2), square), 0.1, 2) == pytest.approx([0.3559477, 2], abs=1e-7)


@pytest.mark.parametrize("kind", ALL)
def test_a_long_steady_gradient_of_one_moves_as_far_as_said(kind: str) -> None:
    optimizer, gradient, update = Optimizer(kind), np.ones(2), np.empty(2)
    state, rate, count = empty_state(optimizer, gradient), np.full(1, 0.1), np.zeros(1)
    out = np.empty(2)
    calls = bound(optimizer, gradient, update, state, rate, count)
    calls += bound_steady(optimizer, state, rate, count, out)
    for _ in range(500):
        run(calls)
    assert out == pytest.approx(update, rel=1e-12)


def test_the_steady_move_leaves_the_state_alone() -> None:
    for kind in ALL:
        state = tuple(np.full(2, 0.5) for _ in OPTIMIZERS[kind].state)
        steady(Optimizer(kind), state, 0.1, 3)
        assert all(vector.tolist() == [0.5, 0.5] for vector in state)


@pytest.mark.parametrize(
    ("optimizer", "words"),
    [
        (Optimizer("adma"), "“adam”"),
        (Optimizer("momentum", momentum=1.0), "momentum μ cannot be 1"),
        (Optimizer(beta1=-0.1), "β₁"),
        (Optimizer(beta2=1.5), "β₂"),
        (Optimizer(smoothing=math.nan), "RMSProp"),
        (Optimizer(epsilon=0.0), "ε"),
        (Optimizer(epsilon=math.inf), "ε"),
    ],
)
def test_a_bad_optimiser_is_refused(optimizer: Optimizer, words: str) -> None:
    with pytest.raises(Refused, match=words):
        check_optimizer(optimizer)


def test_good_optimisers_pass() -> None:
    for optimizer in EVERY:
        check_optimizer(optimizer)
