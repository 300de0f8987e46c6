"""Every number of every lesson, through the same path as the window: stepping, showing, formulas
and `neural-playground step`. The arithmetic stands beside it."""

import math
from dataclasses import replace

import numpy as np
import pytest

from engine.data import make_data
from engine.experiment.editing import set_numbers, with_settings
from engine.experiment.stepping import finish_pass, step_update
from engine.experiment.trace import value_of
from engine.experiment.training import Goal, trained
from engine.formulas import explain
from engine.formulas.notation import notation_of
from engine.lessons.lesson import lesson_ids
from engine.network import Place
from engine.numerals import short
from engine.views.objective import Objective, StepRow, agreements, loss_at, slope_at, step_table
from engine.views.samples import SampleView
from engine.views.surfaces import loss_curve
from tests.engine.lesson_steps import (
    Owner,
    at_the_end,
    lines_of,
    numbers_of,
    owner_of,
    shown_number,
    start_of,
)
from tests.sampled import sampled

σ2 = 1 / (1 + math.exp(-2))
σ15 = 1 / (1 + math.exp(-1.5))
Numbers = dict[tuple[str, Owner], float]

#: The numbers of the first update that a row of the table names.
FIRST_UPDATE: dict[str, Numbers] = {
    "parabola": {
        ("sum", "f"): 12, ("gradient", "x"): 13, ("value", "x"): 1.87,  # 2 - 0.01·13
    },
    "three-inputs": {
        ("sum", "q"): -6, ("sum", "f"): -5,
        ("gradient", "a"): 1, ("gradient", "b"): 3, ("gradient", "c"): -2,
        ("value", "a"): 0.99, ("value", "b"): -2.03, ("value", "c"): 3.02,
    },
    "chain-of-speeds": {("error", "y"): 2, ("derivative", "x"): 6},  # dz/dy, dz/dx = 2·3
    "sum": {("sum", "f"): 5, ("derivative", "b"): 1, ("derivative", "c"): 1},
    "product-of-a-sum": {
        ("sum", "z"): 5, ("sum", "f"): 20, ("error", "z"): 4,
        ("derivative", "d"): 5, ("derivative", "b"): 4, ("derivative", "c"): 4,
    },
    "x-plus-y-times-z": {
        ("sum", "q"): 3, ("sum", "f"): -12, ("error", "q"): -4,
        ("derivative", "x"): -4, ("derivative", "y"): -4, ("derivative", "z"): 3,
    },
    "one-minus": {("sum", "f"): 3, ("derivative", "x1"): 1, ("derivative", "x2"): -1},
    "two-neurons": {
        ("sum", "f"): 3, ("error", "x2"): -1, ("derivative", "x3"): -1, ("derivative", "x4"): -1,
        ("derivative", "x1"): 1,
    },
    "many-inputs": {("sum", "f"): 3, ("error", "x2"): -1, ("derivative", "x5"): -1},
    "weights-on-the-edges": {  # x1 = 4, x3 = 2, x4 = 1
        ("sum", "f"): 4, ("gradient", ("3", "2")): -2, ("gradient", ("4", "2")): -1,
    },
    "activation": {  # net2 = ½·2 + (-1)·(-1); df/dw3 = -σ'(net2)·x3
        ("sum", "2"): 2, ("activation", "2"): σ2, ("gradient", ("3", "2")): -σ2 * (1 - σ2) * 2,
        ("gradient", ("4", "2")): -σ2 * (1 - σ2) * -1,
    },
    "many-paths": {  # df/dx3 = -σ'·w3 + 1
        ("sum", "1"): 5, ("sum", "f"): 5 - σ2, ("derivative", "3"): -σ2 * (1 - σ2) * 0.5 + 1,
        ("derivative", "5"): 1,
    },
    "two-inputs": {  # x1 = 2, x2 = 3
        ("sum", "f"): 6 + math.sin(2), ("derivative", "x1"): 3 + math.cos(2),
        ("derivative", "x2"): 2,
    },
    "logistic-loss": {  # u = ½·2 + (-¼)·(-2) = 1.5
        ("sum", "u"): 1.5, ("activation", "p"): σ15, ("sum", "L"): -math.log(σ15),
        ("error", "u"): σ15 - 1,
    },
    "softmax": {
        ("sum", "cat"): 3.2, ("sum", "car"): 5.1, ("sum", "frog"): -1.7,
        ("exp", "cat"): math.exp(3.2), ("exp", "car"): math.exp(5.1),
        ("exp", "frog"): math.exp(-1.7),
        ("loss", ""): math.log(math.exp(3.2) + math.exp(5.1) + math.exp(-1.7)) - 3.2,
    },
}  # fmt: skip


