"""Formulas: one baseline, drawn once, one per turn, newest first, pointed at and clicked."""

from dataclasses import replace
from itertools import groupby, pairwise

import pytest
from latex2mathml.exceptions import DoubleSuperscriptsError
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from engine.formulas.terms import DOT, EQUALS, Factor, Piece, Ref, SumRow, TermTable, constant
from engine.numerals import NumberRole
from playground.theme.fonts import FACTOR_SYMBOL
from playground.theme.formula_pictures import FormulaPictures
from playground.theme.palette import DARK, qt_palette
from playground.widgets.formula import (
    LINE,
    FactorPlate,
    FormulaRow,
    HotspotWidget,
    Laid,
    Pointing,
    ResultLine,
    SumTable,
)

ERROR_4, WEIGHT_46, VALUE_4 = Ref("error", "4"), Ref("weight", place=6), Ref("value", "4")
DELTA = Piece("δ4", r"\delta_4", NumberRole.BACKWARD, ERROR_4)
WEIGHT = Piece("w46", "w_{46}", NumberRole.MEMORY, WEIGHT_46)
TIMES = Piece("·", r"\cdot")
SLOPE = Piece("∂o/∂z", r"\frac{\partial o}{\partial z}", NumberRole.FORWARD)
FORMULA = (DELTA, EQUALS, WEIGHT, TIMES, SLOPE)
LEFT = Qt.MouseButton.LeftButton


class Heard:
    """What an area told when it was pointed at or clicked."""

    def __init__(self) -> None:
        self.pointed: list[Ref | None] = []
        self.chosen: list[Ref] = []
        self.pointing = Pointing(self.pointed.append, self.chosen.append)


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    made.resize(400, 400)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def pictures(window: QWidget) -> FormulaPictures:
    return FormulaPictures(window)


def complete(qtbot: QtBot, area: HotspotWidget, width: int = 320) -> None:
    area.resize(width, 300)
    area.show()
    qtbot.waitUntil(lambda: area.complete)


def middle(area: HotspotWidget, index: int) -> QPoint:
    return area.spots[index].box.center().toPoint()


def lines(row: FormulaRow) -> int:
    """How often the pieces begin at the left again."""
    return 1 + sum(b.box.left() < a.box.left() for a, b in pairwise(row.spots))


def test_the_newest_wish_is_drawn_first_one_a_turn(qtbot: QtBot, pictures: FormulaPictures) -> None:
    drawn: list[str] = []
    wishes = ["a", "b", "c"]

    class Listener(QWidget):
        def hear(self) -> None:
            drawn.append("".join(wish for wish in wishes if wish in pictures.drawn()))

    listener = Listener()
    qtbot.addWidget(listener)
    pictures.follow(listener.hear)
    pictures.wait()
    for wish in (*wishes, "b"):
        assert not pictures.ready(wish)
    pictures.go_on()
    qtbot.waitUntil(lambda: len(drawn) >= 3)
    assert drawn[:3] == ["b", "bc", "abc"]


def test_a_formula_is_set_once_and_measured_at_any_size(
    qtbot: QtBot, pictures: FormulaPictures
) -> None:
    assert pictures.extent("z_5", "z5", 19).width > 0  # the plain text stands in
    qtbot.waitUntil(lambda: pictures.ready("z_5"))
    small, large = pictures.extent("z_5", "z5", 10), pictures.extent("z_5", "z5", 30)
    assert large.width == pytest.approx(3 * small.width)
    assert large.descent > 0, "the index hangs below the baseline"


def test_the_ink_stands_on_the_baseline_and_takes_the_colour(
    qtbot: QtBot, pictures: FormulaPictures
) -> None:
    qtbot.waitUntil(lambda: pictures.ready("x"))
    picture = QImage(80, 80, QImage.Format.Format_ARGB32_Premultiplied)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    pictures.paint(painter, "x", "x", 40, QColor("#A84300"), QPointF(10, 50))
    painter.end()
    rows = [y for y in range(80) if any(picture.pixelColor(x, y).alpha() > 128 for x in range(80))]
    assert abs(max(rows) - 49) <= 1
    inked = [picture.pixelColor(x, y) for x in range(80) for y in range(80)]
    assert any(color.rgb() == QColor("#A84300").rgb() for color in inked)


