"""The README is true: its programs read every shipped model, and its commands exist."""

import json
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.data import make_data
from engine.experiment.experiment import Experiment, new_experiment
from engine.experiment.training import Goal, trained
from engine.files.loading import model_text
from engine.functions.activations import ACTIVATIONS
from engine.functions.datasets import Scaling
from engine.lessons.lesson import lesson_ids, open_lesson
from engine.network import COMBINES, Edge, Network, Node

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", README, re.DOTALL)
    assert found is not None
    return found[1]


def all_kinds() -> Experiment:
    """A network with every combine and every activation, scaled inputs and a parameter."""
    rng = np.random.default_rng(5)
    nodes = [Node("x1", "input"), Node("x2", "input"), Node("p", "parameter")]
    edges = []
    for i, name in enumerate(ACTIVATIONS):
        combine = COMBINES[i % 4]
        nodes.append(Node(f"n{i}", combine=combine, activation=name, leak=0.2, output=True,
                          bias=combine == "sum"))  # fmt: skip
        edges += [Edge(source, f"n{i}") for source in ("x1", "x2", "p")]
    network = Network((*nodes, Node("alone", combine="product", output=True)), tuple(edges))
    data = make_data(network.inputs, network.outputs, [], scaling=Scaling((0.1, 0.2), (2.0, 0.5)))
    parameters = rng.uniform(0.2, 1.5, len(network.places))
    return new_experiment(network, data=data, parameters=parameters)


CASES = [("every kind", 0), *((name, updates) for name in lesson_ids() for updates in (0, 20))]


@cache
def case(name: str, updates: int) -> Experiment:
    start = all_kinds() if name == "every kind" else open_lesson(name).experiment
    return trained(start, Goal(updates=updates)) if updates else start


def questions(experiment: Experiment) -> np.ndarray[Any, Any]:
    """Raw inputs, as they are before scaling, whose logarithms exist."""
    return np.random.default_rng(1).uniform(0.7, 1.4, (7, len(experiment.network.inputs)))


def expected(experiment: Experiment) -> np.ndarray[Any, Any]:
    scaling, raw = experiment.data.scaling, questions(experiment)
    inputs = (raw - scaling.mean) / scaling.deviation if scaling else raw
    return np.asarray(
        experiment.program.answers(experiment.settings, experiment.parameters, inputs)
    )


@pytest.mark.parametrize(("name", "updates"), CASES)
def test_the_python_of_the_readme_answers_as_the_engine_does(name: str, updates: int) -> None:
    experiment = case(name, updates)
    space: dict[str, Any] = {}
    exec(block("python"), space)
    model = json.loads(model_text(experiment))
    answers = [space["answer"](model, list(row)) for row in questions(experiment)]
    np.testing.assert_allclose(answers, expected(experiment), rtol=1e-12, atol=1e-12)


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_the_javascript_of_the_readme_answers_as_the_engine_does(tmp_path: Path) -> None:
    experiments = [case(*named) for named in CASES]
    models = [json.loads(model_text(experiment)) for experiment in experiments]
    rows = [questions(experiment).tolist() for experiment in experiments]
    script = (
        f"{block('javascript')}\nconst all = JSON.parse(require('fs').readFileSync(0));\n"
        "console.log(JSON.stringify(all.models.map((model, k) => "
        "all.rows[k].map(row => answer(model, row)))));"
    )
    file = tmp_path / "answer.js"
    file.write_text(script, "utf-8")
    done = subprocess.run(["node", str(file)], input=json.dumps({"models": models, "rows": rows}),
                          capture_output=True, text=True, check=True, timeout=60)  # fmt: skip
    for experiment, answers in zip(experiments, json.loads(done.stdout), strict=True):
        np.testing.assert_allclose(answers, expected(experiment), rtol=1e-12, atol=1e-12)


def test_the_two_commands_stand_there_to_be_copied() -> None:
    assert "python -m pip install . && neural-playground\n" in README
    assert 'python -m pip install -e ".[test]" && python -m pytest\n' in README


def test_every_command_that_there_is_is_told() -> None:
    from playground.cli.commands import COMMANDS

    for name in COMMANDS:
        assert f"neural-playground {name}" in README
