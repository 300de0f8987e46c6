"""Row 80 of the faults: whatever ids and words a file holds, what is said of them can be shown."""

import json
import unicodedata
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from engine.errors import clean_name, unknown
from engine.files import limits
from engine.files.document import document_text
from engine.files.loading import load_bytes, model_text
from engine.formulas import Explainer
from engine.lessons.lesson import open_lesson
from engine.network import Edge, Network, Node
from playground.cli import commands
from tests.engine.files.test_documents import document, load_raw, refused

STEERING = "a\x1b[31mb\x07\u202ec\udc80\x00"
UNSEEN = "\u200b\u200d\u2060"
ENDLESS = "y" * 1_000_000
WORDS = pytest.mark.parametrize("word", [STEERING, UNSEEN, ENDLESS], ids=["steers", "0", "endless"])


def can_be_shown(text: str, most: int = 600) -> bool:
    """Whether it steers no terminal, hides nothing and ends soon."""
    seen = text.replace("\n", " ")
    return len(seen) <= most and not any(
        unicodedata.category(c) in ("Cc", "Cf", "Cs") for c in seen
    )


def with_ids(*ids: str) -> dict[str, Any]:
    """The flagship with other ids for its first nodes."""
    raw = document()
    new = dict(zip("123456", ids, strict=False))
    for neuron in raw["neurons"]:
        neuron["id"] = new.get(neuron["id"], neuron["id"])
        del neuron["name"]
    for edge in raw["edges"]:
        for end in ("source", "target"):
            edge[end] = new.get(edge[end], edge[end])
    return raw


@WORDS
def test_row_80_ids_are_cleaned_and_cut_like_names(word: str) -> None:
    loaded = load_raw(with_ids(word))
    first = loaded.experiment.network.nodes[0].id
    assert can_be_shown(first, limits.NAME) and first == loaded.experiment.layout.name(first)
    note = "1 name contained invisible characters."
    assert loaded.notes == (() if word == ENDLESS else (note,))
    (told, *_) = Explainer().edge(loaded.experiment, first, "4")
    assert can_be_shown(told.formula.title + told.formula.symbols_plain)
    again = load_bytes(document_text(loaded.experiment).encode())
    assert again.experiment == loaded.experiment and again.notes == ()


def test_row_80_ids_that_would_become_the_same_stay_apart() -> None:
    long = "z" * 300
    raw = with_ids("a\x00", "a\x07", "a\ufffd", f"{long}1", f"{long}2", UNSEEN)
    raw["neurons"][1]["later"] = 1
    raw["edges"][0]["later"] = 2
    loaded = load_raw(raw)
    ids = [node.id for node in loaded.experiment.network.nodes]
    assert len(set(ids)) == 6 and all(can_be_shown(each, limits.NAME) for each in ids)
    assert [(e.source, e.target) for e in loaded.experiment.network.edges[:2]] == [
        (ids[0], ids[3]), (ids[1], ids[3]),
    ]  # fmt: skip
    saved = json.loads(document_text(loaded.experiment))
    assert saved["neurons"][1]["later"] == 1 and saved["edges"][0]["later"] == 2
    assert load_raw(saved).experiment == loaded.experiment


def test_row_80_an_id_that_comes_twice_is_refused_in_words_that_can_be_shown() -> None:
    assert refused(with_ids(STEERING, STEERING)).sentence == (
        "Two neurons have the id “a�[31mb��c��”."
    )


def _in_a_neuron(name: str) -> Callable[[dict[str, Any], str], object]:
    return lambda raw, word: raw["neurons"][3].update({name: word})


PLACES: dict[str, Callable[[dict[str, Any], str], object]] = {
    "kind": _in_a_neuron("kind"),
    "activation": _in_a_neuron("activation"),
    "combine": _in_a_neuron("combine"),
    "x": _in_a_neuron("x"),
    "source": lambda raw, word: raw["edges"][0].update(source=word),
    "format": lambda raw, word: raw.update(format=word),
    "version": lambda raw, word: raw.update(version=word),
    "loss": lambda raw, word: raw["settings"].update(loss=word),
    "reduction": lambda raw, word: raw["settings"].update(reduction=word),
    "optimizer": lambda raw, word: raw["settings"].update(optimizer={"kind": word}),
    "schedule": lambda raw, word: raw["settings"].update(schedule={"kind": word}),
    "initializer": lambda raw, word: raw["settings"].update(initializer={"kind": word}),
    "letter": lambda raw, word: raw.update(letters={"sum": word}),
    "state": lambda raw, word: raw.update(progress={"state": {word: [1.0]}}),
    "recipe": lambda raw, word: raw["data"].update(recipe={"kind": word, "size": 4}),
    "variant": lambda raw, word: raw.update(
        variants=[{"name": word, "settings": {"loss": word}}] * 2
    ),
}


