"""Every sentence about a number that does not exist calls a node by the name it goes by."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.errors import Refused
from engine.experiment.experiment import Experiment
from engine.experiment.stepping import step, step_update
from engine.experiment.training import Goal, trained
from engine.files.document import Loaded
from engine.network import Place
from engine.program.program import why_not_run
from engine.views.objective import agreements, objective_of, step_table
from playground.cli import commands
from tests.engine.files.test_documents import document, load_raw

WHERE = "does not exist: neuron hidden 4, sample 1. Change what arrives at hidden 4,"


def flagship(**settings: object) -> Loaded:
    """The flagship with a logarithm of something below 0 in "hidden 4", whose id is 4."""
    raw = document()
    raw["neurons"][3]["activation"] = "logarithm"
    raw["settings"] |= settings
    return load_raw(raw)


def check(experiment: Experiment, how: Callable[..., Any], *more: object) -> Any:
    objective = objective_of(experiment.context, experiment.parameters, experiment.data.training)
    return tuple(how(objective, *more, call=experiment.layout.name))


@pytest.mark.parametrize("how", [
    step, step_update,
    lambda e: check(e, agreements),
    lambda e: check(e, step_table, Place("bias", "4")),
], ids=["step", "update", "agreements", "h-table"])  # fmt: skip
def test_a_number_that_does_not_exist(how: Callable[[Experiment], object]) -> None:
    with pytest.raises(Refused) as caught:
        how(flagship().experiment)
    assert WHERE in caught.value.sentence


def test_a_run_that_ends_there() -> None:
    done = trained(flagship(rounding=False).experiment, Goal(updates=3))
    assert done.ending is not None and WHERE in done.ending.sentence


def test_a_loss_that_does_not_suit_the_output() -> None:
    raw = document()
    raw["neurons"][5]["activation"] = "tanh"
    raw["settings"] |= {"loss": "binary cross-entropy", "rounding": False}
    value = load_raw(raw).experiment
    told = why_not_run(value.network, value.settings, value.layout.name)
    assert told is not None and told.endswith("give output 6 a sigmoid.")


@pytest.mark.parametrize("command", ["check", "step"])
def test_in_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str) -> None:
    path = tmp_path / "odd.json"
    raw = document()
    raw["neurons"][3]["activation"] = "logarithm"
    path.write_text(json.dumps(raw))
    assert commands.run([command, str(path)]) == 1
    assert WHERE in capsys.readouterr().err


def test_in_the_terminal_where_a_gradient_cannot_agree(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """At 0 the slope of relu is no single number: Σ = 0·0.2 + 0·0.4 − 0·0.5 + 0."""
    path = tmp_path / "kink.json"
    raw = document()
    raw["neurons"][3] |= {"activation": "relu", "bias": 0.0}
    raw["data"] = {"inputs": [[0.0, 0.0, 0.0]], "targets": [[1.0]]}
    path.write_text(json.dumps(raw))
    assert commands.run(["check", str(path)]) == 0
    assert "for the bias of hidden 4 there is no telling." in capsys.readouterr().out
