"""A lesson that is open: its text, and what it and each of its variants start from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from engine.errors import brief, unknown
from engine.experiment.editing import draw_again, with_settings
from engine.experiment.experiment import MOST_RUNS, Experiment, with_run
from engine.experiment.walk import told_like
from engine.files.document import Loaded
from engine.files.lesson import Step, Variant
from engine.files.limits import DocumentError, refused_as_document
from engine.numerals import counted


@dataclass(frozen=True, slots=True)
class Lesson:
    """What there is to read.

    A lesson of one's own has a `folder` in which it lies, and the `digest` of what its files hold.
    """

    id: str
    title: str
    group: str
    line: str
    steps: tuple[Step, ...] = ()
    variants: tuple[Variant, ...] = ()
    folder: str = ""
    digest: str = ""

    @property
    def ours(self) -> bool:
        """Whether it ships with the program."""
        return not self.folder


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """A lesson with its experiments: the one it starts from, and one for each variant by name."""

    lesson: Lesson
    loaded: Loaded
    starts: Mapping[str, Experiment]

    @property
    def start(self) -> Experiment:
        return self.loaded.experiment


def opened(lesson: Lesson, read: Callable[[str], Loaded], experiment_file: str) -> Opened:
    """The lesson with its experiments; `read` loads one from a file of its folder."""
    loaded = read(experiment_file)
    starts: dict[str, Experiment] = {}
    for variant in lesson.variants:
        if variant.name in starts:
            raise DocumentError(f"There are two variants “{brief(variant.name)}”.")
        base = read(variant.file).experiment if variant.file else loaded.experiment
        with refused_as_document(f"The variant “{brief(variant.name)}”: "):
            starts[variant.name] = _varied(base, variant)
    return Opened(lesson, loaded, starts)


def _varied(base: Experiment, variant: Variant) -> Experiment:
    varied = with_settings(base, variant.settings.applied_to(base.settings))
    if variant.settings.draws_again():
        varied = draw_again(varied)
    for numeral in variant.numbers:
        varied = numeral.put_into(varied)
    return varied


def with_variant(lesson: Opened, experiment: Experiment, name: str) -> Experiment:
    """A variant from its start; what was learnt before stays in the list of runs."""
    if name not in lesson.starts:
        raise unknown("The variant", name, lesson.starts)
    return keeping_runs(lesson, experiment, lesson.starts[name])


def keeping_runs(lesson: Opened, before: Experiment, start: Experiment) -> Experiment:
    """Another start, with the runs so far in its list, the present one under its variant's name."""
    title = variant_of(lesson, before) or f"Run of {counted(before.newest, 'update')}"
    runs = with_run(before, title).runs if before.newest else before.runs
    variants = {**start.variants, **before.variants}
    return replace(start, runs=runs[-MOST_RUNS:], variants=variants)


def variant_of(lesson: Opened, experiment: Experiment) -> str:
    """The variant that the present settings are those of, and if several are, whose start it had.

    "" where there is none.
    """
    starts = lesson.starts
    alike = [name for name, start in starts.items() if _is_set_like(experiment, start)]
    if len(alike) > 1:
        alike = [name for name in alike if np.array_equal(starts[name].start, experiment.start)]
    return alike[0] if alike else ""


def _is_set_like(experiment: Experiment, start: Experiment) -> bool:
    same = told_like(experiment.settings, start.settings) == start.settings
    stops = experiment.settings.stops == start.settings.stops
    return same and stops and experiment.network == start.network