def test_pieces_of_different_height_share_a_baseline(
    qtbot: QtBot, window: QWidget, pictures: FormulaPictures
) -> None:
    row = FormulaRow("Formula", pictures, window)
    row.show_pieces(FORMULA)
    complete(qtbot, row)
    extents = [pictures.extent(piece.latex, piece.plain, 19) for piece in FORMULA]
    places = zip(row.spots, extents, strict=True)
    baselines = [spot.box.top() + extent.ascent for spot, extent in places]
    assert baselines == pytest.approx(baselines[:1] * len(FORMULA))
    assert row.spots[4].box.height() > row.spots[0].box.height()
    assert row.minimumHeight() >= row.spots[4].box.bottom()


def test_a_long_formula_is_broken_before_an_operator(
    qtbot: QtBot, window: QWidget, pictures: FormulaPictures
) -> None:
    row = FormulaRow("Formula", pictures, window)
    row.show_pieces(FORMULA + (TIMES, SLOPE) * 6)
    complete(qtbot, row, 200)
    assert lines(row) > 1
    assert all(spot.box.right() <= 200 for spot in row.spots)
    row.resize(900, 300)
    assert lines(row) == 1


def test_pointing_and_clicking_tell_what_a_piece_speaks_of(
    qtbot: QtBot, window: QWidget, pictures: FormulaPictures, heard: Heard
) -> None:
    row = FormulaRow("Formula", pictures, window, heard.pointing)
    row.show_pieces(FORMULA)
    complete(qtbot, row)
    QTest.mouseMove(row, middle(row, 2))
    QTest.mouseClick(row, LEFT, pos=middle(row, 2))
    QTest.mouseMove(row, middle(row, 4))
    assert heard.pointed == [WEIGHT_46, None]
    assert heard.chosen == [WEIGHT_46]


def test_the_keyboard_walks_the_pieces(
    qtbot: QtBot, window: QWidget, pictures: FormulaPictures, heard: Heard
) -> None:
    row = FormulaRow("Formula", pictures, window, heard.pointing)
    row.show_pieces(FORMULA)
    complete(qtbot, row)
    assert row.focusPolicy() == Qt.FocusPolicy.StrongFocus
    row.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(row.hasFocus)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Left):
        QTest.keyClick(row, key)
    assert heard.pointed == [ERROR_4, WEIGHT_46, ERROR_4]
    assert heard.chosen == [WEIGHT_46]
    assert row.accessibleName() == "Formula: δ4 = w46 · ∂o/∂z"


def test_an_area_that_speaks_of_nothing_takes_no_focus(
    qtbot: QtBot, window: QWidget, pictures: FormulaPictures
) -> None:
    line = ResultLine("Result", pictures, window)
    line.show_result(DELTA, Piece("0.0087", "0.0087"))
    complete(qtbot, line)
    assert line.focusPolicy() == Qt.FocusPolicy.NoFocus
    assert line.minimumHeight() >= 26
    line.show_result(DELTA, Piece("", ""))
    assert line.minimumHeight() == 0


def factor(symbol: Piece, number: str, caption: str = "") -> Factor:
    return Factor(constant(0), symbol, Piece(number, number), caption)


FACTORS = (
    factor(
        Piece("δ6", r"\delta_6", NumberRole.BACKWARD, Ref("error", "6")),
        "−0.1311",
        "from 6, reused",
    ),
    factor(WEIGHT, "−0.3", "weight"),
    factor(Piece("o4", "o_4", NumberRole.FORWARD, VALUE_4), "0.332", "slope of σ"),
    factor(Piece("1−o4", "1-o_4", NumberRole.FORWARD, VALUE_4), "0.668", "slope of σ"),
)


def test_the_four_factors_of_an_error_term_stand_side_by_side_in_the_narrow_panel(
    qtbot: QtBot, window: QWidget, pictures: FormulaPictures, heard: Heard
) -> None:
    plate = FactorPlate("Factors", pictures, window, heard.pointing)
    plate.show_factors(FACTORS)
    complete(qtbot, plate, 312 - 40)
    assert len({round(spot.box.bottom()) for spot in plate.spots}) == 1
    boxes = [spot.box for spot in plate.spots]
    assert all(a.right() < b.left() for a, b in pairwise(boxes))
    assert boxes[-1].right() <= 272
    QTest.mouseClick(plate, LEFT, pos=middle(plate, 3))
    assert heard.chosen == [VALUE_4]


