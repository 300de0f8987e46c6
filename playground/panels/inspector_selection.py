"""What is selected, read out of the experiment: what the inspector shows and what it edits."""

from collections.abc import Iterable
from dataclasses import dataclass

from engine.experiment.experiment import Experiment
from engine.network import Edge, Node, Place
from engine.numerals import counted
from engine.views.sample_view import chosen_row
from playground.model.stage import Look


@dataclass(frozen=True, slots=True)
class Selected:
    """The nodes and edges that are selected, in the network's order, and the row looked at."""

    experiment: Experiment
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    row: int

    @property
    def nothing(self) -> bool:
        """Whether there is only the experiment to tell about."""
        return not self.nodes and not self.edges

    @property
    def neurons(self) -> tuple[Node, ...]:
        """All nodes if all of them are neurons, else nothing."""
        return self._all("neuron")

    @property
    def inputs(self) -> tuple[Node, ...]:
        """All nodes if all of them are inputs, else nothing."""
        return self._all("input")

    @property
    def parameters(self) -> tuple[Node, ...]:
        """All nodes if all of them are parameters, else nothing."""
        return self._all("parameter")

    @property
    def sums(self) -> tuple[Node, ...]:
        """All nodes if all of them are sums, which alone have a bias."""
        return self.neurons if all(n.combine == "sum" for n in self.neurons) else ()

    @property
    def learners(self) -> tuple[Node, ...]:
        """The nodes with a number that can be locked: a bias or a parameter."""
        return tuple(n for n in self.nodes if n.bias or n.kind == "parameter")

    def _all(self, kind: str) -> tuple[Node, ...]:
        return self.nodes if all(node.kind == kind for node in self.nodes) else ()

    def numbers(self, places: Iterable[Place]) -> list[float]:
        """What stands at these places now."""
        index, numbers = self.experiment.network.place_index, self.experiment.parameters
        return [float(numbers[index[place]]) for place in places]

    def input_columns(self) -> list[int]:
        """The columns of the selected inputs."""
        columns = self.experiment.data.inputs
        return [columns.index(node.id) for node in self.inputs]

    def target_column(self) -> int | None:
        """The column of the target of the one selected output."""
        data = self.experiment.data
        if len(self.nodes) != 1 or not self.nodes[0].output:
            return None
        return len(data.inputs) + data.targets.index(self.nodes[0].id)

    def title(self) -> str:
        """Nothing for one node, which its name tells; else which edge, or how many of what."""
        name = self.experiment.layout.name
        if len(self.edges) == 1 and not self.nodes:
            return f"{name(self.edges[0].source)} → {name(self.edges[0].target)}"
        if len(self.nodes) + len(self.edges) < 2:
            return ""
        kinds = [node.kind for node in self.nodes]
        counts = [(kinds.count("input"), "input"), (kinds.count("parameter"), "parameter"),
                  (kinds.count("neuron"), "neuron"), (len(self.edges), "weight")]  # fmt: skip
        return ", ".join(counted(number, word) for number, word in counts if number)


def selected(experiment: Experiment, look: Look) -> Selected:
    """Read the selection of a look; what is no longer there is left out."""
    network, nodes, edges = experiment.network, set(look.nodes), set(look.edges)
    return Selected(
        experiment,
        tuple(node for node in network.nodes if node.id in nodes),
        tuple(edge for edge in network.edges if edge[:2] in edges) if edges else (),
        chosen_row(experiment, look.row),
    )


def size_of(experiment: Experiment) -> str:
    """How large the network is: "3 inputs, 3 neurons, 11 parameters"; what is locked is none.

    Of what there is nothing, nothing is said.
    """
    network = experiment.network
    neurons = sum(node.kind == "neuron" for node in network.nodes)
    parts = (
        (len(network.inputs), "input"),
        (neurons, "neuron"),
        (network.locks.count(False), "parameter"),
    )
    there = [counted(number, word) for number, word in parts if number]
    return ", ".join(there) or counted(0, "neuron")
