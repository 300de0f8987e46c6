"""The command `check`: is a file or a lesson sound, and do analytic and numeric gradients agree."""

from collections.abc import Callable, Iterator

import numpy as np

from engine.errors import Refused
from engine.experiment import Experiment
from engine.files.names import brief
from engine.files.reading import kind_of
from engine.gradcheck import Agreement, check_gradients
from engine.lessons import Opened, lesson_ids, open_folder
from engine.lessons.latex import why_not_drawn
from engine.losses import middle_of
from engine.network import Place
from engine.numerals import count, short
from engine.probe import ROWS_AT_ONCE, existing_pass
from engine.program import why_not_run
from playground.cli.arguments import Arguments
from playground.cli.opening import open_experiment
from playground.cli.streams import complain, tell_json

MOST_ROWS = 100


def run(arguments: list[str]) -> int:
    """Exit 0 and say so, or 1 with the sentence that says what is wrong."""
    parser = Arguments("check", "Is the file or lesson sound, and do the gradients agree?")
    parser.add_argument("experiment", metavar="FILE|LESSON|LESSON-FOLDER")
    parser.add_argument("--json", action="store_true", help="one JSON object per parameter")
    chosen = parser.parse_args(arguments)
    if chosen.experiment not in lesson_ids() and kind_of(chosen.experiment) == "folder":
        return _check_folder(open_folder(chosen.experiment), chosen.json)
    experiment = open_experiment(chosen.experiment)
    if not experiment.network.outputs:
        if not chosen.json:
            print("The file is sound. It has no output yet, so there are no gradients to check.")
        return 0
    agreements, name = _agreements(experiment), experiment.layout.name
    if chosen.json:
        for agreement in agreements:
            tell_json(_fields(agreement))
    apart = [agreement for agreement in agreements if not agreement.agrees]
    wrong = [agreement for agreement in apart if not agreement.remark]
    if wrong:
        raise Refused(_sentence(wrong, len(agreements), name))
    if not chosen.json:
        print(f"The file is sound. {_how_many(len(agreements), apart, name)}")
    return 0


def _how_many(total: int, apart: list[Agreement], name: Callable[[str], str]) -> str:
    """At a kink the numeric slope cannot agree; that is no fault of the file."""
    if not apart and total == 1:
        return "The one gradient agrees with the numeric one."
    if not apart:
        return f"All {count(total)} gradients agree with the numeric ones."
    return (
        f"{count(total - len(apart))} of {count(total)} gradients agree with the numeric ones; for "
        f"{_called(apart[0].place, name)} there is no telling. {apart[0].remark}"
    )


def _check_folder(opened: Opened, as_json: bool) -> int:
    """A lesson that could be opened is sound; say what there is in it."""
    for note in (*opened.loaded.notes, *_not_drawn(opened)):
        complain(note)
    steps = opened.lesson.steps
    tasks = sum(len(step.tasks) for step in steps)
    if as_json:
        tell_json({"lesson": opened.lesson.id, "steps": len(steps), "tasks": tasks,
                   "variants": list(opened.starts)})  # fmt: skip
        return 0
    found = [_so_many(len(steps), "step"), _so_many(tasks, "task")]
    if opened.starts:
        found.append(_so_many(len(opened.starts), "variant"))
    print(f"The lesson is sound: {', '.join(found)}.")
    return 0


def _not_drawn(opened: Opened) -> Iterator[str]:
    """The formulas that stand there as plain text although they have LaTeX."""
    for number, step in enumerate(opened.lesson.steps, 1):
        for formula in step.formulas:
            why = why_not_drawn(formula.latex)
            if formula.latex and why:
                plain = brief(formula.plain)
                yield f"Step {number}: “{plain}” is shown as plain text, since {why}."


def _so_many(number: int, what: str) -> str:
    return f"{count(number)} {what}{'' if number == 1 else 's'}"


def _agreements(experiment: Experiment) -> tuple[Agreement, ...]:
    reason = why_not_run(experiment.network, experiment.settings, experiment.layout.name)
    if reason is not None:
        raise Refused(reason)
    data = experiment.data
    for start in range(0, len(data.training), ROWS_AT_ONCE):
        rows = data.training[start : start + ROWS_AT_ONCE]
        existing_pass(
            experiment.program, experiment.settings, experiment.parameters,
            data.input_rows(rows), data.target_rows(rows), rows.tolist(), experiment.layout.name,
        )  # fmt: skip
    rows = data.training[:MOST_ROWS]
    with np.errstate(all="ignore"):
        return check_gradients(
            experiment.program, experiment.settings, experiment.parameters,
            data.input_rows(rows), data.target_rows(rows),
            middle_of(data.target_rows(data.training)), experiment.layout.name,
        )  # fmt: skip


def _fields(agreement: Agreement) -> dict[str, object]:
    return {
        **place_fields(agreement.place),
        "analytic": agreement.analytic,
        "numeric": agreement.numeric,
        "difference": agreement.difference,
        "agrees": agreement.agrees,
        **({"remark": agreement.remark} if agreement.remark else {}),
    }


def place_fields(place: Place) -> dict[str, object]:
    """How a weight, a bias or a parameter's value is named in JSON."""
    if place.what == "weight":
        return {"edge": [place.source, place.target], "parameter": "weight"}
    return {"node": place.target, "parameter": place.what}


def _sentence(wrong: list[Agreement], total: int, name: Callable[[str], str]) -> str:
    worst = max(wrong, key=lambda agreement: agreement.difference)
    return (
        f"{count(len(wrong))} of {count(total)} gradients do not agree, most of all that of "
        f"{_called(worst.place, name)}: {short(worst.analytic, 6)} by the formula, "
        f"{short(worst.numeric, 6)} by trying."
    )


def _called(place: Place, name: Callable[[str], str]) -> str:
    if place.what == "weight":
        return f"the weight of edge {name(place.source)}→{name(place.target)}"
    return f"the {place.what} of {name(place.target)}"
