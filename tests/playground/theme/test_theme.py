"""The theme follows the choice, text is never too small, icons load, weights have their strokes."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QColor, QFontMetricsF, QIcon
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

import playground
from playground.theme import fonts, icons
from playground.theme.fonts import Face, font_of, strong
from playground.theme.painting import edge_pen, weight_color, weight_width
from playground.theme.palette import DARK, LIGHT, TABLES, Tokens, qt_palette, tokens_of
from playground.theme.theme import CHOICES, Theme, style_sheet


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    made = Theme(qapp, "light")
    yield made
    made.choose("light")
    made.deleteLater()


def test_choosing_a_theme_reaches_every_widget(qtbot: QtBot, theme: Theme) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    inner = QPushButton("Step", window)
    hidden = QWidget()
    qtbot.addWidget(hidden)
    window.show()
    assert tokens_of(inner.palette()) is LIGHT
    theme.choose("dark")
    assert tokens_of(inner.palette()) is DARK
    hidden.show()
    assert tokens_of(hidden.palette()) is DARK
    assert theme.choice == "dark"


def test_the_system_is_followed_only_when_asked(qapp: QApplication, theme: Theme) -> None:
    assert CHOICES == ("system", "light", "dark")
    theme.choose("dark")
    theme.follow_system()
    assert theme.tokens is DARK
    theme.choose("system")
    dark = qapp.styleHints().colorScheme() == Qt.ColorScheme.Dark
    assert theme.tokens is (DARK if dark else LIGHT)


def test_icons_are_dressed_anew(qtbot: QtBot, theme: Theme) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    button, action = QPushButton(window), QAction(window)
    for target in (button, action):
        icons.set_icon(target, "undo", window.palette())
    before = button.icon().pixmap(20).toImage(), action.icon().pixmap(20).toImage()
    theme.choose("dark")
    assert button.icon().pixmap(20).toImage() != before[0]
    assert action.icon().pixmap(20).toImage() != before[1]


@pytest.mark.parametrize("tokens", TABLES.values(), ids=TABLES)
def test_the_style_sheet_has_no_small_text_and_only_colours_of_the_table(tokens: Tokens) -> None:
    sheet = style_sheet(tokens)
    assert "$" not in sheet
    assert min(int(size) for size in re.findall(r"font-size: (\d+)px", sheet)) >= 11
    palette = {
        getattr(tokens, name).name() for name in tokens.__dataclass_fields__ if name != "name"
    }
    assert set(re.findall(r"#[0-9a-f]{6}", sheet)) <= palette


def test_no_face_is_under_11_pixels(qapp: QApplication) -> None:
    faces = [value for value in vars(fonts).values() if isinstance(value, Face)]
    assert len(faces) > 10
    assert min(face.pixels for face in faces) == 11
    assert font_of(Face(8, 400)).pixelSize() == 11
    assert font_of(strong(fonts.VALUE)).weight() == 600


def test_digits_are_all_of_one_width(qapp: QApplication, theme: Theme) -> None:
    metrics = QFontMetricsF(font_of(fonts.VALUE))
    assert len({metrics.horizontalAdvance(digit) for digit in "0123456789"}) == 1


@pytest.mark.parametrize("name", sorted(path.stem for path in icons.FOLDER.iterdir()))
def test_every_icon_loads_and_is_not_empty(qapp: QApplication, name: str) -> None:
    picture = icons.image(name, LIGHT.text.name())
    inked = sum(
        picture.pixelColor(x, y).alpha() > 60
        for x in range(picture.width())
        for y in range(picture.height())
    )
    assert inked >= 12
    rim = [picture.pixelColor(x, y).alpha() for x in range(20) for y in (0, 19)]
    assert max(rim) == 0, "the icon leaves its box"


def test_an_icon_is_drawn_once_for_each_look(qapp: QApplication) -> None:
    first = icons.image("undo", LIGHT.text.name())
    assert icons.image("undo", QColor(LIGHT.text).name()) is first
    assert icons.image("undo", LIGHT.fwd.name()) is not first
    assert icons.image("undo", LIGHT.text.name(), 20, 2.0).width() == 40


def test_an_icon_says_disabled_and_chosen_by_its_colour(qapp: QApplication) -> None:
    made = icons.icon("select", LIGHT)
    looks = [
        made.pixmap(20, QIcon.Mode.Normal, QIcon.State.Off).toImage(),
        made.pixmap(20, QIcon.Mode.Normal, QIcon.State.On).toImage(),
        made.pixmap(20, QIcon.Mode.Disabled, QIcon.State.Off).toImage(),
    ]
    assert looks[0] != looks[1] != looks[2] != looks[0]


def test_the_width_of_a_weight() -> None:
    assert weight_width(0, 1) == 1
    assert weight_width(-1, 1) == pytest.approx(2.6)
    assert weight_width(50, 1) == pytest.approx(2.6)
    assert weight_width(0.3, 0.001) == pytest.approx(1.8)  # 1 + 1.6 · 0.3 / 0.6


def test_a_negative_weight_is_dashed_eight_on_five_off_in_pixels() -> None:
    for width in (1.0, 2.25):
        dashes = edge_pen(LIGHT.neg, width, dashed=True).dashPattern()
        assert [part * width for part in dashes] == pytest.approx([8, 5])
    assert edge_pen(LIGHT.pos, 1.0, dashed=False).style() == Qt.PenStyle.SolidLine
    assert weight_color(LIGHT, -0.3) == LIGHT.neg
    assert weight_color(DARK, 0) == DARK.pos


def test_a_dark_palette_may_stand_inside_a_light_window(qtbot: QtBot, theme: Theme) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    inner = QWidget(window)
    inner.setPalette(qt_palette(DARK))
    assert tokens_of(inner.palette()) is DARK
    assert tokens_of(window.palette()) is LIGHT


def test_every_class_the_style_sheet_names_is_there() -> None:
    """A class that is renamed would lose its ground without a word."""
    folder = Path(playground.__file__).parent
    source = "".join(path.read_text("utf-8") for path in folder.rglob("*.py"))
    there = set(re.findall(r"^class (\w+)", source, re.MULTILINE))
    rules = re.sub(r"\{[^}]*\}", ",", style_sheet(LIGHT))
    named = {word for word in re.findall(r"(?<![\w:\"=])[A-Z]\w+", rules) if word[0] != "Q"}
    assert "MessageBubble" in named
    assert named <= there
