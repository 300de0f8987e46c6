"""What a lesson names of an experiment, and the checks of its tasks: each kind is a class.

A closed table, and no code comes from a file. The JSON Schema in resources/schema is generated from
these types.
"""

import dataclasses
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from math import isnan
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self, get_type_hints

import numpy as np
from msgspec import UNSET, Meta, Struct, UnsetType, defstruct, structs

from engine.errors import Refused, brief, unknown
from engine.experiment.curve import Evaluator
from engine.experiment.experiment import Experiment
from engine.experiment.stepping import batch_of
from engine.experiment.trace import script_of
from engine.files.wire import WireSettings, made_into
from engine.functions.datasets import Recipe
from engine.network import Network, Place
from engine.numerals import read, short
from engine.program.program import why_not_run
from engine.settings import Settings, Stops, check
from engine.views.samples import SampleView

MOST = 10**12  # what counts something in a lesson stays below what a file may hold (15 digits)
FURTHEST = 1000  # updates that are made while a lesson opens; more would keep its reader waiting
NAN = float("nan")

Id = Annotated[str, Meta(min_length=1, max_length=200)]
Ends = tuple[Id, Id]
Positive = Annotated[int, Meta(ge=1, le=MOST)]
Count = Annotated[int, Meta(ge=0, le=MOST)]
NumberKind = Literal[
    "value", "activation", "sum", "error", "derivative", "gradient", "new", "bias", "target",
    "loss",
]  # fmt: skip
StepKind = Literal[
    "start", "sum", "activation", "exp", "probability", "loss", "penalty", "error", "derivative",
    "gradient", "value", "end",
]  # fmt: skip
Starts = tuple[Experiment, ...]
#: Where the numbers of nodes stand among those of a sample.
_COLUMNS = {
    "value": "values", "activation": "values", "sum": "sums", "error": "errors",
    "derivative": "derivatives", "target": "targets", "loss": "losses",
}  # fmt: skip


