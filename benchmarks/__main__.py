"""`python -m benchmarks`: the table of ratios, each against its bar.

Absolute times differ from machine to machine and minute to minute; only what was taken in turn
in one run is compared. Names given on the command line choose which parts are run.
"""

import sys
from collections.abc import Callable, Iterator

import numpy as np

from benchmarks import (
    alive,
    canvas,
    commands,
    files,
    files_run,
    first_paint,
    graphs,
    history,
    large,
    layers,
    plots,
    samples,
    scalars,
    surfaces,
    training,
    work,
)
from benchmarks.timing import Row

# A new part is a function that yields rows, named here.
PARTS: dict[str, Callable[[], Iterator[Row]]] = {
    "layers": layers.measured,
    "scalars": scalars.measured,
    "graphs": graphs.measured,
    "large": large.measured,
    "work": work.measured,
    "history": history.measured,
    "training": training.measured,
    "surfaces": surfaces.measured,
    "files": files.measured,
    "files_run": files_run.measured,
    "canvas": canvas.measured,
    "plots": plots.measured,
    "samples": samples.measured,
    "first_paint": first_paint.measured,
    "alive": alive.measured,
    "commands": commands.measured,
}
HEAD = f"{'what':52}  {'against':26}  {'ratio':>8}  {'bar':>7}"


def line(row: Row) -> str:
    """One row as text."""
    number = f"{row.ratio:8.2f}" if row.ratio is not None else f"{'-':>8}"
    bar = f"{'≥' if row.floor else '≤'} {row.bar:5.2f}" if row.bar is not None else " " * 7
    end = f"  {row.verdict} {row.note}".rstrip()
    return f"{row.what:52}  {row.against:26}  {number}  {bar}{end}"


def main(names: list[str]) -> None:
    """Print the rows as they are measured."""
    print(HEAD)
    with np.errstate(all="ignore"):
        for name in names or PARTS:
            for row in PARTS[name]():
                print(line(row), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
