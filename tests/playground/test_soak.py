"""Half an hour of stepping, training and other lessons leaves memory flat and nothing behind."""

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

MINUTES = 30.0
PROGRAM = """
import sys
from pathlib import Path
from playground.overrides import guard_overrides
guard_overrides()
from tests.playground.soak import main
sys.exit(main(Path(sys.argv[1]), float(sys.argv[2])))
"""
MORE_MEMORY = 25.0  # MB between the third and the last tenth: records of runs come and go


@pytest.mark.long
@pytest.mark.timeout(60 * MINUTES + 300)
def test_half_an_hour_of_use_leaves_nothing_behind(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", PROGRAM, str(tmp_path), str(MINUTES)],
        capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(Path.cwd())},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    memory, tenth = told["memory"], len(told["memory"]) // 10
    early, late = (
        statistics.median(part) for part in (memory[2 * tenth : 3 * tenth], memory[-tenth:])
    )
    print(f"{len(memory)} lessons, memory {memory[0]:.0f}, {early:.0f}, {late:.0f} MB, "
          f"idle {told['idle']:.4f}, left {told['left']}")  # fmt: skip
    assert late - early < MORE_MEMORY
    assert told["idle"] < 0.005, "of a processor"
    assert not told["threads"]
    assert not [name for name in told["left"] if "sessions" in name or "in-use" in name]
