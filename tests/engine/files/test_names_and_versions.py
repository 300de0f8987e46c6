"""Names made fit to be shown, versions and migrations, and typed errors in words."""

from typing import Annotated, Any

import msgspec
import pytest

from engine.errors import Refused, clean_name
from engine.files import limits
from engine.files.document import NEWEST, NewerVersion, migrate, ours
from engine.files.limits import READ_ONLY_COPY, DocumentError, megabytes
from engine.files.wire import msgspec_sentence


@pytest.mark.parametrize("bad", ["\0", "\n", "\x1b", "\x7f", "\x9f", "\ud800", "\u202e", "\u2066"])
def test_row_23_characters_that_cannot_be_seen_are_shown(bad: str) -> None:
    assert clean_name(f"a{bad}b") == ("a\ufffdb", True)


@pytest.mark.parametrize("good", ["", "x", "é", "Ω₁", "日本", "שלום", "👩‍🔬", "a b", "“q”"])
def test_row_23_other_names_stay_as_they_are(good: str) -> None:
    assert clean_name(good) == (good, False)


def test_row_24_a_long_name_is_cut() -> None:
    clean, changed = clean_name("x" * 1_000_000)
    assert (clean, changed) == ("x" * 199 + "…", False)
    assert clean_name(clean) == (clean, False)
    for size in (limits.NAME - 1, limits.NAME):
        assert clean_name("x" * size) == ("x" * size, False)
    assert clean_name("x" * (limits.NAME + 1))[0].endswith("…")


def test_row_26_more_than_the_limit() -> None:
    limits.at_most(limits.NEURONS, limits.NEURONS, "neurons")
    with pytest.raises(Refused) as caught:
        limits.at_most(1_000_000_000, limits.NEURONS, "neurons")
    assert caught.value.sentence == (
        "The document asks for 1,000,000,000 neurons; the limit is 10,000."
    )


@pytest.mark.parametrize("raw", [[], {}, {"name": "left-pad", "version": "1.0"}, 3, None, "x"])
def test_row_17_other_json(raw: object) -> None:
    with pytest.raises(DocumentError) as caught:
        ours(raw)
    assert caught.value.sentence == (
        "This JSON file is not a playground document (no “format” entry)."
    )


def test_row_17_another_format() -> None:
    with pytest.raises(DocumentError) as caught:
        ours({"format": "geojson"})
    assert caught.value.sentence == (
        "This JSON file is not a playground document (its “format” is “geojson”)."
    )
    assert ours({"format": "neural-playground"}) == {"format": "neural-playground"}


def test_row_18_a_newer_version_can_be_looked_at() -> None:
    raw = {"version": 4}
    with pytest.raises(NewerVersion) as caught:
        migrate(raw, {}, 3)
    assert caught.value.sentence == (
        "Made with a newer version (format 4; this app reads up to 3). Open a read-only copy?"
    )
    assert caught.value.raw is raw
    assert caught.value.version == 4
    assert caught.value.offer == READ_ONLY_COPY


def test_row_19_an_older_version_goes_through_every_step() -> None:
    table = {
        1: lambda raw: {**raw, "neurons": raw["nodes"]},
        2: lambda raw: {key: value for key, value in raw.items() if key != "nodes"},
    }
    raw = {"version": 1, "nodes": [1]}
    assert migrate(raw, table, 3) == ({"version": 3, "neurons": [1]}, 1)
    assert raw == {"version": 1, "nodes": [1]}
    assert migrate({"version": 3}, table, 3) == ({"version": 3}, 3)


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        (0, "The format version “0” is not valid."),
        (-1, "The format version “−1” is not valid."),
        (1.5, "The format version “1.5” is not valid."),
        (1.0, "The format version “1.0” is not valid."),
        ("1", "The format version “1” is not valid: it is text, not a number."),
        (True, "The format version “true” is not valid."),
        (None, "The format version “null” is not valid."),
        ([1], "The format version “[…]” is not valid."),
    ],
)
def test_row_20_versions_that_are_none(version: object, expected: str) -> None:
    with pytest.raises(DocumentError) as caught:
        migrate({"version": version}, {}, NEWEST)
    assert caught.value.sentence == expected


def test_row_20_no_version() -> None:
    with pytest.raises(DocumentError) as caught:
        migrate({}, {}, NEWEST)
    assert caught.value.sentence == (
        "The format version is not valid: there is no “version” entry."
    )


class Neuron(msgspec.Struct, forbid_unknown_fields=True):
    id: Annotated[str, msgspec.Meta(max_length=3)]
    x: float = 0.0
    n: Annotated[int, msgspec.Meta(ge=0)] = 0
    pair: tuple[int, int] = (1, 2)
    maybe: float | None = None
    tags: dict[str, int] = {}


class Wire(msgspec.Struct):
    neurons: list[Neuron]


def sentence(message: str) -> str:
    return msgspec_sentence(message, "The document", lambda *_: "")


def said(raw: Any) -> str:
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.convert(raw, Wire)
    return sentence(str(caught.value))


@pytest.mark.parametrize(
    ("neuron", "expected"),
    [
        ({"id": "a", "x": "12"}, "“x” of the 1st neuron should be a number but is text."),
        ({"id": "a", "x": None}, "“x” of the 1st neuron should be a number but is null."),
        ({"id": "a", "x": []}, "“x” of the 1st neuron should be a number but is a list."),
        ({"id": "a", "x": True}, "“x” of the 1st neuron should be a number but is true or false."),
        ({"id": 1}, "“id” of the 1st neuron should be text but is a whole number."),
        ({"id": "a", "n": 1.5},
         "“n” of the 1st neuron should be a whole number but is a fraction."),
        ({"id": "a", "n": -1}, "“n” of the 1st neuron should be a whole number of at least 0."),
        ({"id": "abcd"}, "“id” of the 1st neuron should be text of length at most 3."),
        ({"id": "a", "pair": [1]},
         "“pair” of the 1st neuron should be a list of length 2 but has 1."),
        ({"id": "a", "maybe": "x"},
         "“maybe” of the 1st neuron should be a number or empty but is text."),
        ({"id": "a", "tags": {"k": "v"}},
         "An entry of “tags” of the 1st neuron should be a whole number but is text."),
        ({"id": "a", "tags": {1: 1}},
         "A key in “tags” of the 1st neuron should be text but is a whole number."),
        (3, "The 1st neuron should be an object but is a whole number."),
    ],
)  # fmt: skip
def test_row_13_wrong_types(neuron: object, expected: str) -> None:
    assert said({"neurons": [neuron]}) == expected


def test_row_14_what_is_missing() -> None:
    assert said({"neurons": [{"id": "a"}, {"x": 1.0}]}) == "The 2nd neuron has no “id”."
    assert said({}) == "The document has no “neurons”."
    assert said([]) == "The document should be an object but is a list."


def test_other_messages_keep_their_place() -> None:
    assert said({"neurons": [{"id": "a", "q": 1}]}) == "The 1st neuron has an unknown entry “q”."
    assert sentence("Odd - at `$.a[3]`") == "The 4th entry of “a” is not valid: Odd."
    hint = msgspec_sentence("Odd - at `$.a[3].b`", "All", lambda *told: f" {told}")
    assert hint.endswith(" ('Odd', ('a', 3, 'b'))")


def test_sizes_for_a_person() -> None:
    assert [megabytes(size) for size in (1_200_000, 300_000, 5_000)] == [
        "1.2 MB",
        "0.3 MB",
        "5.0 kB",
    ]
