"""The entry: sets what must be set before NumPy is imported, and hands over to a command."""

import os
import sys

from playground import __version__


def main() -> int:
    """Run the command line; the exit code is 0, 1 (refused) or 2 (wrong usage)."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    arguments = sys.argv[1:]
    if arguments == ["--version"]:
        sys.stdout.write(f"neural-playground {__version__}\n")
        return 0
    from playground.cli.commands import run

    return run(arguments)


if __name__ == "__main__":
    sys.exit(main())
