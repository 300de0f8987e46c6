"""A lesson in a folder: a sound one opens, and a sentence says what is wrong with any other."""

import json
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from engine.errors import Refused
from engine.files.document import document_text
from engine.files.lesson import Setup, Step, Variant, WireLesson, runs_of, words_of
from engine.files.lesson_checks import (
    AnswerCheck,
    Change,
    Check,
    CountName,
    Dock,
    EndingRule,
    NumberKind,
    Part,
    StepKind,
    simple_checks,
)
from engine.lessons.lesson import lesson_ids, lessons, open_folder, opened_lesson
from playground.cli.check import run
from tests.engine.lesson_steps import start_of
from tests.engine.mutations import WILD

Raw = dict[str, Any]
SHIPPED = Path(__file__).parents[3] / "resources" / "lessons"


def task(**check: Any) -> Raw:
    return {"text": "Do it.", "check": check}


def lesson() -> Raw:
    return {
        "title": "Mine",
        "line": "A lesson of my own",
        "variants": [{"name": "Fast", "settings": {"rate": 0.5}}],
        "steps": [
            {
                "title": "First",
                "text": ["Look at **this**.", "Then step."],
                "setup": {"again": True, "select": {"nodes": ["x"]}},
                "tasks": [task(kind="told", at={"what": "sum", "node": "f"})],
            },
            {"title": "Second", "text": ["Faster."], "setup": {"variant": "Fast"}},
        ],
    }


def folder_of(path: Path, raw: Raw, experiment: str = "parabola") -> Path:
    (path / "lesson.json").write_text(json.dumps(raw), "utf-8")
    (path / "experiment.json").write_text(document_text(start_of(experiment)), "utf-8")
    return path


