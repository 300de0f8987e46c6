"""How things are called in formulas: short names, ids, n1, n2 …, bare names and letters."""

import re
from dataclasses import replace

import pytest

from engine.data import make_data
from engine.experiment.walk import Context
from engine.formulas.notation import Notation, bare_latex, notation_of
from engine.layout import Layout, Letters
from engine.network import Edge, Network, Node, Place
from engine.program.program import Program
from engine.settings import Settings
from tests.engine.networks import student_grade


def notation(network: Network, layout: Layout | None = None, loss: str = "squared") -> Notation:
    data = make_data(network.inputs, network.outputs, [])
    return notation_of(Context(Program(network), layout or Layout(), data, Settings(loss=loss)))


def neurons(*names: str) -> Network:
    """Sigmoid neurons with biases, so that none is written by its name alone."""
    nodes = (Node(name, activation="sigmoid", bias=True, output=True) for name in names)
    return Network(tuple(nodes))


def test_the_same_notation_is_made_once_and_another_for_whatever_it_depends_on() -> None:
    network = neurons("a", "b", "c")
    layout, data = Layout({"a": (0.0, 0.0)}), make_data((), network.outputs, [])
    context = Context(Program(network), layout, data, Settings())
    told = notation_of(context)
    same = replace(context, layout=layout.move({"a": (5.0, 5.0)}), settings=Settings(rate=0.5))
    assert notation_of(same) is told
    classes = make_data((), network.outputs, [[1, 0, 0]], classes=("pear", "plum", "fig"))
    for other in (
        replace(context, program=Program(network.add(Node("d", "input")))),
        replace(context, layout=layout.rename("a", "α")),
        replace(context, layout=replace(layout, letters=Letters("i", "o", "e", "J"))),
        replace(context, settings=Settings(loss="output")),
        replace(context, data=classes),
    ):
        assert notation_of(other) is not notation_of(context)
        assert notation_of(context) == told


GRADE = Layout(
    names={"1": "assignments", "4": "hidden 4", "6": "output 6"},
    letters=Letters("i", "o", "e", "E"),
)


def test_student_grade_is_written_as_the_lecture_does() -> None:
    told = notation(student_grade(), GRADE)
    place = told.network.place_index
    weight, bias = place[Place("weight", "6", "4")], place[Place("bias", "6")]
    assert told.value("1").plain == "x1"
    assert [told.total("4").plain, told.value("4").plain, told.error("6").plain] == [
        "i4", "o4", "e6",
    ]  # fmt: skip
    assert told.parameter(weight).plain == "w46"
    assert told.parameter(bias).latex == "b_{6}"
    assert told.gradient(weight).plain == "∂E/∂w46"
    assert told.gradient(weight).latex == r"\frac{\partial E}{\partial w_{46}}"
    assert told.new(weight).plain == "w46 new"
    assert told.new(weight).latex == r"w_{46}^{\mathrm{new}}"
    assert told.target("6").plain == "t6"


def test_a_name_serves_if_it_is_short_then_the_id_then_a_number() -> None:
    network = neurons("a", "b2", "a long id", "c", "d$")
    layout = Layout(names={"a": "σ1", "b2": "far too long", "c": "x_{y}", "d$": "\\input"})
    told = notation(network, layout)
    names = [told.subscripts[node.id] for node in network.nodes]
    assert names == ["σ1", "b2", "n1", "c", "n2"]


def test_two_nodes_are_never_written_alike() -> None:
    network = neurons("a", "b", "n1", "no good", "bad id")
    told = notation(network, Layout(names={"a": "q", "b": "q", "bad id": "n1"}))
    names = [told.subscripts[node.id] for node in network.nodes]
    assert len(set(names)) == len(names)
    assert names[:2] == ["a", "b"]


@pytest.mark.parametrize("name", ["x^2", "a_b", "{}", "\\frac", "a b", "½", "é", "<b>", "$", "²"])
def test_no_name_reaches_a_formula_that_could_break_it(name: str) -> None:
    network = Network((Node("x", "input"), Node("y", output=True)), (Edge("x", "y"),))
    told = notation(network, Layout(names={"x": name, "y": name}, letters=Letters(name, name)))
    shown = "".join(told.value(i).plain + told.error(i).latex for i in ("x", "y"))
    assert re.fullmatch(r"[\w{}\\δ]+", shown)
    assert name not in shown


def test_inputs_and_plain_neurons_are_written_by_their_name_alone() -> None:
    nodes = (Node("x", "input"), Node("7", "input"), Node("k", "parameter"), Node("8", "parameter"),
             Node("net2"), Node("b", bias=True), Node("s", activation="sine"),
             Node("f", combine="product", output=True))  # fmt: skip
    told = notation(Network(nodes), loss="output")
    shown = [told.value(node.id).plain for node in nodes]
    assert shown == ["x", "x7", "k", "θ8", "net2", "o_b", "o_s", "f"]
    assert told.total("net2").plain == "net2"
    assert told.total("b") == told.value("b")
    assert told.total("s").plain == "z_s"
    assert told.error("net2").plain == "∂f/∂net2"
    assert told.error("s").latex == r"\frac{\partial f}{\partial z_{s}}"


