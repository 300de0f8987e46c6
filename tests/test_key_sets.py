"""Tables that are keyed by the same names have the same keys, and nobody asks for a name elsewhere.

They are read off the source, so that a table which is written tomorrow is compared as well.
"""

import ast
from collections.abc import Collection, Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import NamedTuple, get_args

import pytest

from engine import network
from engine.experiment.trace import Phase, What
from engine.formulas.update import LETTERS
from engine.functions import datasets, initializers, optimizers
from engine.functions.activations import ACTIVATIONS
from engine.functions.losses import LOSSES, REDUCTIONS
from engine.settings import Settings
from engine.views import runs
from playground.model.stage import Tool
from playground.panels.settings import SECTIONS
from tests.engine import oracle
from tests.engine.functions import test_optimizers

ROOT = Path(__file__).parents[1]
SOURCES = sorted(p for room in ("engine", "playground") for p in (ROOT / room).rglob("*.py"))

#: What is added by a row: all that is asked about such a name stands in its row.
ROWS: dict[str, Collection[str]] = {
    "activations": ACTIVATIONS.keys(),
    "losses": LOSSES.keys(),
    "optimisers": optimizers.OPTIMIZERS.keys(),
    "schedules": optimizers.SCHEDULES.keys(),
    "initialisers": initializers.INITIALIZERS.keys(),
    "data sets": datasets.DATASETS.keys(),
}
#: What the program is made of: a table about it covers all of it, or is one of `PARTS`.
FIXED: dict[str, Collection[str]] = {
    "combines": network.COMBINES,
    "kinds of node": network.KINDS,
    "kinds of number": get_args(network.What),
    "phases": get_args(Phase),
    "micro-steps": get_args(What),
    "reductions": REDUCTIONS,
    "tools": get_args(Tool),
}
PARTS: dict[frozenset[str], str] = {
    frozenset({"product", "max", "min"}): "a sum is a matrix product, and no word is said of it",
    frozenset({"input", "parameter"}): "their letters are fixed; that of a neuron is the lecture's",
    frozenset({"parameter", "neuron"}): "the inputs of a model stand apart, with their scaling",
    frozenset(get_args(Tool)) - {"select"}: "those that make a node",
}
#: The only names that are asked for: each is the one that changes nothing, or a drawing of its own.
ASKED = {
    ("activation", "identity"): "no curve, so no micro-step of its own",
    ("activation", "sigmoid"): "a circle on the canvas; the partner of a loss along the sum",
    ("optimizer", "sgd"): "the lecture rounds plain descent",
    ("schedule", "constant"): "the rate stays",
}


#: Names in the source that stand for one of them.
CONSTANTS = {"AS_DRAWN": initializers.AS_DRAWN}


class Table(NamedTuple):
    """A dictionary or a choice of names in the source."""

    place: str
    keys: tuple[str, ...]
    holds_rows: bool


@cache
def trees() -> tuple[tuple[str, ast.Module], ...]:
    found = ((path.relative_to(ROOT).as_posix(), path.read_text("utf-8")) for path in SOURCES)
    return tuple((name, ast.parse(text)) for name, text in found)


def constants(nodes: Collection[ast.expr | None]) -> tuple[str, ...]:
    """All of them, if all are texts."""
    known = [CONSTANTS.get(n.id) if isinstance(n, ast.Name) else getattr(n, "value", None)
             for n in nodes]  # fmt: skip
    texts = [text for text in known if isinstance(text, str)]
    return tuple(texts) if len(texts) == len(nodes) else ()


def tables_in(name: str, tree: ast.Module) -> Iterator[Table]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            keys, rows = constants(node.keys), all(isinstance(v, ast.Call) for v in node.values)
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple):
            is_choice = getattr(node.value, "id", "") == "Literal"
            keys, rows = constants(node.slice.elts) if is_choice else (), False
        else:
            continue
        if len(keys) > 1:
            yield Table(f"{name}:{node.lineno}", keys, rows)


