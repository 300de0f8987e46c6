"""The two tables of colours, light and dark, and what each colour means.

Every colour of the program is written here and nowhere else. A widget asks for the table that is in
force when it paints (`tokens_of(self.palette())`) and keeps none.
"""

from dataclasses import dataclass

from PySide6.QtGui import QColor, QPalette

from engine.numerals import Role


def _hex(red_green_blue: str) -> QColor:
    return QColor("#" + red_green_blue)


@dataclass(frozen=True, slots=True)
class Tokens:
    """One table of colours. Never change a colour you take from it: `faded` makes a new one."""

    name: str
    canvas: QColor
    surface: QColor
    sunken: QColor
    node: QColor
    line: QColor
    dot: QColor
    node_line: QColor
    quiet: QColor
    text: QColor
    text2: QColor
    off: QColor
    fwd: QColor
    fwd_t: QColor
    bwd: QColor
    bwd_t: QColor
    truth: QColor
    truth_t: QColor
    pos: QColor
    neg: QColor
    warn: QColor
    warn_t: QColor
    ok: QColor
    on_accent: QColor
    shade: QColor  # shadows, and the window dimmed behind a sheet
    hill: QColor  # the high end of a loss surface
    map_low: QColor  # the two ends of an answer map
    map_high: QColor


LIGHT = Tokens(
    name="light",
    canvas=_hex("F8F9FB"),
    surface=_hex("FFFFFF"),
    sunken=_hex("F4F6F8"),
    node=_hex("FFFFFF"),
    line=_hex("DFE3E9"),
    dot=_hex("DDE1E8"),
    node_line=_hex("7F899B"),
    quiet=_hex("A7B0BF"),
    text=_hex("1A1E27"),
    text2=_hex("576072"),
    off=_hex("7F899B"),
    fwd=_hex("1D5FD1"),
    fwd_t=_hex("E4EEFD"),
    bwd=_hex("A84300"),
    bwd_t=_hex("FDECDD"),
    truth=_hex("43188F"),
    truth_t=_hex("ECE5FB"),
    pos=_hex("007B8C"),
    neg=_hex("A3194A"),
    warn=_hex("BE1E2D"),
    warn_t=_hex("FDE8E9"),
    ok=_hex("1B7A3D"),
    on_accent=_hex("FFFFFF"),
    shade=_hex("1A1E27"),
    hill=_hex("8E6BD8"),
    map_low=_hex("FDECDD"),
    map_high=_hex("9CC0F7"),
)

DARK = Tokens(
    name="dark",
    canvas=_hex("15171C"),
    surface=_hex("1B1E25"),
    sunken=_hex("23272F"),
    node=_hex("20242C"),
    line=_hex("2D323C"),
    dot=_hex("282C35"),
    node_line=_hex("6F7A8C"),
    quiet=_hex("525A68"),
    text=_hex("ECEFF4"),
    text2=_hex("A4ADBC"),
    off=_hex("707A8A"),
    fwd=_hex("7DB2FF"),
    fwd_t=_hex("1C2E4A"),
    bwd=_hex("FFAC62"),
    bwd_t=_hex("40290F"),
    truth=_hex("E6DAFF"),
    truth_t=_hex("2B2543"),
    pos=_hex("5ADCE6"),
    neg=_hex("EE6491"),
    warn=_hex("FF8C8C"),
    warn_t=_hex("4A1F24"),
    ok=_hex("6DD18B"),
    on_accent=_hex("10131A"),
    shade=_hex("000000"),
    hill=_hex("8B78C9"),
    map_low=_hex("6B441D"),
    map_high=_hex("2F5A9C"),
)

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
    """A colour by its name in the table."""
    color = getattr(tokens, name)
    assert isinstance(color, QColor)
    return color


def role_color(tokens: Tokens, role: Role | None) -> QColor:
    """The colour of a kind of number; ink for what the network remembers, and for no number."""
    colors = {Role.FORWARD: tokens.fwd, Role.BACKWARD: tokens.bwd, Role.TRUTH: tokens.truth}
    return tokens.text if role is None else colors.get(role, tokens.text)


def role_tint(tokens: Tokens, role: Role) -> QColor:
    """The pale ground of that colour."""
    tints = {Role.FORWARD: tokens.fwd_t, Role.BACKWARD: tokens.bwd_t, Role.TRUTH: tokens.truth_t}
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
    return _ramp((tokens.canvas, tokens.truth_t, tokens.hill), bands)


def map_ramp(tokens: Tokens, bands: int = 9) -> tuple[QColor, ...]:
    """Answer, low to high: orange ground, canvas, blue ground."""
    return _ramp((tokens.map_low, tokens.canvas, tokens.map_high), bands)


def _ramp(stops: tuple[QColor, ...], bands: int) -> tuple[QColor, ...]:
    return tuple(_along(stops, band / max(1, bands - 1)) for band in range(bands))


def _along(stops: tuple[QColor, ...], share: float) -> QColor:
    place = share * (len(stops) - 1)
    left = min(int(place), len(stops) - 2)
    return mixed(stops[left], stops[left + 1], place - left)
