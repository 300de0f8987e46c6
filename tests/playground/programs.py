"""The program as a process of its own, with its own home, that does something once it is open."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playground.session.backups import FOLDER_NAME

ROOT = Path(__file__).parents[2]
#: The program itself; `act` is all that is ours. What it says first is waited for.
CODE = """
import sys
from playground.window import start

real = start.begin

def begin(workspace, name):
    real(workspace, name)
    act(workspace)

def act(workspace):
{act}

start.begin = begin
sys.exit(start.open_window(sys.argv[1]))
"""


def state_of(home: Path) -> Path:
    """Where that program keeps its state."""
    return home / "state" / FOLDER_NAME


@contextmanager
def program(home: Path, name: str, act: str) -> Iterator["subprocess.Popen[str]"]:
    """Started and heard of; killed in the end if it still runs."""
    code = CODE.format(act="\n".join(f"    {line}" for line in act.strip().splitlines()))
    process = subprocess.Popen(
        [sys.executable, "-c", code, name],
        cwd=ROOT, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={
            **os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": str(home),
            "XDG_STATE_HOME": str(home / "state"), "XDG_CONFIG_HOME": str(home / "config"),
        },
    )  # fmt: skip
    assert process.stdout is not None and process.stderr is not None
    try:
        if not process.stdout.readline():
            raise AssertionError(process.stderr.read())
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()
