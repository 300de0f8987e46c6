"""Keeps an error in an override of Qt (a paint, flags, a size hint) from ending the program.

Such an error leaves Python in the middle of Qt. On Python 3.11 PySide then reads its arguments from
where there may be none yet, and the process dies without a word: `[][1]` in `flags` is enough.
"""

import sys
from collections.abc import Callable
from functools import wraps
from types import FunctionType
from typing import Any

from PySide6.QtCore import QObject

HOOK = "__init_subclass__"
#: What Qt is told where neither the override nor the class below it has an answer.
NEUTRAL = {"rowCount": 0, "columnCount": 0}


def guard_overrides() -> None:
    """From now on each class made from one of Qt's has its overrides guarded."""
    setattr(QObject, HOOK, classmethod(_guard))


def _guard(cls: type[QObject], /, **arguments: object) -> None:
    super(QObject, cls).__init_subclass__(**arguments)
    for name, made in list(vars(cls).items()):
        if isinstance(made, FunctionType) and not name.startswith("_") and _is_qt(cls, name):
            setattr(cls, name, _guarded(cls, name, made))


def _is_qt(cls: type, name: str) -> bool:
    below = (base for base in cls.__mro__ if base.__module__.startswith("PySide6."))
    return any(name in vars(base) for base in below)


def _guarded(cls: type, name: str, made: Callable[..., Any]) -> Callable[..., Any]:
    """The override; where it fails, the error is told as any other and Qt's own answer serves."""

    @wraps(made)
    def override(self: object, *arguments: object, **named: object) -> Any:
        try:
            return made(self, *arguments, **named)
        except Exception as error:
            sys.excepthook(type(error), error, error.__traceback__)
        try:
            return getattr(super(cls, self), name)(*arguments, **named)
        except Exception:  # the class below asks for the same, or has nothing to say
            return NEUTRAL.get(name)

    return override
