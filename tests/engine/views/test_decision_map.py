"""Answer maps against the values that the program gives for the same points."""

from random import Random

import numpy as np
import pytest

from engine.errors import Refused
from engine.network import Node
from engine.program.program import Program
from engine.settings import Settings
from engine.views import decision_map
from engine.views.decision_map import AnswerMap, InputPlane, Mapper
from tests.engine.networks import Case, drawn_case, layered, random_case

SETTINGS = Settings()


def mlp() -> Case:
    """3-4-2 with tanh."""
    return drawn_case(Random(1), layered([3, 4, 2]), SETTINGS, 1)


def plane_values(case: Case, plane: InputPlane) -> np.ndarray:
    """(nodes × ys × xs) through the plain path."""
    xs = np.linspace(*plane.x_range, plane.count)
    ys = np.linspace(*plane.y_range, plane.count)
    rows = np.tile(np.array(plane.held or [0.0] * len(case.network.inputs)), (plane.count**2, 1))
    x, y = np.meshgrid(xs, ys)
    rows[:, case.network.inputs.index(plane.first)] = x.ravel()
    assert plane.second is not None
    rows[:, case.network.inputs.index(plane.second)] = y.ravel()
    values = case.program.values(case.settings, case.parameters, rows)
    return values.T.reshape(-1, plane.count, plane.count)


@pytest.mark.parametrize(("dtype", "rtol"), [(np.float64, 1e-12), (np.float32, 2e-5)])
def test_all_nodes_over_a_plane(dtype: type[np.floating], rtol: float) -> None:
    case = mlp()
    plane = InputPlane("x3", "x1", (-1, 2), (0, 3), 21, held=(9.0, 0.25, 9.0))
    pictures = list(Mapper(case.program, SETTINGS, plane, dtype=dtype).pictures(case.parameters))
    assert [picture.complete for picture in pictures] == [False, True]
    assert pictures[0].values.shape == (9, 6, 6)
    last = pictures[-1]
    assert last.nodes == tuple(node.id for node in case.network.nodes)
    assert last.values.dtype == dtype
    assert not last.values.flags.writeable
    np.testing.assert_allclose(last.values, plane_values(case, plane), rtol=rtol, atol=rtol)
    np.testing.assert_allclose(last.values[:, ::4, ::4], pictures[0].values, rtol=rtol, atol=rtol)


def test_random_graphs_over_a_plane() -> None:
    rng = Random(2)
    for _ in range(25):
        case = random_case(rng)
        if len(case.network.inputs) < 2:
            continue
        first, second = rng.sample(case.network.inputs, 2)
        plane = InputPlane(first, second, (-1, 1), (-1, 1), 4)
        last = Mapper(case.program, case.settings, plane, dtype=np.float64).complete(
            case.parameters
        )
        np.testing.assert_allclose(last.values, plane_values(case, plane), rtol=1e-10, atol=1e-12)


def test_chosen_nodes_only_and_in_their_order() -> None:
    case = mlp()
    plane = InputPlane("x1", "x2", (-1, 1), (-1, 1), 5)
    last = Mapper(case.program, SETTINGS, plane, ["y2", "h1.1"]).complete(case.parameters)
    everything = plane_values(case, plane)
    wanted = [case.network.index[n] for n in ("y2", "h1.1")]
    np.testing.assert_allclose(last.values, everything[wanted], rtol=1e-5, atol=1e-6)


def test_a_mapper_draws_again_with_other_numbers() -> None:
    case = mlp()
    plane = InputPlane("x1", "x2", (-1, 1), (-1, 1), 5)
    mapper = Mapper(case.program, SETTINGS, plane, dtype=np.float64)
    once = mapper.complete(case.parameters).values
    other = mapper.complete(case.parameters + 1).values
    assert not np.array_equal(once, other)
    assert np.array_equal(mapper.complete(case.parameters).values, once)


def test_a_large_map_comes_in_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decision_map, "SLICE", 500)
    monkeypatch.setattr(decision_map, "VALUES", 100)
    case = mlp()
    plane = InputPlane("x1", "x2", (-1, 1), (-1, 1), 9)
    pictures = list(
        Mapper(case.program, SETTINGS, plane, dtype=np.float64).pictures(case.parameters)
    )
    assert len(pictures) > 6
    assert np.isnan(pictures[-2].values[:, -1, -1]).all()
    assert np.isfinite(pictures[-2].values[:, 0]).all()
    np.testing.assert_allclose(pictures[-1].values, plane_values(case, plane), rtol=1e-12)


def test_along_one_input() -> None:
    case = mlp()
    plane = InputPlane("x2", None, (-2, 2), count=50, held=(0.5, 0.0, -0.5))
    found = Mapper(case.program, SETTINGS, plane, ["y1"], np.float64).complete(case.parameters)
    rows = np.tile([0.5, 0.0, -0.5], (50, 1))
    rows[:, 1] = found.xs
    wanted = case.program.values(SETTINGS, case.parameters, rows)[:, case.network.index["y1"]]
    np.testing.assert_allclose(found.values[:, 0], wanted[None], rtol=1e-12)


def test_a_network_without_outputs_has_maps_too() -> None:
    network = layered([2, 2, 1]).change(Node("y1"))
    program = Program(network)
    numbers = np.ones(len(network.places))
    last = Mapper(program, SETTINGS, InputPlane("x1", "x2", (0, 1), (0, 1), 3)).complete(numbers)
    assert last.values[0, 0].tolist() == [0, 0.5, 1]


def test_planes_that_cannot_be_drawn_are_refused() -> None:
    program = Program(layered([2, 2, 1]))
    for plane, word in (
        (InputPlane("y1", "x1", (0, 1), (0, 1)), "not an input"),
        (InputPlane("x9", "x1", (0, 1), (0, 1)), "not known"),
        (InputPlane("x1", "x1", (0, 1), (0, 1)), "two different"),
        (InputPlane("x1", "x2", (0, 1), (0, 1), held=(1.0,)), "1 of 2 have one"),
        (InputPlane("x1", "x2", (0, 1), (0, 1), 1), "two points"),
    ):
        with pytest.raises(Refused, match=word):
            Mapper(program, SETTINGS, plane)
    with pytest.raises(Refused, match="nothing"):
        Mapper(program, SETTINGS, InputPlane("x1", "x2", (0, 1), (0, 1)), ["nothing"])


def test_columns_are_the_points_of_the_plane_and_their_answers() -> None:
    values = np.array([[[0.1, 0.2], [0.3, 0.4]]], dtype=np.float32)
    found = AnswerMap(np.array([1.0, 2.0]), np.array([5.0, 6.0]), ("y",), values, True)
    told = [column.tolist() for column in found.columns()]
    assert told == [[1, 2, 1, 2], [5, 5, 6, 6], [0.1, 0.2, 0.3, 0.4]], "as short as it is known"