@WORDS
@pytest.mark.parametrize("place", PLACES)
def test_row_80_refused_words_are_cleaned_and_cut(place: str, word: str) -> None:
    raw = document()
    PLACES[place](raw, word)
    error = refused(raw)
    assert can_be_shown(error.sentence), error.sentence[:200]
    assert can_be_shown(error.details, 2000)


@WORDS
def test_row_80_names_of_classes_are_cleaned_and_cut(word: str) -> None:
    raw = document()
    raw["data"]["classes"] = [word, "other"]
    loaded = load_raw(raw)
    assert can_be_shown(loaded.experiment.data.classes[0], limits.NAME)
    assert bool(loaded.notes) == (word != ENDLESS)


@WORDS
def test_row_80_a_trained_model_with_such_names_and_ids(word: str) -> None:
    raw = json.loads(model_text(open_lesson("student-grade").experiment))
    raw["outputs"] = [word]
    raw["nodes"][-1]["id"] = raw["nodes"][-1]["name"] = word
    raw["classes"] = [word]
    loaded = load_bytes(json.dumps(raw).encode())
    output = loaded.experiment.network.outputs[0]
    assert can_be_shown(output, limits.NAME)
    assert can_be_shown(loaded.experiment.data.classes[0], limits.NAME)
    assert bool(loaded.notes) == (word != ENDLESS)
    raw["outputs"] = [f"{word}{word}"]
    assert can_be_shown(refused(raw).sentence)


def test_row_80_a_loop_of_ten_thousand_neurons_is_told_in_a_line() -> None:
    names = [f"n{i}" for i in range(10_000)]
    raw = document(data=None, neurons=[{"id": name} for name in names])
    ends = zip(names, [*names[1:], names[0]], strict=True)
    raw["edges"] = [{"source": a, "target": b, "weight": 1.0} for a, b in ends]
    sentence = refused(raw).sentence
    assert sentence.startswith("These neurons form a loop: ") and len(sentence) < 120
    assert sentence.endswith(" (10,000 neurons).")
    chain = Network(
        tuple(Node(name) for name in names),
        tuple(Edge(*e) for e in pairwise(names)),
    )
    told = chain.why_not_connect(names[-1], names[0])
    assert told is not None and told.startswith("That would close a loop: n9999 → n0 → n1 → ")
    assert len(told) < 120


def test_row_80_of_ten_thousand_known_names_none_is_told() -> None:
    sentence = unknown("The node", ENDLESS, map(str, range(10_000))).sentence
    assert "Known" not in sentence and len(sentence) < 100
    few = unknown("The node", "b", ("a", ENDLESS)).sentence
    assert "Known: a, " in few and len(few) < 200


@pytest.mark.parametrize("bad", ["\u200b", "\u200b \u200d", "\u2060\ufe0f", "\u3164", "\u00ad"])
def test_row_80_names_of_nothing_that_can_be_seen(bad: str) -> None:
    clean, changed = clean_name(bad)
    assert changed and "\ufffd" in clean and clean_name(clean) == (clean, False)
    raw = document()
    raw["neurons"][0]["name"] = bad
    assert load_raw(raw).notes == ("1 name contained invisible characters.",)


@pytest.mark.parametrize("good", ["", "  ", "👩‍🔬", "می‌خواهم", "❤️", "x\u200b"])
def test_row_80_characters_without_width_may_stand_between_others(good: str) -> None:
    assert clean_name(good) == (good, False)


@WORDS
@pytest.mark.parametrize("command", [["check"], ["step"], ["step", "--json"]], ids=" ".join)
def test_row_80_on_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], word: str, command: list[str]
) -> None:
    path = tmp_path / "odd.json"
    for raw, code in ((with_ids("1", "2", "3", word), 0), (with_ids(word, word), 1)):
        path.write_text(json.dumps(raw))
        assert commands.run([command[0], str(path), *command[1:]]) == code
        said = capsys.readouterr()
        for line in (said.out + said.err).splitlines():
            assert can_be_shown(line, 2000), line[:200]
