"""What a learner does, as moves: each takes the experiment and the look and gives both anew."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engine.data import make_data
from engine.errors import Refused
from engine.experiment.editing import (
    add_node,
    change_nodes,
    draw_again,
    free_id,
    set_cell,
    set_numbers,
    with_data,
    with_settings,
)
from engine.experiment.experiment import Experiment
from engine.experiment.stepping import step, step_update
from engine.experiment.training import Goal, trained
from engine.files.lesson_checks import Looked, Moment
from engine.functions.datasets import generate
from engine.network import Node, Place
from tests.engine.experiments import connect, disconnect


@dataclass(frozen=True)
class Learner:
    """Where a learner stands; `answer` is what was just typed or chosen."""

    experiment: Experiment
    look: Looked
    answer: str = ""


Move = Callable[[Learner], Learner]
Owner = str | tuple[str, str]


def move(change: Callable[[Experiment], Experiment]) -> Move:
    """A move that changes the experiment only."""
    return lambda learner: replace(learner, experiment=change(learner.experiment))


def looking(**look: Any) -> Move:
    """A move that changes the look only."""
    return lambda learner: replace(learner, look=replace(learner.look, **look))


def both(*moves: Move) -> Move:
    """Several moves, one after the other."""

    def all_of_them(learner: Learner) -> Learner:
        for one in moves:
            learner = one(learner)
        return learner

    return all_of_them


def until(what: Any, owner: Owner = "") -> Move:
    """Press Space until this micro-step of the present pass is told."""
    moment = Moment(
        what=what,
        node=owner if isinstance(owner, str) else "",
        edge=owner if isinstance(owner, tuple) else None,
    )

    def stepped(experiment: Experiment) -> Experiment:
        cursor = moment.cursor(experiment)
        assert cursor is not None
        while experiment.cursor < cursor:
            experiment = step(experiment)
        return experiment

    return move(stepped)


def updates(number: int = 1) -> Move:
    """Make so many updates, step by step."""

    def made(experiment: Experiment) -> Experiment:
        for _ in range(number):
            experiment = step_update(experiment)
        return experiment

    return move(made)


def train(epochs: int | None = None) -> Move:
    """Press Train, and Stop after so many epochs or leave it to the rules."""
    return move(lambda experiment: trained(experiment, Goal(epochs=epochs)))


def put(owner: Owner, value: float) -> Move:
    """Type a number: of a parameter, of an input, or on an edge."""

    def typed(experiment: Experiment) -> Experiment:
        data = experiment.data
        if isinstance(owner, tuple):
            return set_numbers(experiment, {Place("weight", owner[1], owner[0]): value})
        if owner in data.inputs:
            return set_cell(experiment, 0, data.inputs.index(owner), value)
        return set_numbers(experiment, {Place("value", owner): value})

    return move(typed)


def settings(**changes: Any) -> Move:
    """Change settings."""
    return move(lambda e: with_settings(e, replace(e.settings, **changes)))


def noise(amount: float) -> Move:
    """Generate the points again with this noise."""

    def noisy(experiment: Experiment) -> Experiment:
        assert experiment.data.recipe is not None
        recipe = replace(experiment.data.recipe, noise=amount)
        points, data = generate(recipe), experiment.data
        cells = np.hstack([points.inputs, points.targets])
        rows = make_data(data.inputs, data.targets, cells, points.test, recipe=recipe)
        return with_data(experiment, rows)

    return move(noisy)


def seed(number: int) -> Move:
    """Draw the starting numbers again."""
    return move(lambda experiment: draw_again(experiment, number))


def activation(node_id: str, name: str) -> Move:
    """Give a node another activation."""
    return move(lambda e: change_nodes(e, [replace(e.network.node(node_id), activation=name)]))


def new_input() -> Move:
    """Drag an input onto the canvas."""
    return move(lambda e: add_node(e, Node(free_id(e.network), "input"), (0.0, 270.0)))


def wire_newest(target: str) -> Move:
    """Connect the input that was drawn last."""
    return move(lambda e: connect(e, e.network.inputs[-1], target))


def draw_edge(source: str, target: str) -> Move:
    """Try to draw an edge; a refusal is seen."""

    def drawn(learner: Learner) -> Learner:
        try:
            return replace(learner, experiment=connect(learner.experiment, source, target))
        except Refused as refused:
            return replace(learner, look=replace(learner.look, refused=refused.sentence))

    return drawn


def cut_edge(source: str, target: str) -> Move:
    """Delete an edge."""
    return move(lambda experiment: disconnect(experiment, [(source, target)]))


def say(answer: str) -> Move:
    """Type or choose an answer."""
    return lambda learner: replace(learner, answer=answer)


def open_dock(name: str) -> Move:
    """Open a dock."""
    return looking(docks=(name,))


def select(*owners: Owner) -> Move:
    """Select these nodes and edges."""
    nodes = tuple(owner for owner in owners if isinstance(owner, str))
    edges = tuple(owner for owner in owners if isinstance(owner, tuple))
    return looking(nodes=nodes, edges=edges)


def show_row(number: int) -> Move:
    """Choose a row, counted from 1."""
    return looking(row=number - 1)


CHECK = looking(checked=True)