def test_a_sound_folder_opens(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    opened = open_folder(folder_of(tmp_path, lesson()))
    assert (opened.lesson.title, opened.lesson.ours, opened.start.lesson) == ("Mine", False, "")
    assert opened.starts["Fast"].settings.rate == 0.5
    assert run([str(tmp_path)]) == 0
    assert capsys.readouterr().out == "The lesson is sound: 2 steps, 1 task, 1 variant.\n"
    assert run([str(tmp_path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["steps"] == 2


@pytest.mark.parametrize("lesson_id", lesson_ids())
def test_every_shipped_folder_is_sound(lesson_id: str) -> None:
    assert open_folder(SHIPPED / lesson_id).lesson.steps == opened_lesson(lesson_id).lesson.steps


def first(raw: Raw) -> Raw:
    found: Raw = raw["steps"][0]
    return found


def with_check(**check: Any) -> Callable[[Raw], object]:
    return lambda raw: first(raw).update(tasks=[task(**check)])


def with_setup(**setup: Any) -> Callable[[Raw], object]:
    return lambda raw: first(raw).update(setup=setup)


WRONG: list[tuple[Callable[[Raw], object], str]] = [
    (lambda raw: raw.pop("title"), "The lesson has no “title”."),
    (lambda raw: raw.update(tittle="x"), "unknown entry “tittle”. Did you mean “title”?"),
    (lambda raw: raw.update(steps=[]), "The lesson has no steps."),
    (lambda raw: first(raw).update(text=["word " * 61]), "Step 1 has 61 words; a step has at "),
    (lambda raw: first(raw).update(text=["A **bold word."]), "a ** has no second one."),
    (lambda raw: first(raw).update(text=["\u202eevil"]), "contains invisible characters."),
    (
        lambda raw: first(raw).update(text="plain"),
        "“text” of the 1st step should be a list but is text.",
    ),
    (with_check(kind="vaule", of={"node": "x"}), "cannot be 'vaule'. Did you mean “value”?"),
    (with_check(kind="value", of={"node": "y"}, above=1), "Step 1: task 1: The node “y” is not"),
    (with_check(kind="value", of={"node": "ff"}, above=1), "Did you mean “f”?"),
    (with_check(kind="value", of={"node": "x"}), "a check needs at least one of “is”"),
    (with_check(kind="value", of={"node": "x", "edge": ["x", "f"]}, above=1), "not to both"),
    (with_check(kind="value", of={"what": "sum"}, above=1), "Whose sum?"),
    (with_check(kind="value", of={"what": "sum", "node": "x"}, above=1), "“x” has no sum."),
    (with_check(kind="value", of={"what": "eror", "node": "f"}, above=1), "mean “error”?"),
    (with_check(kind="value", of={"what": "bias", "edge": ["x", "f"]}, above=1), "no bias; it"),
    (with_check(kind="value", of={"edge": ["s", "x"]}, above=1), "no edge from “s” to “x”."),
    (with_check(kind="value", of={"node": "x"}, iss=1), "unknown entry “iss”. Did you mean “is”?"),
    (with_check(kind="told", at={"what": "exp", "node": "f"}), "No micro-step tells the exp of"),
    (with_check(kind="opened", dock="curve"), "cannot be 'curve'. Did you mean “curves”?"),
    (with_check(kind="setting", of="rate", **{"is": "fast"}), "the setting rate is number"),
    (with_check(kind="setting", of="data.noise", **{"is": 0.1}), "were not generated"),
    (with_check(kind="count", of="neurons"), "a check needs at least one of “is”, “at_least”"),
    (with_check(kind="loss"), "a check needs at least one of “above”, “below”."),
    (with_check(kind="accuracy", at_least=95), "should be a number of at most 1"),
    (with_check(kind="run", settings={"rate": -1}), "The learning rate must be a positive number"),
    (with_check(kind="answer"), "an answer needs a number as “is”, or “choices”"),
    (with_check(kind="answer", choices=["a"]), "at least two different choices"),
    (with_check(kind="answer", choices=["up", "down"], **{"is": "upp"}), "Did you mean “up”?"),
    (with_check(kind="answer", choices=["a", "b"], known={"what": "end"}), "stand there as “is”."),
    (
        with_check(kind="answer", choices=["a", "b"], known={"what": "exp"}, **{"is": "a"}),
        "the exp",
    ),
    (with_check(kind="selected"), "what is to be selected?"),
    (with_check(kind="all", of=[]), "should be a list of length at least 1"),
    (with_check(kind="value", of={"node": "f"}, **{"is": 12}), "done before the learner has"),
    (with_setup(variant="Fats"), "The variant “Fats” is not known. Known: Fast. Did you mean"),
    (with_setup(select={"nodes": ["z"]}), "The node “z” is not known."),
    (with_setup(surface=[{"node": "s"}]), "no weight, bias or parameter, so it has no axis."),
    (with_setup(surface=[{"node": "x"}], spans=[[3, -2]]), "goes from 3 to -2. The smaller"),
    (with_setup(spans=[[-2, 3]]), "Step 1 has 1 span for 0 axes of the surface."),
    (with_setup(surface=[{"node": "x"}], spans=[[-2, 1e9]]), "should be a number of at most"),
    (with_setup(row=4), "There is no row 4."),
    (with_setup(at={"what": "start", "update": 100000}), "too far to go to"),
    (with_setup(numbers=[{"of": {"node": "s"}, "is": 1}]), "Step 1 cannot be set up: There is no"),
    (lambda raw: raw["variants"].append({"name": "Fast"}), "There are two variants “Fast”."),
    (lambda raw: raw["variants"].append({"name": "x", "settings": {"rate": 0}}), "The variant “x”"),
    (
        lambda raw: raw["variants"].append({"name": "x", "file": "../a.json"}),
        "“file” of the 2nd variant",
    ),
    (lambda raw: raw["variants"].append({"name": "x", "file": "gone.json"}), "has no gone.json."),
]


@pytest.mark.parametrize(("spoil", "sentence"), WRONG)
def test_a_sentence_says_what_is_wrong(
    tmp_path: Path, spoil: Callable[[Raw], object], sentence: str
) -> None:
    raw = lesson()
    spoil(raw)
    with pytest.raises(Refused) as refused:
        open_folder(folder_of(tmp_path, raw))
    assert sentence in refused.value.sentence
    assert len(refused.value.sentence) < 400 and "\n" not in refused.value.sentence


def test_a_folder_without_its_files(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="has no lesson"):
        open_folder(tmp_path)
    (tmp_path / "lesson.json").write_text("{")
    with pytest.raises(Refused, match="The file ends too early"):
        open_folder(tmp_path)
    (tmp_path / "lesson.json").write_text(json.dumps(lesson()))
    with pytest.raises(Refused, match="has no experiment"):
        open_folder(tmp_path)
    (tmp_path / "lesson.json").write_bytes(b" " * (1 << 21))
    with pytest.raises(Refused, match="larger than 1 MB"):
        open_folder(tmp_path)


def test_any_damage_is_refused_or_harmless(tmp_path: Path) -> None:
    """A seeded walk: some member of some shipped lesson becomes something wild."""
    generator = random.Random(3)
    for name in generator.sample(lesson_ids(), 12):
        text = (SHIPPED / name / "lesson.json").read_text("utf-8")
        for _ in range(8):
            raw = json.loads(text)
            owner, key = generator.choice(list(members(raw)))
            owner[key] = generator.choice(WILD)
            try:
                open_folder(folder_of(tmp_path, raw, name))
            except Refused as refused:
                assert refused.sentence


def members(value: Any) -> list[tuple[Any, Any]]:
    keys = value.keys() if isinstance(value, dict) else range(len(value))
    found = []
    for key in keys:
        found.append((value, key))
        if isinstance(value[key], dict | list):
            found += members(value[key])
    return found


def test_bold_words() -> None:
    assert runs_of("A **bold** one") == (("A ", False), ("bold", True), (" one", False))
    assert runs_of("plain") == (("plain", False),)


def test_every_text_is_short_and_every_lesson_has_tasks() -> None:
    for one in lessons():
        assert one.steps and any(step.tasks for step in one.steps), one.id
        assert all(words_of(step) <= 60 for step in one.steps)
        assert all(formula.plain for step in one.steps for formula in step.formulas)
    assert len(lessons()[0].steps) == 7


README = (SHIPPED / "README.md").read_text("utf-8")


def texts_of(step: Step) -> Iterator[str]:
    """All that is read on a page, but for its formulas."""
    yield from (step.title, *step.text)
    for task in step.tasks:
        yield from (task.text, task.hint)
        for check in simple_checks(task.check):
            yield from check.choices if isinstance(check, AnswerCheck) else ()


@pytest.mark.parametrize("lesson_id", lesson_ids())
def test_texts_are_set_as_formulas_and_books_are(lesson_id: str) -> None:
    """x₂ and not x2; L1 and L2 are names, and h1 is what the canvas calls a neuron."""
    for step in opened_lesson(lesson_id).lesson.steps:
        for text in texts_of(step):
            symbols = re.findall(r"(?<![^\W_])[^\W\d_]+[0-9]+", text)
            assert set(symbols) <= {"L1", "L2", "h1"}, text
            assert not re.search(r"['\"]", text), text


def test_the_example_of_the_readme_is_sound(tmp_path: Path) -> None:
    example = README.split("```json")[1].split("```")[0]
    assert len(open_folder(folder_of(tmp_path, json.loads(example))).lesson.steps) == 1


@pytest.mark.parametrize("words", [NumberKind, StepKind, CountName, EndingRule, Dock, Part])
def test_the_readme_tells_every_word(words: object) -> None:
    for word in get_args(words):
        assert f"`{word}`" in README, word


def test_the_readme_tells_every_kind_and_every_key() -> None:
    for kind in get_args(Check):
        assert f"`{kind.__struct_config__.tag}`" in README
        assert all(f"`{key}`" in README for key in kind.__struct_encode_fields__)
    parts = (Step, Setup, Variant, WireLesson)
    for part in (*parts, Change):
        assert all(f"`{key}`" in README for key in part.__struct_encode_fields__), part
