"""What the window's own thread does while something is done: calls are counted, never timed."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from inspect import unwrap
from types import FrameType


@contextmanager
def calls_here(*functions: Callable[..., object]) -> Iterator[Counter[str]]:
    """How often this thread calls each of these functions, by name; other threads do not count."""
    made = map(unwrap, functions)  # an override is guarded: what it is made of is counted
    wanted = {function.__code__: function.__name__ for function in made}
    found: Counter[str] = Counter()

    def count(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and frame.f_code in wanted:
            found[wanted[frame.f_code]] += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        yield found
    finally:
        sys.setprofile(before)
