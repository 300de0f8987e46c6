"""What the tools of the palette make, and how a node that is not there yet is called."""

from engine.experiment.editing import free_id
from engine.network import Network, Node
from playground.model.stage import Tool

_LETTERS = "abcdefghijklmnopqrstuvw"
_STEMS: dict[Tool, str] = {
    "input": "x",
    "neuron": "n",
    "sum": "s",
    "minus": "d",
    "times": "p",
    "sigmoid": "g",
    "output": "y",
}


def node_of(tool: Tool, network: Network) -> Node:
    """The node that a tool makes, under an id that is free."""
    name = _letter(network) if tool == "parameter" else free_id(network, _STEMS[tool])
    return {
        "input": Node(name, "input"),
        "parameter": Node(name, "parameter"),
        "neuron": Node(name, activation="sigmoid", bias=True),
        "sum": Node(name),
        "minus": Node(name, subtracts=True),
        "times": Node(name, combine="product"),
        "sigmoid": Node(name, activation="sigmoid"),
        "output": Node(name, activation="sigmoid", bias=True, output=True),
    }[tool]


def _letter(network: Network) -> str:
    """a, b, c …, and then a1, a2 …"""
    for letter in _LETTERS:
        if letter not in network.index:
            return letter
    return free_id(network, "a")
