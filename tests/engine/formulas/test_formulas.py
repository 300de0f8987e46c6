"""Formulas as a learner reads them: the flagship word for word, circuits, batches, sentences."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest

from engine.data import make_data
from engine.experiment import stepping
from engine.experiment.experiment import Experiment, new_experiment
from engine.experiment.trace import Trace, What, record
from engine.experiment.walk import Position
from engine.formulas import NOT_YET, Explainer, Explanation, explain
from engine.formulas.terms import Product, Ref, StepFormula, TermTable, latex_of, plain_of
from engine.functions.optimizers import Optimizer
from engine.layout import Layout, Letters
from engine.network import Edge, Network, Node
from engine.settings import Settings
from tests.engine.formulas.test_formula_numbers import experiment_of, told
from tests.engine.networks import layered, random_case, student_grade, student_numbers

NAMES = {"1": "assignments", "2": "readings", "3": "lectures", "4": "hidden 4", "5": "hidden 5",
         "6": "output 6"}  # fmt: skip
LOCK = True


def student(rows: list[list[float]] | None = None, **settings: object) -> Experiment:
    """The flagship as its lesson opens it."""
    network = student_grade()
    layout = Layout(names=NAMES, letters=Letters("i", "o", "e", "E"))
    data = make_data(network.inputs, network.outputs, rows or [[1, 0, 1, 1]])
    chosen = Settings(rate=0.9, rounding=rows is None, **settings)  # type: ignore[arg-type]
    return new_experiment(network, layout, data, chosen, student_numbers())


def circuit(nodes: str, edges: str, row: list[float], **kinds: Node) -> Experiment:
    """Inputs by their letters, then neurons; "xq" is an edge, "x-q" one that takes away."""
    inputs, neurons = nodes.split("|")
    made = [Node(name, "input") for name in inputs]
    made += [kinds.get(name, Node(name, output=name == "f")) for name in neurons]
    pairs = edges.split()
    network = Network(tuple(made), tuple(Edge(pair[0], pair[-1], LOCK) for pair in pairs))
    weights = np.array([-1.0 if "-" in pair else 1.0 for pair in pairs])
    data = make_data(network.inputs, network.outputs, [[*row, 0]])
    return new_experiment(network, None, data, Settings(loss="output"), weights)


def trace_of(experiment: Experiment) -> Trace:
    return record(experiment.context, experiment.position, np.arange(experiment.data.count))


def find(experiment: Experiment, what: What, node: str, source: str = "") -> StepFormula:
    """The formula of one micro-step."""
    trace, network = trace_of(experiment), experiment.network
    for step in trace.script.steps:
        place = network.places[step.place] if step.place >= 0 else None
        if (step.what, step.node) == (what, node) and (place.source if place else "") == source:
            return explain(experiment.context, trace, step)
    raise AssertionError("no such step")


def line(formula: StepFormula) -> str:
    """Everything on one line."""
    put_in = formula.numbers_plain.split(" = ", 1)[1]
    return f"{formula.symbols_plain} = {put_in} = {formula.result.plain}"


def test_the_flagship_reads_like_the_lecture() -> None:
    experiment = student()
    lines = {
        line(explain(experiment.context, trace_of(experiment), step))
        for step in trace_of(experiment).script.steps
    }
    assert lines >= {
        "i4 = x1·w14 + x2·w24 + x3·w34 + b4 = 1·0.2 + 0·0.4 + 1·(−0.5) + (−0.4) = −0.7",
        "o4 = 1/(1 + e^(−i4)) = 1/(1 + e^(−(−0.7))) = 0.332",
        "E = ½·(o6 − t6)² = ½·(0.474 − 1)² = 0.1383",
        "e6 = (o6 − t6)·o6·(1 − o6) = (0.474 − 1)·0.474·(1 − 0.474) = −0.1311",
        "e4 = e6·w46·o4·(1 − o4) = −0.1311·(−0.3)·0.332·(1 − 0.332) = 0.0087",
        "∂E/∂w46 = e6·o4 = −0.1311·0.332 = −0.0435",
        "∂E/∂b6 = e6 = −0.1311 = −0.1311",
        "w46 new = w46 − η·∂E/∂w46 = −0.3 − 0.9·(−0.0435) = −0.261",
        "b4 new = b4 − η·∂E/∂b4 = −0.4 − 0.9·0.0087 = −0.408",
    }


def test_titles_and_reasons_of_the_flagship() -> None:
    experiment = student()
    total = find(experiment, "sum", "5")
    assert total.title == "Weighted sum of hidden 5"
    assert total.why == ("Pulled up most by lectures (0.2), down most by assignments (−0.3). "
                         "With readings at 0, that weight has no say.")  # fmt: skip
    assert plain_of(total.symbols) == "i5 = Σ w_i5·x_i + b5"
    assert find(experiment, "error", "4").title == "Error term of hidden 4"
    assert "the weight is negative" in find(experiment, "error", "4").why
    assert find(experiment, "gradient", "4", "2").why == (
        "What came in from readings is 0, so this weight had no say.")  # fmt: skip
    new = find(experiment, "value", "6", "4")
    assert new.title == "New weight from hidden 4 to output 6"
    assert new.why == "The gradient is negative: more weight means less loss, so it goes up."
    assert find(experiment, "value", "6").title == "New bias of output 6"


def test_the_plate_of_an_error_term_groups_the_slope() -> None:
    formula = find(student(), "error", "4")
    assert plain_of(formula.symbols) == "e4 = e6·w46·σ′(i4)"
    assert isinstance(formula.plate, Product)
    shown = [(f.symbol.plain, f.number.plain, f.caption) for f in formula.plate.factors]
    assert shown == [
        ("e6", "−0.1311", "from 6, reused"), ("w46", "−0.3", "weight"),
        ("o4", "0.332", "slope of σ"), ("1 − o4", "0.668", "slope of σ"),
    ]  # fmt: skip
    roles = [factor.symbol.role for factor in formula.plate.factors]
    assert roles == ["backward", "memory", "forward", "forward"]
    assert formula.plate.factors[3].symbol.refers == Ref("value", "4")
    gradient = find(student(), "gradient", "4", "1").plate
    assert isinstance(gradient, Product)
    assert [factor.caption for factor in gradient.factors] == ["from 4, reused", "from 1"]


def test_a_circuit_is_told_as_upstream_times_local() -> None:
    experiment = circuit("xyz|qf", "xq yq qf zf", [-2, 5, -4],
                         f=Node("f", combine="product", output=True))  # fmt: skip
    assert line(find(experiment, "sum", "q")) == "q = x + y = −2 + 5 = 3"
    assert line(find(experiment, "sum", "f")) == "f = q·z = 3·(−4) = −12"
    slope = find(experiment, "derivative", "y")
    assert slope.title == "Slope of f along y"
    assert line(slope) == "∂f/∂y = ∂f/∂q·∂q/∂y = −4·1 = −4"
    assert isinstance(slope.plate, Product)
    assert [factor.caption for factor in slope.plate.factors] == ["upstream", "local"]
    assert slope.why == "Upstream × local: a sum passes the slope through unchanged."
    through = find(experiment, "derivative", "z")
    assert line(through) == "∂f/∂z = ∂f/∂f·q = 1·3 = 3"
    assert through.why == "Upstream × local: a product passes on the other value."


def test_several_paths_are_summed_and_minus_is_a_sign() -> None:
    experiment = circuit("xy|psf", "xp yp xs pf s-f", [1, 2], s=Node("s", activation="sine"))
    assert line(find(experiment, "sum", "f")) == "f = p − o_s = 3 − 0.8415 = 2.159"
    slope = find(experiment, "derivative", "x")
    assert slope.symbols_plain == "∂f/∂x = ∂f/∂p·∂p/∂x + ∂f/∂z_s·∂z_s/∂x"
    assert slope.why == (
        "It acts along 2 paths, through p and s: what comes back on each is added up.")  # fmt: skip
    assert isinstance(slope.plate, TermTable)
    assert [plain_of(row.symbols) for row in slope.plate.rows] == ["∂f/∂p·∂p/∂x", "∂f/∂z_s·∂z_s/∂x"]
    assert slope.plate.closing is None
    cut = [[factor.symbol.plain for factor in row.factors] for row in slope.plate.rows]
    assert cut == [["∂f/∂p", "∂p/∂x"], ["∂f/∂z_s", "∂z_s/∂x"]]
    curve = find(experiment, "error", "s")
    assert line(curve) == "∂f/∂z_s = ∂f/∂f·(−1)·cos(z_s) = 1·(−1)·cos(1) = −0.5403"


def test_several_paths_in_a_network_share_the_slope() -> None:
    nodes = (Node("1", "input"), Node("4", activation="sigmoid"), Node("6", output=True),
             Node("7", output=True), Node("8", activation="tanh"))  # fmt: skip
    edges = (Edge("1", "4"), Edge("4", "6"), Edge("4", "7"), Edge("6", "8"))
    data = make_data(("1",), ("6", "7"), [[0.0, 1, 0]])
    experiment = new_experiment(Network(nodes, edges), None, data,
                                Settings("half squared"), np.array([1.0, 2, -1, 1]))  # fmt: skip
    both = find(experiment, "error", "4")
    assert both.symbols_plain == "δ4 = (δ6·w46 + δ7·w47)·o4·(1 − o4)"
    assert plain_of(both.symbols) == "δ4 = (δ6·w46 + δ7·w47)·σ′(z4)"
    dead = find(experiment, "error", "8")
    assert line(dead) == "δ8 = 0 = 0 = 0"
    assert dead.why == "No path leads from here to an output, so it gets no blame."
    on = find(experiment, "error", "6")
    assert on.symbols_plain == "δ6 = o6 − t6 + δ8·w68"
    assert on.why.endswith("The paths that go on from here add theirs.")


def test_the_first_among_equals_takes_everything() -> None:
    experiment = circuit("xy|mf", "xm ym mf", [3, 3], m=Node("m", combine="max"))
    assert line(find(experiment, "sum", "m")) == "m = max(x, y) = max(3, 3) = 3"
    plate = find(experiment, "sum", "m").plate
    assert isinstance(plate, TermTable)
    assert [row.chosen for row in plate.rows] == [True, False]
    first, second = find(experiment, "derivative", "x"), find(experiment, "derivative", "y")
    assert (first.value, second.value) == (1, 0)
    assert first.why == "Several are equally good at m; it is the first, so everything goes to it."
    assert second.why == "Several are equally good at m; the first takes it all."


def test_a_batch_is_the_mean_of_its_samples() -> None:
    rows = [[1.0, 0, 1, 1], [0.5, 1, 0, 0]]
    formula = find(student(rows, batch=None), "gradient", "6", "4")
    assert formula.symbols_plain == "∂E/∂w46 = 1/2·Σ e6·o4"
    assert formula.chip == "mean of 2 samples"
    assert isinstance(formula.plate, TermTable)
    assert formula.plate.kind == "mean"
    captions = [(row.caption, plain_of(row.symbols)) for row in formula.plate.rows]
    assert captions == [("sample 1", "e6·o4"), ("sample 2", "e6·o4")]
    assert formula.value == pytest.approx(sum(row.value for row in formula.plate.rows) / 2)
    assert formula.plate.closing is not None and formula.plate.closing.result.plain == "÷ 2"
    summed = find(student(rows, batch=None, reduction="sum"), "gradient", "6", "4")
    assert summed.symbols_plain == "∂E/∂w46 = Σ e6·o4"


def test_many_samples_are_told_by_the_first_and_the_last() -> None:
    formula = find(student([[1.0, 0, 1, 1]] * 30, batch=None), "gradient", "6")
    assert formula.numbers_plain.count("+") == 4
    assert "…" in formula.numbers_plain
    assert isinstance(formula.plate, TermTable)
    assert (len(formula.plate.rows), len(formula.plate.rows[:3])) == (30, 3)
    assert formula.plate.rows[29].caption == "sample 30"


def test_binary_cross_entropy_and_softmax_have_short_slopes() -> None:
    experiment = student([[1.0, 0, 1, 1]], loss="binary cross-entropy")
    assert find(experiment, "error", "6").symbols_plain == "e6 = o6 − t6"
    nodes = (Node("x", "input"), Node("cat", output=True), Node("car", output=True))
    network = Network(nodes, (Edge("x", "cat"), Edge("x", "car")))
    data = make_data(("x",), ("cat", "car"), [[1.0, 0, 1]])
    chosen = Settings("softmax cross-entropy")
    softmax = new_experiment(network, None, data, chosen, np.array([2.0, 1]))
    assert line(find(softmax, "exp", "cat")) == "exp(cat) = e^cat = e^2 = 7.389"
    assert line(find(softmax, "probability", "car")) == (
        "p_car = exp(car)/(exp(cat) + exp(car)) = 2.718/(7.389 + 2.718) = 0.2689")  # fmt: skip
    assert line(find(softmax, "error", "car")) == "δ_car = p_car − t_car = 0.2689 − 1 = −0.7311"


@pytest.mark.parametrize(
    ("z", "activation", "said"),
    [(-1.0, "relu", "its slope is 0"), (0.0, "relu", "0 is taken"), (2.0, "step", "cannot teach"),
     (9.0, "sigmoid", "nearly flat")],
)  # fmt: skip
def test_a_flat_curve_is_named_as_the_reason(z: float, activation: str, said: str) -> None:
    nodes = (Node("x", "input"), Node("h", activation=activation), Node("y", output=True))
    network = Network(nodes, (Edge("x", "h"), Edge("h", "y")))
    data = make_data(("x",), ("y",), [[z, 0.3]])
    experiment = new_experiment(network, None, data, None, np.ones(2))
    assert said in find(experiment, "error", "h").why


def test_a_velocity_and_a_penalty_change_the_reason() -> None:
    nodes = (Node("x", "input"), Node("y", output=True))
    network, data = Network(nodes, (Edge("x", "y"),)), make_data(("x",), ("y",), [[0.0, 1]])
    coasting = new_experiment(network, None, data, Settings(optimizer=Optimizer("momentum")),
                              np.array([1.0]))  # fmt: skip
    position = Position(coasting.parameters, (np.array([0.5]),), 1)
    trace = record(coasting.context, position, np.arange(1))
    formula = explain(coasting.context, trace, trace.script.steps[-1])
    assert formula.why == "It goes down: earlier gradients still carry it on."
    assert [aside.symbols_plain for aside in formula.asides] == ["v_xy = μ·v_xy old + ∂E/∂w_xy"]
    shrunk = new_experiment(network, None, data, Settings(l1=20.0), np.array([1.0]))
    assert find(shrunk, "value", "y", "x").why == (
        "The L1 penalty pulls it all the way to 0 and holds it there.")  # fmt: skip
    assert find(shrunk, "value", "y", "x").symbols_plain == (
        "w_xy new = shrink(w_xy − η·∂E/∂w_xy, η·λ1)")  # fmt: skip


def test_the_reason_of_an_update_is_the_one_that_holds() -> None:
    nodes = (Node("x", "input"), Node("y", output=True, bias=True))
    network, data = Network(nodes, (Edge("x", "y"),)), make_data(("x",), ("y",), [[0.0, 1]])

    def why(source: str, **settings: object) -> str:
        chosen = Settings(**settings)  # type: ignore[arg-type]
        start = new_experiment(network, None, data, chosen, np.array([1.0, 1.0]))
        return find(start, "value", "y", source).why

    pulled = "It goes down: the penalty pulls it towards 0."
    assert why("x", l1=0.1) == pulled
    assert why("x", l2=0.1, optimizer=Optimizer("adam")) == pulled  # nothing to remember yet
    biased = new_experiment(network, None, data, Settings(l1=0.1, rate=1.0), np.array([1.0, 0.0]))
    assert find(biased, "value", "y").why == (
        "The gradient is negative: more bias means less loss, so it goes up.")  # fmt: skip
    still = make_data(("x",), ("y",), [[0.0, 0]])
    idle = new_experiment(network, None, still, Settings(l1=0.1), np.array([1.0, 0.0]))
    assert "nothing says which way to go" in find(idle, "value", "y").why


def test_a_wrong_and_sure_answer_gets_its_blame_where_slopes_cancel() -> None:
    nodes = (Node("x", "input"), Node("y", activation="sigmoid", output=True))
    network, data = Network(nodes, (Edge("x", "y"),)), make_data(("x",), ("y",), [[9.0, 0]])
    for loss, said in (("binary cross-entropy", "slopes of sigmoid and logarithm cancel"),
                       ("squared", "nearly flat")):  # fmt: skip
        sure = new_experiment(network, None, data, Settings(loss), np.ones(1))
        assert said in find(sure, "error", "y").why


def test_soft_targets_that_do_not_add_up_to_one_are_told() -> None:
    nodes = (Node("x", "input"), Node("cat", output=True), Node("car", output=True))
    network = Network(nodes, (Edge("x", "cat"), Edge("x", "car")))
    for targets, said in (([0.5, 0.5], "probability minus target"),
                          ([1, 1], "times the sum of the targets")):  # fmt: skip
        data = make_data(("x",), ("cat", "car"), [[1.0, *targets]])
        chosen = Settings("softmax cross-entropy")
        soft = new_experiment(network, None, data, chosen, np.array([2.0, 1]))
        assert said in find(soft, "error", "cat").why


@pytest.mark.parametrize(("leak", "said"), [(0.2, "only a share of 0.2 leaks through"),
                                            (2.0, "multiplied by the leak, 2")])  # fmt: skip
def test_a_leak_is_a_share_only_below_one(leak: float, said: str) -> None:
    nodes = (Node("x", "input"), Node("y", activation="leaky relu", leak=leak, output=True))
    network, data = Network(nodes, (Edge("x", "y"),)), make_data(("x",), ("y",), [[-1.0, 0]])
    assert said in find(new_experiment(network, None, data, None, np.ones(1)),
                        "activation", "y").why  # fmt: skip


def test_a_weight_into_a_product_is_blamed_with_the_other_factors() -> None:
    nodes = (Node("x", "input"), Node("u", "input"), Node("y", combine="product", output=True))
    network = Network(nodes, (Edge("x", "y"), Edge("u", "y")))
    data = make_data(("x", "u"), ("y",), [[1.0, 2, 0]])
    product = new_experiment(network, None, data, Settings("squared"), np.ones(2))
    assert "what came in from x and the other factors:" in find(product, "gradient", "y", "x").why


def test_shares_of_targets_that_do_not_add_up_to_one_stand_in_one_pair_of_parentheses() -> None:
    network = layered((2, 2), "tanh")
    data = make_data(network.inputs, network.outputs, [[0.5, 0.2, 1, 1]])
    settings = Settings("softmax cross-entropy")
    told = find(new_experiment(network, None, data, settings), "error", "y1")
    assert told.symbols_plain == "δ_y1 = (p_y1·Σt − t_y1)·(1 − o_y1²)"


def test_a_node_and_an_edge_tell_what_is_known_of_them() -> None:
    def subjects(told: list[Explanation]) -> list[str]:
        return [one.formula.subject.plain for one in told]

    explainer, begun = Explainer(), stepping.step(student())
    assert begun.trace is not None
    done = replace(begun, cursor=begun.trace.length)
    assert subjects(explainer.node(done, "6")) == ["i6", "o6", "E", "e6", "∂E/∂b6", "b6 new"]
    assert subjects(explainer.node(replace(begun, cursor=5), "6")) == ["i6"]
    assert subjects(explainer.edge(done, "4", "6")) == ["∂E/∂w46", "w46 new"]
    (ahead,) = explainer.edge(replace(begun, cursor=3), "4", "6")
    assert ahead.formula.why == NOT_YET


@pytest.mark.parametrize("seed", range(30))
def test_every_sentence_is_one_and_short(seed: int) -> None:
    for formula in told(experiment_of(random_case(Random(seed))), digits=3):
        assert formula.why.endswith(".")
        assert len(formula.why.split()) <= 30, formula.why
        assert formula.title
        assert "  " not in formula.why + formula.symbols_plain


def test_every_line_can_be_drawn() -> None:
    ziamath = pytest.importorskip("ziamath")
    lines = set()
    for formula in told(experiment_of(random_case(Random(3))), digits=3):
        lines |= {latex_of(formula.symbols), latex_of(formula.numbers), formula.result.latex}
    for formula in told(student()):
        lines |= {piece.latex for piece in (*formula.symbols, *formula.spelled)}
    for text in Random(1).sample(sorted(lines), 40):
        assert ziamath.Latex(text).getsize()[0] > 0, text
