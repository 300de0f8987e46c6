"""What is walked by default, and what only with the tests that take minutes: `-m long`."""

import random
from collections.abc import Sequence
from typing import Any

import pytest

SEED = 10


def sampled(cases: Sequence[object], most: int) -> list[Any]:
    """Each case as a parameter; a sample of so many, always the same, and the others `long`."""
    chosen = _chosen(cases, most)
    return [
        pytest.param(
            *(case if isinstance(case, tuple) else (case,)),
            marks=() if place in chosen else pytest.mark.long,
        )
        for place, case in enumerate(cases)
    ]


def walks(cases: Sequence[object], most: int) -> list[Any]:
    """Two walks as parameters: through a sample of so many, and the one through the others."""
    chosen = _chosen(cases, most)
    sample = [case for place, case in enumerate(cases) if place in chosen]
    rest = [case for place, case in enumerate(cases) if place not in chosen]
    return [
        pytest.param(sample, id="sample"),
        pytest.param(rest, id="rest", marks=pytest.mark.long),
    ]


def _chosen(cases: Sequence[object], most: int) -> set[int]:
    return set(random.Random(SEED).sample(range(len(cases)), most))
