"""Networks as values: what may be drawn, in which order it is told, and why an edge may not be."""

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings

from engine.errors import Refused
from engine.network import Edge, Network, Node, Place
from tests.engine.networks import graphs, layered, student_grade

X, Y = Node("x", "input"), Node("p", "parameter")


def chain(*ids: str) -> Network:
    """x → first → second → …"""
    nodes = (X, *(Node(i) for i in ids))
    edges = (Edge(a.id, b.id) for a, b in pairwise(nodes))
    return Network(nodes, tuple(edges))


def test_student_grade_is_told_level_by_level() -> None:
    network = student_grade()
    assert [node.id for node in network.order] == ["1", "2", "3", "4", "5", "6"]
    assert dict(network.levels) == {"1": 0, "2": 0, "3": 0, "4": 1, "5": 1, "6": 2}
    assert network.inputs == ("1", "2", "3")
    assert network.outputs == ("6",)


def test_the_vector_holds_weights_then_biases_then_parameters() -> None:
    network = Network(
        (Node("p", "parameter", locked=True), Node("h", bias=True, locked=True), X, Node("y")),
        (Edge("x", "h"), Edge("p", "h", locked=True), Edge("h", "y")),
    )
    assert network.places == (
        Place("weight", "h", "x"), Place("weight", "h", "p"), Place("weight", "y", "h"),
        Place("bias", "h"), Place("value", "p"),
    )  # fmt: skip
    assert network.locks == (False, True, False, True, True)
    assert network.place_index[Place("bias", "h")] == 3


def test_a_level_is_the_longest_path_and_neurons_start_at_one() -> None:
    network = Network(
        (Node("y"), Node("b"), Node("a"), X, Node("alone"), Y),
        (Edge("b", "y"), Edge("x", "y"), Edge("a", "b"), Edge("x", "a"), Edge("alone", "y")),
    )
    assert dict(network.levels) == {"y": 3, "b": 2, "a": 1, "x": 0, "alone": 1, "p": 0}
    assert [node.id for node in network.order] == ["x", "p", "a", "alone", "b", "y"]


@given(graphs)
@hypothesis_settings(max_examples=50, deadline=None, derandomize=True)
def test_the_order_keeps_to_the_edges_and_levels_are_tight(network: Network) -> None:
    place = {node.id: i for i, node in enumerate(network.order)}
    for edge in network.edges:
        assert place[edge.source] < place[edge.target]
    for node in network.nodes:
        below = [network.levels[edge.source] for edge in network.arriving[node.id]]
        lowest = int(node.kind == "neuron")
        assert network.levels[node.id] == max([lowest, *(level + 1 for level in below)])


@given(graphs)
@hypothesis_settings(max_examples=50, deadline=None, derandomize=True)
def test_an_edge_is_allowed_where_no_path_leads_back(network: Network) -> None:
    for start in network.nodes:
        for end in network.nodes:
            reason = network.why_not_connect(start.id, end.id)
            there = any(e.target == end.id for e in network.leaving[start.id])
            back = bool(network.path(end.id, start.id))
            assert (reason is None) == (end.kind == "neuron" and not there and not back)
            if reason is None:
                longer = network.connect(start.id, end.id)
                assert longer == Network(longer.nodes, longer.edges)  # checks itself anew
                assert longer.without_edges([(start.id, end.id)]) == network
            else:
                with pytest.raises(Refused) as refusal:
                    network.connect(start.id, end.id)
                assert refusal.value.sentence == reason


@pytest.mark.parametrize(
    ("source", "target", "sentence"),
    [
        ("h2", "h1", "That would close a loop: h2 → h1 → h2."),
        ("h3", "h1", "That would close a loop: h3 → h1 → h2 → h3."),
        ("h1", "h1", "“h1” cannot be connected to itself."),
        ("h1", "x", "“x” is an input; no edge can end there."),
        ("h1", "p", "“p” is a parameter; no edge can end there."),
        ("h1", "h2", "There is already an edge from h1 to h2."),
        ("x", "h3", None),
        ("p", "h1", None),
    ],
)
def test_why_not_connect(source: str, target: str, sentence: str | None) -> None:
    assert chain("h1", "h2", "h3").add(Y).why_not_connect(source, target) == sentence


def test_a_loop_of_two_is_told_as_the_issue_has_it() -> None:
    network = Network((Node("h1"), Node("h2")), (Edge("h2", "h1"),))
    assert network.why_not_connect("h1", "h2") == "That would close a loop: h1 → h2 → h1."


def test_refusals_call_nodes_as_the_user_does() -> None:
    names = {"h1": "left", "h2": "right", "x": "width"}.__getitem__
    network = chain("h1", "h2")
    assert network.why_not_connect("h2", "h1", names) == (
        "That would close a loop: right → left → right."
    )
    assert (
        network.why_not_connect("h1", "x", names) == "“width” is an input; no edge can end there."
    )


def test_the_loop_told_is_a_shortest_one() -> None:
    network = chain("a", "b", "c", "d").connect("a", "d")
    assert network.why_not_connect("d", "a") == "That would close a loop: d → a → d."


def test_an_unknown_name_gets_the_nearest() -> None:
    network = chain("hidden")
    for call in (
        lambda: network.node("hiden"), lambda: network.edge("x", "hiden"),
        lambda: network.connect("hiden", "x"), lambda: network.remove(["hiden"]),
        lambda: network.change(Node("hiden")), lambda: network.without_edges([("hiden", "x")]),
    ):  # fmt: skip
        with pytest.raises(Refused) as refusal:
            call()
        assert refusal.value.sentence == (
            "The node “hiden” is not known. Known: x, hidden. Did you mean “hidden”?"
        )
    with pytest.raises(Refused, match="There is no edge from hidden to x"):
        network.edge("hidden", "x")


