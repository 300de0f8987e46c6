"""Documents: what is saved comes back, bit for bit and byte for byte."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from engine.errors import Refused
from engine.experiment.curve import FIRST_OF_FEW, Point
from engine.experiment.editing import with_settings
from engine.experiment.experiment import Experiment, new_experiment
from engine.experiment.stepping import go_to, step, step_back, step_update
from engine.experiment.training import Goal, trained
from engine.files import limits
from engine.files.document import Loaded, Repairs, document_text
from engine.files.limits import DocumentError
from engine.files.loading import load, load_bytes, save
from engine.functions.optimizers import OPTIMIZERS, Optimizer
from engine.lessons.lesson import open_lesson
from engine.network import Network, Node
from engine.settings import Settings
from tests.engine.documents import experiments, same_numbers

PLAIN = Settings()
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
LONG = settings(max_examples=10_000, deadline=None, suppress_health_check=list(HealthCheck))


def document(**changes: Any) -> dict[str, Any]:
    """The flagship as parsed JSON, with some top-level keys changed."""
    return {**json.loads(document_text(open_lesson("student-grade").experiment)), **changes}


def load_raw(raw: dict[str, Any], repairs: Repairs | None = None) -> Loaded:
    return load_bytes(json.dumps(raw).encode(), repairs)


def refused(raw: dict[str, Any]) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        load_raw(raw)
    return caught.value


def round_trip(experiment: Experiment) -> Experiment:
    text = document_text(experiment)
    loaded = load_bytes(text.encode())
    assert document_text(loaded.experiment) == text
    assert loaded.experiment == experiment
    assert same_numbers(loaded.experiment.parameters, experiment.parameters)
    assert loaded.notes == ()
    return loaded.experiment


def _comes_back(experiment: Experiment) -> None:
    text = document_text(experiment)
    again = load_bytes(text.encode()).experiment
    assert document_text(again) == text
    assert again == experiment


@QUICK
@given(experiments())
def test_any_experiment_comes_back(experiment: Experiment) -> None:
    _comes_back(experiment)


@pytest.mark.long
@pytest.mark.timeout(3600)
@LONG
@given(experiments())
def test_ten_thousand_experiments_come_back(experiment: Experiment) -> None:
    _comes_back(experiment)


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_learning_goes_on_after_loading_as_if_nothing_had_happened(kind: str) -> None:
    start = open_lesson("xor").experiment
    begun = with_settings(start, replace(start.settings, optimizer=Optimizer(kind)))
    half = trained(begun, Goal(updates=37))
    loaded = round_trip(half)
    on, other = trained(half, Goal(updates=40)), trained(loaded, Goal(updates=40))
    assert same_numbers(on.parameters, other.parameters)
    assert on.turn == other.turn


def test_a_pass_in_the_middle_comes_back_with_its_cursor() -> None:
    experiment = open_lesson("student-grade").experiment
    for _ in range(9):
        experiment = step(experiment)
    loaded = round_trip(experiment)
    assert loaded.cursor == 9 and loaded.trace is not None and experiment.trace is not None
    assert loaded.trace.numbers.error.tolist() == experiment.trace.numbers.error.tolist()


def test_after_loading_back_ends_at_the_saved_update() -> None:
    experiment = step_update(step_update(open_lesson("student-grade").experiment))
    with pytest.raises(Refused, match="This is update 2, where the file was saved"):
        step_back(round_trip(experiment))


def test_saving_leaves_a_file_that_loads(tmp_path: Path) -> None:
    experiment = open_lesson("xor").experiment
    path = tmp_path / "mine.json"
    save(path, experiment)
    assert path.read_bytes().endswith(b"}\n")
    assert load(path).experiment == experiment


def test_floats_always_have_a_point_or_an_exponent() -> None:
    text = document_text(open_lesson("student-grade").experiment)
    weights = [line for line in text.splitlines() if '"weight"' in line]
    assert '"weight": 0.2}' in weights[0]
    raw = json.loads(text, parse_int=lambda digits: f"int {digits}")
    assert raw["settings"]["l1"] == 0.0 and raw["data"]["inputs"][0][0] == 1.0


def test_row_15_unknown_keys_survive_a_save_and_stay_with_their_owner() -> None:
    raw = document(colour="blue")
    raw["neurons"][3]["mood"] = {"now": ["good", 1]}
    raw["edges"][0]["since"] = 1998
    loaded = load_raw(raw)
    assert loaded.notes == ("Kept 3 entries that this version does not know.",)
    saved = json.loads(document_text(loaded.experiment))
    assert saved["colour"] == "blue"
    assert saved["neurons"][3]["mood"] == {"now": ["good", 1]}
    assert saved["edges"][0]["since"] == 1998
    assert document_text(load_raw(saved).experiment) == document_text(loaded.experiment)


def _deep() -> tuple[dict[str, Any], list[tuple[str | int, ...]]]:
    """A document with an unknown entry in every object it can have, and where they are."""
    raw = document(variants=[{"name": "fast", "settings": {"optimizer": {}, "stops": {}}}])
    raw["data"]["scaling"] = {"mean": [0.0] * 3, "deviation": [1.0] * 3}
    raw["data"]["recipe"] = {"kind": "xor", "size": 4}
    raw["curve"] = {"columns": list(Point._fields), "points": []}
    for part in ("letters", "progress"):
        raw.setdefault(part, {})
    inside = ("optimizer", "schedule", "initializer", "stops")
    places: list[tuple[str | int, ...]] = [
        *[(), ("neurons", 3), ("edges", 0), ("letters",), ("settings",), ("progress",), ("curve",)],
        *[("settings", name) for name in inside],
        *[("variants", 0), ("variants", 0, "settings"), ("variants", 0, "settings", "stops")],
        *[("data",), ("data", "scaling"), ("data", "recipe")],
    ]
    for number, place in enumerate(places):
        at(raw, place)["later"] = {"in": [number, None]}
    return raw, places


def at(raw: Any, place: tuple[str | int, ...]) -> Any:
    """What stands there."""
    for name in place:
        raw = raw[name]
    return raw


def test_row_79_unknown_entries_anywhere_are_told_and_survive_a_save() -> None:
    raw, places = _deep()
    loaded = load_raw(raw)
    assert loaded.notes == (f"Kept {len(places)} entries that this version does not know.",)
    moved = step_update(with_settings(loaded.experiment, replace(PLAIN, rate=0.5)))
    saved = json.loads(document_text(moved))
    for number, place in enumerate(places):
        assert at(saved, place)["later"] == {"in": [number, None]}, place
    again = load_raw(saved)
    assert again.notes == loaded.notes and again.experiment == moved


@pytest.mark.parametrize("part", ["letters", "settings", "progress", "curve"])
def test_row_79_unknown_entries_alone_in_a_part_that_would_be_left_out(part: str) -> None:
    start = new_experiment(Network((Node("x", "input"), Node("y", output=True))))
    raw = json.loads(document_text(start))
    assert part not in raw
    empty = {"columns": list(Point._fields), "points": []} if part == "curve" else {}
    loaded = load_raw({**raw, part: {**empty, "later": 1}})
    saved = json.loads(document_text(loaded.experiment))
    assert saved[part]["later"] == 1 and load_raw(saved).experiment == loaded.experiment


def test_row_79_what_is_left_out_in_a_repair_takes_its_entries_along() -> None:
    raw = document()
    raw["edges"][6] |= {"target": "n99", "later": 1}
    raw["data"] |= {"targets": [], "later": 1}
    loaded = load_raw(raw, Repairs(broken_edges=True, data=True))
    assert loaded.notes == ("1 broken edge was left out.",) and not loaded.experiment.unknown


def test_row_10_two_neurons_with_one_id() -> None:
    raw = document()
    raw["neurons"].append({"id": "4"})
    assert refused(raw).sentence == "Two neurons have the id “4”."


def test_row_11_an_edge_to_a_missing_neuron_and_its_repair() -> None:
    raw = document()
    raw["edges"][6]["target"] = "n99"
    error = refused(raw)
    assert error.sentence == "Edge 7 points to the neuron “n99”, which does not exist."
    assert error.offer is not None and error.offer.button == "Open without the 1 broken edge"
    repaired = load_raw(raw, Repairs(broken_edges=True))
    assert len(repaired.experiment.network.edges) == 7
    assert repaired.notes == ("1 broken edge was left out.",)


def test_row_12_two_edges_a_loop_and_an_edge_to_itself() -> None:
    raw = document()
    raw["edges"].append(dict(raw["edges"][0]))
    assert refused(raw).sentence == "There are two edges from 1 to 4."
    raw = document()
    raw["edges"].append({"source": "6", "target": "4", "weight": 1.0})
    assert refused(raw).sentence == "These neurons form a loop: 4 → 6 → 4."
    assert len(load_raw(raw, Repairs(broken_edges=True)).experiment.network.edges) == 8
    raw["edges"][-1] = {"source": "5", "target": "5", "weight": 1.0}
    assert refused(raw).sentence == "These neurons form a loop: 5 → 5."


def test_rows_13_and_14_wrong_types_and_missing_keys() -> None:
    raw = document()
    raw["neurons"][3]["x"] = "12"
    assert refused(raw).sentence == "“x” of the 4th neuron should be a number but is text."
    raw = document()
    del raw["neurons"][3]["id"]
    assert refused(raw).sentence == "The 4th neuron has no “id”."


def test_row_16_unknown_names_say_what_is_known() -> None:
    raw = document()
    raw["neurons"][3]["activation"] = "sigmoyd"
    sentence = refused(raw).sentence
    assert sentence.startswith("Activation “sigmoyd” is not known. Known: identity, sigmoid,")
    assert sentence.endswith("Did you mean “sigmoid”?")
    raw = document()
    raw["settings"]["loss"] = "hinges"
    assert refused(raw).sentence.endswith("Did you mean “hinge”?")


def test_row_23_invisible_characters_in_names() -> None:
    raw = document()
    for i, name in enumerate(("a\x00b", "c\u202ed", "e\ud800f")):
        raw["neurons"][i]["name"] = name
    loaded = load_raw(raw)
    assert loaded.experiment.layout.name("1") == "a\ufffdb"
    assert loaded.notes == ("3 names contained invisible characters.",)
    round_trip(loaded.experiment)


def test_row_24_an_endless_name_is_cut() -> None:
    raw = document()
    raw["neurons"][0]["name"] = "x" * 1_000_000
    name = load_raw(raw).experiment.layout.name("1")
    assert len(name) == limits.NAME and name.endswith("…")


def test_row_26_too_much_of_anything() -> None:
    raw = document(neurons=[{"id": str(i)} for i in range(limits.NEURONS + 1)], edges=[])
    assert refused(raw).sentence == "The document asks for 10,001 neurons; the limit is 10,000."
    raw["neurons"].pop()
    raw["data"] = None
    assert len(load_raw(raw).experiment.network.nodes) == limits.NEURONS
    raw = document()
    raw["data"]["recipe"] = {"kind": "xor", "size": 1_000_000_000}
    assert "asks for 1,000,000,000" in refused(raw).sentence
    raw = document(edges=[{"source": "a", "target": "b", "weight": 1.0}] * (limits.EDGES + 1))
    assert refused(raw).sentence == "The document asks for 200,001 edges; the limit is 200,000."


def test_row_27_ragged_data_and_its_repair() -> None:
    raw = document()
    raw["data"] = {"inputs": [[1.0, 0.0, 1.0]] * 4 + [[1.0, 2.0]], "targets": [[1.0]] * 5}
    error = refused(raw)
    assert error.sentence == "Row 5 has 2 values, the network has 3 inputs."
    assert error.offer is not None and error.offer.button == "Open without the data"
    assert load_raw(raw, Repairs(data=True)).experiment.data.count == 1


def test_row_28_coordinates_out_of_reach_and_all_on_one_point() -> None:
    raw = document()
    raw["neurons"][0]["x"] = 1e300
    raw["neurons"][1]["y"] = -1e300
    loaded = load_raw(raw)
    assert loaded.notes == ("2 neurons were outside the canvas and have been moved.",)
    assert set(loaded.moves) == {"1", "2"}
    for x, y in loaded.moves.values():
        assert abs(x) < 10_000 and abs(y) < 10_000
    assert loaded.experiment.layout.position("1")[0] == limits.COORDINATE
    raw = document()
    for neuron in raw["neurons"]:
        neuron["x"] = neuron["y"] = 3.0
    loaded = load_raw(raw)
    assert loaded.notes == ("6 neurons were outside the canvas and have been moved.",)
    assert len(set(loaded.moves.values())) == 6


@pytest.mark.parametrize("x", [limits.COORDINATE - 1, limits.COORDINATE])
def test_coordinates_up_to_the_limit_stay(x: float) -> None:
    raw = document()
    raw["neurons"][0]["x"] = x
    loaded = load_raw(raw)
    assert loaded.notes == () and loaded.experiment.layout.position("1")[0] == x


def test_row_29_huge_weights_open_with_a_warning() -> None:
    raw = document()
    raw["edges"][0]["weight"] = 1e200
    loaded = load_raw(raw)
    assert "1 weight or bias is larger than 1e12" in loaded.notes[0]
    raw["edges"][0]["weight"] = limits.WEIGHT
    assert load_raw(raw).notes == ()


def test_row_31_nothing_at_all_opens() -> None:
    loaded = load_raw({"format": "neural-playground", "version": 1})
    assert loaded.experiment.network.nodes == () and loaded.experiment.data.count == 1
    round_trip(loaded.experiment)


@pytest.mark.parametrize("settings_change", [
    {"rate": -1.0}, {"rate": 0.0}, {"batch": 0}, {"digits": 18}, {"reduction": "median"},
    {"l1": -0.1}, {"schedule": {"kind": "step", "factor": 3.0}},
    {"optimizer": {"kind": "adam", "beta1": 1.0}}, {"initializer": {"kind": "magic"}},
    {"rounding": True, "l2": 0.1}, {"stops": {"loss_below": -1.0}},
])  # fmt: skip
def test_settings_that_cannot_be_are_refused(settings_change: dict[str, Any]) -> None:
    raw = document()
    raw["settings"].update(settings_change)
    sentence = refused(raw).sentence
    assert sentence.endswith((".", "?")) and "Traceback" not in sentence


@pytest.mark.parametrize("progress", [
    {"row": 1}, {"state": {"velocity": [1.0]}}, {"count": -1}, {"cursor": -1},
])  # fmt: skip
def test_a_place_in_learning_that_cannot_be_is_refused(progress: dict[str, Any]) -> None:
    raw = document()
    raw["progress"] = progress
    refused(raw)


def test_a_cursor_behind_the_end_of_its_pass_stands_at_the_end() -> None:
    raw = document()
    raw["progress"] = {"cursor": 10**6}
    assert load_raw(raw).experiment.cursor == 32


def test_points_of_the_curve_must_be_in_order() -> None:
    trained_one = trained(open_lesson("student-grade").experiment, Goal(updates=3))
    raw = json.loads(document_text(trained_one))
    raw["curve"]["points"].reverse()
    assert "not in order" in refused(raw).sentence


def test_a_past_update_is_saved_without_what_came_after_it() -> None:
    """Its future is not saved, so the curve ends there too and can be learned on from."""
    there = FIRST_OF_FEW + 1  # the first update without a point
    past = go_to(trained(open_lesson("student-grade").experiment, Goal(updates=60)), there)
    loaded = round_trip(past)
    assert loaded.curve.column("update").tolist() == [*range(there)]
    again = round_trip(trained(loaded, Goal(updates=3)))
    assert again.curve.column("update").tolist() == [*range(there), there + 3]
    raw = json.loads(document_text(again))
    raw["progress"]["updates"] = there + 1
    assert refused(raw).sentence == (
        f"The curve goes on after update {there + 1}, where learning stands."
    )


def test_half_a_character_comes_back_or_is_refused() -> None:
    raw = document(colour="a\ud800")
    raw["neurons"].append({"id": "\udfff"})
    loaded = load_raw(raw).experiment
    text = document_text(loaded)
    assert '"colour": "a\\ud800"' in text
    assert load_bytes(text.encode()).experiment == loaded
    for bad in (document(**{"c\ud800": 1}), document(neurons=[{"id": "a", "kind": "\ud800"}])):
        assert refused(bad).sentence.endswith("holds half a character. Write it anew.")


def test_a_place_that_goes_unsaid_is_the_middle() -> None:
    drawn = new_experiment(Network((Node("x", "input"), Node("y", output=True))))
    assert load_bytes(document_text(drawn).encode()).experiment == drawn


def test_settings_keep_their_kind_of_number() -> None:
    whole = Settings(rate=1, l1=0, optimizer=Optimizer("momentum", momentum=0))
    start = open_lesson("student-grade").experiment
    again = load_bytes(document_text(with_settings(start, whole)).encode()).experiment
    assert again.settings == whole and isinstance(again.settings.rate, float)


def test_minus_zero_and_the_smallest_numbers_come_back() -> None:
    start = open_lesson("student-grade").experiment
    numbers = np.array([-0.0, 5e-324, 1e-308, 0.1 + 0.2, 1 / 3, 1e22, -1e12, 2**53, 1, 2, 3])
    numbers.flags.writeable = False
    position = replace(start.position, parameters=numbers)
    again = load_bytes(document_text(replace(start, position=position)).encode()).experiment
    assert same_numbers(again.parameters, numbers)
    assert same_numbers(again.start, start.start)
