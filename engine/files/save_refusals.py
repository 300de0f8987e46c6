"""Why a file could not be saved, in sentences."""

import errno
import os
import shutil
import stat
from pathlib import Path
from typing import Final

from engine.files.file_names import why_not
from engine.files.names import brief
from engine.files.refusals import SAVE_AS, NotSaved, error_code, megabytes

SAFE: Final = "Your work is safe in memory and in the backup."
READ_ONLY_FOLDER: Final = (f"This folder is read-only. {SAFE}", "", SAVE_AS)

_ANY_WRITE: Final = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


def refuse_unfit(name: str, target: Path, before: os.stat_result | None) -> None:
    """Refuse folders, devices and forbidden names; a file that exists may keep its name."""
    if before is None:
        sentence = why_not(name) or why_not(target.name)
        if sentence:
            raise NotSaved(sentence, "", SAVE_AS)
    elif stat.S_ISDIR(before.st_mode):
        raise NotSaved(f"“{brief(name)}” is a folder. Choose a name for the file.", "", SAVE_AS)
    elif not stat.S_ISREG(before.st_mode):
        raise NotSaved("This is not an ordinary file.", str(target), SAVE_AS)


def refuse_read_only(name: str, target: Path, before: os.stat_result | None) -> None:
    """Refuse what is read-only, by permission or, where permissions do not bind, by intent."""
    folder = target.parent
    try:
        mode = folder.stat().st_mode
    except OSError as error:
        raise NotSaved(
            f"The folder “{brief(folder.name)}” is not there. Choose another one.",
            str(error),
            SAVE_AS,
        ) from error
    if not stat.S_ISDIR(mode):
        raise NotSaved(f"“{brief(folder.name)}” is not a folder. Choose one.", "", SAVE_AS)
    if before and not (before.st_mode & _ANY_WRITE and os.access(target, os.W_OK)):
        raise NotSaved(f"The file “{brief(name)}” is read-only. {SAFE}", "", SAVE_AS)
    if os.name != "nt" and not (mode & _ANY_WRITE and os.access(folder, os.W_OK | os.X_OK)):
        raise NotSaved(*READ_ONLY_FOLDER)


def disk_refusal(
    error: OSError | ValueError, target: Path, size: int, *, existed: bool
) -> NotSaved:
    """The sentence for an error of the system during a save."""
    number = error.errno if isinstance(error, OSError) else None
    old = " The old file is unchanged." if existed else ""
    if number == errno.EROFS:
        return NotSaved(*READ_ONLY_FOLDER)
    if isinstance(error, ValueError) or number in (None, errno.ENAMETOOLONG):
        sentence = why_not(target.name) or "There can be no file of this name. Choose another one."
    elif number == errno.ENOSPC:
        needs = f"needs {megabytes(size)}{_free(target)}"
        sentence = f"Not saved: the disk is full ({needs}).{old}"
    elif number == errno.EDQUOT:
        needs = f"needs {megabytes(size)}"
        sentence = f"Not saved: your share of the disk is used up ({needs}).{old}"
    elif number in (errno.EACCES, errno.EPERM):
        sentence = (
            "Not saved: you are not allowed to replace this file, or another program holds it "
            f"open.{old}"
        )
    else:
        code = error_code(error)
        return NotSaved(f"Not saved: the disk reported an error ({code}).{old}", str(error))
    return NotSaved(sentence, str(error), SAVE_AS)


def unsure(error: OSError) -> NotSaved:
    """The one case in which the old file is gone and the new one may not survive a power cut."""
    return NotSaved(
        f"Not saved for certain: the disk reported an error ({error_code(error)}) after the file "
        "was replaced. Save it once more, on another disk.",
        str(error),
        SAVE_AS,
    )


def unencodable(error: UnicodeEncodeError) -> NotSaved:
    """A text with half a character in it."""
    code = ord(error.object[error.start])
    return NotSaved(
        f"Not saved: the text holds half a character (U+{code:04X}), which no file can hold.",
        str(error.reason),
    )


def _free(target: Path) -> str:
    try:
        return f", {megabytes(shutil.disk_usage(target.parent).free)} free"
    except OSError:
        return ""
