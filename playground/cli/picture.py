"""The command `picture`: what is asked for; the window that is painted is none of its business."""

import argparse
import re
from dataclasses import dataclass
from pathlib import Path

from engine.errors import brief
from playground.cli.arguments import Arguments, one_of, positive, whole_or_zero
from playground.cli.streams import STREAM

VIEWS = ("window", "canvas", "curves", "surface", "boundary")
SMALLEST, LARGEST = 200, 8000
MOST_PIXELS = 100_000_000


@dataclass(frozen=True, slots=True)
class Order:
    """A picture that is asked for."""

    name: str
    out: Path
    size: tuple[int, int]
    theme: str
    scale: float
    view: str
    update: int | None
    cursor: int | None


def order(arguments: list[str]) -> Order:
    """What the arguments ask for."""
    parser = Arguments("picture", "Paint the real window, or a part of it, into a file.")
    parser.add_argument("out", metavar="OUT.png|OUT.svg", type=_out,
                        help="where to; - is a PNG to standard output")  # fmt: skip
    parser.add_argument("--size", type=_size, default=(1440, 900), metavar="1440x900",
                        help="width and height of the window")  # fmt: skip
    parser.add_argument("--theme", type=one_of("light", "dark"), default="light",
                        metavar="light|dark", help="on light ground or on dark")  # fmt: skip
    parser.add_argument("--scale", type=positive, default=1.0, metavar="S",
                        help="dots per unit, 0.5 to 4")  # fmt: skip
    parser.add_argument("--view", type=one_of(*VIEWS), default="window", metavar="VIEW",
                        help=f"what is painted: {', '.join(VIEWS)}")  # fmt: skip
    parser.add_argument("--update", type=whole_or_zero, metavar="N", help="make N updates first")
    parser.add_argument("--cursor", type=whole_or_zero, metavar="M", help="then M micro-steps")
    chosen = parser.parse_args(arguments)
    if not 0.5 <= chosen.scale <= 4:
        parser.error("the scale must lie between 0.5 and 4")
    if chosen.size[0] * chosen.size[1] * chosen.scale**2 > MOST_PIXELS:
        parser.error("the picture would be larger than 100 million dots")
    return Order(chosen.experiment, chosen.out, chosen.size, chosen.theme, chosen.scale,
                 chosen.view, chosen.update, chosen.cursor)  # fmt: skip


def _size(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{1,5})[x×](\d{1,5})", text, re.ASCII)
    size = (int(found[1]), int(found[2])) if found else (0, 0)
    if not all(SMALLEST <= side <= LARGEST for side in size):
        raise argparse.ArgumentTypeError(
            f"“{brief(text)}” is not a size like 1440x900, from {SMALLEST} to {LARGEST}"
        )
    return size


def _out(text: str) -> Path:
    if text != STREAM and Path(text).suffix.lower() not in (".png", ".svg"):
        raise argparse.ArgumentTypeError(f"“{brief(text)}” ends neither in .png nor in .svg")
    return Path(text)
