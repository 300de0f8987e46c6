"""Surfaces and curves against the plain path, point by point; and how their generators behave."""

from itertools import combinations
from random import Random

import numpy as np
import pytest

from engine.errors import Refused
from engine.functions import Floats
from engine.functions.losses import loss, middle_of
from engine.network import Edge, Network, Node, Place
from engine.program.program import Program
from engine.settings import Settings
from engine.views import surface_tiles, surfaces
from engine.views.objective import Objective
from engine.views.surfaces import (
    Axes,
    Axis,
    Surface,
    SurfaceGrid,
    estimate,
    loss_curve,
    loss_surface,
)
from tests.engine.networks import Case, drawn_case, layered, random_case
from tests.sampled import walks


def plain_loss(case: Case, parameters: Floats) -> float:
    """The loss of the whole batch through the runner that training uses."""
    runner = case.program.runner(case.settings, len(case.inputs))
    with np.errstate(all="ignore"):
        runner.load(parameters)
        runner.forward(case.head())
        values = loss(case.settings.loss).value(
            runner.outputs(), case.targets.T, runner.output_sums(), middle_of(case.targets)
        )
    return float(values.sum()) / (len(case.inputs) if case.settings.reduction == "mean" else 1)


def plain_surface(case: Case, axes: Axes, picture: Surface) -> Floats:
    """Every point of a picture, one after the other."""
    assert axes.second is not None
    found = np.empty((len(picture.ys), len(picture.xs)))
    for i, y in enumerate(picture.ys):
        for j, x in enumerate(picture.xs):
            moved = case.parameters.copy()
            for axis, value in ((axes.first, x), (axes.second, y)):
                if isinstance(axis, Place):
                    place = case.network.place_index[axis]
                    moved[place] += value - case.parameters[place]
                else:
                    moved = moved + value * axis
            found[i, j] = plain_loss(case, moved)
    return found


def objective(case: Case) -> Objective:
    """The loss of the whole batch."""
    return Objective(case.program, case.settings, case.parameters, case.inputs, case.targets,
                     middle_of(case.targets))  # fmt: skip


def pictures_of(case: Case, axes: Axes, grid: SurfaceGrid) -> list[Surface]:
    """Everything the generator yields."""
    return list(loss_surface(objective(case), axes, grid))


def around(case: Case, axes: Axes, count: int = 5, half: float = 0.7) -> SurfaceGrid:
    """A grid around the present point, a little off the middle."""
    x, y = axes.present(case.program, case.parameters)
    return SurfaceGrid(x + 0.01, y - 0.02, half, half * 1.1, count)


def check(case: Case, axes: Axes, count: int = 5) -> None:
    """A whole surface against the plain path."""
    last = pictures_of(case, axes, around(case, axes, count))[-1]
    assert last.done == 1
    assert not last.losses.flags.writeable
    wanted = plain_surface(case, axes, last)
    np.testing.assert_allclose(last.losses, wanted, rtol=1e-10, atol=1e-12)


def mlp(rows: int = 30, loss_name: str = "squared", seed: int = 2) -> Case:
    """2-3-3-1 with tanh everywhere."""
    settings = Settings(loss=loss_name, l1=0.1, l2=0.2)
    return drawn_case(Random(seed), layered([2, 3, 3, 1]), settings, rows)


def test_every_pair_of_a_small_network() -> None:
    settings = Settings(loss="squared", reduction="sum")
    case = drawn_case(Random(1), layered([2, 2, 2, 1]), settings, 3)
    for first, second in combinations(case.network.places, 2):
        check(case, Axes(first, second), count=2)
        check(case, Axes(second, first), count=2)


@pytest.mark.long
@pytest.mark.ci
def test_random_graphs_with_skip_links_products_and_several_outputs() -> None:
    rng = Random(11)
    seen: set[str] = set()
    for _ in range(150):
        case = random_case(rng)
        if len(case.network.places) < 2:
            continue
        first, second = rng.sample(case.network.places, 2)
        check(case, Axes(first, second), count=3)
        seen |= {node.combine for node in case.network.nodes} | {case.settings.loss}
    assert {"product", "max", "min", "binary cross-entropy", "softmax cross-entropy"} <= seen


