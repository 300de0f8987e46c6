"""From one sight to the next: only what the change concerns is found out anew."""

from collections.abc import Mapping
from dataclasses import replace
from math import ceil

from engine.experiment.experiment import Experiment
from engine.experiment.stepping import batch_of
from engine.formulas.notation import Notation, notation_of
from engine.layout import NodePosition
from engine.network import Network
from engine.views.sample_view import SampleView
from playground.canvas.cards import cards_of
from playground.canvas.figures import Measures
from playground.canvas.geometry import Frame, Geometry, frame_of, geometry_of, moved
from playground.canvas.giving_way import given_way
from playground.canvas.label_places import MOST_EDGES, LabelPlaces, label_places
from playground.canvas.lighting import at_place, key_of, lighting_of
from playground.canvas.sight import Sight
from playground.canvas.wording import measures_of
from playground.model.node_maps import why_no_maps
from playground.model.stage import Look
from playground.theme.fonts import BODY, SMALLEST, WEIGHT, width_of

WORTH_MEASURING = 60
STEP_OF_WIDTH = 10.0


class Looking:
    """Makes sights, and keeps what the next one can share with the last."""

    def __init__(self) -> None:
        self._showing = SampleView()
        self._last: Experiment | None = None
        self._measures = Measures()
        self._frame: Frame | None = None
        self._geometry: Geometry | None = None
        self._notation: Notation | None = None
        self._labels = LabelPlaces()
        self._labelled: tuple[Geometry | None, list[float]] = (None, [])
        self._narrow = False
        self.smallest = SMALLEST

    @property
    def measures(self) -> Measures:
        """The widths in force."""
        return self._measures

    def sight(
        self, experiment: Experiment, look: Look, narrow: bool, running: bool = False
    ) -> Sight:
        """What there is to see now; `running` is in the middle of a run."""
        self._measure(experiment, look.maps and why_no_maps(experiment.network) is None)
        frame = self._framed(experiment)
        geometry = self._placed(experiment, frame, narrow)
        notation = self._written(experiment)
        show = self._showing.running if running else self._showing.shown
        sight = Sight(
            experiment,
            geometry,
            show(experiment, look.row),
            lighting_of(experiment),
            notation,
            LabelPlaces(),
            key_of(look.pointed, experiment.network) if look.pointed else None,
            orders=_orders(experiment.network) if look.orders else {},
            smallest=self.smallest,
        )
        self._last, self._narrow = experiment, narrow
        labelled = replace(sight, labels=self._labelling(sight, running))
        return replace(labelled, labels=given_way(labelled))

    def previewed(self, sight: Sight, moves: Mapping[str, NodePosition]) -> Sight:
        """The same with some nodes somewhere else, as long as they are dragged."""
        hasty = len(sight.geometry.starts) > MOST_EDGES
        geometry = moved(sight.geometry, moves, hasty)
        return replace(sight, geometry=self._with_cards(sight.experiment, geometry, self._narrow))

    def _measure(self, experiment: Experiment, maps: bool) -> None:
        last = self._last
        if (
            last is None
            or self._measures.maps != maps
            or last.settings is not experiment.settings
            or (last.data is not experiment.data)
        ):
            measures = replace(measures_of(experiment), maps=maps)
            if measures != self._measures:
                self._measures, self._frame = measures, None

    def _framed(self, experiment: Experiment) -> Frame:
        if self._frame is None or self._frame.network is not experiment.network:
            self._frame = frame_of(experiment.network, self._measures)
            self._geometry = None
        return self._frame

    def _placed(self, experiment: Experiment, frame: Frame, narrow: bool) -> Geometry:
        last, old = self._last, self._geometry
        positions = experiment.layout.positions
        if old is None or last is None:
            geometry = geometry_of(frame, positions)
        elif last.layout.positions is not positions:
            moves = _moves(frame, old, positions)
            geometry = moved(old, moves) if moves else old
        elif (
            last.settings is experiment.settings
            and last.trace is experiment.trace
            and (narrow == self._narrow)
        ):
            return old
        else:
            geometry = old
        carded = self._with_cards(experiment, geometry, narrow)
        if old is not None and geometry is old and carded.cards == old.cards:
            return old
        self._geometry = carded
        return carded

    def _with_cards(self, experiment: Experiment, geometry: Geometry, narrow: bool) -> Geometry:
        network, frame = experiment.network, geometry.frame
        places = {
            name: (float(geometry.centres[network.index[name]][0]),
                   float(geometry.centres[network.index[name]][1]))
            for name in network.outputs
        }  # fmt: skip
        figures = {name: frame.figures[network.index[name]] for name in network.outputs}
        samples = len(batch_of(experiment))
        cards = cards_of(
            network, experiment.settings, samples, places, figures, self._measures,
            narrow, frame.circuit,
        )  # fmt: skip
        return replace(geometry, cards=cards)

    def _written(self, experiment: Experiment) -> Notation:
        last = self._last
        same = (
            self._notation is not None
            and last is not None
            and last.network is experiment.network
            and last.layout.names is experiment.layout.names
            and last.layout.letters is experiment.layout.letters
            and last.settings.loss == experiment.settings.loss
            and last.data.classes == experiment.data.classes
        )
        if not same:
            self._notation = notation_of(experiment.context)
        assert self._notation is not None
        return self._notation

    def _labelling(self, sight: Sight, running: bool) -> LabelPlaces:
        """Labels keep their places while only numbers change, as long as they have room.

        In a run the room of each only grows, so that it is soon enough and nothing moves.
        """
        count = len(sight.experiment.network.edges)
        if count > MOST_EDGES:
            return LabelPlaces()
        own = [self._label_width(sight, edge) for edge in range(count)]
        geometry, room = self._labelled
        if running and geometry is sight.geometry and len(room) == count:
            own = [max(pair) for pair in zip(own, room, strict=True)]
        fits = len(room) == count and all(
            bool(new) == bool(old) and new <= old for new, old in zip(own, room, strict=True)
        )
        if geometry is not sight.geometry or not fits:
            names = _name_widths(sight)
            self._labels = label_places(sight.geometry, own, self._room(sight), names)
            self._labelled = (sight.geometry, own)
        return self._labels

    def _room(self, sight: Sight) -> float:
        """The room for any new weight."""
        return self._measures.label * max(1.0, sight.smallest / WEIGHT.pixels)

    def _label_width(self, sight: Sight, edge: int) -> float:
        """The room for a weight, in steps, so that a digit more seldom moves it."""
        if not sight.has_label(edge):
            return 0.0
        if len(sight.experiment.network.edges) > WORTH_MEASURING:
            return self._room(sight)
        text = sight.text(at_place("weight", edge))
        locked = 14.0 * sight.experiment.network.edges[edge].locked
        wide = width_of(text, sight.face_of(WEIGHT, text)) + 6.0 + locked
        return ceil(wide / STEP_OF_WIDTH) * STEP_OF_WIDTH


def _orders(network: Network) -> dict[str, int]:
    """The place of each node in the order of the pass, from 1."""
    return {node.id: number for number, node in enumerate(network.order, 1)}


def _moves(
    frame: Frame, old: Geometry, positions: Mapping[str, NodePosition]
) -> dict[str, NodePosition]:
    """The nodes that stand somewhere else now."""
    places = old.centres.tolist()
    return {
        name: at
        for (name, index) in frame.network.index.items()
        if list(at := positions.get(name, (0.0, 0.0))) != places[index]
    }


def _name_widths(sight: Sight) -> list[float]:
    """How wide the names of the nodes are."""
    call, face = sight.experiment.layout.name, sight.face(BODY)
    return [width_of(call(name), face) for name in sight.experiment.network.index]
