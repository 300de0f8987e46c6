"""The samples on a map: which rows, where they stand, and what class each is of."""

import numpy as np

from engine.data import make_data
from engine.views.decision_map import CLASS, MOST, map_points

TEST = np.array([False, False, True])
TWO = make_data(["a", "b"], ["y"], [[0.0, 1, -1], [2, 3, 1], [4, 5, 1]], TEST)


def test_many_samples_are_some_of_them() -> None:
    cells = np.arange(30_000.0).reshape(-1, 3)
    points = map_points(make_data(["a", "b"], ["y"], cells), "a", "b", "y")
    assert len(points.places) == MOST
    assert points.places[0].tolist() == [0, 1] and points.places[-1].tolist() == [29_997, 29_998]


def test_samples_stand_at_their_inputs_and_have_the_class_of_their_target() -> None:
    points = map_points(TWO, "b", "a", "y")
    assert points.places.tolist() == [[1, 0], [3, 2], [5, 4]]
    assert points.tested.tolist() == TEST.tolist() and not points.over_one
    assert points.kinds is not None and points.kinds.tolist() == [0, 1, 1]
    assert points.middle == 0 and points.ends == (-1, 1)


def test_over_one_input_they_stand_at_their_target() -> None:
    points = map_points(TWO, "a", None, "y")
    assert points.over_one and points.places.tolist() == [[0, -1], [2, 1], [4, 1]]


def test_numbers_have_no_classes_and_several_outputs_that_of_the_largest() -> None:
    data = make_data(["a", "b"], ["y", "z"], [[0.0, 0, 0.3, 0.4], [1, 1, 7, 5]])
    assert map_points(data, "a", "b", "y").kinds is None
    kinds = map_points(data, "a", "b", CLASS).kinds
    assert kinds is not None and kinds.tolist() == [1, 0]
