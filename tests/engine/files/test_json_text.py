"""The strict parse of a document's text, with the sentences of the fault table."""

import json
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.files import limits
from engine.files.json_text import NOT_A_NUMBER, Fault, parse, whereabouts, words
from engine.files.limits import NEWEST_BACKUP, DocumentError

EDGES = (
    '{"edges": [\n{"source": "n1", "target": "n2", "weight": 1.0},\n'
    '{"source": "n1", "weight": %s, "target": "n3"}]}'
)


def refusal(text: str | bytes) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        parse(text.encode() if isinstance(text, str) else text)
    return caught.value


def sentence(text: str | bytes) -> str:
    return refusal(text).sentence


@pytest.mark.parametrize("data", [b"", b"   \n\t", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_row_01_empty(data: bytes) -> None:
    assert sentence(data) == "The file is empty."


def test_row_01_nothing_but_zero_bytes() -> None:
    assert sentence(bytes(4096)).startswith("The file holds nothing but zero bytes.")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0", "a PNG image"),
        (b"PK\x03\x04\x14\0", "a ZIP archive"),
        (b"%PDF-1.7", "a PDF file"),
        (b"\x1f\x8b\x08", "a gzip archive"),
        (b"\n<!DOCTYPE html><html>", "a web page"),
        (b"\xef\xbb\xbf<HTML lang=en>", "a web page"),
        (b"<?xml version='1.0'?>", "an XML file"),
        (b"<svg xmlns=''>", "an SVG image"),
        (b"Dear diary,", "plain text"),
    ],
)
def test_row_02_other_kinds_of_file(data: bytes, kind: str) -> None:
    assert sentence(data) == f"This is not a playground document (it looks like {kind})."


@pytest.mark.parametrize(
    "text",
    ['{"a": 1,\n"b": [1, 2', '{\n"a"', '{\n"a":', '{"a":\ntru', '{"a":\n-', '{"a":\n1.', '[\n1e+',
     '{"a":\n"tex', '{\n"a\\', '{\n"a\\u00', "[\n", "{\n\n  "],
)  # fmt: skip
def test_row_03_truncated(text: str) -> None:
    error = refusal(text)
    lines = text.rstrip().count("\n") + 1
    assert error.sentence == (
        f"The file ends too early, at line {lines}. It may be only partly saved or downloaded."
    )
    assert error.offer == NEWEST_BACKUP


def test_row_03_every_beginning_of_a_document_ends_too_early() -> None:
    text = '{"format": "é", "x": [-1.5e-3, true, null, "\\u00e9\\ud83d\\ude00\\\\"]}'
    for end in range(1, len(text)):
        assert sentence(text[:end]).startswith("The file ends too early, at line 1."), text[:end]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"format":\n [1, 2,\n]}', "Line 3, column 1: a value is expected here."),
        ('{"a": 1,\n}', "Line 2, column 1: a key in double quotes is expected here."),
        ("{'a': 1}", "Line 1, column 2: a key in double quotes is expected here."),
        ("{\"a\": '1'}", "Line 1, column 7: a value is expected here."),
        ('{"a" 1}', "Line 1, column 6: a colon is expected here."),
        ('{"a": 1 // one\n}', "Line 1, column 9: a comma or a closing bracket is expected here."),
        ("[1]\n[2]", "Line 2, column 1: the document has ended, yet something follows."),
        ('["\\x"]', "Line 1, column 3: this is no escape that JSON knows."),
        ('["a\nb"]', "Line 1, column 4: a line break or control character stands inside a text."),
        ('["\\u00zz"]', "Line 1, column 4: four hexadecimal digits are expected here."),
        ("[\r1,\r]", "Line 3, column 1: a value is expected here."),
    ],
)
def test_row_04_syntax_errors(text: str, expected: str) -> None:
    assert sentence(text) == expected
    assert refusal(text).offer is None


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "[" * 65 + "]" * 65])
def test_row_05_nesting(text: str) -> None:
    data = text.encode()
    start = time.thread_time()
    found = sentence(data)
    assert time.thread_time() - start < 0.1
    assert found == ("The file is nested more than 64 levels deep; playground documents need 8.")


