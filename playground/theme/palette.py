"""The two tables of colours, light and dark, and what each colour means.

Every colour of the program is written here and nowhere else. A widget asks for the table that is in
force when it paints (`tokens_of(self.palette())`) and keeps none.
"""

from dataclasses import dataclass, field, fields

from PySide6.QtGui import QColor, QPalette

from engine.numerals import NumberRole


@dataclass(frozen=True, slots=True)
class Tokens:
    """One table of colours. Never change a colour you take from it: `faded` makes a new one."""

    name: str
    canvas: QColor = field(metadata={"light": "F8F9FB", "dark": "15171C"})
    surface: QColor = field(metadata={"light": "FFFFFF", "dark": "1B1E25"})
    sunken: QColor = field(metadata={"light": "F4F6F8", "dark": "23272F"})
    node: QColor = field(metadata={"light": "FFFFFF", "dark": "20242C"})
    line: QColor = field(metadata={"light": "DFE3E9", "dark": "2D323C"})
    dot: QColor = field(metadata={"light": "DDE1E8", "dark": "282C35"})
    node_line: QColor = field(metadata={"light": "7F899B", "dark": "6F7A8C"})
    quiet: QColor = field(metadata={"light": "A7B0BF", "dark": "525A68"})
    text: QColor = field(metadata={"light": "1A1E27", "dark": "ECEFF4"})
    text2: QColor = field(metadata={"light": "576072", "dark": "A4ADBC"})
    off: QColor = field(metadata={"light": "7F899B", "dark": "707A8A"})
    fwd: QColor = field(metadata={"light": "1D5FD1", "dark": "7DB2FF"})
    fwd_t: QColor = field(metadata={"light": "E4EEFD", "dark": "1C2E4A"})
    bwd: QColor = field(metadata={"light": "A84300", "dark": "FFAC62"})
    bwd_t: QColor = field(metadata={"light": "FDECDD", "dark": "40290F"})
    truth: QColor = field(metadata={"light": "43188F", "dark": "E6DAFF"})
    truth_t: QColor = field(metadata={"light": "ECE5FB", "dark": "2B2543"})
    pos: QColor = field(metadata={"light": "007B8C", "dark": "5ADCE6"})
    neg: QColor = field(metadata={"light": "A3194A", "dark": "EE6491"})
    warn: QColor = field(metadata={"light": "BE1E2D", "dark": "FF8C8C"})
    warn_t: QColor = field(metadata={"light": "FDE8E9", "dark": "4A1F24"})
    ok: QColor = field(metadata={"light": "1B7A3D", "dark": "6DD18B"})
    on_accent: QColor = field(metadata={"light": "FFFFFF", "dark": "10131A"})
    # shadows, and the window dimmed behind a sheet
    shade: QColor = field(metadata={"light": "1A1E27", "dark": "000000"})
    # the high end of a loss surface
    hill: QColor = field(metadata={"light": "8E6BD8", "dark": "8B78C9"})
    # the two ends of an answer map
    map_low: QColor = field(metadata={"light": "FDECDD", "dark": "6B441D"})
    map_high: QColor = field(metadata={"light": "9CC0F7", "dark": "2F5A9C"})


def _table(name: str) -> Tokens:
    colored = (each for each in fields(Tokens) if each.metadata)
    return Tokens(name, **{each.name: QColor(f"#{each.metadata[name]}") for each in colored})


LIGHT, DARK = _table("light"), _table("dark")
TABLES = {table.name: table for table in (LIGHT, DARK)}


def qt_palette(tokens: Tokens) -> QPalette:
    """The same table as Qt's own widgets know it."""
    palette = QPalette()
    kinds = QPalette.ColorRole
    for kind, color in {
        kinds.Window: tokens.surface,
        kinds.Base: tokens.surface,
        kinds.AlternateBase: tokens.sunken,
        kinds.Button: tokens.surface,
        kinds.Light: tokens.surface,
        kinds.Midlight: tokens.sunken,
        kinds.Mid: tokens.line,
        kinds.Dark: tokens.node_line,
        kinds.Shadow: tokens.shade,
        kinds.WindowText: tokens.text,
        kinds.Text: tokens.text,
        kinds.ButtonText: tokens.text,
        kinds.BrightText: tokens.warn,
        kinds.PlaceholderText: tokens.text2,
        kinds.Highlight: tokens.fwd,
        kinds.HighlightedText: tokens.on_accent,
        kinds.Accent: tokens.fwd,
        kinds.Link: tokens.fwd,
        kinds.LinkVisited: tokens.truth,
        kinds.ToolTipBase: tokens.text,
        kinds.ToolTipText: tokens.surface,
    }.items():
        palette.setColor(kind, color)
    for kind in (kinds.WindowText, kinds.Text, kinds.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, kind, tokens.off)
    return palette


def tokens_of(palette: QPalette) -> Tokens:
    """The table a widget's palette was made from: a visited link has the colour of truth."""
    mark = palette.color(QPalette.ColorGroup.Active, QPalette.ColorRole.LinkVisited)
    return DARK if mark.rgb() == DARK.truth.rgb() else LIGHT


def token(tokens: Tokens, name: str) -> QColor:
    color = getattr(tokens, name)
    assert isinstance(color, QColor)
    return color


def role_token(role: NumberRole | None) -> str:
    """The token of a kind of number; ink for what the network remembers, and for no number."""
    names = {NumberRole.FORWARD: "fwd", NumberRole.BACKWARD: "bwd", NumberRole.TRUTH: "truth"}
    return "text" if role is None else names.get(role, "text")


def role_color(tokens: Tokens, role: NumberRole | None) -> QColor:
    return token(tokens, role_token(role))


def role_tint(tokens: Tokens, role: NumberRole) -> QColor:
    tints = {
        NumberRole.FORWARD: tokens.fwd_t,
        NumberRole.BACKWARD: tokens.bwd_t,
        NumberRole.TRUTH: tokens.truth_t,
    }
    return tints.get(role, tokens.sunken)


def faded(color: QColor, share: float) -> QColor:
    """The same colour, `share` opaque: for halos, shadows and many thin edges, never for text."""
    copy = QColor(color)
    copy.setAlphaF(share)
    return copy


def mixed(low: QColor, high: QColor, share: float) -> QColor:
    """The colour that lies `share` of the way from `low` to `high`."""
    return QColor.fromRgbF(
        low.redF() + (high.redF() - low.redF()) * share,
        low.greenF() + (high.greenF() - low.greenF()) * share,
        low.blueF() + (high.blueF() - low.blueF()) * share,
    )


def surface_ramp(tokens: Tokens, bands: int = 12) -> tuple[QColor, ...]:
    """Loss, low to high."""
    return _ramp(tokens.canvas, tokens.truth_t, tokens.hill, bands)


def map_ramp(tokens: Tokens, bands: int = 9) -> tuple[QColor, ...]:
    """Answer, low to high: orange ground, canvas, blue ground."""
    return _ramp(tokens.map_low, tokens.canvas, tokens.map_high, bands)


def _ramp(low: QColor, middle: QColor, high: QColor, bands: int) -> tuple[QColor, ...]:
    places = (2 * band / max(1, bands - 1) for band in range(bands))
    return tuple(
        mixed(low, middle, place) if place < 1 else mixed(middle, high, place - 1)
        for place in places
    )
