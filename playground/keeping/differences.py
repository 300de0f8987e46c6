"""What has changed between two experiments, in words, so that a backup can be judged."""

from collections.abc import Iterator

import numpy as np

from engine.errors import LONGEST, brief
from engine.experiment.experiment import Experiment
from engine.network import Place
from engine.numerals import count, counted, short

MOST = 12


def differences(before: Experiment, after: Experiment) -> list[str]:
    """One line for each difference, the biggest first; an empty list where there is none."""
    lines = [*_of_structure(before, after), *_of_progress(before, after)]
    lines += _of_numbers(before, after)
    if before.data != after.data:
        lines.append(f"Samples: {count(before.data.count)} → {counted(after.data.count, 'row')}")
    if before.settings != after.settings:
        lines.append("Settings: changed")
    if _places(before) != _places(after):
        lines.append("Places of neurons: changed")
    if len(lines) > MOST:
        lines = [*lines[:MOST], f"and {count(len(lines) - MOST)} more"]
    return lines


def contents(experiment: Experiment) -> list[str]:
    """What there is in it, where there is nothing to compare it with."""
    ids = [node.id for node in experiment.network.nodes]
    names = [brief(experiment.layout.name(each), LONGEST) for each in ids[:MOST]]
    shown = ", ".join([*names, "…"] if len(ids) > MOST else names)
    return [
        f"Nodes: {count(len(ids))}" + (f" ({shown})" if ids else ""),
        f"Edges: {count(len(experiment.network.edges))}",
        f"Samples: {count(experiment.data.count)}",
        f"Updates: {count(experiment.updates)}",
    ]


def _of_structure(before: Experiment, after: Experiment) -> Iterator[str]:
    old, new = before.network, after.network
    for node in new.nodes:
        if node.id not in old.index:
            yield f"New: {after.layout.name(node.id)}"
        elif before.layout.name(node.id) != after.layout.name(node.id):
            yield f"Renamed: {before.layout.name(node.id)} → {after.layout.name(node.id)}"
    for node in old.nodes:
        if node.id not in new.index:
            yield f"Removed: {before.layout.name(node.id)}"
    if len(old.edges) != len(new.edges):
        yield f"Edges: {count(len(old.edges))} → {count(len(new.edges))}"


def _of_progress(before: Experiment, after: Experiment) -> Iterator[str]:
    if before.updates != after.updates:
        yield f"Updates: {count(before.updates)} → {count(after.updates)}"
    if before.cursor != after.cursor:
        yield f"Step in the update: {count(before.cursor)} → {count(after.cursor)}"


def _of_numbers(before: Experiment, after: Experiment) -> Iterator[str]:
    old, new = before.network.place_index, after.network.place_index
    for place in after.network.places:
        if place not in old:
            continue
        was, now = before.parameters[old[place]], after.parameters[new[place]]
        if not np.array_equal(was, now):
            yield f"{_called(after, place)}: {short(float(was), 6)} → {short(float(now), 6)}"


def _called(experiment: Experiment, place: Place) -> str:
    name = experiment.layout.name
    if place.what == "weight":
        return f"Weight {name(place.source)} → {name(place.target)}"
    what = "Bias" if place.what == "bias" else "Parameter"
    return f"{what} of {name(place.target)}"


def _places(experiment: Experiment) -> dict[str, tuple[float, float]]:
    return {node.id: experiment.layout.position(node.id) for node in experiment.network.nodes}
