"""The entry: sets what must be set before NumPy is imported, and hands over to a command."""

import gc
import os
import sys

from playground import __version__


def main() -> int:
    """Run the command line; the exit code is one of those that --help lists."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    from playground.cli.streams import guarded

    return guarded(lambda: _run(sys.argv[1:]))


def _run(arguments: list[str]) -> int:
    """The version is told without importing anything more."""
    if arguments[:1] == ["--version"]:
        sys.stdout.write(f"neural-playground {__version__}\n")
        return 0
    from playground.cli.commands import run

    return run(arguments, {"": _window, "picture": picture})


def _window(arguments: list[str]) -> int:
    """The window; where there is no screen, the steps in words."""
    from playground.cli.commands import walk
    from playground.cli.streams import complain

    gc.disable()  # nothing is thrown away while the window opens; it is taken up again after that
    name = arguments[0] if arguments else ""
    if arguments and not may_be_opened(name):
        return walk(arguments)
    try:
        from playground.overrides import guard_overrides

        guard_overrides()
        from playground.window.start import open_window

        code, reason = open_window(name), "there is no screen"
    except ImportError as error:
        code, reason = None, str(error)
    if code is not None:
        return code
    gc.enable()
    complain(f"No window can be opened here ({reason}); these are the steps in words.")
    return walk(arguments)


def may_be_opened(name: str) -> bool:
    """Whether it is a lesson, a folder or means a file; found out without NumPy."""
    from pathlib import Path

    import resources
    from engine.files.disk import kind_of, means_file
    from playground.cli.streams import STREAM

    lesson = Path(resources.__file__).with_name("lessons") / name
    if name == STREAM or means_file(name):
        return True
    return bool(name) and "folder" in (kind_of(lesson), kind_of(name))


def picture(arguments: list[str]) -> int:
    from playground.cli.commands import order

    wanted = order(arguments)
    from playground.overrides import guard_overrides

    guard_overrides()
    from playground.picture import paint

    return paint(wanted)


if __name__ == "__main__":
    sys.exit(main())
