"""The command `step`: each micro-step as a person would write it, or as a line of JSON."""

import sys

import numpy as np

from engine.errors import Refused
from engine.experiment.experiment import Experiment
from engine.experiment.stepping import finish_pass, step
from engine.experiment.trace import PHASE_TITLES, MicroStep, Trace, record, value_of
from engine.formulas import explain
from engine.formulas.notation import notation_of
from engine.formulas.terms import StepFormula
from engine.numerals import count, counted, short
from playground.cli.check import place_fields
from playground.cli.shared import (
    Arguments,
    LongWork,
    one_of,
    open_experiment,
    reading,
    whole,
    whole_or_zero,
)
from playground.cli.streams import tell_json
from playground.cli.train import updated

INDENT = " " * 6


def run(arguments: list[str]) -> int:
    """Print every micro-step of one or more updates."""
    parser = Arguments("step", "One update, number by number.")
    parser.add_argument("--update", type=whole_or_zero, default=0, metavar="N",
                        help="make N updates first, without a word")  # fmt: skip
    parser.add_argument("--updates", type=whole, default=1, metavar="N", help="tell N updates")
    parser.add_argument("--sample", type=whole, metavar="K", help="the row that is told")
    parser.add_argument("--rounding", type=one_of("lecture", "off"), metavar="lecture|off",
                        help="round as the lecture does, or not")  # fmt: skip
    parser.add_argument("--digits", type=whole, metavar="D", help="significant digits, 1 to 17")
    parser.add_argument("--json", action="store_true", help="one JSON object per micro-step")
    chosen = parser.parse_args(arguments)
    with reading(chosen.experiment) as work:
        rounding = None if chosen.rounding is None else chosen.rounding == "lecture"
        experiment = open_experiment(chosen.experiment, rounding=rounding, digits=chosen.digits)
        row, rows = chosen.sample, experiment.data.count
        if row is not None and row > rows:
            had = counted(rows, "row")
            raise Refused(f"There is no sample {count(row)}; the data has {had}.")
        experiment = updated(experiment, chosen.update, work)
    with LongWork("Telling the updates", shown=not sys.stdout.isatty()) as work:
        for done in range(chosen.updates):
            work.at(done / chosen.updates, f"Telling update {count(experiment.updates + 1)}")
            experiment = experiment if experiment.trace else step(experiment)
            assert experiment.trace is not None
            _tell(experiment, experiment.trace, None if row is None else row - 1, chosen.json)
            experiment = finish_pass(experiment)
    return 0


def _tell(experiment: Experiment, trace: Trace, row: int | None, as_json: bool) -> None:
    """One update. The gradients are always the batch's, whichever row is told."""
    inside = np.flatnonzero(trace.rows == row)
    own, sample = trace, int(inside[0]) if len(inside) else 0
    if row is not None and not len(inside):  # forward values, loss and error terms of its own
        own = record(experiment.context, experiment.position, np.array([row]))
    if not as_json:
        print(_heading(experiment, trace, int(own.rows[sample])))
    phase = ""
    notation = notation_of(experiment.context)
    for number, micro_step in enumerate(trace.script.steps, 1):
        told = own if _is_of_a_sample(micro_step) else trace
        column = sample if told is own else 0
        formula = explain(
            experiment.context, told, micro_step, column, experiment.settings.digits, notation
        )
        if as_json:
            fields = _fields(experiment, told, micro_step, column)
            fields |= {"symbols": formula.symbols_plain, "numbers": formula.numbers_plain}
            tell_json({**fields, "why": formula.why})
            continue
        if micro_step.phase != phase:
            phase = micro_step.phase
            print(f"\n{PHASE_TITLES[phase]}")
        print(_paragraph(number, formula))


def _is_of_a_sample(micro_step: MicroStep) -> bool:
    return micro_step.place < 0 and micro_step.whole != "batch"


def _heading(experiment: Experiment, trace: Trace, row: int) -> str:
    told = f"Update {count(experiment.updates + 1)}, sample {count(row + 1)}"
    if row not in trace.rows:
        told += ", which is not in this batch; the gradients are the batch's"
    elif len(trace.rows) > 1:
        told += f" of a batch of {count(len(trace.rows))}"
    rounded = ", rounded as the lecture does" if experiment.settings.rounding else ""
    return f"{told}, rate {short(trace.rate)}{rounded}"


def _paragraph(number: int, formula: StepFormula) -> str:
    lines = [f"{number:>4}  {formula.title}"]
    for aside in formula.asides:
        lines.append(f"{INDENT}{aside.symbols_plain}")
        lines.append(f"{INDENT}{aside.numbers_plain} = {aside.result.plain}")
    lines.append(f"{INDENT}{formula.symbols_plain}")
    if formula.numbers_plain != formula.symbols_plain:
        lines.append(f"{INDENT}{formula.numbers_plain}")
    lines.append(f"{INDENT}= {formula.result.plain}")
    if formula.why:
        lines.append(f"{INDENT}{formula.why}")
    return "\n".join(lines)


def _fields(
    experiment: Experiment, trace: Trace, micro_step: MicroStep, sample: int
) -> dict[str, object]:
    """What every line of JSON says, before the words."""
    fields: dict[str, object] = {
        "update": experiment.updates + 1,
        "phase": micro_step.phase,
        "what": micro_step.what,
    }
    if micro_step.place >= 0:
        fields |= place_fields(experiment.network.places[micro_step.place])
    elif micro_step.node:
        fields["node"] = micro_step.node
    if _is_of_a_sample(micro_step):
        fields["sample"] = int(trace.rows[sample]) + 1
    fields["value"] = value_of(trace, experiment.program, micro_step, sample)
    return fields
