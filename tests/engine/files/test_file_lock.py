"""A held file belongs to one program at a time, and to none once that program is gone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.files.disk import FileLock, is_held

OTHER = """
import sys
from pathlib import Path
from engine.files.disk import FileLock
held = FileLock(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def test_a_file_is_held_once(tmp_path: Path) -> None:
    path = tmp_path / "name.lock"
    assert not is_held(path)
    held = FileLock(path)
    assert is_held(path)
    with pytest.raises(OSError):
        FileLock(path)
    assert is_held(path)  # the one who came too late has taken nothing away
    held.release()
    assert not is_held(path)
    assert not path.exists()
    held.release()


def test_a_file_that_is_left_there_can_be_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "name.lock"
    FileLock(path).close()
    assert path.exists()
    assert not is_held(path)
    held = FileLock(path)
    assert is_held(path)
    held.release()


def test_where_no_file_can_be_nothing_is_held(tmp_path: Path) -> None:
    path = tmp_path / "no folder" / "name.lock"
    assert not is_held(path)
    with pytest.raises(OSError):
        FileLock(path)


def test_a_program_that_is_killed_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "name.lock"
    with subprocess.Popen(
        [sys.executable, "-c", OTHER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == b"held"
        assert is_held(path)
        with pytest.raises(OSError):
            FileLock(path)
        other.kill()
        other.wait()
    assert path.exists()
    assert not is_held(path)


def test_a_new_file_holds_what_is_given_and_is_never_laid_over_another(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    held = FileLock(mark, b"who")
    assert mark.read_bytes() == b"who"
    with pytest.raises(OSError):
        FileLock(mark, b"me")
    assert mark.read_bytes() == b"who"
    held.release()
    held.release()
    assert not mark.exists()


def test_a_new_file_that_cannot_be_written_whole_is_taken_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "write", lambda descriptor, data: len(data) - 1)
    with pytest.raises(OSError):
        FileLock(tmp_path / "mark", b"who")
    assert not list(tmp_path.iterdir())


def test_what_stands_there_now_is_left_when_ours_has_gone(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    held = FileLock(mark)
    mark.unlink()
    held.release()
    held = FileLock(mark)
    mark.unlink()
    mark.write_text("another")
    held.release()
    assert mark.read_text() == "another"
