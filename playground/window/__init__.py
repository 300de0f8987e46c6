"""The window: its frame, what stands in it, and the desks that carry out its commands."""

import builtins


def _import_plainly() -> None:
    """Take Qt's hook out of `import`: it reads the source of each module that comes after Qt.

    It looks there for names in snake case, which nothing here uses. Until a click on Step is taken
    that is 70 ms of 740 (processor time, nine starts each way).
    """
    plain = builtins.__import__
    import PySide6.QtCore  # noqa: F401

    builtins.__import__ = plain


_import_plainly()
