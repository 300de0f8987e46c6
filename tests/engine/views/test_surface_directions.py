"""Directions: the size of each neuron's weights, hand-made paths, and where they cannot be had."""

import numpy as np
import pytest

from engine.errors import Refused
from engine.network import Edge, Network, Node
from engine.program.program import Program
from engine.views.surface_planes import (
    MOST_POINTS,
    principal_directions,
    project,
    random_directions,
)
from tests.engine.networks import layered


def test_every_neuron_is_moved_by_as_much_as_its_weights_are_large() -> None:
    network = layered([2, 8, 8, 1])
    numbers = np.random.default_rng(3).normal(size=len(network.places))
    found = random_directions(Program(network), numbers, seed=4)
    for direction in found:
        assert not direction.flags.writeable
        for node in network.nodes[2:]:
            ours = [p.what == "weight" and p.target == node.id for p in network.places]
            size = np.linalg.norm(numbers[ours])
            assert np.linalg.norm(direction[ours]) == pytest.approx(size)
    biases = np.array([place.what == "bias" for place in network.places])
    assert found[0][biases].all()
    weights = found[0][~biases], found[1][~biases]
    assert np.dot(*weights) == pytest.approx(0, abs=1e-12)  # each filter at right angles


def test_a_direction_is_a_function_of_the_seed() -> None:
    program = Program(layered([2, 3, 1]))
    numbers = np.random.default_rng(3).normal(size=13)
    one, same, other = (random_directions(program, numbers, seed)[0] for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)
    doubled, _ = random_directions(program, 2 * numbers, 1)
    assert doubled == pytest.approx(2 * one)  # the size follows the weights


def test_locked_numbers_do_not_move_and_lone_ones_move_by_their_size() -> None:
    nodes = (Node("x", "input"), Node("p", "parameter"), Node("q", "parameter", locked=True),
             Node("y", bias=True), Node("z", bias=True, output=True))  # fmt: skip
    edges = (Edge("x", "y"), Edge("p", "y", locked=True), Edge("y", "z", locked=True))
    program = Program(Network(nodes, edges))
    # x→y, p→y (locked), y→z (locked), bias of y, bias of z, p, q (locked)
    numbers = np.array([3.0, 5.0, 7.0, 0.1, -2.0, 4.0, 6.0])
    found = random_directions(program, numbers, seed=0)[0]
    assert np.abs(found[[0, 4, 5]]) == pytest.approx([3, 2, 4])
    assert not found[[1, 2, 6]].any()
    assert found[3] != 0


def test_nothing_to_fit_the_size_of_is_refused() -> None:
    program = Program(layered([2, 3, 1]))
    with pytest.raises(Refused, match="is 0"):
        random_directions(program, np.zeros(13), seed=0)


def test_the_shares_of_a_path_made_by_hand() -> None:
    # An ellipse with half axes 3 and 1 along e2 and e0: the variances are 9/2 and 1/2.
    turns = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    path = np.zeros((40, 4)) + np.array([5.0, 1.0, -2.0, 0.5])
    path[:, 2] += 3 * np.cos(turns)
    path[:, 0] += np.sin(turns)
    first, second, explained = principal_directions(path, path[-1])
    assert explained == pytest.approx((0.9, 0.1))
    assert first == pytest.approx([0, 0, 1, 0])
    assert second == pytest.approx([1, 0, 0, 0])
    on_plane = project(path, path[-1], (first, second))
    assert on_plane[:, 0] == pytest.approx(path[:, 2] - path[-1, 2])
    assert on_plane[-1] == pytest.approx([0, 0])


def test_the_present_belongs_to_the_path() -> None:
    path = np.array([[0.0, 0.0], [1.0, 0.0]])
    *_, explained = principal_directions(path, np.array([1.0, 1.0]))
    # Off the mean (2/3, 1/3): the variances along (1, 1)/√2 and (1, -1)/√2 are as 3 to 1.
    assert explained == pytest.approx((0.75, 0.25))


def test_a_long_path_is_thinned() -> None:
    rng = np.random.default_rng(0)
    path = np.cumsum(rng.normal(size=(5000, 3)), axis=0)
    *_, explained = principal_directions(path, path[-1])
    centred = path[np.linspace(0, 4999, MOST_POINTS).round().astype(int)]
    variances = np.sort(np.linalg.eigvalsh(np.cov(centred.T)))[::-1]
    assert explained == pytest.approx(tuple(variances[:2] / variances.sum()))


def test_slanted_directions_project_without_shadows() -> None:
    u, v = np.array([1.0, 0.0, 0.0]), np.array([1.0, 1.0, 0.0])
    points = np.array([2 * u + 3 * v, -u + np.array([0, 0, 9.0])])
    assert project(points, np.zeros(3), (u, v)) == pytest.approx(np.array([[2, 3], [-1, 0]]))


@pytest.mark.parametrize(
    ("path", "present", "word"),
    [
        ([[1.0, 2.0]], [1.0, 2.0], "fewer than three"),
        ([], [1.0, 2.0], "fewer than three"),
        ([[1.0, 2.0]] * 5, [1.0, 2.0], "not moved"),
        ([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]], [3.0, 6.0], "straight line"),
        ([[1.0], [2.0], [4.0]], [4.0], "straight line"),
        ([[1.0, np.inf], [2.0, 1.0], [4.0, 1.0]], [4.0, 1.0], "too large"),
    ],
)
@pytest.mark.filterwarnings("ignore:invalid value")
def test_paths_without_a_plane_are_refused(
    path: list[list[float]], present: list[float], word: str
) -> None:
    with pytest.raises(Refused, match=word):
        principal_directions(np.array(path), np.array(present))
