"""How large a document may grow: as large as its file may be, so that it can be opened again."""

from engine.errors import Refused
from engine.experiment.experiment import Experiment
from engine.files import limits
from engine.numerals import count


def check_room(before: Experiment, after: Experiment) -> None:
    """Refuse an edit that makes the document larger than a file may be."""
    sizes = [
        (len(after.network.nodes), len(before.network.nodes), limits.NEURONS, "neurons"),
        (len(after.network.edges), len(before.network.edges), limits.EDGES, "edges"),
        (len(after.variants), len(before.variants), limits.VARIANTS, "kept settings"),
        (_cells(after), _cells(before), limits.CELLS, "numbers in the samples"),
    ]
    for now, then, limit, what in sizes:
        if now > limit and now > then:
            raise Refused(
                f"That would be {count(now)} {what}; a document holds at most {count(limit)}."
            )


def _cells(experiment: Experiment) -> int:
    data = experiment.data
    return data.count * (len(data.inputs) + len(data.targets))
