"""The network compiled, as everybody else uses it: runners, batches and answers."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engine.errors import Refused
from engine.functions.losses import loss
from engine.network import Network
from engine.op_list import Floats, frozen
from engine.program.plan import Plan, compile_plan
from engine.program.runner import Runner
from engine.settings import Settings, without_rounding

CACHED = 24_000  # numbers of a node array that stay in the cache
FEWEST_ROWS = 128


@dataclass(frozen=True)
class Program:
    """An immutable plan of a network; what runs is made anew for each caller."""

    network: Network

    @cached_property
    def plan(self) -> Plan:
        """Rows, slots and levels; laid out when somebody first runs the program."""
        return compile_plan(self.network)

    def runner(
        self,
        settings: Settings,
        batch: int,
        dtype: type[np.floating] = np.float64,
        inputs_too: bool = False,
        stack: int = 0,
    ) -> Runner:
        """A runner for one batch size; with `stack`, for so many networks side by side."""
        reason = why_not_run(self.network, settings)
        if reason is not None:
            raise Refused(reason)
        return Runner(self.plan, settings, batch, dtype, inputs_too, stack)

    def forward_runner(self, settings: Settings, batch: int) -> Runner:
        """One for forward values, which can be shown where the loss does not suit the network."""
        suits = why_not_run(self.network, settings) is None
        return Runner(self.plan, settings if suits else Settings(), batch)

    def heads(self, inputs: Floats, targets: Floats) -> Floats:
        """Samples (rows) as the head of the activation array: targets, ones, inputs (columns)."""
        count = len(inputs)
        head = np.ones((self.plan.inputs.stop, count), inputs.dtype)
        head[: self.plan.target_count] = targets.T
        head[self.plan.inputs] = inputs.T
        return frozen(head)

    def answers(self, settings: Settings, parameters: Floats, inputs: Floats) -> Floats:
        """The outputs for every row of inputs, (rows × outputs)."""
        values = self.values(settings, parameters, inputs)
        columns = [self.network.index[node_id] for node_id in self.network.outputs]
        return frozen(values[:, columns])

    def values(self, settings: Settings, parameters: Floats, inputs: Floats) -> Floats:
        """The value of every node for every row of inputs, (rows × nodes)."""
        count = len(inputs)
        chunk = max(FEWEST_ROWS, CACHED // self.plan.row_count)
        size = min(count, chunk)
        found = np.empty((len(self.network.nodes), count), inputs.dtype)
        head = self.heads(inputs, np.zeros((1, self.plan.target_count)))
        runner = Runner(self.plan, without_rounding(settings), size, parameters.dtype.type)
        runner.load(parameters)
        for start in range(0, count, chunk):
            # The last rows may be taken twice, so that every chunk has the same shape.
            rows = slice(min(start, count - size), min(start, count - size) + size)
            runner.forward(head[:, rows])
            found[:, rows] = runner.values()
        return frozen(found.T)


def batches(heads: Floats, order: np.ndarray, batch: int) -> Floats:
    """Full batches of an epoch in that order: (batches × head × samples), one block of memory."""
    count = len(order) // batch
    chosen = heads[:, order[: count * batch]]
    split = chosen.reshape(len(heads), count, batch)
    return np.ascontiguousarray(split.transpose(1, 0, 2))


def why_not_run(
    network: Network, settings: Settings, call: Callable[[str], str] = str
) -> str | None:
    """None where this loss suits these outputs, else the sentence that says why not."""
    chosen = loss(settings.loss)
    if not network.nodes:
        return "Nothing is drawn yet. Draw inputs and an output, and join them."
    if not network.outputs:
        return "There is no output. Mark a neuron as output, so that there is something to learn."
    if chosen.shares and len(network.outputs) < 2:
        return f"{chosen.title} compares several outputs. Add one per class."
    for node_id in network.outputs:
        if chosen.by_sum and network.node(node_id).activation != "sigmoid":
            return (f"{chosen.title} needs an answer between 0 and 1: "
                    f"give {call(node_id)} a sigmoid.")  # fmt: skip
    return None
