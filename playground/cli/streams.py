"""What is printed and what is complained of, whatever has become of the streams: closed before we
began, closed by the reader, full, or short of letters."""

import os
import sys
from collections.abc import Callable, Mapping
from io import TextIOWrapper

TYPE_CHECKING = False  # what types alone need takes longer to import than the version to be told
if TYPE_CHECKING:
    from typing import TextIO

REFUSED = 1
STREAM = "-"  # standard input or standard output, where a file is asked for
LONGEST = 4000


def guarded(command: Callable[[], int]) -> int:
    """The command's exit code; a reader who has enough ends it quietly, all else in a sentence."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed before we began: it leads nowhere
            nowhere = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")
            setattr(sys, name, nowhere)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a letter it lacks becomes a question mark
    try:
        try:
            code = command()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        lead_nowhere(sys.stdout)
        return 0
    except KeyboardInterrupt:
        complain("Stopped.")
    except OSError as error:
        if error.filename is not None:  # a file, not a stream: not what is meant here
            raise
        complain(f"The output cannot be written: {error.strerror or error}.")
    lead_nowhere(sys.stdout)
    return REFUSED


def complain(sentence: str) -> None:
    """A sentence on one line of standard error, if anybody listens there."""
    try:
        sys.stderr.write(f"{wipe(sys.stderr)}{one_line(sentence)}\n")
        sys.stderr.flush()
    except OSError:
        lead_nowhere(sys.stderr)


def one_line(text: object) -> str:
    """A sentence or a path as a terminal may show it: no line break, nothing that steers it."""
    from engine.errors import brief

    return brief(str(text), LONGEST)


def wipe(stream: "TextIO") -> str:
    """What takes a bar off this terminal's line; "" where there is none."""
    return f"\r{' ' * width()}\r" if stream.isatty() else ""


def width() -> int:
    """How much of a line a bar may take; a full one would begin the next."""
    import shutil

    return shutil.get_terminal_size().columns - 1


def read_input(most: int) -> bytes:
    """What comes in through standard input, at most so many bytes."""
    if sys.stdin is None:
        from engine.errors import Refused

        raise Refused("Standard input is closed, so there is nothing to read.")
    return sys.stdin.buffer.read(most)


def write_output(data: bytes) -> None:
    """A file to standard output, as it is."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def tell_json(fields: Mapping[str, object]) -> None:
    sys.stdout.write(json_line(fields))


def json_line(fields: Mapping[str, object]) -> str:
    """The line of a JSON object; letters that standard output lacks are written as escapes."""
    import json

    plain = not (sys.stdout.encoding or "").lower().startswith("utf")
    return json.dumps(fields, ensure_ascii=plain) + "\n"


def lead_nowhere(stream: object) -> None:
    """From here on nobody hears it; Python must not complain when it flushes."""
    if isinstance(stream, TextIOWrapper):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
