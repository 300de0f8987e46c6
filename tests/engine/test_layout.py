"""Places and names beside the network, and the arrangement in layers."""

from engine.layout import Layout, Letters, arranged

PLACED = Layout({"a": (1, 2), "b": (3, 4)}, {"a": "alpha"}, Letters("i", "o", "e", "L"))


def test_a_node_without_a_name_is_called_by_its_id() -> None:
    assert (PLACED.name("a"), PLACED.name("b"), PLACED.name("z")) == ("alpha", "b", "z")
    assert (PLACED.position("b"), PLACED.position("z")) == ((3, 4), (0, 0))


def test_moving_and_renaming_make_a_new_layout() -> None:
    moved = PLACED.move({"b": (5, 6), "c": (7, 8)})
    assert moved.positions == {"a": (1, 2), "b": (5, 6), "c": (7, 8)}
    assert (moved.names, moved.letters) == (PLACED.names, PLACED.letters)
    assert PLACED.positions == {"a": (1, 2), "b": (3, 4)}
    assert PLACED.rename("b", "beta").names == {"a": "alpha", "b": "beta"}
    assert PLACED.rename("a", "").names == PLACED.rename("a", "a").names == {}
    assert PLACED.rename("a", "new").name("a") == "new"


def test_only_what_concerns_these_nodes() -> None:
    assert PLACED.only({"a", "b", "c"}) is PLACED
    assert PLACED.only({"b"}) == Layout({"b": (3, 4)}, {}, PLACED.letters)
    assert Layout({}, {"a": "alpha"}).only({"b"}).names == {}


def test_over_an_older_layout() -> None:
    older = Layout({"a": (9, 9), "c": (8, 8)}, {"b": "old", "c": "gamma"})
    over = PLACED.over(older)
    assert over.positions == {"a": (1, 2), "b": (3, 4), "c": (8, 8)}
    assert over.names == {"a": "alpha", "c": "gamma"}
    assert over.letters == PLACED.letters


def test_layers_stand_side_by_side_and_are_centred() -> None:
    """Inputs at x = 0; 42 + 178 + 72 = 292 to the first layer, 72 + 130 + 72 = 274 to the next."""
    found = arranged({"x": 0, "y": 2, "h": 1, "k": 1}, has_biases=True)
    assert found == {"x": (0, 0), "h": (292, -75), "k": (292, 75), "y": (566, 0)}


def test_tall_layers_are_closer_and_more_so_without_biases() -> None:
    levels = {f"n{i}": 1 for i in range(4)}
    with_biases, plain = arranged(levels, has_biases=True), arranged(levels, has_biases=False)
    assert [y for _, y in with_biases.values()] == [-198, -66, 66, 198]
    assert [y for _, y in plain.values()] == [-144, -48, 48, 144]
    assert [y for _, y in arranged({"a": 0, "b": 0, "c": 0}, has_biases=False).values()] == [
        -150,
        0,
        150,
    ]


def test_the_arrangement_keeps_the_order_of_creation_and_may_be_empty() -> None:
    found = arranged({"b": 0, "a": 0}, has_biases=False)
    assert found["b"][1] < found["a"][1]
    assert arranged({}, has_biases=True) == {}


def test_wider_nodes_stand_further_apart() -> None:
    found = arranged({"x": 0, "h": 1, "y": 2}, has_biases=False, node_width=200)
    assert [x for x, _ in found.values()] == [0, 42 + 178 + 100, 320 + 330]