def test_a_second_line_of_a_caption_has_a_place_of_its_own(
    qtbot: QtBot, window: QWidget, pictures: FormulaPictures
) -> None:
    heights = []
    for caption in ("from 6", "from 6, reused"):
        plate = FactorPlate("Factors", pictures, window)
        plate.show_factors((replace(FACTORS[0], caption=caption), *FACTORS[1:]))
        complete(qtbot, plate, 272)
        heights.append(plate.minimumHeight())
        assert len({round(spot.box.bottom()) for spot in plate.spots}) == 1
    assert heights[1] - heights[0] == LINE


def test_too_many_factors_go_on_below(
    qtbot: QtBot, window: QWidget, pictures: FormulaPictures
) -> None:
    plate = FactorPlate("Factors", pictures, window)
    plate.show_factors(FACTORS * 2)
    complete(qtbot, plate, 272)
    assert len({round(spot.box.bottom()) for spot in plate.spots}) > 1
    assert all(spot.box.left() >= 0 and spot.box.right() <= 272 for spot in plate.spots)


def row(*products: tuple[Piece, str]) -> SumRow:
    """A term of a sum: symbols and their numbers, with dots between them."""
    symbols, numbers = list[Piece](), list[Piece]()
    for symbol, number in products:
        symbols += [DOT, symbol] if symbols else [symbol]
        numbers += [DOT, Piece(number, number)] if numbers else [Piece(number, number)]
    return SumRow(tuple(symbols), tuple(numbers), Piece(products[-1][1], products[-1][1]), 0.0)


def terms(count: int, number: str = "−0.3", *more: SumRow) -> TermTable:
    rows = [
        row(
            (Piece(f"w{i}", f"w_{{{i}}}", NumberRole.MEMORY, Ref("weight", place=i)), number),
            (Piece(f"x{i}", f"x_{{{i}}}", NumberRole.FORWARD, Ref("value", f"{i}")), number),
        )
        for i in range(count)
    ]
    return TermTable((*rows, *more))


def test_a_sum_of_more_than_seven_terms_is_folded_until_asked(
    qtbot: QtBot, window: QWidget, pictures: FormulaPictures
) -> None:
    table = SumTable("Sum", pictures, window)
    table.show_sum(terms(7))
    assert (len(table.rows), table.folded) == (7, 0)
    table.show_sum(terms(16))
    complete(qtbot, table)
    assert (len(table.rows), table.folded) == (5, 12)
    fold = next(index for index, spot in enumerate(table.spots) if spot.act is not None)
    QTest.mouseClick(table, LEFT, pos=middle(table, fold))
    assert (len(table.rows), table.folded) == (16, 0)


def test_a_folded_sum_opens_by_keyboard(
    qtbot: QtBot, window: QWidget, pictures: FormulaPictures
) -> None:
    table = SumTable("Sum", pictures, window)
    table.show_sum(terms(9))
    complete(qtbot, table)
    table.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(table.hasFocus)
    QTest.keyClick(table, Qt.Key.Key_Space)
    assert table.folded == 0


@pytest.mark.parametrize("number", ["−0.3", "−0.123457"])
def test_symbols_and_numbers_of_a_sum_never_overlap(
    qtbot: QtBot, window: QWidget, pictures: FormulaPictures, number: str
) -> None:
    table = SumTable("Sum", pictures, window)
    table.show_sum(terms(3, number))
    complete(qtbot, table, 272)
    boxes = [spot.box for spot in table.spots]
    for index, box in enumerate(boxes):
        assert box.left() >= 0
        assert not any(box.intersects(other) for other in boxes[index + 1 :])


def test_a_bias_stands_in_the_column_of_the_weights(
    qtbot: QtBot, window: QWidget, pictures: FormulaPictures
) -> None:
    table = SumTable("Sum", pictures, window)
    bias = row((Piece("b", "b", NumberRole.MEMORY, Ref("bias", "4")), "−0.4"))
    table.show_sum(terms(1, "2", bias))
    complete(qtbot, table)
    numbers = [spot.box for spot in table.spots[1::2]]
    assert len(numbers) == 3
    assert numbers[2].right() == numbers[1].right() > numbers[0].right()


