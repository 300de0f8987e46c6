"""What a document holds that this version does not know: found at its place, and put back there."""

from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from functools import cache
from typing import Any, Final, get_args, get_type_hints

from msgspec import Struct

from engine.files.wire import WireDocument, WireEdge, WireNeuron, WireVariant

EntryPlace = tuple[str, ...]
Unknown = dict[EntryPlace, dict[str, Any]]

#: What the members of a list are told apart by, wherever they stand in it.
_KEYS: Final[dict[type, tuple[str, ...]]] = {
    WireNeuron: ("id",),
    WireEdge: ("source", "target"),
    WireVariant: ("name",),
}


def unknown_in(raw: Mapping[str, Any]) -> Unknown:
    """The entries that no type of the file has, by the place of what they stand in."""
    return {
        place: {name: owner[name] for name in owner if name not in _names(kind)}
        for place, owner, kind in _owners(raw, WireDocument, all_of_them=False)
        if not _names(kind).issuperset(owner)
    }


def put_back(plain: dict[str, Any], unknown: Mapping[EntryPlace, Mapping[str, Any]]) -> None:
    """Each entry stays with what it came with; what is gone takes its entries along."""
    if unknown:
        for place, owner, _ in _owners(plain, WireDocument):
            owner.update(unknown.get(place, {}))


def _owners(
    members: Any, kind: type, place: EntryPlace = (), all_of_them: bool = True
) -> Iterator[tuple[EntryPlace, Any, type]]:
    """Every object of the document with its type and its place, the outer ones first.

    Of two hundred thousand edges those that hold nothing unknown are passed over if they may be.
    """
    yield place, members, kind
    for name, part in _parts(kind):
        value = members.get(name)
        if isinstance(value, dict):
            yield from _owners(value, part, (*place, name), all_of_them)
        elif isinstance(value, list):
            keys, known = _KEYS[part], _names(part)
            every = all_of_them or _parts(part)
            for member in value:
                if every or not known.issuperset(member):
                    here = (*place, name, *[member[key] for key in keys])
                    yield from _owners(member, part, here, all_of_them)


@cache
def _names(kind: type) -> frozenset[str]:
    return frozenset(get_type_hints(kind))


@cache
def _parts(kind: type) -> tuple[tuple[str, type], ...]:
    """The members that are objects or lists of objects, each with their type."""
    return tuple(
        (name, part)
        for name, hint in get_type_hints(kind).items()
        for part in (hint, *get_args(hint))
        if isinstance(part, type) and (issubclass(part, Struct) or is_dataclass(part))
    )
