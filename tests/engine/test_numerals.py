"""Numbers as they are written on screen and read from a field."""

import math
from random import Random

import pytest

from engine.numerals import count, counted, nth, read, short
from tests.engine.experiments import refused


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0.0, 4, "0"), (-0.0, 4, "0"), (0.0, 17, "0"), (-0.0, 17, "0"), (1.0, 4, "1"),
        (-0.7, 4, "−0.7"), (0.3318122278318339, 4, "0.3318"), (0.3318122278318339, 3, "0.332"),
        (0.3318122278318339, 6, "0.331812"), (0.3318122278318339, 17, "0.3318122278318339"),
        (-0.1311690782143445, 4, "−0.1312"), (12.0, 4, "12"), (13.04, 4, "13.04"),
        (9999.96, 4, "10000"), (9999.4, 4, "9999"), (9999.96, 6, "9999.96"),
        (99999.6, 3, "100000"), (123456.0, 4, "123456"), (999999.4, 4, "1e6"),
        (999999.6, 4, "1e6"), (999999.6, 6, "1e6"), (999999.6, 17, "999999.6"),
        (999499.0, 3, "999499"), (999500.0, 3, "1e6"), (1e6, 4, "1e6"), (1e6, 17, "1000000"),
        (1234567.0, 4, "1.235e6"), (-1234567.0, 3, "−1.23e6"), (1e16, 17, "1e16"),
        (0.0001, 4, "0.0001"), (0.00012346, 4, "0.0001235"), (0.000099999, 4, "0.0001"),
        (0.00009999, 4, "9.999e−5"), (1e-5, 4, "1e−5"), (1e-5, 3, "1e−5"), (1e-5, 6, "1e−5"),
        (1e-5, 17, "1e−5"), (-1.5e-7, 4, "−1.5e−7"), (5e-324, 3, "4.94e−324"),
        (1.7976931348623157e308, 4, "1.798e308"), (2.5, 1, "2"), (1e22, 4, "1e22"),
        (math.nan, 4, ""), (math.inf, 4, "∞"), (-math.inf, 4, "−∞"), (math.inf, 17, "∞"),
        (0.1 + 0.2, 17, "0.30000000000000004"), (0.1 + 0.2, 4, "0.3"), (100.0, 3, "100"),
        (1000.0, 4, "1000"), (0.001, 3, "0.001"), (1004.5, 3, "1004"),
    ],
)  # fmt: skip
def test_a_number_is_written_short(value: float, digits: int, text: str) -> None:
    assert short(value, digits) == text


def test_four_digits_unless_told_otherwise() -> None:
    assert short(1.23456) == "1.235"


def test_all_digits_can_be_read_back_bit_for_bit() -> None:
    rng = Random(3)
    for _ in range(500):
        value = rng.uniform(-1, 1) * 10 ** rng.randint(-300, 300)
        assert read(short(value, 17)) == value
        for digits in (3, 4, 6):
            assert read(short(value, digits)) == pytest.approx(value, rel=0.5 * 10 ** (1 - digits))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("-0.3", -0.3), ("−0.3", -0.3), ("-0,3", -0.3), ("1/3", 1 / 3), ("2e-3", 2e-3),
        ("2e−3", 2e-3), (" 7 ", 7), ("+7", 7), (".5", 0.5), (",5", 0.5), ("5.", 5), ("1E3", 1000),
        ("-1/-4", 0.25), ("1 / 4", 0.25), ("1,5/3", 0.5), ("1e-400", 0), ("-0", 0), ("007", 7),
        ("1.5e+2", 150), ("0/5", 0),
    ],
)  # fmt: skip
def test_what_a_person_types_is_read(text: str, value: float) -> None:
    assert read(text) == value


@pytest.mark.parametrize(
    "text",
    ["", " ", "a", "nan", "inf", "∞", "1/2/3", "1/", "/2", "1e", "--1", "1.2.3", "1 000", "0x10",
     "1_000", "1e3.5", ".", "+", "１", "1,2,3", "2*3", "1e5e5", "−", "½"],
)  # fmt: skip
def test_what_is_no_number_is_refused(text: str) -> None:
    with refused(f"“{text.strip()}” is not a number. Write it like −0.3, 1/3 or 2e−3."):
        read(text)


@pytest.mark.parametrize("text", ["1/0", "0/0", "1/-0", "1/1e-400"])
def test_nothing_is_divided_by_zero(text: str) -> None:
    with refused("A number cannot be divided by 0."):
        read(text)


@pytest.mark.parametrize("text", ["1e999", "-1e999", "1e300/1e-300", "1e999/1e999"])
def test_what_is_too_large_is_refused(text: str) -> None:
    with refused("is too large."):
        read(text)


def test_whole_numbers_have_their_thousands_apart() -> None:
    assert [count(n) for n in (0, 999, 1000, 3412, -1234567)] == [
        "0", "999", "1,000", "3,412", "−1,234,567",
    ]  # fmt: skip


def test_one_of_a_thing_is_told_as_one() -> None:
    assert [counted(number, "row") for number in (0, 1, 2, 1000)] == [
        "0 rows", "1 row", "2 rows", "1,000 rows",
    ]  # fmt: skip


def test_places_are_told_as_they_are_spoken() -> None:
    told = "1st 2nd 3rd 4th 11th 12th 13th 21st 101st 111th 1,002nd"
    assert [nth(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 101, 111, 1002)] == told.split()
