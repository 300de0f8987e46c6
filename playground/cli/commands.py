"""The commands by name, and what every one of them shares: errors in one sentence, quiet pipes."""

import os
import sys
from collections.abc import Callable

from engine.errors import Refused

HELP = """\
Neural Playground: draw a network neuron by neuron and see every number of learning.

neural-playground [FILE|LESSON]            the lesson or file, step by step
neural-playground lessons [--json]         the lessons: id, title, group, one line each
neural-playground step FILE|LESSON         one update, number by number
    [--updates N] [--sample K] [--rounding lecture|off] [--digits D] [--json]
neural-playground train FILE|LESSON        train, and write the result if asked
    [--epochs N] [--rate R] [--seed S] [--out OUT.json] [--json]
neural-playground check FILE|LESSON        is the file sound, do the gradients agree
    [--json]
neural-playground export FILE|LESSON OUT.json
                                           the trained model alone
neural-playground --help | --version

A lesson's id wins over a file's name; a file is meant by a path separator or an ending.
Exit codes: 0, 1 (refused, with a sentence), 2 (wrong usage).
"""

Command = Callable[[list[str]], int]


def _lessons(arguments: list[str]) -> int:
    from playground.cli.lessons import run

    return run(arguments)


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
    from playground.cli.export import run

    return run(arguments)


COMMANDS: dict[str, Command] = {
    "lessons": _lessons,
    "step": _step,
    "train": _train,
    "check": _check,
    "export": _export,
}


def run(arguments: list[str]) -> int:
    """Run the command that the arguments name; without one, walk through the first lesson."""
    if arguments and arguments[0] in ("--help", "-h"):
        sys.stdout.write(HELP)
        return 0
    if arguments and arguments[0].startswith("-"):
        sys.stderr.write(f"There is no option “{arguments[0]}”. See neural-playground --help.\n")
        return 2
    try:
        code = _chosen(arguments)
        sys.stdout.flush()
    except Refused as refused:
        sys.stderr.write(f"{refused.sentence}\n")
        return 1
    except BrokenPipeError:
        # Whoever read the output has enough; Python must not complain when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def _chosen(arguments: list[str]) -> int:
    if arguments and arguments[0] in COMMANDS:
        return COMMANDS[arguments[0]](arguments[1:])
    if len(arguments) > 1:
        sys.stderr.write(f"There is no command “{arguments[0]}”. See neural-playground --help.\n")
        return 2
    return _step(arguments or ["student-grade"])
