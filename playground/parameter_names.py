"""Weights, biases and parameters by name, and as what is selected on the canvas."""

from engine.layout import Layout
from engine.network import Network, Place
from playground.stage import Look, Stage


def place_name(layout: Layout, place: Place) -> str:
    """What a learner calls a number: by the names of the nodes it belongs to."""
    target = layout.name(place.target)
    if place.what == "weight":
        return f"{layout.name(place.source)} → {target}"
    return f"bias of {target}" if place.what == "bias" else target


def selected_place(network: Network, look: Look) -> Place | None:
    """The number of the one edge or node that is selected, if it has one."""
    if len(look.edges) + len(look.nodes) != 1:
        return None
    if look.edges:
        source, target = look.edges[0]
        found = Place("weight", target, source)
        return found if found in network.place_index else None
    both = (Place("bias", look.nodes[0]), Place("value", look.nodes[0]))
    return next((place for place in both if place in network.place_index), None)


def select_place(stage: Stage, place: Place) -> None:
    """Select the edge or the node whose number it is."""
    if place.what == "weight":
        stage.select(edges=((place.source, place.target),))
    else:
        stage.select(nodes=(place.target,))