@pytest.mark.parametrize("depth", [limits.NESTING - 1, limits.NESTING])
def test_row_05_nesting_within_the_limit(depth: int) -> None:
    assert parse(b"[" * depth + b"]" * depth) is not None


@pytest.mark.parametrize(
    "text", ["[" * 100, '"[[' * 50, '\\"' + "[" * 100, "\\\\", '\\\\"' + "{" * 100, "[]" * 100]
)
def test_row_05_brackets_in_texts_do_not_count(text: str) -> None:
    document = [text, {text: [text, text]}]
    for ascii_only in (True, False):
        assert parse(json.dumps(document, ensure_ascii=ascii_only).encode()) == document


@given(st.recursive(st.text(alphabet='[]{}"\\\n:,é', max_size=6), st.lists, max_leaves=20))
@settings(max_examples=100, deadline=None)
def test_a_strict_parse_agrees_with_the_plain_one(document: object) -> None:
    text = json.dumps(document, ensure_ascii=False)
    if text.strip():
        assert parse(text.encode()) == document


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_row_06_not_a_number(number: str) -> None:
    error = refusal(EDGES % number)
    assert error.sentence == "Weight of edge n1→n3 is not a number (line 3)."
    assert error.details == "Line 3, column 28, edges[1].weight"


def test_row_06_the_word_nan_in_texts_is_passed_over() -> None:
    text = '{"NaN": "NaN", "a": ["NaN", {"x\\"": "NaN", "b": [NaN]}]}'
    assert refusal(text).details == "Line 1, column 50, a[1].b[0]"


def test_row_07_too_large() -> None:
    assert sentence(EDGES % "1e999") == "Weight of edge n1→n3 is too large (1e999)."
    assert sentence('{"neurons": [{}, {"x": -1e999}]}') == (
        "“x” of the 2nd neuron is too large (−1e999)."
    )
    assert parse(b"[1.7976931348623157e308, -1.7976931348623157e308, 1e-999]") is not None


def test_row_08_too_many_digits() -> None:
    text = '{"settings": {"epochs": %s}}'
    assert sentence(text % ("9" * 5000)) == "“epochs” has more than 15 digits."
    assert sentence(text % ("-" + "1" * 16)) == "“epochs” has more than 15 digits."
    assert parse((text % ("-" + "9" * 15)).encode()) == {"settings": {"epochs": 1 - 10**15}}


def test_row_09_a_key_twice() -> None:
    text = '{"edges": [\n{"weight": 1,\n %s: 2}], "weight": 3}'
    expected = "The key “weight” appears twice in one object (line 3)."
    assert sentence(text % '"weight"') == expected
    assert sentence(text % '"w\\u0065ight"') == expected
    assert refusal(text % '"weight"').details == "Line 3, column 2, edges[0].weight"
    assert parse(b'{"a": {"a": 1}, "b": {"a": 1}}') is not None