def test_a_bare_name_gives_way_to_a_symbol_that_is_already_taken() -> None:
    nodes = (Node("x1", "input"), Node("1", "input"), Node("E", "input"), Node("e", "input"),
             Node("f", output=True))  # fmt: skip
    told = notation(Network(nodes))
    shown = [told.value(node.id).plain for node in nodes]
    assert shown == ["x_x1", "x1", "x_E", "x_e", "f"]


def test_slopes_need_one_output_that_is_itself_made_small() -> None:
    one = Network((Node("f", output=True),))
    two = one.add(Node("g", output=True))
    assert notation(one, loss="output").error("f").plain == "∂f/∂f"
    assert notation(two, loss="output").error("f").plain == "δ_f"
    assert notation(one).error("f").plain == "δ_f"


def test_weights_need_a_comma_between_longer_names() -> None:
    nodes = (Node("h1", "input"), Node("3", "input"), Node("q", activation="tanh", output=True),
             Node("12", activation="tanh"))  # fmt: skip
    edges = (Edge("h1", "q"), Edge("3", "q"), Edge("3", "12"))
    told = notation(Network(nodes, edges))
    assert [told.parameter(i).plain for i in range(3)] == ["w_h1,q", "w_3q", "w_3,12"]
    assert [told.parameter(i).latex for i in range(3)] == [
        r"w_{\mathrm{h1},q}", "w_{3q}", "w_{3,12}",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "latex"),
    [("x", "x"), ("x1", "x_{1}"), ("net2", r"\mathrm{net}_{2}"), ("cat", r"\mathrm{cat}"),
     ("α", r"\alpha"), ("α3", r"\alpha_{3}"), ("aα", r"\mathrm{a}\alpha "),
     ("a1b", r"\mathrm{a1b}")],
)  # fmt: skip
def test_one_letter_leans_and_several_stand_upright(name: str, latex: str) -> None:
    assert bare_latex(name) == latex


def test_every_symbol_says_what_it_stands_for() -> None:
    told = notation(student_grade(), GRADE)
    weight = told.parameter(0)
    assert (weight.role, weight.refers and weight.refers.place) == ("memory", 0)
    assert told.value("4").role == "forward"
    assert told.error("4").role == told.gradient(0).role == "backward"
    assert told.target("6").role == told.loss().role == "truth"
    error = told.error("4").refers
    assert error is not None and (error.kind, error.node) == ("error", "4")


@pytest.mark.parametrize("letters", [Letters("z", "z", "δ", "E"), Letters("x", "o", "δ", "E"),
                                     Letters("z", "o", "w", "E")])  # fmt: skip
def test_letters_that_say_two_things_give_way_to_the_usual_ones(letters: Letters) -> None:
    assert notation(student_grade(), Layout(letters=letters)).letters == Letters()


def test_a_value_may_have_the_letter_of_the_inputs() -> None:
    told = notation(student_grade(), Layout(letters=Letters("net", "x", "δ", "E")))
    values = {told.value(node.id).plain for node in told.network.nodes}
    assert values == {f"x{number}" for number in range(1, 7)}
    assert told.total("4").plain == "net4"


def test_an_output_that_is_made_small_itself_is_written_by_its_name() -> None:
    nodes = (Node("1", "input"), Node("f", bias=True, output=True))
    network = Network(nodes, (Edge("1", "f"),))
    assert notation(network).value("f").plain == "o_f"
    assert notation(network, loss="output").value("f").plain == "f"


def test_a_bare_name_is_never_the_name_of_a_weight_or_of_a_share() -> None:
    nodes = (Node("1", "input"), Node("4", output=True), Node("w14", "input"), Node("p4", "input"),
             Node("v14", "input"))  # fmt: skip
    found = notation(Network(nodes, (Edge("1", "4"),)))
    assert not {"w14", "p4", "v14"} & found.bare


@pytest.mark.parametrize(
    ("labels", "written"),
    [
        (("apple", "pear", "plum"), ("apple", "pear", "plum")),
        (("setosa", "versicolor", "virginica"), ("setosa", "versicolor", "virginica")),
        (("sweet corn", "pear", "plum"), ("y1", "y2", "y3")),
        (("strawberries", "pear", "plum"), ("y1", "y2", "y3")),
    ],
)
def test_the_labels_of_a_table_are_all_written_by_name_or_none_is(
    labels: tuple[str, ...], written: tuple[str, ...]
) -> None:
    network = neurons("y1", "y2", "y3")
    layout = Layout(names=dict(zip(network.outputs, labels, strict=True)))
    data = make_data((), network.outputs, [[1, 0, 0]], classes=labels)
    told = notation_of(Context(Program(network), layout, data, Settings()))
    assert tuple(told.subscripts[node_id] for node_id in network.outputs) == written
    assert told.total("y1").plain == f"z_{written[0]}"
    assert told.error("y1").plain == f"δ_{written[0]}"
    assert told.target("y1").plain == f"t_{written[0]}"
