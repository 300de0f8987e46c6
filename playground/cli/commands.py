"""The commands by name, and what every one of them shares: a refusal in one sentence."""

import re
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from engine.errors import Refused, brief, did_you_mean, nearest
from playground.cli.streams import REFUSED, STREAM, complain, one_line, tell_json, write_output

HELP = """\
Neural Playground: draw a network neuron by neuron and see every number of learning.

neural-playground [FILE|LESSON]            the window; without a screen the steps in words
neural-playground lessons [--json]         the lessons: id, title, group, one line each
neural-playground step FILE|LESSON         one update, number by number
    [--update N] [--updates N] [--sample K]
    [--rounding lecture|off] [--digits D] [--json]
neural-playground train FILE|LESSON        train, and write the result if asked
    [--epochs N] [--rate R] [--seed S] [--out OUT.json] [--json]
neural-playground check FILE|LESSON        is the file sound, do the gradients agree
    [--json]                               (a lesson's folder is proofread)
neural-playground export FILE|LESSON OUT.json
                                           the trained model alone
neural-playground picture FILE|LESSON OUT.png|OUT.svg
                                           paint the window, or a part of it
    [--size 1440x900] [--theme light|dark] [--scale 1]
    [--view window|canvas|curves|surface|boundary] [--update N] [--cursor M]
neural-playground --help | --version

A lesson's id wins over a file's name; what has a path separator or an ending, or is there, is a
file. The folder of a lesson of your own stands wherever a lesson does.
As FILE, - is standard input; as OUT, it is standard output.
Exit codes: 0, 1 (refused, with a sentence), 2 (wrong usage), 3 (training diverged).
"""

Command = Callable[[list[str]], int]


def _lessons(arguments: list[str]) -> int:
    from engine.lessons.lesson import lessons
    from playground.cli.shared import Arguments

    parser = Arguments("lessons", "The lessons: id, title, group, one line each.", "")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    as_json = parser.parse_args(arguments).json
    found = lessons()
    width = max((len(lesson.id) for lesson in found), default=0)
    group = ""
    for lesson in found:
        if as_json:
            tell_json({name: getattr(lesson, name) for name in ("id", "title", "group", "line")})
            continue
        if lesson.group != group:
            print(f"{'' if not group else chr(10)}{lesson.group}")
            group = lesson.group
        print(f"  {lesson.id:<{width}}  {lesson.title}: {lesson.line}")
    return 0


def _step(arguments: list[str]) -> int:
    from playground.cli.step import run

    return run(arguments)


def _train(arguments: list[str]) -> int:
    from playground.cli.train import run

    return run(arguments)


def _check(arguments: list[str]) -> int:
    from playground.cli.check import run

    return run(arguments)


def _export(arguments: list[str]) -> int:
    """The trained model alone, in the format that the ending asks for."""
    from engine.files.loading import export_model, model_text
    from playground.cli.shared import Arguments, open_experiment, reading

    parser = Arguments("export", "Write the trained model alone.")
    parser.add_argument("out", metavar="OUT.json", help="where to, or - for standard output")
    chosen = parser.parse_args(arguments)
    with reading(chosen.experiment) as work:
        experiment = open_experiment(chosen.experiment)
        work.begin("Writing the model")
        if chosen.out == STREAM:
            write_output(model_text(experiment).encode())
            return 0
        export_model(experiment, chosen.out)
    print(f"Wrote {one_line(chosen.out)}.")
    return 0


VIEWS = ("window", "canvas", "curves", "surface", "boundary")
SMALLEST, LARGEST = 200, 8000
MOST_PIXELS = 100_000_000


class Order(NamedTuple):
    """A picture that is asked for; the fields are named as the arguments are."""

    experiment: str
    out: str
    size: tuple[int, int]
    theme: str
    scale: float
    view: str
    update: int | None
    cursor: int | None


def order(arguments: list[str]) -> Order:
    """What the arguments of `picture` ask for; neither NumPy nor Qt is needed to read them."""
    from pathlib import Path

    from playground.cli.shared import Arguments, one_of, positive, whole_or_zero

    parser = Arguments("picture", "Paint the real window, or a part of it, into a file.")
    parser.add_argument("out", metavar="OUT.png|OUT.svg",
                        help="where to; - is a PNG to standard output")  # fmt: skip
    parser.add_argument("--size", default="1440x900", metavar="1440x900",
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
    if chosen.out != STREAM and Path(chosen.out).suffix.lower() not in (".png", ".svg"):
        parser.error(f"“{brief(chosen.out)}” ends neither in .png nor in .svg")
    found = re.fullmatch(r"(\d{1,5})[x×](\d{1,5})", chosen.size, re.ASCII)
    width, height = (int(found[1]), int(found[2])) if found else (0, 0)
    if not (SMALLEST <= width <= LARGEST and SMALLEST <= height <= LARGEST):
        parser.error(f"--size: “{brief(chosen.size)}” is not a size like 1440x900, "
                     f"from {SMALLEST} to {LARGEST}")  # fmt: skip
    if not 0.5 <= chosen.scale <= 4:
        parser.error("the scale must lie between 0.5 and 4")
    if width * height * chosen.scale**2 > MOST_PIXELS:
        parser.error("the picture would be larger than 100 million dots")
    return Order(**{**vars(chosen), "size": (width, height), "out": str(Path(chosen.out))})


COMMANDS: dict[str, Command] = {
    "lessons": _lessons,
    "step": _step,
    "train": _train,
    "check": _check,
    "export": _export,
}


def run(arguments: list[str], others: Mapping[str, Command] | None = None) -> int:
    """Run the command that the arguments name; without one, walk through the first lesson.

    `others` are the commands that need Qt; the one called "" takes the place of the walk.
    """
    if arguments and arguments[0] in ("--help", "-h"):
        sys.stdout.write(HELP)
        return 0
    if arguments and arguments[0].startswith("-") and arguments[0] != STREAM:
        return _not_known("option", arguments[0], ("--help", "--version"))
    commands = {**COMMANDS, **(others or {})}
    try:
        if arguments and arguments[0] in commands.keys() - {""}:
            return commands[arguments[0]](arguments[1:])
        if len(arguments) > 1 or (arguments and _is_like_a_command(arguments[0], commands)):
            return _not_known("command", arguments[0], filter(None, commands))
        return commands.get("", walk)(arguments)
    except Refused as refused:
        complain(refused.sentence)
        return REFUSED


def _is_like_a_command(name: str, commands: Iterable[str]) -> bool:
    """Whether one was meant, and neither a file nor a lesson."""
    from engine.files.disk import means_file

    if not nearest(name, commands) or means_file(name):
        return False
    from engine.lessons.lesson import lesson_ids

    lessons = lesson_ids()
    return name not in lessons and nearest(name, [*commands, *lessons]) not in lessons


def _not_known(what: str, name: str, known: Iterable[str]) -> int:
    hint = did_you_mean(name, known)
    complain(f"There is no {what} “{brief(name)}”.{hint} See neural-playground --help.")
    return 2


def walk(arguments: list[str]) -> int:
    """The lesson or file in words, the first lesson if none is named."""
    return _step(arguments or ["student-grade"])
