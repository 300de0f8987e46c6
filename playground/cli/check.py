"""The command `check`: is a file or a lesson sound, and do analytic and numeric gradients agree."""

from collections.abc import Callable

import numpy as np

from engine.errors import Refused, brief
from engine.experiment.experiment import Experiment
from engine.files.disk import kind_of
from engine.lessons.latex import why_not_drawn
from engine.lessons.lesson import Opened, lesson_ids, open_folder
from engine.network import Place
from engine.numerals import count, counted, short
from engine.program.program import why_not_run
from engine.views.objective import ROWS_AT_ONCE, Agreement, agreements, existing_pass, objective_of
from playground.cli.shared import Arguments, LongWork, open_experiment, reading
from playground.cli.streams import complain, tell_json

MOST_ROWS = 100


def run(arguments: list[str]) -> int:
    """Exit 0 and say so, or 1 with the sentence that says what is wrong."""
    parser = Arguments("check", "Is the file or lesson sound, and do the gradients agree?",
                       "FILE|LESSON|LESSON-FOLDER")  # fmt: skip
    parser.add_argument("--json", action="store_true", help="one JSON object per parameter")
    chosen = parser.parse_args(arguments)
    with reading(chosen.experiment) as work:
        if chosen.experiment not in lesson_ids() and kind_of(chosen.experiment) == "folder":
            opened: Opened | Experiment = open_folder(chosen.experiment)
        else:
            opened = open_experiment(chosen.experiment)
        checked = [] if isinstance(opened, Opened) else _agreements(opened, work)
    if isinstance(opened, Opened):
        return _tell_lesson(opened, chosen.json)
    return _tell(checked, opened.layout.name, chosen.json)


def _tell(checked: list[Agreement], name: Callable[[str], str], as_json: bool) -> int:
    if as_json:
        for agreement in checked:
            wanted = ["analytic", "numeric", "difference", "agrees"]
            wanted += ["remark"] * bool(agreement.remark)
            fields = {name: getattr(agreement, name) for name in wanted}
            tell_json(place_fields(agreement.place) | fields)
    apart = [agreement for agreement in checked if not agreement.agrees]
    wrong = [agreement for agreement in apart if not agreement.remark]
    if wrong:
        worst = max(wrong, key=lambda agreement: agreement.difference)
        raise Refused(
            f"{count(len(wrong))} of {count(len(checked))} gradients do not agree, most of all "
            f"that of {_called(worst.place, name)}: {short(worst.analytic, 6)} by the formula, "
            f"{short(worst.numeric, 6)} by trying."
        )
    if as_json:
        return 0
    total = len(checked)
    if not total:
        told = "It has no output yet, so there are no gradients to check."
    elif apart:  # at a kink the numeric slope cannot agree; that is no fault of the file
        told = (f"{count(total - len(apart))} of {count(total)} gradients agree with the numeric "
                f"ones; for {_called(apart[0].place, name)} there is no telling. "
                f"{apart[0].remark}")  # fmt: skip
    elif total == 1:
        told = "The one gradient agrees with the numeric one."
    else:
        told = f"All {count(total)} gradients agree with the numeric ones."
    print(f"The file is sound. {told}")
    return 0


def _tell_lesson(opened: Opened, as_json: bool) -> int:
    """A lesson that could be opened is sound; say what there is in it."""
    for note in opened.loaded.notes:
        complain(note)
    steps = opened.lesson.steps
    for number, step in enumerate(steps, 1):
        for formula in step.formulas:
            why = why_not_drawn(formula.latex) if formula.latex else None
            if why:
                plain = brief(formula.plain)
                complain(f"Step {number}: “{plain}” is shown as plain text, since {why}.")
    tasks = sum(len(step.tasks) for step in steps)
    if as_json:
        tell_json({"lesson": opened.lesson.id, "steps": len(steps), "tasks": tasks,
                   "variants": list(opened.starts)})  # fmt: skip
        return 0
    found = [counted(len(steps), "step"), counted(tasks, "task")]
    if opened.starts:
        found.append(counted(len(opened.starts), "variant"))
    print(f"The lesson is sound: {', '.join(found)}.")
    return 0


def _agreements(experiment: Experiment, work: LongWork) -> list[Agreement]:
    if not experiment.network.outputs:
        return []
    call = experiment.layout.name
    reason = why_not_run(experiment.network, experiment.settings, call)
    if reason is not None:
        raise Refused(reason)
    data, places = experiment.data, len(experiment.network.places)
    work.begin("Looking at every sample")
    for start in range(0, len(data.training), ROWS_AT_ONCE):
        work.at(start / len(data.training), f"Looking at sample {count(start + 1)}")
        rows = data.training[start : start + ROWS_AT_ONCE]
        objective = objective_of(experiment.context, experiment.parameters, rows)
        existing_pass(objective, call, rows.tolist())
    objective = objective_of(experiment.context, experiment.parameters, data.training[:MOST_ROWS])
    found: list[Agreement] = []
    work.begin("Checking the gradients")
    with np.errstate(all="ignore"):
        for part in agreements(objective, call):
            found += part
            work.at(
                len(found) / places, f"Checked {count(len(found))} of {count(places)} gradients"
            )
    return found


def place_fields(place: Place) -> dict[str, object]:
    """How a weight, a bias or a parameter's value is named in JSON."""
    if place.what == "weight":
        return {"edge": [place.source, place.target], "parameter": "weight"}
    return {"node": place.target, "parameter": place.what}


def _called(place: Place, name: Callable[[str], str]) -> str:
    if place.what == "weight":
        return f"the weight of edge {name(place.source)}→{name(place.target)}"
    return f"the {place.what} of {name(place.target)}"
