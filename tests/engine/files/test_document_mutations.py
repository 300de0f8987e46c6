"""Whatever is in a file: it opens, or it is refused in a sentence, and never takes long."""

import random
import time

import pytest

from engine.files.document import document_text
from engine.files.limits import DocumentError
from engine.files.loading import load_bytes
from tests.engine.mutations import corpus, mutated


def _survive(count: int, seed: int) -> float:
    """The share that was accepted."""
    rng = random.Random(seed)
    sources = corpus()
    accepted = 0
    for number in range(count):
        data = mutated(rng.choice(sources), rng)
        began = time.thread_time()
        try:
            experiment = load_bytes(data).experiment
        except DocumentError as error:
            assert error.sentence.strip().endswith((".", "?")), (seed, number, error.sentence)
        else:
            accepted += 1
            text = document_text(experiment)
            assert document_text(load_bytes(text.encode()).experiment) == text, (seed, number)
        assert time.thread_time() - began < 1, (seed, number)
    share = accepted / count
    print(f"seed {seed}: {accepted:,} of {count:,} accepted ({share:.1%})")
    return share


def test_a_sample_of_mutated_documents() -> None:
    assert 0.05 <= _survive(1500, seed=1) <= 0.5


@pytest.mark.long
@pytest.mark.ci
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(10))
def test_a_hundred_thousand_mutated_documents(seed: int) -> None:
    assert 0.05 <= _survive(10_000, seed) <= 0.5
