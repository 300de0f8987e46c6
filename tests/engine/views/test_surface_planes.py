"""Planes through all parameters: what they are named, how far they reach, what stands on them."""

from dataclasses import replace

import numpy as np
import pytest

from engine.experiment import stepping
from engine.experiment.experiment import Experiment, new_experiment
from engine.experiment.training import Goal, trained
from engine.network import Network, Node, Place
from engine.views.surface_planes import (
    Here,
    Picture,
    SurfacePlane,
    along_numbers,
    along_path,
    along_random,
    caption,
    coordinates,
    holds,
    home,
    kept,
    marks_of,
    most_felt,
    path_so_far,
    pictures,
    quick,
    ranges_of,
    spanned,
)
from engine.views.surfaces import SurfaceGrid
from tests.engine.experiments import perceptron, refused, small, train

GRID = SurfaceGrid(1.0, 2.0, 0.5, 0.25, 5)


@pytest.fixture(scope="module")
def learnt() -> Experiment:
    return train(small(), 12)


def two(experiment: Experiment) -> tuple[Place, Place]:
    return experiment.network.places[0], experiment.network.places[1]


def here(experiment: Experiment) -> Here:
    return Here(experiment.context, experiment.parameters, experiment.position)


def test_the_present_point_is_the_origin_of_directions_and_the_numbers_of_parameters(
    learnt: Experiment,
) -> None:
    plane = along_numbers(learnt, *two(learnt))
    assert plane.movable and plane.axes.places() == two(learnt)
    assert coordinates(learnt, plane, learnt.parameters).tolist() == [
        learnt.parameters[:2].tolist()
    ]
    for directed in (along_random(learnt, 3), along_path(learnt)):
        assert not directed.movable and directed.axes.places() == ()
        np.testing.assert_allclose(coordinates(learnt, directed, learnt.parameters), 0, atol=1e-12)


def test_the_path_ends_at_the_present_update_wherever_that_is(learnt: Experiment) -> None:
    assert len(path_so_far(learnt)) == 13
    back = stepping.go_to(learnt, 5)
    assert len(path_so_far(back)) == 6
    assert (path_so_far(back)[-1] == back.parameters).all()
    long = trained(learnt, Goal(updates=3000))
    for update in (3012, 3011, 1501, 2, 1):
        back = stepping.go_to(long, update)
        path = path_so_far(back)
        assert (path[0] == long.start).all() and (path[-1] == back.parameters).all()
        assert len(path) >= 2 and len(np.unique(path, axis=0)) == len(path)


def test_a_grid_holds_the_path_and_reaches_so_far_at_least(learnt: Experiment) -> None:
    plane = along_path(learnt)
    path = coordinates(learnt, plane, path_so_far(learnt))
    grid = home(plane, path, 9)
    assert all(holds(grid, point) for point in path.tolist())
    assert (grid.count, grid.half_x >= 0.5) == (9, True)
    one = home(along_numbers(learnt, two(learnt)[0], None), path[:, :1], 9)
    assert (one.center_y, one.half_y, one.half_x >= 2) == (0.0, 1.0, True)
    assert not holds(GRID, (1.49, 2.0)) and holds(GRID, (1.4, 2.0)) and holds(GRID, (1.4,))


def test_ranges_and_spans_are_two_ways_to_say_a_grid() -> None:
    assert ranges_of(GRID) == ((0.5, 1.5), (1.75, 2.25))
    assert spanned(replace(GRID, center_x=9.0), ranges_of(GRID)) == GRID
    assert spanned(GRID, ()) == GRID
    assert spanned(GRID, [(0.0, 4.0)]) == SurfaceGrid(2.0, 2.0, 2.0, 2.0, 5)


def test_a_pair_of_parameters_outlives_what_is_taken_away(learnt: Experiment) -> None:
    first, second = two(learnt)
    gone = Place("bias", "gone")
    assert kept((first, second), learnt.network) == (first, second)
    assert kept((gone, second), learnt.network) == (second, None)
    assert kept((first, first), learnt.network) == (first, None)
    assert kept((gone, None), learnt.network) == (None, None)


def test_the_parameters_with_the_largest_gradients_are_chosen(learnt: Experiment) -> None:
    first, second = most_felt(learnt)
    assert second is not None
    slopes = [
        marks_of(here(learnt), along_numbers(learnt, place, None)).slope[0]
        for place in learnt.network.places
    ]
    best = sorted(range(len(slopes)), key=lambda k: -abs(slopes[k]))[:2]
    assert [first, second] == [learnt.network.places[k] for k in best]
    assert most_felt(perceptron()) == (Place("weight", "y", "x"), None)


def test_where_nothing_learns_there_is_no_surface() -> None:
    locked = perceptron().network.lock_edges([("x", "y")], True)
    with refused("No number learns here"):
        most_felt(new_experiment(locked))
    with refused("output"):
        most_felt(new_experiment(Network((Node("x", "input"),))))


def test_a_caption_says_what_a_picture_was_made_of(learnt: Experiment) -> None:
    first, second = two(learnt)
    assert caption(along_numbers(learnt, first, second), GRID) == "± 0.5 and 0.25 around 1, 2"
    assert caption(along_numbers(learnt, first, None), GRID) == "± 0.5 around 1"
    assert caption(along_random(learnt, 7), GRID) == "seed 7, ± 0.5 and 0.25 around update 12"
    told = caption(along_path(learnt), GRID)
    assert told.startswith("explains ") and told.endswith(
        " % of the path, ± 0.5 and 0.25 around update 12"
    )


def test_the_marks_say_where_the_next_step_goes(learnt: Experiment) -> None:
    plane = along_numbers(learnt, *two(learnt))
    marks = marks_of(here(learnt), plane)
    assert marks.at == tuple(learnt.parameters[:2].tolist())
    assert marks.after is not None
    assert (marks.after == stepping.step_update(learnt).parameters).all()
    assert marks_of(replace(here(learnt), position=None), plane).after is None


def test_pictures_come_coarse_first_and_known_ones_get_new_marks_only(learnt: Experiment) -> None:
    first, second = two(learnt)
    for plane, rows in (
        (along_numbers(learnt, first, second), GRID.count),
        (along_numbers(learnt, first, None), 1),
    ):
        *_, last = pictures(here(learnt), plane, GRID)
        assert isinstance(last, Picture)
        assert len(last.shown.losses) == rows and last.shown.done == 1.0
        (again,) = pictures(here(learnt), plane, GRID, last.shown)
        assert isinstance(again, Picture)
        assert again.shown is last.shown and again.marks.loss == last.marks.loss
    assert quick(learnt)


def test_what_is_refused_in_a_job_comes_as_a_sentence(learnt: Experiment) -> None:
    plane: SurfacePlane = along_numbers(learnt, *two(learnt))
    wrong = replace(GRID, count=1)
    *_, last = pictures(here(learnt), plane, wrong)
    assert isinstance(last, str) and last.endswith(".")
