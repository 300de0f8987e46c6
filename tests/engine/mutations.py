"""Documents with something wrong in them: bytes flipped, keys gone, types swapped, numbers wild."""

import json
import random
from collections.abc import Callable
from typing import Any

from engine.experiment.training import Goal, trained
from engine.files.document import document_text
from engine.lessons.lesson import lesson_ids, open_lesson

WILD: tuple[Any, ...] = (
    None, True, -1, 0, 1.5, 10**14, 1e300, -1e300, 5e-324, "", "4", "../../secret.txt", [], {},
    [[]], "sigmoid", "\u202e", "x" * 300, [1.0], {"a": 1},
)  # fmt: skip
WILD_BYTES = (
    b"NaN",
    b"1e999",
    b"{",
    b"}",
    b"[",
    b'"',
    b",",
    b"\\u0061",
    b"\xff",
    b"\x00",
    b"-",
    b"9",
)


def corpus() -> list[bytes]:
    """Real documents: every lesson, as it ships (if it is not large) and a little trained."""
    found = []
    for lesson_id in lesson_ids():
        experiment = open_lesson(lesson_id).experiment
        for one in (experiment, trained(experiment, Goal(updates=3))):
            text = document_text(one).encode()
            if len(text) < 20_000:
                found.append(text)
    return found


def mutated(source: bytes, rng: random.Random) -> bytes:
    """One to three things wrong, in the bytes or in the structure."""
    change: Callable[[bytes, random.Random], bytes] = rng.choice((_in_bytes, _in_structure))
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        source = change(source, rng)
    return source


def _in_bytes(source: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(source) + 1)
    kind = rng.randrange(5)
    if kind == 0:
        return source[:at] + bytes([rng.randrange(256)]) + source[at + 1 :]
    if kind == 1:
        return source[:at] + source[at + rng.randrange(1, 30) :]
    if kind == 2:
        return source[:at] + rng.choice(WILD_BYTES) + source[at:]
    if kind == 3:
        return source[: max(at, 1)]
    length = rng.randrange(1, 60)
    return source[:at] + source[at : at + length] + source[at:]


def _in_structure(source: bytes, rng: random.Random) -> bytes:
    try:
        raw = json.loads(source)
    except ValueError:
        return _in_bytes(source, rng)
    spots = list(_spots(raw))
    if not spots:
        return _in_bytes(source, rng)
    owner, key = rng.choice(spots)
    kind = rng.randrange(4)
    if kind == 0:
        owner[key] = rng.choice(WILD)
    elif kind == 1:
        del owner[key]
    elif kind == 2 and isinstance(owner, list):
        owner.insert(key, owner[rng.randrange(len(owner))])
    elif isinstance(owner, dict):
        owner[rng.choice(("id", "extra", "weight", "name", "x"))] = rng.choice(WILD)
    else:
        owner[key] = rng.choice(WILD)
    return json.dumps(raw).encode()


def _spots(value: Any) -> Any:
    """Every place in a document, as its owner and its key."""
    members = value.items() if isinstance(value, dict) else enumerate(value)
    for key, member in list(members):
        yield value, key
        if isinstance(member, dict | list):
            yield from _spots(member)