class Plain(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What all parts of a lesson share: nothing unknown, nothing that can be changed."""

    def but(self, **other: object) -> Self:
        """The same with other entries."""
        return structs.replace(self, **other)

    def proofread(self, starts: Starts) -> None:
        """Refuse what does not belong to any experiment of the lesson: its parts, where it may."""
        for name in self.__struct_fields__:
            part = getattr(self, name)
            for each in part if isinstance(part, tuple) else (part,):
                if isinstance(each, Plain):
                    each.proofread(starts)


class Number(Plain, frozen=True):
    """A number on the canvas: what it is, and the node or the edge it belongs to."""

    what: NumberKind = "value"
    node: Id = ""
    edge: Ends | None = None

    def value(self, experiment: Experiment, row: int | None = None) -> float:
        """The number as the canvas shows it for this row; NaN where there is none, or not yet."""
        network = experiment.network
        place = self.place(network)
        if self.what in ("gradient", "new"):
            shown = SampleView().shown(experiment, row)
            vector = shown.gradients if self.what == "gradient" else shown.updated
            return NAN if place is None else float(vector[place])
        if self.edge is not None or self.what == "bias":
            return NAN if place is None else float(experiment.parameters[place])
        if not self.node:
            return SampleView().shown(experiment, row).total if self.what == "loss" else NAN
        if self.node not in network.index:
            return NAN
        column = getattr(SampleView().shown(experiment, row), _COLUMNS[self.what])
        return float(column[network.index[self.node]])

    def place(self, network: Network) -> int | None:
        """Where a weight, a bias or a parameter stands in the vector of numbers."""
        if self.edge is not None:
            source, target = self.edge
            return network.place_index.get(Place("weight", target, source))
        bias = network.place_index.get(Place("bias", self.node))
        return network.place_index.get(Place("value", self.node)) if bias is None else bias

    def proofread(self, starts: Starts) -> None:
        """Refuse a number that does not belong to something that has one of its kind."""
        if self.edge is not None:
            if self.node:
                raise Refused("A number belongs to a node or to an edge, not to both.")
            refuse_unknown(starts, (), [self.edge])
            if self.what not in ("value", "gradient", "new"):
                raise Refused(f"An edge has no {self.what}; it has a value, a gradient and a new.")
        elif self.node:
            refuse_unknown(starts, [self.node])
            if not any(self._is_had(each) for each in starts if self.node in each.network.index):
                raise Refused(f"“{self.node}” has no {self.what}.")
        elif self.what != "loss":
            raise Refused(f"Whose {self.what}? Name a “node” or an “edge”.")

    def _is_had(self, start: Experiment) -> bool:
        """Whether the node has a number of this kind."""
        network = start.network
        node = network.node(self.node)
        if self.what in ("activation", "sum", "error"):
            return node.kind == "neuron"
        if self.what in ("gradient", "new", "bias"):
            return self.place(network) is not None and (self.what != "bias" or node.bias)
        if self.what in ("target", "loss"):
            return node.output
        return self.what == "value" or node.kind == "input"


class Moment(Plain, frozen=True):
    """A place in time: in which update, and after which micro-step, named as `step` prints it."""

    what: StepKind
    node: Id = ""
    edge: Ends | None = None
    update: Positive = 1

    def cursor(self, experiment: Experiment) -> int | None:
        """How many micro-steps of a pass are told at that moment; None if there is no such one."""
        network = experiment.network
        if experiment.trace is not None:
            script = experiment.trace.script
        else:  # the next pass
            script = script_of(network, experiment.settings, len(batch_of(experiment)))
        if self.what in ("start", "end"):
            return 0 if self.what == "start" else len(script.steps)
        edge = Place("weight", self.edge[1], self.edge[0]) if self.edge else None
        found = []
        for number, step in enumerate(script.steps, 1):
            place = network.places[step.place] if step.place >= 0 else None
            own = step.node == self.node and (place is None or place.what != "weight")
            if step.what == self.what and (place == edge if edge else own):
                found.append(number)
        if not found and self.what == "loss" and not self.node:
            found = [i for i, step in enumerate(script.steps, 1) if step.what == "loss"][-1:]
        return found[-1] if found else None

    def is_reached(self, experiment: Experiment) -> bool:
        if experiment.updates >= self.update:
            return True
        if experiment.updates < self.update - 1:
            return False
        cursor = self.cursor(experiment)
        return cursor is not None and experiment.cursor >= max(cursor, 1)

    def proofread(self, starts: Starts) -> None:
        """Refuse a moment that never comes, or too late to go to."""
        if self.update > FURTHEST:
            raise Refused(f"Update {self.update:,} is too far to go to; at most {FURTHEST:,}.")
        if self.edge is not None:
            refuse_unknown(starts, (), [self.edge])
        elif self.node:
            refuse_unknown(starts, [self.node])
        known = [start for start in starts if not self.node or self.node in start.network.index]
        if all(self.cursor(start) is None for start in known):
            raise Refused(f"No micro-step tells the {self.what} of {owner_of(self)}.")


class ValueOf(Plain, frozen=True, rename={"of": "value of"}):
    """The value of a number in the lesson's own experiment: as a step is set up, or at a moment."""

    of: Number
    at: Moment | None = None


def owner_of(part: Number | Moment) -> str:
    """“4”, or “4”→“6”, or the loss of all."""
    if part.edge is not None:
        return f"“{brief(part.edge[0])}”→“{brief(part.edge[1])}”"
    return f"“{brief(part.node)}”" if part.node else "the whole"


def refuse_unknown(starts: Starts, nodes: Iterable[str], edges: Iterable[Ends] = ()) -> None:
    """Refuse a node or an edge that none of these experiments has."""
    known = dict.fromkeys(name for start in starts for name in start.network.index)
    for node_id in nodes:
        if node_id not in known:
            raise unknown("The node", node_id, known)
    for edge in edges:
        refuse_unknown(starts, edge)
        if not any(edge in start.network.pairs for start in starts):
            raise Refused(f"There is no edge from “{edge[0]}” to “{edge[1]}”.")


_KINDS: dict[type, str] = {bool: "true or false", int: "number", float: "number", str: "word"}
WITHIN = 0.0005  # half of the last digit of a number told to three decimals
Within = Annotated[float, Meta(ge=0)]
Part = Literal["training", "test"]
EndingRule = Literal[
    "loss", "change", "misclassified", "progress", "epochs", "infinite", "goal", "refused"
]
Dock = Literal[
    "explain", "inspector", "settings", "history", "samples", "table", "curves", "surface", "map",
    "function", "knobs", "h-table", "matrices",
]  # fmt: skip

_SETTINGS: dict[str, Any] = get_type_hints(Settings)
_BOUNDED: dict[str, Any] = get_type_hints(WireSettings, include_extras=True)
_WHOLE: dict[str, Any] = {"batch": Positive | None, "seed": Count, "digits": Positive}

_COUNTS: dict[str, Callable[[Experiment], int]] = {
    "inputs": lambda e: len(e.network.inputs),
    "parameters": lambda e: sum(node.kind == "parameter" for node in e.network.nodes),
    "neurons": lambda e: sum(node.kind == "neuron" for node in e.network.nodes),
    "outputs": lambda e: len(e.network.outputs),
    "weights": lambda e: len(e.network.edges),
    "numbers": lambda e: len(e.network.places),
    "zero weights": lambda e: sum(
        weight == 0 and not edge.locked
        for weight, edge in zip(e.parameters.tolist(), e.network.edges, strict=False)
    ),
    "locked": lambda e: sum(e.network.locks),
    "rows": lambda e: e.data.count,
    "test rows": lambda e: len(e.data.testing),
    "updates": lambda e: e.updates,
    "epochs": lambda e: e.turn.epoch,
    "runs": lambda e: len(e.runs) + (e.curve.count > 1),
}
if TYPE_CHECKING:
    SettingName = str
    CountName = str
else:  # all that is one number or word, by the names that the settings themselves have
    SettingName = Literal[
        (*(name for name in _SETTINGS if name not in ("initializer", "stops")),
         *(f"stops.{name}" for name in get_type_hints(Stops)),
         *(f"data.{name}" for name in get_type_hints(Recipe) if name != "seed"))
    ]  # fmt: skip
    CountName = Literal[tuple(_COUNTS)]


@dataclasses.dataclass(frozen=True, slots=True)
class Looked:
    """What a check may know of the window, from whoever shows the lesson.

    `row` counts from 0, None is the first of the batch; `docks` are those that are open and in
    front, `refused` is the last sentence that refused something, `checked` tells whether the
    gradients have been checked, `running` whether it trains just now, and `answer` is what the
    learner typed or chose for the task.
    """

    nodes: tuple[str, ...] = ()
    edges: tuple[tuple[str, str], ...] = ()
    row: int | None = None
    docks: Collection[str] = ()
    refused: str = ""
    checked: bool = False
    running: bool = False
    answer: str = ""


class Change(Plain, frozen=True):
    """Some of the settings; those that are left out stay as they are."""

    def applied_to(self, settings: Settings) -> Settings:
        """The settings with these of them changed, or the refusal of one that cannot be."""
        return check(dataclasses.replace(settings, **self._members()))

    def is_in(self, settings: Settings) -> bool:
        return all(getattr(settings, name) == value for name, value in self._members().items())

    def proofread(self, starts: Starts) -> None:
        for start in starts:
            self.applied_to(start.settings)

    def draws_again(self) -> bool:
        return not {"seed", "initializer"}.isdisjoint(self._members())

    def _members(self) -> dict[str, Any]:
        """What is to be changed, as the engine's own values."""
        found = {name: value for name, value in structs.asdict(self).items() if value is not UNSET}
        return {name: made_into(_SETTINGS[name], value) for name, value in found.items()}


if not TYPE_CHECKING:  # its members are the settings themselves, which are written down once
    Change = defstruct(
        "Change",
        [(name, kind | UnsetType, UNSET) for name, kind in (_BOUNDED | _WHOLE).items()],
        bases=(Change,),
        namespace={"__doc__": Change.__doc__},
        module=__name__,
        frozen=True,
    )


class _Check(Plain, frozen=True, tag_field="kind", rename={"is_": "is"}):
    """A check; its kind says which.

    Each has a method `is_done`, and, where its file can be wrong about the experiment, `proofread`.
    """

    #: What of the stage is taken back before the task begins, so that it is still to be done.
    not_yet: ClassVar[Mapping[str, Any]] = {}
    #: Of these entries at least one must be there.
    one_of: ClassVar[tuple[str, ...]] = ()

    def proofread(self, starts: Starts) -> None:
        super().proofread(starts)
        if self.one_of and all(getattr(self, name) is None for name in self.one_of):
            words = ", ".join(f"“{name.removesuffix('_')}”" for name in self.one_of)
            raise Refused(f"a check needs at least one of {words}.")


class ValueCheck(_Check, frozen=True, tag="value"):
    """A number is, is not, is above or is below another one."""

    of: Number
    is_: float | None = None
    within: Within = WITHIN
    is_not: float | None = None
    above: float | None = None
    below: float | None = None
    one_of: ClassVar[tuple[str, ...]] = ("is_", "is_not", "above", "below")

    def is_done(self, experiment: Experiment, look: Looked) -> bool:
        found = self.of.value(experiment, look.row)
        return (
            _lies(found, self.above, self.below)
            and (self.is_ is None or _near(found, self.is_, self.within))
            and (self.is_not is None or not _near(found, self.is_not, self.within))
        )


class SettingCheck(_Check, frozen=True, tag="setting"):
    """A setting is so, or lies above or below a number; `is` null means that it is off."""

    of: SettingName
    is_: float | bool | str | UnsetType | None = UNSET
    above: float | None = None
    below: float | None = None

    def is_done(self, experiment: Experiment, look: Looked) -> bool:
        found = self.found(experiment)
        if self.above is not None or self.below is not None:
            number = float(found) if isinstance(found, int | float) else NAN
            return _lies(number, self.above, self.below)
        if isinstance(found, float) and isinstance(self.is_, int | float):
            return _near(found, self.is_, 1e-12)  # 0.1 typed and 0.1 computed are the same setting
        return bool(found == self.is_ and isinstance(found, bool) == isinstance(self.is_, bool))

    def found(self, experiment: Experiment) -> object:
        """The setting; of a rule that has several numbers, its kind."""
        owner, _, member = self.of.rpartition(".")
        if owner == "data":
            return getattr(experiment.data.recipe, member, None)
        if owner == "stops":
            return getattr(experiment.settings.stops, member)
        found = getattr(experiment.settings, self.of)
        return getattr(found, "kind", found)

    def proofread(self, starts: Starts) -> None:
        """What it is compared with must be of its kind: a number, a word, or on and off."""
        if self.above is not None or self.below is not None:
            return
        kinds = {_KINDS[type(found)] for found in map(self.found, starts) if found is not None}
        may_be_off = self.of == "batch" or self.of.startswith("stops.")
        if may_be_off:
            kinds.add("number")
        if not kinds:
            raise Refused(f"the data of this lesson were not generated, so they have no {self.of}.")
        if may_be_off and self.is_ is None:
            return
        if _KINDS.get(type(self.is_)) not in kinds:
            raise Refused(f"the setting {self.of} is {' or '.join(sorted(kinds))}; see its “is”.")


class CountCheck(_Check, frozen=True, tag="count"):
    """So many of something: neurons, updates, weights of exactly 0 …"""

    of: CountName
    is_: Count | None = None
    at_least: Count | None = None
    at_most: Count | None = None
    one_of: ClassVar[tuple[str, ...]] = ("is_", "at_least", "at_most")

    def is_done(self, experiment: Experiment, look: Looked) -> bool:
        if self.is_ is not None and look.running:
            return False  # a run that passes by has not done just so much
        found = _COUNTS[self.of](experiment)
        return (
            (self.is_ is None or found == self.is_)
            and (self.at_least is None or found >= self.at_least)
            and (self.at_most is None or found <= self.at_most)
        )


class LossCheck(_Check, frozen=True, tag="loss"):
    """The loss over all rows of a part is below or above a number."""

    below: float | None = None
    above: float | None = None
    part: Part = "training"
    one_of: ClassVar[tuple[str, ...]] = ("above", "below")

    def is_done(self, experiment: Experiment, look: Looked) -> bool:
        return _lies(_summary(experiment, self.part)[0], self.above, self.below)


class AccuracyCheck(_Check, frozen=True, tag="accuracy"):
    """At least this share of a part is classified as it should be, from 0 to 1."""

    at_least: Annotated[float, Meta(gt=0, le=1)]
    part: Part = "training"

    def is_done(self, experiment: Experiment, look: Looked) -> bool:
        return _summary(experiment, self.part)[1] >= self.at_least


class ToldCheck(_Check, frozen=True, tag="told"):
    """Stepping has come as far as this micro-step, or further."""

    at: Moment

    def is_done(self, experiment: Experiment, look: Looked) -> bool:
        return self.at.is_reached(experiment)


class EndedCheck(_Check, frozen=True, tag="ended"):
    """Training has ended by this rule."""

    by: EndingRule

    def is_done(self, experiment: Experiment, look: Looked) -> bool:
        return experiment.ending is not None and experiment.ending.rule == self.by


class RunCheck(_Check, frozen=True, tag="run"):
    """There is a run, now or before, of so many updates under these settings."""

    settings: Change = Change()
    updates: Positive = 1

    def is_done(self, experiment: Experiment, look: Looked) -> bool:
        wanted = self.settings
        made = sum(s.updates for s in experiment.history if wanted.is_in(s.context.settings))
        ends = [r.curve.last for r in experiment.runs if wanted.is_in(r.context.settings)]
        return max([made, *(int(end.update) for end in ends if end is not None)]) >= self.updates


class EdgeCheck(_Check, frozen=True, tag="edge"):
    """There is an edge between two nodes, or there is none any more."""

    edge: Ends
    there: bool = True
    locked: bool | None = None

    def is_done(self, experiment: Experiment, look: Looked) -> bool:
        edges = [e for e in experiment.network.edges if (e.source, e.target) == self.edge]
        if not self.there or not edges:
            return bool(edges) == self.there
        return self.locked in (None, edges[0].locked)

    def proofread(self, starts: Starts) -> None:
        refuse_unknown(starts, self.edge)


class NodeCheck(_Check, frozen=True, tag="node"):
    """A node is there, or gone, or has this activation or combine."""

    node: Id
    there: bool = True
    activation: str | None = None
    combine: str | None = None

    def is_done(self, experiment: Experiment, look: Looked) -> bool:
        network = experiment.network
        if not self.there or self.node not in network.index:
            return (self.node in network.index) == self.there
        node = network.node(self.node)
        return self.activation in (None, node.activation) and self.combine in (None, node.combine)

    def proofread(self, starts: Starts) -> None:
        refuse_unknown(starts, [self.node])


class SelectedCheck(_Check, frozen=True, tag="selected"):
    """These are selected: no other nodes if nodes are named, no other edges if edges are."""

    nodes: tuple[Id, ...] = ()
    edges: tuple[Ends, ...] = ()
    not_yet: ClassVar[Mapping[str, Any]] = {"nodes": (), "edges": ()}

    def is_done(self, experiment: Experiment, look: Looked) -> bool:
        nodes = not self.nodes or set(self.nodes) == set(look.nodes)
        return nodes and (not self.edges or set(self.edges) == set(look.edges))

    def proofread(self, starts: Starts) -> None:
        if not self.nodes and not self.edges:
            raise Refused("what is to be selected? Name “nodes” or “edges”.")
        refuse_unknown(starts, self.nodes, self.edges)


class OpenedCheck(_Check, frozen=True, tag="opened"):
    """This dock is open and in front."""

    dock: Dock

    def is_done(self, experiment: Experiment, look: Looked) -> bool:
        return self.dock in look.docks


class RowCheck(_Check, frozen=True, tag="row"):
    """This row of the samples, counted from 1, is the one that is shown."""

    is_: Positive
    not_yet: ClassVar[Mapping[str, Any]] = {"row": None}

    def is_done(self, experiment: Experiment, look: Looked) -> bool:
        return look.row == self.is_ - 1


class AnswerCheck(_Check, frozen=True, tag="answer"):
    """The learner types a number, or chooses one of a few answers; without `is` any choice does.

    With `known` it is a guess: any answer does, and from that moment on `is` stands beside it.
    """

    choices: Annotated[tuple[Id, ...], Meta(max_length=6)] = ()
    is_: float | str | ValueOf | None = None
    within: Within = WITHIN
    known: Moment | None = None

    @property
    def is_guess(self) -> bool:
        """Whether no answer is right or wrong when it is given."""
        return self.known is not None or self.is_ is None

    def is_done(self, experiment: Experiment, look: Looked) -> bool:
        return self.is_right(look.answer)

    def is_right(self, answer: str) -> bool:
        """Whether this is the answer that is asked for; of a guess, whether it is one at all."""
        if not answer.strip():
            return False
        if self.choices:
            return answer in self.choices if self.is_guess else answer == self.is_
        try:
            typed = read(answer)
        except Refused:
            return False
        return self.is_guess or (
            isinstance(self.is_, int | float) and _near(typed, self.is_, self.within)
        )

    def came_true(self, experiment: Experiment) -> str:
        """What a guess is set beside, from the moment on at which that is known."""
        if self.known is None or not self.known.is_reached(experiment):
            return ""
        return short(self.is_) if isinstance(self.is_, float | int) else str(self.is_)

    def proofread(self, starts: Starts) -> None:
        super().proofread(starts)
        if self.known is not None and self.is_ is None:
            raise Refused("what is “known” of a guess must stand there as “is”.")
        if isinstance(self.is_, ValueOf):
            if self.choices:
                raise Refused("choices are words, so “is” must be one of them, and no “value of”.")
            return
        if not self.choices and not isinstance(self.is_, int | float):
            raise Refused("an answer needs a number as “is”, or “choices” to choose from.")
        if self.choices and (len(self.choices) < 2 or len(set(self.choices)) < len(self.choices)):
            raise Refused("there must be at least two different choices.")
        if self.choices and self.is_ is not None and self.is_ not in self.choices:
            raise unknown("The choice", str(self.is_), self.choices)


class RefusedCheck(_Check, frozen=True, tag="refused"):
    """The program has refused something, with this word in its sentence."""

    says: Id

    def is_done(self, experiment: Experiment, look: Looked) -> bool:
        return self.says.casefold() in look.refused.casefold()


class GradientsCheck(_Check, frozen=True, tag="gradients checked"):
    """The gradients have been checked."""

    not_yet: ClassVar[Mapping[str, Any]] = {"checked": False}

    def is_done(self, experiment: Experiment, look: Looked) -> bool:
        return look.checked


class AllCheck(_Check, frozen=True, tag="all"):
    """Every one of these checks holds."""

    of: Annotated[tuple["Check", ...], Meta(min_length=1, max_length=10)]

    def is_done(self, experiment: Experiment, look: Looked) -> bool:
        return all(member.is_done(experiment, look) for member in self.of)


class AnyCheck(_Check, frozen=True, tag="any"):
    """At least one of these checks holds."""

    of: Annotated[tuple["Check", ...], Meta(min_length=1, max_length=10)]

    def is_done(self, experiment: Experiment, look: Looked) -> bool:
        return any(member.is_done(experiment, look) for member in self.of)


Check = (
    ValueCheck | SettingCheck | CountCheck | LossCheck | AccuracyCheck | ToldCheck | EndedCheck
    | RunCheck | EdgeCheck | NodeCheck | SelectedCheck | OpenedCheck | RowCheck | AnswerCheck
    | RefusedCheck | GradientsCheck | AllCheck | AnyCheck
)  # fmt: skip


def simple_checks(check: Check) -> Iterator[Check]:
    """The check itself, or all that it is made of."""
    if isinstance(check, AllCheck | AnyCheck):
        for member in check.of:
            yield from simple_checks(member)
    else:
        yield check


def _lies(found: float, above: float | None, below: float | None) -> bool:
    """Whether it is a number between these; one that is None is no bound."""
    if isnan(found):
        return False
    return (above is None or found > above) and (below is None or found < below)


def _near(found: float, wanted: float, within: float) -> bool:
    """Half a millionth of slack, so that 1.8705 counts as 1.87 within 0.0005."""
    return abs(found - wanted) <= within * (1 + 1e-6) + 1e-12


def _summary(experiment: Experiment, part: str) -> tuple[float, float]:
    """Loss and accuracy over the rows of a part, with the present numbers."""
    if why_not_run(experiment.network, experiment.settings) is not None:
        return NAN, NAN
    evaluator = Evaluator(experiment.context)
    rows = evaluator.training if part == "training" else evaluator.testing
    with np.errstate(all="ignore"):
        return evaluator.summary(experiment.parameters, rows)
