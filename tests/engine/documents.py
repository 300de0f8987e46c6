"""Experiments of every kind, for what must hold of all documents."""

import numpy as np
from hypothesis import strategies as st

from engine.data import make_data
from engine.errors import clean_name
from engine.experiment.experiment import Experiment, new_experiment
from engine.functions import Floats
from engine.functions.activations import ACTIVATIONS
from engine.functions.datasets import Scaling
from engine.functions.initializers import INITIALIZERS, Initializer
from engine.functions.losses import LOSSES
from engine.functions.optimizers import OPTIMIZERS, SCHEDULES, Optimizer, Schedule
from engine.layout import Layout, Letters
from engine.network import COMBINES, Kind, Network, Node
from engine.settings import Settings, Stops

numbers = st.floats(-1e6, 1e6, allow_nan=False)
positive = st.floats(1e-6, 1e3)
names = st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), max_size=12).filter(
    lambda name: clean_name(name) == (name, False)
)
maybe_count = st.none() | st.integers(1, 1000)


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """Any directed acyclic graph, with inputs, parameters and neurons of all kinds."""
    network = Network()
    ids: list[str] = []
    for i in range(draw(st.integers(0, 7))):
        node_id = f"{draw(st.sampled_from('nhxé'))}{i}"
        network = network.add(draw(_nodes(node_id)))
        ids.append(node_id)
    for source in ids:
        for target in ids:
            if draw(st.booleans()) and network.why_not_connect(source, target) is None:
                network = network.connect(source, target)
                network = network.lock_edges([(source, target)], draw(st.booleans()))
    return network


@st.composite
def _nodes(draw: st.DrawFn, node_id: str) -> Node:
    kinds: tuple[Kind, ...] = ("input", "parameter", "neuron", "neuron", "neuron")
    kind = draw(st.sampled_from(kinds))
    if kind != "neuron":
        return Node(node_id, kind, locked=draw(st.booleans()))
    combine = draw(st.sampled_from(COMBINES))
    return Node(
        node_id,
        "neuron",
        combine,
        draw(st.sampled_from(sorted(ACTIVATIONS))),
        draw(st.floats(0, 1)),
        draw(st.booleans()) and combine == "sum",
        draw(st.booleans()),
        draw(st.booleans()),
        draw(st.booleans()),
    )


@st.composite
def settings_values(draw: st.DrawFn) -> Settings:
    """Settings of all kinds that go together."""
    return Settings(
        loss=draw(st.sampled_from(sorted(LOSSES))),
        reduction=draw(st.sampled_from(("mean", "sum"))),
        optimizer=Optimizer(draw(st.sampled_from(sorted(OPTIMIZERS))), draw(st.floats(0, 0.99))),
        rate=draw(positive),
        schedule=Schedule(draw(st.sampled_from(sorted(SCHEDULES))), draw(st.integers(1, 50))),
        batch=draw(maybe_count),
        shuffle=draw(st.booleans()),
        l1=draw(st.floats(0, 1)),
        l2=draw(st.floats(0, 1)),
        seed=draw(st.integers(0, 2**50 - 1)) % 10**15,
        initializer=Initializer(draw(st.sampled_from(sorted(INITIALIZERS))), draw(positive)),
        stops=Stops(draw(maybe_count), draw(st.none() | positive), patience=draw(maybe_count)),
        digits=draw(st.integers(1, 17)),
    )


@st.composite
def experiments(draw: st.DrawFn) -> Experiment:
    """Experiments before any update, with data, names, places and numbers of their own."""
    network = draw(networks())
    ids = [node.id for node in network.nodes]
    layout = Layout(
        {node_id: (draw(numbers), draw(numbers)) for node_id in ids},
        {node_id: name for node_id in ids if (name := draw(names)) and name != node_id},
        draw(st.sampled_from((Letters(), Letters("i", "o", "e", "L")))),
    )
    width = len(network.inputs) + len(network.outputs)
    count = draw(st.integers(1, 4))
    cells = draw(st.lists(st.lists(numbers, min_size=width, max_size=width),
                          min_size=count, max_size=count))  # fmt: skip
    data = make_data(
        network.inputs,
        network.outputs,
        np.array(cells, dtype=np.float64).reshape(count, width),
        np.arange(count) < draw(st.integers(0, count - 1)),
        draw(
            st.none() | st.just(Scaling((0.5,) * len(network.inputs), (2.0,) * len(network.inputs)))
        ),
        draw(st.lists(names, max_size=3)),
    )
    size = len(network.places)
    parameters = np.array(draw(st.lists(numbers, min_size=size, max_size=size)), dtype=np.float64)
    return new_experiment(network, layout, data, draw(settings_values()), parameters)


def _scaling(width: int) -> Scaling:
    return Scaling((0.5,) * width, (2.0,) * width)


def same_numbers(left: Floats, right: Floats) -> bool:
    """Bit for bit."""
    return left.tobytes() == right.tobytes()
