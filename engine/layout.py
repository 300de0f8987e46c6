"""Where each node stands and what it is called; moving and renaming touch nothing else."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby

NodePosition = tuple[float, float]

INPUT_GAP = 178.0
LAYER_GAP = 130.0
NODE_WIDTH = 144.0
NODE_WIDTH_OF_FOUR_DIGITS = 162.0
GROUND_WIDTH = 84.0
PITCH_ROOMY = 150.0
PITCH_BIASES = 132.0
PITCH_PLAIN = 96.0


@dataclass(frozen=True, slots=True)
class Letters:
    """The letters of the formulas: weighted sum, value, error term and loss."""

    sum: str = "z"
    value: str = "o"
    error: str = "δ"
    loss: str = "E"


@dataclass(frozen=True, slots=True)
class Layout:
    """Positions are centres; a node without a name is called by its id."""

    positions: Mapping[str, NodePosition] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    letters: Letters = field(default_factory=Letters)

    def name(self, node_id: str) -> str:
        return self.names.get(node_id) or node_id

    def position(self, node_id: str) -> NodePosition:
        return self.positions.get(node_id, (0.0, 0.0))

    def move(self, moves: Mapping[str, NodePosition]) -> "Layout":
        return replace(self, positions={**self.positions, **moves})

    def rename(self, node_id: str, name: str) -> "Layout":
        """The node under another name; an empty one gives it back its id."""
        names = {key: value for key, value in self.names.items() if key != node_id}
        return replace(self, names={**names, node_id: name} if name and name != node_id else names)

    def shows(self, node_ids: Iterable[str]) -> tuple[object, ...]:
        """What these nodes are called and where they stand, whether it was set or goes unsaid."""
        shown = {node_id: (self.name(node_id), self.position(node_id)) for node_id in node_ids}
        return (shown, self.letters)

    def only(self, node_ids: Container[str]) -> "Layout":
        """Nothing about other nodes than these; the same layout where there is nothing."""
        if all(key in node_ids for key in (*self.positions, *self.names)):
            return self
        return replace(
            self,
            positions={key: at for key, at in self.positions.items() if key in node_ids},
            names={key: name for key, name in self.names.items() if key in node_ids},
        )

    def over(self, older: "Layout") -> "Layout":
        """The same, and what an older layout knew about nodes that this one does not place."""
        names = {key: name for key, name in older.names.items() if key not in self.positions}
        return replace(
            self, positions={**older.positions, **self.positions}, names={**names, **self.names}
        )


def arranged(
    levels: Mapping[str, int], has_biases: bool, node_width: float = NODE_WIDTH
) -> dict[str, NodePosition]:
    """Positions in layers from left to right, rows centred on each other."""
    found: dict[str, NodePosition] = {}
    x = 0.0
    ordered = sorted(levels, key=lambda node_id: levels[node_id])
    for column, (level, members) in enumerate(groupby(ordered, key=lambda n: levels[n])):
        ids = list(members)
        width = node_width if level else GROUND_WIDTH
        if column:
            x += width / 2
        pitch = PITCH_ROOMY if len(ids) <= 3 else PITCH_BIASES if has_biases else PITCH_PLAIN
        for row, node_id in enumerate(ids):
            found[node_id] = (x, (row - (len(ids) - 1) / 2) * pitch)
        x += width / 2 + (LAYER_GAP if level else INPUT_GAP)
    return found
