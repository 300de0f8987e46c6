"""Loss surfaces and answer maps: against a loop over our own engine, and against training."""

from collections.abc import Iterator

import numpy as np

from benchmarks.layers import RATE, layered, ready
from benchmarks.layers import rows as data
from benchmarks.timing import Row, ratio
from engine.functions import Floats
from engine.functions.losses import loss
from engine.network import Place
from engine.program.program import Program
from engine.settings import Settings
from engine.views.decision_map import InputPlane, Mapper
from engine.views.objective import Objective
from engine.views.surfaces import Axes, SurfaceGrid, loss_surface

SIZES = [2, 8, 8, 1]
SIDE = 101
PART = 101
SETTINGS = Settings(loss="squared", rate=RATE)

FIRST, OTHER = Place("weight", "n1.0", "x0"), Place("weight", "n1.0", "x1")
BESIDE, SECOND = Place("weight", "n1.1", "x1"), Place("weight", "n2.0", "n1.0")
THIRD, BIAS = Place("weight", "n2.0", "n1.1"), Place("bias", "n2.1")
LAST, END = Place("weight", "n3.0", "n2.0"), Place("bias", "n3.0")
PAIRS = {
    "two neurons of the first layer": (FIRST, BESIDE, 6.0),
    "one neuron of the first layer": (FIRST, OTHER, 6.0),
    "first and second layer": (FIRST, SECOND, 6.0),
    "first and last layer": (FIRST, LAST, 6.0),
    "two neurons of the second layer": (SECOND, BIAS, 30.0),
    "one neuron of the second layer": (SECOND, THIRD, 30.0),
    "second and last layer": (SECOND, LAST, 30.0),
    "last layer": (LAST, END, 30.0),
}


class Loop:
    """A part of the grid by what the engine has anyway: load, forward and loss, point by point."""

    def __init__(self, program: Program, numbers: Floats, inputs: Floats, targets: Floats) -> None:
        self.numbers, self.targets = numbers, np.ascontiguousarray(targets.T)
        self.runner = program.runner(SETTINGS, len(inputs))
        self.head = program.heads(inputs, targets)

    def part(self, first: int, second: int) -> Floats:
        """One row of the grid."""
        moved, found = self.numbers.copy(), np.empty(PART)
        value, runner = loss(SETTINGS.loss).value, self.runner
        for i in range(PART):
            moved[first] = moved[second] = i / PART
            runner.load(moved)
            runner.forward(self.head)
            outputs = runner.outputs()
            found[i] = value(outputs, self.targets, outputs, 0.5).mean()
        return found


def surfaces() -> Iterator[Row]:
    """A 101×101 surface over 250 points, its coarse picture included, for pairs of every kind."""
    program = Program(layered(SIZES))
    inputs, targets = data(SIZES)
    numbers = np.random.default_rng(0).normal(size=len(program.network.places))
    objective = Objective(program, SETTINGS, numbers, inputs, targets)
    index = program.network.place_index
    loop = Loop(program, numbers, inputs, targets)
    for name, (first, second, bar) in PAIRS.items():
        x, y = float(numbers[index[first]]), float(numbers[index[second]])
        axes, grid = Axes(first, second), SurfaceGrid(x, y, 1.0, 1.0, SIDE)

        def surface(axes: Axes = axes, grid: SurfaceGrid = grid) -> object:
            *_, last = loss_surface(objective, axes, grid)
            return last

        def one_row(places: tuple[int, int] = (index[first], index[second])) -> object:
            return loop.part(*places)

        found = ratio(one_row, surface, 1.0) * SIDE * SIDE / PART
        yield Row(f"surface {SIDE}×{SIDE}: {name}", "a loop over our own engine", found, bar)


def maps() -> Row:
    """The answer of every node on a 100×100 grid, coarse and fine, against epochs of training."""
    program, runner, heads = ready(SIZES, 10)
    mapper = Mapper(program, SETTINGS, InputPlane("x0", "x1", (-1.0, 1.0), (-1.0, 1.0), 100))
    numbers = runner.parameters()
    found = ratio(lambda: list(mapper.pictures(numbers)), lambda: runner.updates(heads), 1.0)
    what = "map of every node, 100×100, coarse and fine"
    return Row(what, "one epoch of 250", found, 3.0, False, "without colouring")


def measured() -> Iterator[Row]:
    """The rows as they are measured."""
    yield from surfaces()
    yield maps()


def rows() -> list[tuple[str, float | None, float | None]]:
    """All of them: what, ratio and bar."""
    return [(row.what, row.ratio, row.bar) for row in measured()]
