"""The phases of a pass as the rail and the chips show them: names, colours, numbers of steps."""

from collections.abc import Mapping

from engine.experiment.experiment import Experiment
from engine.experiment.stepping import batch_of
from engine.experiment.trace import PHASE_TITLES, PHASES, Phase, phase_counts
from engine.functions.losses import loss
from engine.network import Network
from engine.numerals import Role
from engine.settings import Settings
from playground.widgets.phase_rail import Segment

ROLES: dict[Phase, Role] = {
    "forward": Role.FORWARD,
    "loss": Role.TRUTH,
    "backward": Role.BACKWARD,
    "gradient": Role.BACKWARD,
    "update": Role.MEMORY,
}
SLOPE_NAMES: dict[Phase, str] = {**PHASE_TITLES, "loss": "Output", "backward": "Slopes"}
CHIPS: dict[Phase, str] = {
    "forward": "FORWARD",
    "loss": "LOSS",
    "backward": "BACKWARD",
    "gradient": "GRADIENT",
    "update": "UPDATE",
}


def chip_of(phase: Phase, settings: Settings) -> tuple[str, Role]:
    """The phase as a chip beside the panel's name."""
    word = "OUTPUT" if phase == "loss" and _tells_slopes(settings) else CHIPS[phase]
    return word, ROLES[phase]


def is_trained(network: Network) -> bool:
    """Whether learning changes any number at all."""
    return not all(network.locks)


class RailSteps:
    """The segments of the present pass, or of the next; kept while the structure is the same."""

    def __init__(self) -> None:
        self._of: tuple[Network, str, bool, int] | None = None
        self._count = 0
        self._segments: tuple[Segment, ...] = ()

    def segments(self, experiment: Experiment) -> tuple[Segment, ...]:
        """Each phase with its number of steps."""
        self._follow(experiment)
        return self._segments

    def count(self, experiment: Experiment) -> int:
        """How many steps the pass has."""
        self._follow(experiment)
        return self._count

    def _follow(self, experiment: Experiment) -> None:
        settings, network = experiment.settings, experiment.network
        samples = len(batch_of(experiment))
        of = (network, settings.loss, bool(settings.l1 or settings.l2), min(samples, 2))
        if self._of is not None and self._of[0] is network and self._of[1:] == of[1:]:
            return
        counts = phase_counts(network, settings, samples)
        self._of, self._count = of, sum(counts.values())
        self._segments = segments_of(counts, settings)


def segments_of(counts: Mapping[Phase, int], settings: Settings) -> tuple[Segment, ...]:
    """Each phase that there is with its number of steps."""
    names = SLOPE_NAMES if _tells_slopes(settings) else PHASE_TITLES
    return tuple(
        Segment(names[phase], ROLES[phase], counts[phase]) for phase in PHASES if counts[phase]
    )


def _tells_slopes(settings: Settings) -> bool:
    return not loss(settings.loss).has_targets
