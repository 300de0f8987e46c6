"""What stands below a loss surface: how far it reaches, around what, and from which seed."""

from engine.numerals import count, short
from engine.surfaces import Grid
from playground.plots.plane import Plane


def caption(plane: Plane, grid: Grid) -> str:
    """What the picture was made of: range, seed and centre."""
    far = short(grid.half_x, 3)
    if grid.half_y != grid.half_x and plane.axes.second is not None:
        far += f" and {short(grid.half_y, 3)}"
    if plane.mode == "numbers":
        middle = [grid.center_x, grid.center_y][: len(plane.places)]
        return f"± {far} around {', '.join(short(number, 3) for number in middle)}"
    around = f"± {far} around update {count(plane.update)}"
    if plane.explained is None:
        return f"seed {plane.seed}, {around}"
    shares = " and ".join(f"{100 * share:.0f} %" for share in plane.explained)
    return f"explains {shares} of the path, {around}"
