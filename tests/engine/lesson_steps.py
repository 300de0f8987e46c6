"""One update of a lesson as the window and `neural-playground step` tell it."""

import json
from typing import Any

import numpy as np
import pytest

from engine.experiment.experiment import Experiment
from engine.experiment.stepping import step
from engine.lessons.lesson import open_lesson
from engine.network import Place
from engine.views.samples import SampleNumbers
from playground.cli.step import run

Owner = str | tuple[str, str]


def lines_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    """What `neural-playground step … --json` prints."""
    assert run([*arguments, "--json"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def owner_of(line: dict[str, Any]) -> Owner:
    """Whose number a line tells; "" for that of the whole."""
    return tuple(line["edge"]) if "edge" in line else line.get("node", "")


def numbers_of(lines: list[dict[str, Any]], update: int = 1) -> dict[tuple[str, Owner], float]:
    """The numbers of one update, by what they are and whose they are."""
    return {
        (line["what"], owner_of(line)): line["value"] for line in lines if line["update"] == update
    }


def start_of(lesson: str) -> Experiment:
    """What a lesson starts from."""
    return open_lesson(lesson).experiment


def at_the_end(experiment: Experiment) -> Experiment:
    """The next pass with all its numbers told, before the update is made."""
    told = step(experiment)
    assert told.trace is not None
    while told.cursor < told.trace.length:
        told = step(told)
    return told


def shown_number(experiment: Experiment, shown: SampleNumbers, what: str, owner: Owner) -> float:
    """The number that the canvas shows in this place."""
    network = experiment.network
    if what in ("gradient", "value"):
        vector = shown.gradients if what == "gradient" else shown.updated
        return float(vector[_place(experiment, owner)])
    by_node = {
        "sum": shown.sums, "activation": shown.values, "error": shown.errors,
        "derivative": shown.derivatives, "loss": shown.losses,
    }  # fmt: skip
    assert isinstance(owner, str)
    return float(by_node[what][network.index[owner]]) if what in by_node else np.nan


def _place(experiment: Experiment, owner: Owner) -> int:
    index = experiment.network.place_index
    if isinstance(owner, tuple):
        return index[Place("weight", owner[1], owner[0])]
    bias = Place("bias", owner)
    return index[bias] if bias in index else index[Place("value", owner)]