def crossing() -> Network:
    """a = tanh(u·x), b = v·a, and a again: weights that meet values the other one changes."""
    nodes = (
        Node("x", "input"), Node("p", "parameter"), Node("a", activation="tanh", bias=True),
        Node("b", activation="leaky relu", leak=0.2), Node("c", combine="product"),
        Node("d", combine="max", activation="sine"), Node("y", activation="sigmoid", output=True),
        Node("w", activation="sigmoid", bias=True, output=True),
    )  # fmt: skip
    edges = [("x", "a"), ("p", "a"), ("a", "b"), ("a", "c"), ("b", "c"), ("p", "c"), ("x", "d"),
             ("b", "d"), ("c", "y"), ("d", "y"), ("y", "w"), ("a", "w")]  # fmt: skip
    return Network(nodes, tuple(Edge(*pair) for pair in edges))


@pytest.mark.parametrize("pairs", walks(list(combinations(crossing().places, 2)), 30))
@pytest.mark.parametrize("loss_name", ["half squared", "binary cross-entropy"])
def test_every_pair_where_weights_cross(loss_name: str, pairs: list[tuple[Place, Place]]) -> None:
    case = drawn_case(Random(5), crossing(), Settings(loss=loss_name), 4)
    for first, second in pairs:
        check(case, Axes(first, second), count=2)


@pytest.mark.parametrize("tile", [1, 200, 3000])
@pytest.mark.parametrize("line", [1, 300])
def test_tiles_and_strips_of_any_size_make_the_same_surface(
    monkeypatch: pytest.MonkeyPatch, tile: int, line: int
) -> None:
    monkeypatch.setattr(surface_tiles, "TILE", tile)
    monkeypatch.setattr(surface_tiles, "LINE", line)
    case = mlp(rows=6)
    places = case.network.places
    check(case, Axes(places[0], places[3]), count=9)


def test_many_rows_of_data_come_in_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surfaces, "MOST_WORK", 40)
    monkeypatch.setattr(surfaces, "SLICE", 0)
    case = mlp(rows=31)
    places = case.network.places
    axes = Axes(places[0], places[9])
    check(case, axes, count=6)
    pictures = pictures_of(case, axes, around(case, axes, 6))
    assert len(pictures) > 10
    assert np.isnan(pictures[0].losses).any()  # the first tile only
    check(case, Axes(np.ones(len(places)), places[0]), count=3)


def test_sparse_and_very_sparse_levels() -> None:
    rng = Random(3)
    nodes = [Node(f"x{i}", "input") for i in range(40)]
    nodes += [Node(f"h{i}", activation="tanh") for i in range(60)]
    nodes += [Node(f"k{i}", activation="tanh", bias=True) for i in range(60)]
    nodes.append(Node("y", output=True))
    edges = [Edge(f"x{rng.randrange(40)}", f"h{i}") for i in range(60)]
    edges += [Edge(f"h{j}", f"k{i}") for i in range(60) for j in rng.sample(range(60), 3)]
    edges += [Edge(f"k{i}", "y") for i in range(60)]
    case = drawn_case(rng, Network(tuple(nodes), tuple(edges)), Settings(), 5)
    places = case.network.places
    for _ in range(6):
        check(case, Axes(*rng.sample(places, 2)), count=2)


@pytest.mark.parametrize("mixed", [False, True])
def test_directions_against_the_plain_path(mixed: bool) -> None:
    case = mlp()
    rng = np.random.default_rng(0)
    u, v = rng.normal(size=(2, len(case.parameters)))
    axes = Axes(case.network.places[0] if mixed else u, v)
    check(case, axes, count=7)


