"""The controls above a loss surface: which plane, how far, and from which side."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from engine.errors import Refused
from engine.network import Place
from engine.numerals import short
from playground.plots.choose_button import ChooseButton
from playground.plots.plane import Mode
from playground.stage import Stage
from playground.widgets.place_field import NumberField
from playground.widgets.plain_text import plain_label, set_tip
from playground.widgets.quiet_choice import QuietChoice

MODES: dict[Mode, str] = {
    "numbers": "Parameters",
    "random": "Random directions",
    "path": "Path directions",
}
SHORT: dict[Mode, str] = {"numbers": "Axes", "random": "Random", "path": "Path"}  # when closed
NONE = "–"
SMALLEST, LARGEST = 1e-6, 1e6


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the controls call when they are used."""

    mode: Callable[[Mode], object]
    places: Callable[[Place | None, Place | None], object]
    seed: Callable[[int], object]
    half: Callable[[float], object]


NARROW = 320  # pixels


class SurfaceRow(QHBoxLayout):
    """Only what matters for the chosen plane is shown."""

    def __init__(self, wishes: Wishes, stage: Stage, parent: QWidget) -> None:
        super().__init__()
        self.setSpacing(4)
        self._wishes, self._parent = wishes, parent
        self._listed: object = None
        self._mode: Mode = "numbers"
        self._narrow = False
        self.mode = QuietChoice("Plane", "Plane: what changes across and upwards", parent)
        for key, title in MODES.items():
            self.mode.addItem(title, key)
        self.mode.activated.connect(lambda index: wishes.mode(self._modes()[index]))
        self.first = self._place("Across", "Across: the parameter that changes to the right")
        self.second = self._place(
            "Upwards", "Upwards: the parameter that changes to the top; none for a curve"
        )
        self.choose = ChooseButton(stage, parent)
        self.seed_word, self.seed = self._number("seed", "Seed", parent, self._take_seed, 48)
        self.half_word, self.half = self._number("±", "Range", parent, self._take_half, 56)
        set_tip(self.half, "Range: how far to each side of the middle")
        set_tip(self.seed, "Seed: the same number draws the same directions")
        for widget in (self.mode, self.first, self.second, self.choose, self.seed_word, self.seed,
                       self.half_word, self.half):  # fmt: skip
            self.addWidget(widget)
        self.addStretch(1)

    def show_mode(self, mode: Mode) -> None:
        """Show the controls of this kind of plane."""
        self._mode = mode
        self.mode.setCurrentIndex(self._modes().index(mode))
        self.mode.show_word(SHORT[mode])
        wanted = {
            "numbers": (self.first, self.second, self.choose),
            "random": (self.seed,) if self._narrow else (self.seed_word, self.seed),
        }
        self.seed_word.hide()
        for others in (key for key in wanted if key != mode):
            for widget in wanted[others]:
                widget.hide()  # before others come, so that the row is never wider than it must
        for widget in wanted.get(mode, ()):
            widget.show()

    def fit(self, panel: int) -> None:
        """In a narrow panel the range is only zoomed, and the seed needs no word."""
        self._narrow = panel < NARROW
        for widget in (self.half_word, self.half):
            widget.setVisible(not self._narrow)
        self.show_mode(self._mode)

    def list_places(
        self, names: Sequence[tuple[str, Place]], chosen: tuple[Place | None, Place | None]
    ) -> None:
        """Offer these parameters; the chosen ones are shown."""
        if self._listed != list(names):
            self._listed = list(names)
            for field in (self.first, self.second):
                field.clear()
                field.addItem(NONE, None)
                for name, place in names:
                    field.addItem(name, place)
        for field, wanted, role in ((self.first, chosen[0], "x"), (self.second, chosen[1], "y")):
            at = next((k for k, (_, other) in enumerate(names) if other == wanted), -1)
            field.setCurrentIndex(at + 1)
            field.show_word(f"{role}: {names[at][0] if at >= 0 else NONE}")

    def show_numbers(self, seed: int, half: float) -> None:
        """Show the seed and the range, unless they are being typed."""
        for field, text in ((self.seed, str(seed)), (self.half, short(half, 3))):
            if field.shown != text and field.text() == field.shown:
                field.show_text(text)

    def _modes(self) -> list[Mode]:
        return list(MODES)

    def _place(self, name: str, tip: str) -> QuietChoice:
        field = QuietChoice(name, tip, self._parent)
        field.activated.connect(lambda index: self._take_places())
        return field

    def _number(
        self, word: str, name: str, parent: QWidget, take: Callable[[float], None], width: int
    ) -> tuple[QLabel, NumberField]:
        label = plain_label(word, parent)
        field = NumberField(name, take, parent)
        field.setFixedSize(width, 28)
        label.setBuddy(field)
        return label, field

    def _take_places(self) -> None:
        found = [_place_of(field.currentData()) for field in (self.first, self.second)]
        self._wishes.places(found[0], found[1])

    def _take_seed(self, value: float) -> None:
        if value != int(value) or not 0 <= value < 2**53:
            raise Refused("The seed must be a whole number from 0 on.")
        self._wishes.seed(int(value))

    def _take_half(self, value: float) -> None:
        if not SMALLEST <= value <= LARGEST:
            raise Refused("The range must be a number above 0, such as 2.")
        self._wishes.half(value)


def _place_of(data: object) -> Place | None:
    return Place(*data) if isinstance(data, (tuple, list)) else None