def test_faults_deep_in_a_large_document_are_found_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock stands still; how often it is asked says how many values are looked at."""
    asked: list[None] = []

    def clock() -> float:
        asked.append(None)
        return 0.0

    monkeypatch.setattr(time, "perf_counter", clock)
    edges = ['{"source": "n1", "target": "n2", "weight": 0.125}'] * 50_000
    for fault, expected in (
        ('"source": "n1", "target": "n3", "weight": NaN', "Weight of edge n1→n3 is not a number"),
        ('"a": 1, "a": 2', "The key “a” appears twice in one object (line 50001)"),
    ):
        text = '{"edges": [' + ",\n".join([*edges, "{" + fault + "}"]) + "]}"
        assert sentence(text).replace(",", "").startswith(expected.replace(",", ""))
    assert len(asked) < 100_100, "once for an edge in each of two, not for what is in it"


def test_the_second_pass_gives_up_and_the_sentence_does_without_the_place() -> None:
    text = "[" + "[]," * 100_000 + "NaN]"
    assert whereabouts(text, Fault(NOT_A_NUMBER, "NaN"), seconds=0) is None


def test_without_a_place_the_sentence_still_says_what(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.files.json_text.whereabouts", lambda *_: None)
    assert sentence("[NaN]") == "A value is not a number (NaN)."
    assert sentence("[-1e999]") == "A value is too large (−1e999)."
    assert sentence('{"a": 1, "a": 2}') == "The key “a” appears twice in one object."
    assert refusal("[NaN]").details == ""


def test_what_follows_a_fault_may_be_anything() -> None:
    assert sentence('{"edges": [{"source": "a", "weight": NaN, "target": "b", "open') == (
        "“weight” of the 1st edge is not a number (line 1)."
    )


def test_row_21_a_byte_order_mark_is_silent() -> None:
    assert parse(b"\xef\xbb\xbf" + b'{"a": "\xc3\xa9"}') == {"a": "é"}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_row_22_marked_utf_16_opens(encoding: str) -> None:
    mark = "" if encoding == "utf-16" else "\ufeff"
    assert parse((mark + '{"a": "é😀"}').encode(encoding)) == {"a": "é😀"}


def test_row_22_latin_1_is_refused_with_byte_and_position() -> None:
    data = b'{"a": "' + b"x" * 805 + "é".encode("latin-1") + b'"}'
    assert sentence(data) == "The file is not UTF-8 text (byte 0xE9 at position 812)."


def test_words_for_places() -> None:
    edge = {"source": "n1", "target": "n3"}
    assert words(("edges", 0, "weight"), edge) == "weight of edge n1→n3"
    assert words(("edges", 7, "weight")) == "“weight” of the 8th edge"
    assert words(("neurons", 0, "x")) == "“x” of the 1st neuron"
    assert words(("steps", 0, "tasks", 11, "check", "is")) == (
        "“check.is” of the 12th task of the 1st step"
    )
    assert words(("data", "inputs", 20, 1)) == ("the 2nd entry of the 21st entry of “data.inputs”")
    assert words(("settings", "epochs")) == "“epochs”"
    assert words(()) == "the value"
    assert len(words(("k" * 1_000_000,))) < 100


@given(st.binary(max_size=60))
@settings(max_examples=300, deadline=None)
def test_bytes_of_any_kind_are_parsed_or_refused(data: bytes) -> None:
    try:
        parse(data)
    except DocumentError as error:
        assert error.sentence.endswith(".")


@example(5301)  # a key with an escape that there is not, before the NaN that is told
@given(st.integers(0, 10**9))
@settings(max_examples=300, deadline=None)
def test_a_mutated_document_is_parsed_or_refused(seed: int) -> None:
    import random

    rng = random.Random(seed)
    data = bytearray((EDGES % "1.5").encode())
    for _ in range(rng.randint(1, 4)):
        place = rng.randrange(len(data))
        data[place : place + rng.randint(0, 2)] = rng.choice(
            [b"{", b"]", b'"', b"\\", b",", b":", b"NaN", b"1e999", b"9" * 20, b"\xff", b"", b" "]
        )
    try:
        parse(bytes(data))
    except DocumentError as error:
        assert error.sentence.endswith(".")


def test_the_text_passes_cost_little_more_than_the_parser_alone(tmp_path: Path) -> None:
    edge = '{"source": "n%d", "target": "n7", "weight": 0.1234567890123, "start": 0.98765432109876}'
    text = '{"edges": [' + ", ".join(edge % k for k in range(30_000)) + "]}"
    data = text.encode()

    def best(call: object) -> float:
        times = []
        for _ in range(5):
            start = time.thread_time()
            call()  # type: ignore[operator]
            times.append(time.thread_time() - start)
        return min(times)

    assert best(lambda: parse(data)) <= 8 * best(lambda: json.loads(data))
