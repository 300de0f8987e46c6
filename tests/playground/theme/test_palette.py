"""Every text can be read in both themes, whatever it stands on."""

from dataclasses import fields

import pytest
from PySide6.QtGui import QColor, QPalette

from engine.numerals import NumberRole
from playground.theme.palette import (
    DARK,
    LIGHT,
    TABLES,
    Tokens,
    faded,
    map_ramp,
    mixed,
    qt_palette,
    role_color,
    role_tint,
    surface_ramp,
    token,
    tokens_of,
)

GROUNDS = ("canvas", "surface", "sunken", "node")
TEXTS = ("text", "text2", "fwd", "bwd", "truth", "warn", "ok", "pos", "neg")
OWN_TINTS = {"fwd": "fwd_t", "bwd": "bwd_t", "truth": "truth_t", "warn": "warn_t"}
both = pytest.mark.parametrize("tokens", TABLES.values(), ids=TABLES)


def luminance(color: QColor) -> float:
    """WCAG 2: 0.2126 R + 0.7152 G + 0.0722 B of the linear channels."""

    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

    red, green, blue = map(linear, (color.redF(), color.greenF(), color.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: QColor, other: QColor) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_the_one_of_the_standard() -> None:
    assert contrast(QColor("#000"), QColor("#fff")) == pytest.approx(21)
    assert contrast(QColor("#777"), QColor("#fff")) == pytest.approx(4.48, abs=0.01)


@both
@pytest.mark.parametrize("name", TEXTS)
def test_text_stands_out_from_every_ground(tokens: Tokens, name: str) -> None:
    grounds = [*GROUNDS, OWN_TINTS[name]] if name in OWN_TINTS else GROUNDS
    for ground in grounds:
        assert contrast(token(tokens, name), token(tokens, ground)) >= 4.5, ground


@both
@pytest.mark.parametrize("ground", ["fwd", "bwd", "text", "truth", "warn"])
def test_text_on_a_filled_plate_stands_out(tokens: Tokens, ground: str) -> None:
    assert contrast(tokens.on_accent, token(tokens, ground)) >= 4.5


@both
def test_text_on_a_chosen_row_and_a_source_plate_stands_out(tokens: Tokens) -> None:
    assert contrast(tokens.text, tokens.fwd_t) >= 4.5
    assert contrast(tokens.text2, tokens.fwd_t) >= 4.5
    for role in NumberRole:
        assert contrast(role_color(tokens, role), role_tint(tokens, role)) >= 4.5


@both
def test_rims_are_seen(tokens: Tokens) -> None:
    assert contrast(tokens.node_line, tokens.node) >= 3


def test_the_worst_contrasts_are_those_of_the_specification() -> None:
    def worst(tokens: Tokens, name: str) -> float:
        return min(contrast(token(tokens, name), token(tokens, ground)) for ground in GROUNDS)

    assert worst(LIGHT, "text2") == pytest.approx(5.8, abs=0.1)
    assert worst(DARK, "text") == pytest.approx(13, abs=0.1)


@both
def test_the_table_in_force_is_found_in_a_palette(tokens: Tokens) -> None:
    assert tokens_of(qt_palette(tokens)) is tokens
    assert tokens_of(QPalette()) is LIGHT


def test_both_tables_name_every_colour_and_none_is_transparent() -> None:
    for tokens in TABLES.values():
        for field in fields(tokens):
            if field.name != "name":
                assert token(tokens, field.name).alpha() == 255


def test_fading_and_mixing_leave_the_table_alone() -> None:
    before = LIGHT.fwd.name()
    assert faded(LIGHT.fwd, 0.13).alphaF() == pytest.approx(0.13, abs=0.01)
    assert mixed(QColor("#000"), QColor("#fff"), 0.5).red() == 128
    assert (LIGHT.fwd.name(), LIGHT.fwd.alpha()) == (before, 255)


@both
def test_ramps_go_through_their_stops(tokens: Tokens) -> None:
    hills, answers = surface_ramp(tokens), map_ramp(tokens)
    assert (len(hills), len(answers)) == (12, 9)
    assert (hills[0].name(), hills[-1].name()) == (tokens.canvas.name(), tokens.hill.name())
    assert answers[0].name() == tokens.map_low.name()
    assert answers[4].name() == tokens.canvas.name()
    assert answers[-1].name() == tokens.map_high.name()
