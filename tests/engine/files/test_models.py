"""The trained model alone: what is written answers as the experiment does, and opens again."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.data import make_data
from engine.errors import Refused
from engine.experiment.editing import add_node
from engine.experiment.experiment import Experiment, new_experiment
from engine.experiment.training import Goal, trained
from engine.files.document import document_text
from engine.files.limits import DocumentError
from engine.files.loading import export_model, load, load_bytes, model_text
from engine.lessons.lesson import lesson_ids, lessons, open_lesson
from engine.network import Edge, Network, Node
from resources.schema.generate import SCHEMAS, schema_text, write_schemas
from tests.test_readme import all_kinds


def model_of(experiment: Experiment) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(model_text(experiment))
    return found


def opened(model: dict[str, Any]) -> Experiment:
    return load_bytes(json.dumps(model).encode()).experiment


def refused(model: dict[str, Any]) -> str:
    with pytest.raises(DocumentError) as caught:
        opened(model)
    return caught.value.sentence


@pytest.mark.parametrize("lesson_id", ["student-grade", "xor"])
def test_a_model_opens_and_answers_the_same(lesson_id: str, tmp_path: Path) -> None:
    experiment = trained(open_lesson(lesson_id).experiment, Goal(updates=10))
    path = tmp_path / "model.json"
    export_model(experiment, path)
    again = load(path).experiment
    assert model_text(again) == path.read_text("utf-8")
    inputs = experiment.data.input_rows()[:20]
    np.testing.assert_array_equal(
        again.program.answers(again.settings, again.parameters, inputs),
        experiment.program.answers(experiment.settings, experiment.parameters, inputs),
    )
    assert again.layout.names == experiment.layout.names
    assert again.settings.loss == experiment.settings.loss


def test_every_kind_of_node_and_the_scaling_come_back() -> None:
    experiment = all_kinds()
    again = opened(model_of(experiment))
    assert again.data.scaling == experiment.data.scaling
    assert again.network.node("p").kind == "parameter"
    assert model_text(again) == model_text(experiment)


def test_an_input_added_to_standardised_ones_is_written_as_it_is() -> None:
    experiment = all_kinds()
    before = model_of(experiment)["inputs"]
    after = add_node(experiment, Node("new", "input"), (0, 0))
    new = {"id": "new", "name": "new", "mean": 0.0, "deviation": 1.0}
    assert model_of(after)["inputs"] == [*before, new]
    assert load_bytes(document_text(after).encode()).experiment.data == after.data


def test_nodes_stand_in_the_order_in_which_they_are_computed() -> None:
    model = model_of(all_kinds())
    known = {one["id"] for one in model["inputs"]}
    for node in model["nodes"]:
        assert known.issuperset(node["sources"])
        known.add(node["id"])


def test_classes_stay_with_their_outputs_in_whatever_order_these_were_drawn() -> None:
    """The deeper output was drawn first; the file has it last, as it is computed last."""
    nodes = (Node("x", "input"), Node("deep", output=True), Node("h"), Node("flat", output=True))
    network = Network(nodes, (Edge("x", "h"), Edge("h", "deep"), Edge("x", "flat")))
    data = make_data(("x",), ("deep", "flat"), [[1.0, 0, 1]], classes=("cat", "dog"))
    opened = load_bytes(model_text(new_experiment(network, None, data)).encode()).experiment
    outputs = opened.network.outputs
    assert dict(zip(outputs, opened.data.classes, strict=True)) == {"deep": "cat", "flat": "dog"}


def test_what_cannot_be_a_model_is_refused_in_words() -> None:
    model = model_of(open_lesson("student-grade").experiment)
    assert "is not among the nodes" in refused({**model, "outputs": ["nobody"]})
    assert refused({**model, "inputs": [{**model["inputs"][0], "deviation": 0.0}]})
    nodes = [{**model["nodes"][0], "weights": [1.0]}, *model["nodes"][1:]]
    assert refused({**model, "nodes": nodes}) == "“4” has 3 sources but 1 weight."
    assert refused({**model, "loss": "nonsense"}).startswith("Loss “nonsense” is not known.")
    assert refused({**model, "version": 2}).startswith("Made with a newer version")
    assert "has no “loss”" in refused({k: v for k, v in model.items() if k != "loss"})


def test_other_endings_are_refused_with_those_that_exist(tmp_path: Path) -> None:
    experiment = open_lesson("student-grade").experiment
    for name, asked in (("model.pt", "“.pt”"), ("model", "a file without an ending")):
        with pytest.raises(Refused) as caught:
            export_model(experiment, tmp_path / name)
        assert asked in caught.value.sentence and ".json" in caught.value.sentence
    assert not list(tmp_path.iterdir())


def test_schemas_are_written_as_they_are_told(tmp_path: Path) -> None:
    write_schemas(tmp_path)
    assert {p.name: p.read_text("utf-8") for p in tmp_path.iterdir()} == {
        name: schema_text(name) for name in SCHEMAS
    }


def test_the_list_of_lessons_names_every_one_and_others_are_refused() -> None:
    assert tuple(lesson.id for lesson in lessons()) == lesson_ids()
    with pytest.raises(Refused) as caught:
        open_lesson("student-grad")
    assert "Did you mean “student-grade”?" in caught.value.sentence
