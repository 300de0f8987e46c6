"""Settings kept under names: kept, switched, compared, undone, saved."""

from dataclasses import replace

import pytest

from engine.experiment.editing import (
    draw_again,
    forget,
    keep,
    start_again,
    switch_to,
    with_settings,
)
from engine.experiment.experiment import Experiment
from engine.files.document import document_text
from engine.files.limits import DocumentError
from engine.files.loading import load_bytes
from engine.lessons.lesson import keeping_runs, open_lesson
from engine.settings import Settings, Stops
from tests.engine.experiments import check_invariants, refused, small, train


def two() -> Experiment:
    """Slow (0.01) and fast (0.5, with momentum's rule); fast is in force."""
    slow = keep(with_settings(small(), replace(small().settings, rate=0.01)), "slow")
    return keep(with_settings(slow, replace(slow.settings, rate=0.5)), " fast ")


def test_the_present_settings_are_kept_and_found_again() -> None:
    experiment = two()
    assert list(experiment.variants) == ["slow", "fast"]
    assert experiment.variant == "fast"
    assert keep(experiment, "fast") is experiment
    other = with_settings(experiment, replace(experiment.settings, rate=0.2))
    assert other.variant == ""
    assert with_settings(experiment, replace(experiment.settings, digits=7)).variant == "fast"
    assert keep(other, "slow").variants["slow"].rate == 0.2


def test_switching_starts_again_and_names_the_run() -> None:
    learnt = train(two(), 30)
    slow = switch_to(learnt, "slow")
    assert (slow.settings.rate, slow.updates, slow.variant) == (0.01, 0, "slow")
    assert slow.parameters.tobytes() == learnt.start.tobytes()
    assert [run.title for run in slow.runs] == ["fast"]
    assert slow.runs[0].context.settings.rate == 0.5
    assert slow.runs[0].curve == learnt.curve
    back = switch_to(train(slow, 20), "fast")
    assert [run.title for run in back.runs] == ["fast", "slow"]
    check_invariants(back)


def test_switching_keeps_the_digits_and_makes_no_run_of_nothing() -> None:
    experiment = with_settings(two(), replace(two().settings, digits=6))
    slow = switch_to(experiment, "slow")
    assert slow.settings.digits == 6 and slow.runs == () and slow.variant == "slow"


def test_starting_again_keeps_them_and_names_the_run_too() -> None:
    learnt = train(two(), 10)
    again = start_again(learnt)
    assert again.variants == learnt.variants and again.runs[-1].title == "fast"
    assert draw_again(learnt, seed=4).variants == learnt.variants
    unnamed = train(small(), 10)
    assert start_again(unnamed).runs[-1].title == "Run of 10 updates"


def test_refusals_and_forgetting() -> None:
    with refused("Give the settings a name"):
        keep(small(), "  ")
    with refused("Did you mean “slow”"):
        switch_to(two(), "slo")
    left = forget(two(), "fast")
    assert list(left.variants) == ["slow"] and left.settings.rate == 0.5


def test_they_are_part_of_what_is_saved() -> None:
    experiment = two()
    wild = keep(
        with_settings(experiment, Settings(loss="hinge", batch=None, stops=Stops(patience=3))),
        "alle Größen",
    )
    text = document_text(wild)
    loaded = load_bytes(text.encode()).experiment
    assert loaded == wild and loaded.variants == wild.variants
    assert document_text(loaded) == text
    assert wild != experiment and wild != forget(wild, "slow")
    assert '"variants"' not in document_text(small())


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (('"name": "fast"', '"name": "slow"'), "There are two variants “slow”."),
        (('"name": "fast"', '"name": ""'), "There is a variant without a name."),
        (('"rate": 0.01', '"rate": -1.0'), "The variant “slow”: The learning rate must be"),
        (('"name": "fast"', '"name": 3'), "name"),
    ],
)
def test_a_broken_one_is_refused_with_its_name(change: tuple[str, str], sentence: str) -> None:
    text = document_text(two())
    assert change[0] in text
    with pytest.raises(DocumentError) as caught:
        load_bytes(text.replace(*change).encode())
    assert sentence in caught.value.sentence


def test_another_variant_of_a_lesson_keeps_the_learners_own() -> None:
    from engine.lessons.lesson import Lesson, Opened

    loaded = open_lesson("xor")
    lesson = Opened(Lesson("xor", "", "", ""), loaded, {"": loaded.experiment})
    mine = keep(loaded.experiment, "mine")
    assert list(keeping_runs(lesson, mine, loaded.experiment).variants) == ["mine"]