def test_large_pictures_are_float32_and_small_ones_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    case = mlp(rows=250)
    places = case.network.places
    axes, grid = Axes(places[0], places[2]), SurfaceGrid(0, 0, 1, 1, 41)
    rough = pictures_of(case, axes, grid)[-1].losses
    monkeypatch.setattr(surfaces, "SMALL", 1e12)
    exact = pictures_of(case, axes, grid)[-1].losses
    assert rough.dtype == exact.dtype == np.float64
    assert not np.array_equal(rough, exact)
    np.testing.assert_allclose(rough, exact, rtol=1e-5)


def test_what_overflows_in_float32_is_computed_again() -> None:
    nodes = (Node("x", "input"), Node("e", activation="exponential", bias=True),
             Node("y", bias=True, output=True))  # fmt: skip
    network = Network(nodes, (Edge("x", "e"), Edge("e", "y")))
    settings = Settings(loss="output")
    case = Case(network, settings, np.array([50.0, 1.0, 0.0, 0.0]),
                np.linspace(0, 2, 400)[:, None], np.zeros((400, 1)))  # fmt: skip
    axes = Axes(network.places[0], network.places[1])
    last = pictures_of(case, axes, SurfaceGrid(50, 1, 10, 1, 41))[-1]
    assert np.isfinite(last.losses).all()
    assert last.losses.max() > 1e40


def test_the_first_picture_is_coarse_and_complete_and_the_last_one_fine() -> None:
    case = mlp()
    places = case.network.places
    axes, grid = Axes(places[0], places[9]), SurfaceGrid(0.5, -0.5, 1, 2, 101)
    pictures = pictures_of(case, axes, grid)
    first, last = pictures[0], pictures[-1]
    assert first.losses.shape == (26, 26)
    assert np.isfinite(first.losses).all()
    assert last.losses.shape == (101, 101)
    assert (last.xs[0], last.xs[-1], last.ys[0], last.ys[-1]) == (-0.5, 1.5, -2.5, 1.5)
    np.testing.assert_allclose(last.losses[::4, ::4], first.losses, rtol=1e-10)
    done = [picture.done for picture in pictures]
    assert done == sorted(done)
    assert [share == 1 for share in done] == [False] * (len(done) - 1) + [True]


def test_a_picture_under_way_shows_the_coarse_one_where_it_is_not_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(surfaces, "SLICE", 0)
    monkeypatch.setattr(surface_tiles, "TILE", 2000)
    case = mlp(rows=10)
    places = case.network.places
    pictures = pictures_of(case, Axes(places[0], places[9]), SurfaceGrid(0, 0, 1, 1, 21))
    under_way = [p for p in pictures if p.losses.shape == (21, 21)]
    assert len(under_way) > 20
    last = under_way[-1].losses
    early = under_way[3].losses
    assert np.isfinite(early).all()
    assert np.array_equal(early[0], last[0])
    assert not np.array_equal(early[-2], last[-2])
    np.testing.assert_allclose(early[-2], last[-2], rtol=0.2)
    np.testing.assert_allclose(early[::4, ::4], last[::4, ::4], rtol=1e-10)


def test_a_cancelled_surface_leaves_nothing_behind() -> None:
    case = mlp()
    before = case.parameters.copy()
    axes = Axes(case.network.places[0], case.network.places[1])
    work = loss_surface(objective(case), axes, SurfaceGrid(0, 0, 1, 1, 101))
    state = np.geterr()
    next(work)
    assert np.geterr() == state  # nothing leaks out between two pictures
    work.close()  # type: ignore[attr-defined]
    assert list(work) == []
    assert np.array_equal(case.parameters, before)
    check(case, axes, count=3)


def test_numbers_that_do_not_exist_are_holes_not_refusals() -> None:
    network = Network((Node("x", "input"), Node("y", activation="logarithm", bias=True,
                                                output=True)), (Edge("x", "y"),))  # fmt: skip
    case = Case(network, Settings(loss="output"), np.array([1.0, 0.0]), np.ones((2, 1)),
                np.zeros((2, 1)))  # fmt: skip
    axes = Axes(*network.places)
    losses = pictures_of(case, axes, SurfaceGrid(0, 0, 1, 1, 5))[-1].losses
    assert np.isnan(losses[0, 0])
    assert losses[-1, -1] == pytest.approx(np.log(2))


