"""The cards of target and loss: which there are, what rows they have, and where they stand."""

from dataclasses import dataclass
from typing import NamedTuple

from engine.functions.losses import loss
from engine.network import Network
from engine.settings import Settings
from playground.canvas.figures import ROW_OUTWARD, Figure, Measures
from playground.canvas.ports import LEAD

CARD_GAP = 28.0
LOW_ROWS = 2  # a card that is no higher ends above the row below its output
ERROR_ASIDE = 40.0
LARGER = 1.25  # an error term at work, in letters that are read from farther off
CARD_ROW = 32.0
ABOVE = 118.0
TITLE_ROOM = 24.0
SIGN_ROOM, WORD_ROOM, PADDING = 30.0, 54.0, 6.0


class Row(NamedTuple):
    """One number of a card: the kind of it, whose it is, and the sign before it."""

    kind: str  # target, probability, loss, total, mean, penalty
    node: str
    sign: str


@dataclass(frozen=True, slots=True)
class Card:
    """A card with its centre and size; `node` is the output it hangs on, "" for the shared one."""

    node: str
    title: str
    x: float
    y: float
    width: float
    height: float
    rows: tuple[Row, ...]
    above: bool = False

    @property
    def numbers_x(self) -> float:
        """Where the middle of its numbers is: right of the signs."""
        left = WORD_ROOM if _has_words(self.rows) else SIGN_ROOM
        return self.x + (left - PADDING) / 2


def _has_words(rows: tuple["Row", ...]) -> bool:
    return any(len(row.sign) > 1 for row in rows)


def cards_of(
    network: Network,
    settings: Settings,
    samples: int,
    places: dict[str, tuple[float, float]],
    figures: dict[str, Figure],
    measures: Measures,
    narrow: bool,
    circuit: bool,
) -> tuple[Card, ...]:
    """All cards of a network: one at a single output, else one at each and one for them all."""
    outputs = network.outputs
    truth = loss(settings.loss)
    if not outputs or (circuit and not truth.has_targets):
        return ()
    shared = _shared_rows(settings, samples, len(outputs) > 1)
    gap = LEAD if circuit else CARD_GAP  # a circuit's answer stands on a wire of its own
    if not truth.has_targets:
        own = [_right_of(o, "output", (), places, figures, measures, gap) for o in outputs]
    else:
        title = "target, loss" if len(outputs) == 1 else "target"
        below = len(shared) if len(outputs) == 1 else 0
        own = [
            _right_of(o, title, _own_rows(o, settings), places, figures, measures, gap, below)
            for o in outputs
        ]
    if len(outputs) == 1:
        rows = own[0].rows if own[0].rows else (Row("loss", outputs[0], "E"),)
        card = _sized(own[0], "loss" if not own[0].rows else own[0].title, (*rows, *shared))
        lifted = narrow or bool(network.leaving[outputs[0]])
        return (_lifted(card, places[outputs[0]], figures[outputs[0]]) if lifted else card,)
    return (*(card for card in own if card.rows), _common(own, shared, measures))


def _own_rows(output: str, settings: Settings) -> tuple[Row, ...]:
    rows = [Row("target", output, "◎")]
    if loss(settings.loss).shares:
        rows.append(Row("probability", output, "p"))
    return (*rows, Row("loss", output, "E"))


def _shared_rows(settings: Settings, samples: int, several: bool) -> tuple[Row, ...]:
    rows = [Row("total", "", "E")] if several else []
    if samples > 1:
        rows.append(Row("mean", "", settings.reduction))
    if settings.l1 or settings.l2:
        rows.append(Row("penalty", "", "penalty"))
    return tuple(rows)


def _right_of(
    output: str,
    title: str,
    rows: tuple[Row, ...],
    places: dict[str, tuple[float, float]],
    figures: dict[str, Figure],
    measures: Measures,
    gap: float,
    below: int = 0,
) -> Card:
    """Its own rows; room is kept for those that will stand below them on the same card."""
    x, y = places[output]
    left = x + max(figures[output].width / 2 + gap, _past_error(len(rows) + below, measures))
    height = CARD_ROW * max(1, len(rows))
    return Card(output, title, left + measures.card / 2, y, measures.card, height, rows)


def _past_error(rows: int, measures: Measures) -> float:
    """How far from the middle of its output a high card stands: right of the error term."""
    aside = max(ERROR_ASIDE, measures.neuron / 4 + ROW_OUTWARD)
    return aside + measures.label * LARGER / 2 + PADDING if rows > LOW_ROWS else 0.0


def _sized(card: Card, title: str, rows: tuple[Row, ...]) -> Card:
    more = (WORD_ROOM - SIGN_ROOM) * _has_words(rows)
    x, width = card.x + more / 2, card.width + more
    return Card(card.node, title, x, card.y, width, CARD_ROW * len(rows), rows)


def _lifted(card: Card, place: tuple[float, float], figure: Figure) -> Card:
    """Above its output: 118 between the centres of a card of two rows."""
    bottom = place[1] - (ABOVE - CARD_ROW)
    y = bottom - card.height / 2
    return Card(card.node, card.title, place[0], y, card.width, card.height, card.rows, above=True)


def _common(own: list[Card], rows: tuple[Row, ...], measures: Measures) -> Card:
    """The shared card: in the middle gap between the others, or below them where it is too low."""
    ordered = sorted(own, key=lambda card: card.y)
    height = CARD_ROW * len(rows)
    middle = (len(ordered) - 1) // 2
    upper, lower = ordered[middle], ordered[middle + 1]
    room = (lower.y - lower.height / 2) - (upper.y + upper.height / 2)
    x = max(card.x for card in own)
    if room >= height + 2 * TITLE_ROOM + 8:
        y = (upper.y + upper.height / 2 + lower.y - lower.height / 2) / 2
    else:
        last = ordered[-1]
        y = last.y + last.height / 2 + TITLE_ROOM + 8 + height / 2
    return _sized(Card("", "loss", x, y, measures.card, height, rows), "loss", rows)