@cache
def tables() -> tuple[Table, ...]:
    return tuple(table for name, tree in trees() for table in tables_in(name, tree))


@pytest.mark.parametrize("which", ROWS)
def test_a_name_with_a_row_is_the_key_of_no_other_table(which: str) -> None:
    names = set(ROWS[which])
    others = [tuple(keys) for other, keys in ROWS.items() if other != which]
    about = [t for t in tables() if len(names.intersection(t.keys)) > max(1, len(t.keys) // 2)
             and t.keys not in others]  # fmt: skip
    assert [table.keys for table in about if table.holds_rows] == [tuple(ROWS[which])]
    assert not [table.place for table in about if not table.holds_rows], "put it into the row"


@pytest.mark.parametrize("which", FIXED)
def test_tables_of_the_same_names_have_the_same_keys(which: str) -> None:
    names = set(FIXED[which])
    about = [t for t in tables() if names.issuperset(t.keys) and 2 * len(t.keys) > len(names)]
    partial = [t.place for t in about if set(t.keys) != names and frozenset(t.keys) not in PARTS]
    assert about and not partial


def test_every_exception_is_still_needed() -> None:
    assert PARTS.keys() <= {frozenset(table.keys) for table in tables()}
    assert ASKED.keys() == {asked for name, tree in trees() for _, asked in asked_in(name, tree)}


def asked_in(name: str, tree: ast.Module) -> Iterator[tuple[str, tuple[str, str]]]:
    """Each comparison of an activation, a loss … with a name: its place, of what, and the name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            inner = [e for s in sides for e in (getattr(s, "elts", None) or [s])]
            subjects = [what for side in inner if (what := subject(side))]
            for text in (e.value for e in inner if isinstance(e, ast.Constant)):
                if isinstance(text, str) and text:
                    yield from ((f"{name}:{node.lineno}", (what, text)) for what in subjects)


def subject(side: ast.expr) -> str:
    """What a side of a comparison is: node.activation, settings.loss, settings.optimizer.kind."""
    if not isinstance(side, ast.Attribute):
        return ""
    if side.attr in ("activation", "loss"):
        return side.attr
    owner = getattr(side.value, "attr", "") or getattr(side.value, "id", "")
    known = ("optimizer", "schedule", "initializer", "recipe")
    return owner if side.attr == "kind" and owner in known else ""


def test_nobody_asks_for_a_name_that_has_a_row() -> None:
    found = [one for name, tree in trees() for one in asked_in(name, tree)]
    assert found
    assert not [(place, asked) for place, asked in found if asked not in ASKED]


def test_the_numbers_of_an_optimiser_are_written_set_and_used() -> None:
    own = {field.name for field in fields(optimizers.Optimizer)} - {"kind"}
    assert LETTERS.keys() == own
    assert {name for row in optimizers.OPTIMIZERS.values() for name in row.uses} == own


def test_the_numbers_of_a_schedule_are_used() -> None:
    own = {field.name for field in fields(optimizers.Schedule)} - {"kind"}
    assert {name for row in optimizers.SCHEDULES.values() for name in row.uses} == own


def test_every_setting_has_its_row_in_the_panel() -> None:
    settings = Settings()
    own = set()
    for field in fields(settings):
        value = getattr(settings, field.name)
        inner = [f"{field.name}.{f.name}" for f in fields(value)] if hasattr(value, "kind") or (
            field.name == "stops") else [field.name]  # fmt: skip
        own.update(inner)
    assert {item.path for section in SECTIONS.values() for item in section} == own


def test_runs_are_told_in_short_by_what_they_are_told_by() -> None:
    assert runs.SHORT.keys() <= runs.SETTINGS.keys()


def test_the_second_opinions_know_every_name() -> None:
    assert oracle.CURVES.keys() == ACTIVATIONS.keys()
    assert test_optimizers.HAND.keys() == optimizers.OPTIMIZERS.keys()
