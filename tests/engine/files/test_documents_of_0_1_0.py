"""Every document that version 0.1.0 wrote opens, steps, saves and means what it meant then.

The files lie in tests/documents_0_1_0, as that version wrote them; none is ever changed.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.experiment.experiment import Experiment
from engine.experiment.history import start_of
from engine.experiment.stepping import step, step_back, step_update
from engine.experiment.trace import Trace
from engine.files.document import Loaded, document_text
from engine.files.lesson import read_index
from engine.files.loading import load, load_bytes, model_text
from engine.functions import Floats
from engine.functions.datasets import Recipe
from engine.functions.initializers import Initializer
from engine.functions.optimizers import Optimizer, Schedule
from engine.layout import Letters
from engine.lessons.lesson import open_folder
from engine.network import Node, Place
from engine.program.program import why_not_run
from engine.settings import Settings, Stops
from tests.sampled import sampled

FOLDER = Path(__file__).parents[2] / "documents_0_1_0"
DOCUMENTS = sorted(path.name for path in FOLDER.glob("*.json"))
MODELS = sorted(path.name for path in (FOLDER / "models").glob("*.json"))
LESSONS = sorted(path.name for path in (FOLDER / "lessons").iterdir() if path.is_dir())
THEN = json.loads((FOLDER / "numbers" / "numbers.json").read_text("utf-8"))

#: What version 0.1.0 could write; a file for each of them is kept.
KINDS = {
    "losses": {"squared", "half squared", "absolute", "hinge", "zero-one", "binary cross-entropy",
               "softmax cross-entropy", "output"},
    "optimizers": {"sgd", "momentum", "nesterov", "rmsprop", "adam"},
    "schedules": {"constant", "step", "exponential", "cosine", "inverse"},
    "initializers": {"as drawn", "zeros", "constant", "uniform", "normal", "xavier", "he"},
    "combines": {"sum", "product", "max", "min"},
    "activations": {"identity", "sigmoid", "tanh", "relu", "leaky relu", "softplus", "step", "sine",
                    "cosine", "exponential", "logarithm", "square", "reciprocal", "absolute"},
    "nodes": {"input", "parameter", "neuron"},
}  # fmt: skip

#: The settings of a document that says nothing of them.
PLAIN = Settings(
    "half squared", "mean", Optimizer("sgd", 0.9, 0.9, 0.999, 0.99, 1e-8), 0.1,
    Schedule("constant", 10, 0.5, 100, 0.0, 0.1), 1, False, 0.0, 0.0, 0,
    Initializer("uniform", 0.5, 0.0), Stops(None, None, None, None, None), False, 4,
)  # fmt: skip


def lesson_starts(lesson: str) -> Iterator[tuple[str, Experiment]]:
    """What a lesson and each of its variants start from."""
    opened = open_folder(FOLDER / "lessons" / lesson)
    yield lesson, opened.start
    for name, start in opened.starts.items():
        yield f"{lesson}: {name}", start


def check_saved(experiment: Experiment) -> Experiment:
    """It is the same after it was saved, and so is what is written then."""
    text = document_text(experiment)
    again = load_bytes(text.encode())
    assert not again.converted
    assert again.experiment == experiment
    assert document_text(again.experiment) == text
    return again.experiment


def check_numbers(trace: Trace) -> None:
    """All of them are numbers."""
    numbers = trace.numbers
    for array in (numbers.z, numbers.a, numbers.error, numbers.gradient, trace.after):
        assert np.isfinite(array).all()
    assert np.isfinite([trace.total, trace.penalty]).all()


def check_steps(experiment: Experiment) -> None:
    """A whole update on from here, number by number, and all the way back."""
    forward = [experiment, step(experiment)]
    while forward[-1].updates == experiment.updates:
        trace = forward[-1].trace
        assert trace is not None
        check_numbers(trace)
        forward.append(step(forward[-1]))
    assert forward[-1] == step_update(experiment)
    moved = check_saved(step(forward[-1]))
    assert moved.updates == experiment.updates + 1
    moved = forward[-1]
    for before in reversed(forward[:-1]):
        moved = step_back(moved)
        assert (moved.updates, moved.cursor) == (before.updates, before.cursor)
        assert moved.parameters.tobytes() == before.parameters.tobytes()


def told(experiment: Experiment) -> dict[str, float]:
    """What one update from here is known by: its loss and penalty, and the numbers after it."""
    trace = step(experiment).trace
    assert trace is not None
    return {
        "loss": trace.total,
        "penalty": trace.penalty,
        "before": fingerprint(experiment.parameters),
        "after": fingerprint(step_update(experiment).parameters),
    }


def fingerprint(numbers: Floats) -> float:
    """One number that changes with each of them."""
    return float(numbers @ np.cos(np.arange(len(numbers))))


def check_meaning(name: str, experiment: Experiment) -> None:
    """The numbers are those of 0.1.0."""
    assert told(experiment) == pytest.approx(THEN[name], rel=1e-9, abs=1e-12)


def check_all(name: str, loaded: Loaded) -> None:
    experiment = check_saved(loaded.experiment)
    if why_not_run(experiment.network, experiment.settings) is not None:
        assert name not in THEN
        return
    assert start_of(experiment.history) == experiment.updates
    check_steps(experiment)
    check_meaning(name, experiment)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_opens_steps_and_saves(name: str) -> None:
    loaded = load(FOLDER / name)
    assert (loaded.version, loaded.converted, loaded.model) == (1, False, False)
    assert json.loads((FOLDER / name).read_text("utf-8"))["version"] == 1
    check_all(name, loaded)


@pytest.mark.parametrize("lesson", sampled(LESSONS, 15))
def test_a_lesson_opens_steps_and_saves(lesson: str) -> None:
    for name, start in lesson_starts(lesson):
        check_all(name, Loaded(start))


def test_every_experiment_of_a_lesson_opens_as_a_document() -> None:
    files = [path for path in FOLDER.glob("lessons/*/*.json") if path.name != "lesson.json"]
    assert len(files) > len(LESSONS)
    for path in files:
        loaded = load(path)
        assert loaded.experiment.lesson == path.parent.name
        check_saved(loaded.experiment)


def test_the_list_of_lessons_opens() -> None:
    index = read_index((FOLDER / "lessons" / "index.json").read_bytes())
    assert sorted(name for group in index.groups for name in group.lessons) == LESSONS


@pytest.mark.parametrize("name", MODELS)
def test_a_model_opens_steps_and_saves(name: str) -> None:
    loaded = load(FOLDER / "models" / name)
    assert loaded.model
    again = load_bytes(model_text(loaded.experiment).encode())
    assert again.model
    assert again.experiment == loaded.experiment
    check_all(f"models/{name}", loaded)


def test_the_numbers_of_a_model_are_those_of_the_run_that_made_it() -> None:
    run = load(FOLDER / "after-a-run.json").experiment
    model = load(FOLDER / "models" / "model.json").experiment
    assert model.data.scaling == run.data.scaling is not None
    assert model.data.classes == run.data.classes == ("outside", "inside")
    assert model.network.outputs == run.network.outputs
    for place, number in zip(run.network.places, run.parameters, strict=True):
        assert model.parameters[model.network.place_index[place]] == number


def test_there_is_a_document_of_every_kind() -> None:
    experiments = [load(FOLDER / name).experiment for name in DOCUMENTS]
    settings = [experiment.settings for experiment in experiments]
    nodes = [node for experiment in experiments for node in experiment.network.nodes]
    found = {
        "losses": {each.loss for each in settings},
        "optimizers": {each.optimizer.kind for each in settings},
        "schedules": {each.schedule.kind for each in settings},
        "initializers": {each.initializer.kind for each in settings},
        "combines": {node.combine for node in nodes},
        "activations": {node.activation for node in nodes},
        "nodes": {node.kind for node in nodes},
    }
    assert found == KINDS
    assert any(each.l1 for each in settings)
    assert any(each.l2 for each in settings)
    assert any(experiment.cursor for experiment in experiments)
    assert any(experiment.curve.count > 100 for experiment in experiments)
    assert len([each for each in experiments if each.data.recipe and each.data.scaling]) == 2


def test_what_0_1_0_did_not_know_is_kept() -> None:
    loaded = load(FOLDER / "unknown-keys.json")
    assert loaded.notes == ("Kept 4 entries that this version does not know.",)
    plain = json.loads(document_text(step_update(loaded.experiment)))
    assert plain["teacher"] == {"name": "Ada", "notes": [1, 2.5, None, "π"]}
    assert plain["colour"] == "teal"
    assert plain["neurons"][3]["shape"] == "square"
    assert plain["edges"][7]["bend"] == 0.25


def test_what_was_left_out_means_what_it_meant() -> None:
    experiment = load(FOLDER / "left-out.json").experiment
    kept = experiment.variants["all of Adam"]
    assert experiment.settings == PLAIN
    assert kept == replace(PLAIN, optimizer=replace(PLAIN.optimizer, kind="adam"))
    hidden = Node("h", "neuron", "sum", "leaky relu", 0.01, False, False, False, False)
    assert experiment.network.node("h") == hidden
    assert not any(edge.locked for edge in experiment.network.edges)
    assert experiment.layout.letters == Letters("z", "o", "δ", "E")
    assert experiment.layout.name("y") == "y"
    assert experiment.data.recipe == Recipe("circle", 2, 0.0, 0, 0.5)
    assert (experiment.lesson, experiment.updates, experiment.turn) == ("", 0, (0, 0))


def test_the_flagship_shows_the_numbers_of_the_lecture() -> None:
    """Exact, and rounded as the lecture does: the table of an update, from where it was saved."""
    exact = {("4", "6"): -0.26082884634154524, ("5", "6"): -0.13802506750700472,
             ("1", "4"): 0.19214789423111006, ("3", "4"): -0.50785210576889}  # fmt: skip
    rounded = {("4", "6"): -0.261, ("5", "6"): -0.138, ("1", "4"): 0.192, ("3", "4"): -0.508}
    for name, cursor, expected, bias in (
        ("student-grade-in-a-pass.json", 14, exact, 0.21805217039291008),
        ("student-grade-rounded-in-a-pass.json", 11, rounded, 0.218),
    ):
        saved = load(FOLDER / name).experiment
        assert saved.cursor == cursor
        done = step_update(saved)
        index = done.network.place_index
        for (source, target), value in expected.items():
            found = done.parameters[index[Place("weight", target, source)]]
            assert found == pytest.approx(value, rel=0, abs=1e-15)
        assert done.parameters[index[Place("bias", "6")]] == pytest.approx(bias, rel=0, abs=1e-15)
        assert done.updates == 1


def test_the_scores_of_the_lecture_give_its_loss() -> None:
    trace = step(load(FOLDER / "lessons" / "softmax" / "experiment.json").experiment).trace
    assert trace is not None
    assert trace.total == pytest.approx(2.0404, abs=5e-5)
    assert trace.probabilities[:, 0] == pytest.approx([0.13, 0.869, 0.001], abs=5e-5)
