"""What is walked by default, and what only with the tests that take minutes.

The rest of a sample is `long`, and `ci` as well: .ci/run walks it before the default tests.
"""

import random
from collections.abc import Sequence
from typing import Any

import pytest

SEED = 10
REST = (pytest.mark.long, pytest.mark.ci)


def sampled(cases: Sequence[object], most: int) -> list[Any]:
    """Each case as a parameter; the sample of so many is always the same."""
    chosen = _chosen(cases, most)
    return [
        pytest.param(
            *(case if isinstance(case, tuple) else (case,)),
            marks=() if place in chosen else REST,
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
        pytest.param(rest, id="rest", marks=REST),
    ]


def _chosen(cases: Sequence[object], most: int) -> set[int]:
    return set(random.Random(SEED).sample(range(len(cases)), most))