@pytest.mark.parametrize("width", range(220, 381, 8))
@pytest.mark.parametrize("number", ["−0.0003273", "0.4"])
def test_the_equals_sign_sticks_to_no_number(
    qtbot: QtBot, window: QWidget, pictures: FormulaPictures, number: str, width: int
) -> None:
    table = SumTable("Sum", pictures, window)
    table.show_sum(terms(1, number))
    complete(qtbot, table, width)
    right = table.spots[3].box
    picture = table.grab().toImage()
    rows = range(round(right.top()), round(right.bottom()))
    ground = picture.pixel(round(right.left()) - 2, rows[0])
    inked = [
        any(picture.pixel(x, y) != ground for y in rows)
        for x in range(round(right.right()), picture.width() - 12)
    ]
    blanks = [len(list(run)) for ink, run in groupby(inked) if not ink]
    assert len(blanks) >= 2
    assert min(blanks[:2]) >= 3, "before the sign and behind it"


def test_rows_of_fractions_are_as_high_as_their_fractions(
    qtbot: QtBot, window: QWidget, pictures: FormulaPictures
) -> None:
    high = SumTable("Sum", pictures, window)
    slope = Piece("∂f/∂q", r"\frac{\partial f}{\partial q}", NumberRole.BACKWARD, Ref("error", "q"))
    term = row((slope, "1"), (Piece("b", "b", NumberRole.FORWARD, Ref("value", "b")), "2"))
    high.show_sum(TermTable((term, term)))
    complete(qtbot, high, 272)
    first, second = high.spots[0].box, high.spots[4].box
    extent = pictures.extent(slope.latex, slope.plain, FACTOR_SYMBOL)
    assert first.bottom() < second.top()
    assert second.top() - first.top() > extent.ascent + extent.descent > 30
    assert first.height() > extent.ascent + extent.descent - 10


def test_the_place_is_kept_while_there_is_no_picture(
    qapp: QApplication, window: QWidget, pictures: FormulaPictures
) -> None:
    pictures.wait()
    row = FormulaRow("Formula", pictures, window)
    row.resize(320, 60)
    row.show_pieces((Piece("δ99", r"\delta_{99}"),))
    assert not row.complete
    assert row.spots[0].box.width() > 10
    assert not row.grab().isNull()


def test_the_plain_text_stands_for_what_cannot_be_set(
    qapp: QApplication, window: QWidget, pictures: FormulaPictures
) -> None:
    row = FormulaRow("Formula", pictures, window)
    row.resize(320, 60)
    with pytest.raises(DoubleSuperscriptsError):
        row.show_pieces((Piece("x to 2 to 3", "x^2^3"),))
    row.show_pieces((Piece("x to 2 to 3", "x^2^3"),))
    assert row.complete
    assert row.spots[0].box.width() > 30
    assert not row.grab().isNull()


def test_another_theme_takes_the_pictures_that_are_there(
    qtbot: QtBot, window: QWidget, pictures: FormulaPictures
) -> None:
    row = FormulaRow("Formula", pictures, window)
    row.show_pieces(FORMULA)
    complete(qtbot, row)
    drawn, light = pictures.drawn(), row.grab().toImage()
    row.setPalette(qt_palette(DARK))
    assert row.grab().toImage() != light
    assert row.complete
    assert pictures.drawn() == drawn


class CountedRow(FormulaRow):
    """A row that knows how often it was laid out."""

    laid_out = 0

    def lay_out(self, width: float) -> Laid:
        self.laid_out += 1
        return super().lay_out(width)


def test_a_height_that_is_asked_for_again_is_not_found_out_again(
    qtbot: QtBot, window: QWidget, pictures: FormulaPictures
) -> None:
    row = CountedRow("Formula", pictures, window)
    row.resize(300, 60)
    row.show_pieces(FORMULA)
    row.show()
    qtbot.waitUntil(lambda: row.complete and pictures.settled)
    narrow = row.heightForWidth(70)
    before = row.laid_out
    assert [row.heightForWidth(70) for _ in range(20)] == [narrow] * 20
    assert row.laid_out == before
    row.show_pieces(FORMULA * 3)
    assert row.heightForWidth(70) > narrow
