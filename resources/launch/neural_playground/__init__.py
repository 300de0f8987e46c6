"""The one name that the wheel puts into site-packages; the rooms in it keep their short names.

A notebook says `import neural_playground`, and then `from engine import Experiment`.
"""

import sys
from pathlib import Path


def _house() -> str:
    """Where the rooms are: beside this file, or in the repository where the install is editable."""
    here = Path(__file__).parent
    if (here / "playground").is_dir():
        return str(here)
    return next(f for f in sys.path if (Path(f) / "resources" / "launch" / here.name).is_dir())


# The first place, since any other package may be called `engine` or `resources` too.
sys.path.insert(0, _house())


def main() -> int:
    """The program, as the command `neural-playground` starts it."""
    from playground.__main__ import main as run

    return run()