@pytest.mark.parametrize("lesson", FIRST_UPDATE)
def test_the_first_update_of_a_lesson(lesson: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = numbers_of(lines_of(capsys, lesson))
    for key, expected in FIRST_UPDATE[lesson].items():
        assert found[key] == pytest.approx(expected, rel=1e-12, abs=1e-15), key


@pytest.mark.parametrize("lesson", sampled(lesson_ids(), 15))
def test_canvas_formulas_and_command_line_tell_the_same(
    lesson: str, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = lines_of(capsys, lesson)
    experiment = at_the_end(start_of(lesson))
    trace, digits = experiment.trace, experiment.settings.digits
    assert trace is not None and len(lines) == trace.length
    notation, shown = notation_of(experiment.context), SampleView().shown(experiment)
    for line, micro_step in zip(lines, trace.script.steps, strict=True):
        value = value_of(trace, experiment.program, micro_step, 0)
        assert line["value"] == value
        formula = explain(experiment.context, trace, micro_step, 0, digits, notation)
        assert formula.result.plain == short(value, digits)
        if micro_step.what in ("exp", "probability", "penalty") or not owner_of(line):
            continue
        seen = shown_number(experiment, shown, line["what"], owner_of(line))
        assert seen == value, line


def slopes_at(x: float) -> tuple[StepRow, ...]:
    start = start_of("parabola")
    moved = set_numbers(start, {Place("value", "x"): x})
    rows = np.zeros((1, 0)), moved.data.target_rows()
    objective = Objective(moved.program, moved.settings, moved.parameters, *rows)
    return step_table(objective, Place("value", "x"))


@pytest.mark.parametrize(
    ("x", "f", "slopes", "exact", "after"),
    [(2, 12, (13.04, 13.004, 13.0004), 13, 1.87),
     (-1, 9, (-10.96, -10.996, -10.9996), -11, -0.89)],
)  # fmt: skip
def test_parabola(
    x: float, f: float, slopes: tuple[float, ...], exact: float, after: float
) -> None:
    start = set_numbers(start_of("parabola"), {Place("value", "x"): x})
    assert start.settings.rate == 0.01 and start.settings.digits >= 6
    told = at_the_end(start)
    assert SampleView().shown(start).values[-1] == f
    rows = slopes_at(x)
    assert [row.h for row in rows[:3]] == [0.01, 0.001, 0.0001]
    for row, slope in zip(rows, slopes, strict=False):
        assert row.one_sided == pytest.approx(slope, abs=1e-9)
        assert short(row.one_sided, start.settings.digits) == short(slope, 6)
        assert row.central == pytest.approx(exact, abs=1e-9)
    assert SampleView().shown(told).gradients[-1] == pytest.approx(exact, abs=1e-14)
    assert step_update(start).parameters[-1] == pytest.approx(after, abs=1e-15)


def test_the_lowest_point_of_the_parabola() -> None:
    experiment = trained(start_of("parabola"), Goal(updates=400))
    assert experiment.parameters[-1] == pytest.approx(0.375, abs=1e-9)  # -3 + 8x = 0
    flat = set_numbers(experiment, {Place("value", "x"): 0.375})
    assert SampleView().shown(at_the_end(flat)).gradients[-1] == 0


def test_three_inputs_after_one_step() -> None:
    after = step_update(start_of("three-inputs"))
    assert dict(zip("abc", after.parameters[-3:], strict=True)) == pytest.approx(
        {"a": 0.99, "b": -2.03, "c": 3.02}
    )
    value = SampleView().shown(after).values[-1]  # 0.99 + (-2.03)·3.02
    assert value == pytest.approx(-5.1406, abs=1e-14)
    assert short(value, after.settings.digits) == "−5.1406"


def test_guess_and_check() -> None:
    start = start_of("guess-and-check")
    showing = SampleView()
    for guess, answer, error in ((2, 20, -17), (3, 30, -7), (4, 40, 3), (3.7, 37, 0)):
        guessed = set_numbers(start, {Place("value", "k"): guess})
        assert showing.shown(guessed).values[-1] == answer
        assert showing.shown(at_the_end(guessed)).errors[-1] == error  # answer - 37
    found = trained(start, Goal(updates=60))
    assert found.parameters[-1] == pytest.approx(3.7, abs=1e-12)
    again = step_update(start)
    assert again.parameters[-1] == pytest.approx(2 + 0.005 * 170)  # half the way: 2.85


def test_local_slopes_of_the_chain_of_speeds() -> None:
    start = start_of("chain-of-speeds")
    numbers = dict(zip(start.network.places, start.parameters.tolist(), strict=True))
    assert numbers == {Place("weight", "y", "x"): 3, Place("weight", "z", "y"): 2}
    assert SampleView().shown(start).values.tolist() == [1, 3, 6]


def valley(x: float) -> float:
    """f(x) = x²/4 - x/10 - cos 2x + 1"""
    return x * x / 4 - x / 10 - math.cos(2 * x) + 1


@pytest.mark.parametrize(
    ("start", "end"), [(-4, -2.7305), (-1.2, 0.0222), (1.2, 0.0222), (4, 2.7895)]
)
def test_convex_or_not(start: float, end: float) -> None:
    """A lies at -2.73, B at 0.02 and C at 2.79; f' = x/2 - 1/10 + 2 sin 2x is 0 there."""
    at = set_numbers(start_of("convex-or-not"), {Place("value", "x"): start})
    assert SampleView().shown(at).values[-1] == pytest.approx(valley(start), abs=1e-12)
    found = float(trained(at, Goal(updates=500)).parameters[-1])
    assert found == pytest.approx(end, abs=5e-5)
    assert found / 2 - 0.1 + 2 * math.sin(2 * found) == pytest.approx(0, abs=1e-9)


def test_there_are_three_valleys_and_b_is_the_deepest() -> None:
    xs = np.linspace(-12, 12, 24001)
    f = np.array([valley(x) for x in xs])
    bottoms = [i for i in range(1, len(xs) - 1) if f[i] < f[i - 1] and f[i] <= f[i + 1]]
    assert [round(float(xs[i]), 2) for i in bottoms] == [-2.73, 0.02, 2.79]
    a, b, c = (f[i] for i in bottoms)
    assert b < c < a


def test_which_way_is_down() -> None:
    start = start_of("which-way-is-down")
    data, parameters = start.data, start.parameters
    rows = data.input_rows(), data.target_rows()
    objective = Objective(start.program, start.settings, parameters, *rows)
    gradient = slope_at(objective)
    best = -gradient / np.linalg.norm(gradient)
    assert best @ gradient == pytest.approx(-np.linalg.norm(gradient))
    offsets = np.linspace(-0.5, 0.5, 101)
    *_, curve = loss_curve(objective, best, offsets)
    slope = float(gradient @ best)
    gaps = curve.losses[0] - (loss_at(objective) + offsets * slope)
    assert gaps[50] == pytest.approx(0, abs=1e-12) and (np.delete(gaps, 50) > 0).all()
    generator = np.random.default_rng(0)
    for v in generator.standard_normal((50, 2)):
        assert gradient @ (v / np.linalg.norm(v)) >= slope
    step_down = step_update(start).parameters - parameters
    assert step_down == pytest.approx(-start.settings.rate * gradient)


def test_slope_and_knobs() -> None:
    start = start_of("slope-and-knobs")
    showing = SampleView()
    f = float(showing.shown(start).values[-1])
    slopes = showing.shown(at_the_end(start)).gradients
    turn = 0.001
    for i, place in enumerate(start.network.places):
        turned = set_numbers(start, {place: float(start.parameters[i]) + turn})
        change = float(showing.shown(turned).values[-1]) - f
        assert change == pytest.approx(slopes[i] * turn, abs=1e-6)


def test_logistic_loss_for_any_score() -> None:
    for w in (-2.0, 0.0, 3.0):
        at = set_numbers(start_of("logistic-loss"), {Place("weight", "u", "1"): w})
        told, index = at_the_end(at), at.network.index
        shown = SampleView().shown(told)
        p = shown.values[index["p"]]
        assert shown.errors[index["u"]] == pytest.approx(p - 1, abs=1e-15)


def test_counting() -> None:
    network = start_of("counting").network
    neurons = [node for node in network.nodes if node.kind == "neuron"]
    assert (len(neurons), len(network.edges), len(network.places)) == (6, 20, 26)


def test_the_smallest_perceptron_explodes_with_rate_1() -> None:
    start = start_of("smallest-perceptron")
    assert start.settings.rate == 1 and start.parameters.tolist() == [0]
    seen, now = [], start
    for _ in range(4):
        now = step_update(now)
        seen.append(float(now.parameters[0]))
    assert seen == pytest.approx([101, -299.2, 3377.9, 1.1], abs=1e-9)
    assert [short(w, start.settings.digits) for w in seen] == ["101", "−299.2", "3377.9", "1.1"]


def test_the_smallest_perceptron_learns_with_rate_0_01() -> None:
    start = start_of("smallest-perceptron")
    calm = with_settings(start, replace(start.settings, rate=0.01))
    after = trained(calm, Goal(epochs=1))
    assert after.parameters[0] == pytest.approx(1.00414, abs=5e-6)
    assert short(float(after.parameters[0]), start.settings.digits) == "1.00414"
    told = at_the_end(start)  # the one-line rule: w + (y - ŷ)·x
    assert SampleView().shown(told).updated.tolist() == [0 + (10.1 - 0) * 10]


def test_the_best_weight_of_the_smallest_perceptron() -> None:
    start = start_of("smallest-perceptron")
    x, y = start.data.cells.T
    best = float(x @ y / (x @ x))
    assert best == pytest.approx(1.00469, abs=5e-6)
    at = set_numbers(start, {Place("weight", "y", "x"): best})
    rows = start.data.input_rows(), start.data.target_rows()
    assert slope_at(Objective(at.program, at.settings, at.parameters, *rows)) == pytest.approx(
        0, abs=1e-13
    )


def test_the_second_smallest_perceptron(capsys: pytest.CaptureFixture[str]) -> None:
    start = start_of("second-smallest-perceptron")
    now = step_update(start)  # the first row asks for 0 and gets 0
    told = at_the_end(now)
    shown = SampleView().shown(told)
    x1, x2, y = now.data.cells[1]
    answer = shown.values[2]
    assert shown.gradients.tolist() == pytest.approx([-(y - answer) * x1, -(y - answer) * x2])
    rate = start.settings.rate
    assert finish_pass(told).parameters == pytest.approx(
        now.parameters + rate * (y - answer) * np.array([x1, x2])
    )
    lines = lines_of(capsys, "second-smallest-perceptron", "--updates", "2")
    assert numbers_of(lines, 2)["gradient", ("1", "y")] == shown.gradients[0]


def test_the_deep_chain_is_a_product_of_known_factors() -> None:
    start = start_of("deep-chain")
    told = at_the_end(start)
    shown = SampleView().shown(told)
    f = dict(zip("x123", shown.values, strict=True))
    w1, w2, w3, b = start.parameters
    y = 1.0
    last = (f["3"] - y) * f["3"] * (1 - f["3"])  # -(y - ŷ)·f3'
    middle = last * w3 * f["2"] * (1 - f["2"])
    first = middle * w2 * f["1"] * (1 - f["1"])
    expected = [first * f["x"], middle * f["1"], last * f["2"], first]
    assert len(start.parameters) == 4
    assert shown.gradients == pytest.approx(np.array(expected), rel=1e-13)
    long_way = 1 / (1 + math.exp(-w3 / (1 + math.exp(-w2 / (1 + math.exp(-(w1 * 2 + b)))))))
    assert f["3"] == pytest.approx(long_way, abs=1e-15)


@pytest.mark.parametrize("lesson", ["squared-error-regression", "sigmoid-perceptron"])
def test_the_update_over_the_whole_table(lesson: str) -> None:
    """w_j ← w_j + 2α Σ δ_i x_ij, and with the sigmoid 2α Σ δ_i σ_i (1 - σ_i) x_ij."""
    start = start_of(lesson)
    x, y = start.data.input_rows(), start.data.target_rows()[:, 0]
    answers, slopes = x @ start.parameters, np.ones(len(y))
    if lesson == "sigmoid-perceptron":
        answers = 1 / (1 + np.exp(-answers))
        slopes = answers * (1 - answers)
    deltas = y - answers
    after = step_update(start)
    rate = start.settings.rate
    expected = start.parameters + 2 * rate * (deltas * slopes) @ x
    assert after.parameters == pytest.approx(expected, abs=1e-14)
    assert after.curve.column("loss")[0] == pytest.approx(float((deltas**2).sum()))
    assert trained(start, Goal(epochs=200)).curve.last.loss < 0.1  # type: ignore[union-attr]


def test_softmax_as_printed(capsys: pytest.CaptureFixture[str]) -> None:
    found = numbers_of(lines_of(capsys, "softmax"))
    exps = [found["exp", name] for name in ("cat", "car", "frog")]
    assert [f"{e:.1f}" for e in exps[:2]] + [f"{exps[2]:.2f}"] == ["24.5", "164.0", "0.18"]
    shares = [found["probability", name] for name in ("cat", "car", "frog")]
    assert [f"{p:.4f}" for p in shares] == ["0.1300", "0.8690", "0.0010"]
    assert [f"{p:.2f}" for p in shares] == ["0.13", "0.87", "0.00"]
    digits = start_of("softmax").settings.digits
    assert short(found["loss", ""], digits) == "2.0404"


def test_the_linear_classifier_is_a_matrix() -> None:
    start = start_of("linear-classifier")
    w = start.parameters[:12].reshape(3, 4)
    b, x = start.parameters[12:], start.data.input_rows()[0]
    assert SampleView().shown(start).values[4:] == pytest.approx(w @ x + b, abs=1e-15)
    assert [(e.source, e.target) for e in start.network.edges[:4]] == [
        (pixel, "cat") for pixel in "1234"
    ]
    assert start.network.outputs == ("cat", "dog", "ship")


def test_matrices() -> None:
    start = start_of("matrices")
    numbers = start.parameters
    w1, w2 = numbers[:6].reshape(2, 3), numbers[6:].reshape(2, 2)
    x = start.data.input_rows()[0]
    answers = w2 @ (1 / (1 + np.exp(-(w1 @ x))))
    assert SampleView().shown(start).values[5:] == pytest.approx(answers, abs=1e-15)
    assert not any(node.bias for node in start.network.nodes)


def test_four_ways_to_a_gradient() -> None:
    start = start_of("four-ways")
    assert not start.settings.rounding
    rows = start.data.input_rows(), start.data.target_rows()
    automatic = SampleView().shown(at_the_end(start)).gradients
    o = SampleView().shown(start).values
    weights = dict(zip(start.network.places, start.parameters.tolist(), strict=True))
    e6 = -(1 - o[5]) * (1 - o[5]) * o[5]  # by hand: -(t - o6)(1 - o6) o6
    e4 = e6 * weights[Place("weight", "6", "4")] * (1 - o[3]) * o[3]
    e5 = e6 * weights[Place("weight", "6", "5")] * (1 - o[4]) * o[4]
    error = {"4": e4, "5": e5, "6": e6}
    value = dict(zip("123456", o, strict=True))
    by_hand = [
        error[p.target] * (value[p.source] if p.what == "weight" else 1)
        for p in start.network.places
    ]
    assert automatic == pytest.approx(np.array(by_hand), abs=1e-16)
    objective = Objective(start.program, start.settings, start.parameters, *rows)
    checked = [one for part in agreements(objective) for one in part]
    assert all(one.agrees for one in checked) and len(checked) == 11
    assert [one.analytic for one in checked] == pytest.approx(automatic.tolist())
    table = step_table(objective, Place("weight", "6", "4"))
    errors = [row.one_sided_error for row in table]
    assert errors[0] > 5 * errors[1] > 25 * errors[2]  # smaller h, smaller error …
    assert errors[-1] > min(errors)  # … until rounding takes over


def test_student_grade_table_learns_the_whole_class() -> None:
    start = start_of("student-grade-table")
    assert start.parameters.tolist() == start_of("student-grade").parameters.tolist()
    assert start.data.cells[0].tolist() == [1, 0, 1, 1]
    done = trained(start)
    assert done.ending is not None and done.ending.rule == "misclassified"
    last = done.curve.last
    assert last is not None and last.accuracy >= 0.95 and last.test_accuracy == 1


def test_batches_have_one_mean_and_different_noise() -> None:
    """The gradients of single rows spread around the full one; means of b rows spread less."""
    start = start_of("batches")
    data = start.data
    x, t = data.input_rows(data.training), data.target_rows(data.training)
    assert len(x) == 256 and data.recipe is not None

    def gradient(rows: np.ndarray) -> np.ndarray:
        return np.asarray(
            slope_at(Objective(start.program, start.settings, start.parameters, x[rows], t[rows]))
        )

    full = gradient(np.arange(256))
    spread = {}
    for b in (1, 16, 128):
        found = np.array([gradient(rows) for rows in np.arange(256).reshape(-1, b)])
        assert found.mean(axis=0) == pytest.approx(full, abs=1e-12)
        spread[b] = float(np.linalg.norm(found - full, axis=1).mean())
    assert spread[1] > 2 * spread[16] > 2 * spread[128]


def test_a_set_in_the_plane_has_500_points_half_of_them_test() -> None:
    for kind in ("circle", "xor", "gauss", "spiral", "plane", "bumps"):
        start = start_of(f"set-{kind}")
        recipe, settings = start.data.recipe, start.settings
        assert recipe is not None and (recipe.kind, recipe.noise) == (kind, 0)
        assert (start.data.count, len(start.data.testing)) == (500, 250)
        assert (settings.rate, settings.batch, settings.shuffle) == (0.03, 10, True)
        initializer = settings.initializer
        assert (initializer.kind, initializer.size, initializer.bias) == ("uniform", 0.5, 0.1)
        assert all(n.activation == "tanh" for n in start.network.nodes if n.kind == "neuron")


@pytest.mark.parametrize(("kind", "bar"), [("circle", 0.02), ("xor", 0.05), ("gauss", 0.001)])
def test_a_set_learns_with_the_shipped_start(kind: str, bar: float) -> None:
    last = trained(start_of(f"set-{kind}"), Goal(epochs=100)).curve.last
    assert last is not None and last.test_loss <= bar


def test_order_and_loops() -> None:
    start = start_of("order-and-loops")
    assert [node.id for node in start.network.order] == ["a", "b", "p", "q", "r", "f"]
    refusal = start.network.why_not_connect("r", "p", start.layout.name)
    assert refusal is not None and "loop: r → p → r" in refusal
    assert start.network.why_not_connect("a", "r", start.layout.name) is None  # undirected: fine
    assert start.network.why_not_connect("f", "b", start.layout.name) is not None


def test_two_rows_of_the_same_gallery() -> None:
    """|ŷ - y|, (ŷ - y)², [ŷ ≠ y] and max(0, 1 - yŷ) at ŷ = -½, y = 1."""
    start = start_of("loss-gallery")
    expected = {
        "absolute": (1.5, -1),
        "squared": (2.25, -3),
        "zero-one": (1, 0),
        "hinge": (1.5, -1),
    }
    for name, (value, slope) in expected.items():
        at = with_settings(start, replace(start.settings, loss=name))
        shown = SampleView().shown(at_the_end(at))
        assert (shown.total, shown.errors[-1]) == (value, slope)
    assert make_data((), ("y",), [[1]]) == start.data