def curve(case: Case, axis: Axis, offsets: Floats) -> list[Surface]:
    """Everything a curve yields."""
    return list(loss_curve(objective(case), axis, offsets))


@pytest.mark.parametrize("kind", ["place", "direction"])
def test_a_curve_against_the_plain_path(kind: str) -> None:
    case = mlp()
    vector = np.zeros(len(case.parameters))
    vector[4] = 1
    offsets = np.linspace(-1, 1, 21)
    pictures = curve(case, case.network.places[4] if kind == "place" else vector, offsets)
    assert pictures[0].losses.shape == (1, 6)
    wanted = [plain_loss(case, case.parameters + x * vector) for x in offsets]
    np.testing.assert_allclose(pictures[-1].losses[0], wanted, rtol=1e-10)
    assert pictures[-1].done == 1


def test_three_valleys_along_one_number() -> None:
    # f = x² / 20 + sin(2x) has three valleys in [-6, 6]; a network of two neurons says it.
    nodes = (Node("x", "parameter"), Node("s", activation="sine"),
             Node("q", activation="square"), Node("f", output=True))  # fmt: skip
    edges = (Edge("x", "s"), Edge("x", "q"), Edge("s", "f"), Edge("q", "f"))
    network = Network(nodes, edges)
    nothing = np.zeros((1, 0))
    case = Case(network, Settings(loss="output"), np.array([2.0, 1.0, 1.0, 0.05, 1.0]), nothing,
                np.zeros((1, 1)))  # fmt: skip
    offsets = np.linspace(-6, 6, 601) - 1
    last = curve(case, Place("value", "x"), offsets)[-1]
    x = offsets + 1
    np.testing.assert_allclose(last.losses[0], x**2 / 20 + np.sin(2 * x), rtol=1e-10, atol=1e-12)
    (losses,) = last.losses
    inner = losses[1:-1]
    assert ((inner < losses[:-2]) & (inner < losses[2:])).sum() >= 3


def test_requests_that_make_no_picture_are_refused() -> None:
    case = mlp()
    a, b = case.network.places[:2]
    grid = SurfaceGrid(0, 0, 1, 1, 5)
    for axes, other, word in (
        (Axes(a, a), grid, "two different"),
        (Axes(a), grid, "second"),
        (Axes(a, b), SurfaceGrid(0, 0, 0, 1, 5), "width above 0"),
        (Axes(a, b), SurfaceGrid(0, 0, 1, 1, 1), "two points"),
        (Axes(a, Place("bias", "gone")), grid, "no longer"),
        (Axes(a, np.ones(3)), grid, "another network"),
    ):
        with pytest.raises(Refused, match=word):
            pictures_of(case, axes, other)
    silent = case.network.change(Node("y1"))
    case = Case(silent, case.settings, case.parameters[:-1], case.inputs, case.targets[:, :0])
    with pytest.raises(Refused, match="no output"):
        pictures_of(case, Axes(a, b), grid)


def test_the_estimate_grows_with_the_picture_and_with_what_lies_downstream() -> None:
    program: Program = Program(layered([2, 8, 8, 1]))
    first, last = program.network.places[:2], program.network.places[-2:]
    early, late = Axes(*first), Axes(*last)
    assert estimate(program, early, 101, 250) > 3 * estimate(program, late, 101, 250)
    ratio = estimate(program, early, 1000, 250) / estimate(program, early, 100, 250)
    assert ratio == pytest.approx(100, rel=0.05)
    alone = Axes(first[0])
    assert estimate(program, early, 101, 250) > estimate(program, alone, 101, 250)
    vector = np.ones(len(program.network.places))
    assert estimate(program, Axes(vector, vector), 10, 5) > estimate(program, late, 10, 5)