@pytest.mark.parametrize(
    ("nodes", "edges", "sentence"),
    [
        ([X, X], [], "Two neurons have the id “x”."),
        ([X, Node("y")], [("x", "y"), ("x", "y")], "There are two edges from x to y."),
        ([X, Node("y")], [("y", "x")], "“x” is an input; no edge can end there."),
        ([X, Node("y")], [("x", "z")],
         "The node “z” is not known. Known: x, y."),
        ([Node("a"), Node("b"), Node("y")], [("a", "b"), ("b", "a"), ("b", "y")],
         "These neurons form a loop: a → b → a."),
        ([Node("y"), Node("a"), Node("b"), Node("c")],
         [("a", "b"), ("b", "c"), ("c", "a"), ("b", "y")],
         "These neurons form a loop: b → c → a → b."),
        ([Node("a")], [("a", "a")], "These neurons form a loop: a → a."),
        ([Node("x", "input", bias=True)], [],
         "“x” is an input; only a neuron has a bias, an activation or a target."),
        ([Node("p", "parameter", output=True)], [],
         "“p” is a parameter; only a neuron has a bias, an activation or a target."),
        ([Node("y", combine="max", bias=True)], [],
         "“y” combines by max; only a sum has a bias."),
        ([Node("y", activation="tahn")], [], "Did you mean “tanh”?"),
        ([Node("y", combine="produkt")], [], "Did you mean “product”?"),  # type: ignore[arg-type]
        ([Node("y", "neurn")], [], "Did you mean “neuron”?"),  # type: ignore[arg-type]
    ],
)  # fmt: skip
def test_what_cannot_be_a_network(
    nodes: list[Node], edges: list[tuple[str, str]], sentence: str
) -> None:
    with pytest.raises(Refused) as refusal:
        Network(tuple(nodes), tuple(Edge(*pair) for pair in edges))
    assert refusal.value.sentence.endswith(sentence)


def test_moves_leave_the_old_network_as_it_was() -> None:
    before = chain("a", "b")
    nodes, edges = before.nodes, before.edges
    after = before.add(Node("c")).connect("b", "c").change(Node("a", output=True))
    after = after.lock_edges([("b", "c")], locked=True)
    assert (before.nodes, before.edges) == (nodes, edges)
    assert after.edge("b", "c").locked
    assert after.outputs == ("a",)
    assert [node.id for node in after.nodes] == ["x", "a", "b", "c"]
    assert after.lock_edges([("b", "c")], locked=False).edge("b", "c") == Edge("b", "c")
    assert after.edge("b", "c").locked


def test_removing_takes_the_edges_along() -> None:
    network = chain("a", "b", "c").connect("a", "c")
    edges = Edge("x", "a"), Edge("a", "c")
    assert network.remove(["b"]) == Network((X, Node("a"), Node("c")), edges)
    assert network.remove(["x", "a", "b", "c"]) == Network()
    assert network.remove([]) == network
    assert network.without_edges([("a", "c")]) == chain("a", "b", "c")


def test_a_node_that_is_read_from_may_change_but_not_into_an_input() -> None:
    network = chain("a", "b")
    assert network.change(Node("x", "parameter")).inputs == ()
    with pytest.raises(Refused, match="“a” is an input; no edge can end there"):
        network.change(Node("a", "input"))
    with pytest.raises(Refused, match="only a sum has a bias"):
        network.change(Node("a", combine="min", bias=True))
    with pytest.raises(Refused, match="There is already a node “a”"):
        network.add(Node("a", "input"))


def test_equal_networks_are_equal_everywhere() -> None:
    assert student_grade() == student_grade()
    assert len({student_grade(), student_grade(), chain("a")}) == 2
    assert student_grade() != layered([3, 2, 1], "sigmoid")


def test_nodes_may_come_in_any_order() -> None:
    network = layered([2, 3, 1])
    nodes, edges = list(network.nodes), list(network.edges)
    Random(3).shuffle(nodes)
    Random(4).shuffle(edges)
    shuffled = Network(tuple(nodes), tuple(edges))
    assert dict(shuffled.levels) == dict(network.levels)
    assert set(shuffled.places) == set(network.places)


def test_a_long_chain_is_walked_without_recursion() -> None:
    network = chain(*(f"h{i}" for i in range(3000)))
    assert network.levels["h2999"] == 3000
    assert len(network.path("x", "h2999")) == 3001
    reason = network.why_not_connect("h2999", "h0")
    assert reason is not None
    assert reason.startswith("That would close a loop: h2999 → h0 → h1 → ")


def test_many_edges_are_locked_and_cut_at_once() -> None:
    network = Network(
        (Node("a", "input"), Node("b"), Node("c")), (Edge("a", "b"), Edge("a", "c"), Edge("b", "c"))
    )
    locked = network.lock_edges([("a", "b"), ("b", "c")], locked=True)
    assert [edge.locked for edge in locked.edges] == [True, False, True]
    assert locked.lock_edges([("a", "b"), ("b", "c")], locked=False) == network
    assert network.without_edges([("a", "c"), ("a", "b")]).edges == (Edge("b", "c"),)
    with pytest.raises(Refused, match="There is no edge from c to a"):
        network.lock_edges([("c", "a")], locked=True)
    with pytest.raises(Refused, match="There is no edge from c to a"):
        network.without_edges([("c", "a")])
