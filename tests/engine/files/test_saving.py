"""Saving is all or nothing, whatever fails, and whenever the process is killed."""

import contextlib
import errno
import os
import random
import select
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.errors import Refused
from engine.files.disk import save_bytes, save_text, temporary_name, why_not
from engine.files.limits import SAVE_AS, NotSaved

OLD, NEW = b"old " * 1000, b"new " * 2000
ERRORS = [errno.ENOSPC, errno.EIO, errno.EACCES, errno.EDQUOT, errno.EINTR, errno.EROFS]
CALLS = ["open", "write", "fsync", "close", "replace", "link", "unlink", "fchmod", "fstat", "stat"]


@pytest.fixture
def target(tmp_path: Path) -> Path:
    file = tmp_path / "xor.json"
    file.write_bytes(OLD)
    return file


def refused(path: Path, data: bytes = NEW) -> NotSaved:
    with pytest.raises(NotSaved) as caught:
        save_bytes(path, data)
    return caught.value


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_a_new_file_and_one_that_is_replaced(tmp_path: Path) -> None:
    file = tmp_path / "é.json"
    for data in (NEW, OLD, b""):
        save_bytes(file, data)
        assert file.read_bytes() == data
    assert names(tmp_path) == ["é.json"]


def test_permissions_stay_and_new_files_follow_the_umask(target: Path) -> None:
    for mode in (0o600, 0o644, 0o640):
        target.chmod(mode)
        save_bytes(target, NEW)
        assert stat.S_IMODE(target.stat().st_mode) == mode
    before = os.umask(0o027)
    try:
        save_bytes(target.with_name("new.json"), NEW)
    finally:
        os.umask(before)
    assert stat.S_IMODE(target.with_name("new.json").stat().st_mode) == 0o640


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_the_owner_stays(target: Path) -> None:
    os.chown(target, 1234, 2345)
    save_bytes(target, NEW)
    assert (target.stat().st_uid, target.stat().st_gid) == (1234, 2345)


def test_a_symbolic_link_is_followed_and_stays(target: Path, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    link = tmp_path / "sub" / "link.json"
    link.symlink_to(target)
    save_bytes(link, NEW)
    assert link.is_symlink()
    assert target.read_bytes() == NEW
    assert names(tmp_path / "sub") == ["link.json"]


def test_a_link_that_leads_nowhere_yet(tmp_path: Path) -> None:
    (tmp_path / "link.json").symlink_to("new.json")
    save_bytes(tmp_path / "link.json", NEW)
    assert (tmp_path / "new.json").read_bytes() == NEW


def test_another_name_of_the_file_keeps_what_it_had(target: Path) -> None:
    other = target.with_name("other.json")
    os.link(target, other)
    save_bytes(target, NEW)
    assert (target.read_bytes(), other.read_bytes()) == (NEW, OLD)


def test_a_text_is_encoded_before_the_disk_is_touched(target: Path) -> None:
    save_text(target, "é−")
    assert target.read_bytes() == "é−".encode()
    with pytest.raises(NotSaved) as caught:
        save_text(target, "a\ud800")
    assert caught.value.sentence.startswith("Not saved: the text holds half a character (U+D800)")
    assert target.read_bytes() == "é−".encode()


def test_row_34_a_read_only_folder(target: Path) -> None:
    target.parent.chmod(0o555)
    error = refused(target.with_name("new.json"))
    target.parent.chmod(0o755)
    assert error.sentence == (
        "This folder is read-only. Your work is safe in memory and in the backup."
    )
    assert error.offer == SAVE_AS


def test_row_34_a_folder_that_does_not_let_files_be_made(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Failure("open", errno.EACCES, 1).install(monkeypatch)
    assert refused(target).sentence.startswith("This folder is read-only.")


def test_row_35_a_read_only_file(target: Path) -> None:
    target.chmod(0o444)
    assert refused(target).sentence == (
        "The file “xor.json” is read-only. Your work is safe in memory and in the backup."
    )
    assert target.read_bytes() == OLD
    assert stat.S_IMODE(target.stat().st_mode) == 0o444


def test_row_36_the_disk_is_full(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Failure("write", errno.ENOSPC, 1).install(monkeypatch)
    free = type("Usage", (), {"free": 300_000})
    monkeypatch.setattr("shutil.disk_usage", lambda _: free)
    error = refused(target, b"x" * 1_200_000)
    assert error.sentence == (
        "Not saved: the disk is full (needs 1.2 MB, 0.3 MB free). The old file is unchanged."
    )
    assert target.read_bytes() == OLD


def test_row_36_a_quota_is_used_up(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Failure("write", errno.EDQUOT, 1).install(monkeypatch)
    assert refused(target).sentence == (
        "Not saved: your share of the disk is used up (needs 8.0 kB). The old file is unchanged."
    )


@pytest.mark.parametrize("call", ["write", "fsync", "replace", "close"])
def test_row_37_an_error_of_the_disk(
    call: str, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Failure(call, errno.EIO, 1).install(monkeypatch)
    assert refused(target).sentence == (
        "Not saved: the disk reported an error (EIO). The old file is unchanged."
    )


def test_row_47_names_and_folders(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    assert refused(tmp_path / "folder").sentence == (
        "“folder” is a folder. Choose a name for the file."
    )
    assert refused(tmp_path / ("x" * 300)).sentence == (
        "The name is too long: it has 300 bytes, the limit is 255. Choose a shorter one."
    )
    assert refused(tmp_path / "CON").sentence == (
        "Windows does not allow the name “CON”. Choose another one."
    )
    assert refused(tmp_path / "a:b").sentence == (
        "Windows does not allow “:” in a name. Choose another one."
    )
    assert refused(tmp_path / "a\0b").sentence == (
        "The name “a\ufffdb” holds an invisible character. Choose another one."
    )
    assert names(tmp_path) == ["folder"]


@pytest.mark.parametrize("name", ["con.json", "LPT1", "a?", "a.", "a ", "", "..", "é" * 128, "\n"])
def test_row_47_more_names_that_are_not_allowed(name: str) -> None:
    assert (why_not(name) or "").endswith(".")


@pytest.mark.parametrize("name", ["xor.json", "é" * 127, "console", "com10", ".a", "a b", "日本"])
def test_names_that_are_allowed(name: str) -> None:
    assert why_not(name) is None


def test_a_file_that_exists_may_keep_its_name(tmp_path: Path) -> None:
    (tmp_path / "a:b").write_bytes(OLD)
    save_bytes(tmp_path / "a:b", NEW)
    assert (tmp_path / "a:b").read_bytes() == NEW


def test_folders_that_are_none(tmp_path: Path) -> None:
    assert refused(tmp_path / "gone" / "a.json").sentence == (
        "The folder “gone” is not there. Choose another one."
    )
    os.mkfifo(tmp_path / "fifo")
    assert refused(tmp_path / "fifo").sentence == "This is not an ordinary file."
    assert refused(Path("/dev/null")).sentence == "This is not an ordinary file."
    (tmp_path / "loop").symlink_to("loop")
    assert refused(tmp_path / "loop").sentence == "Not saved: the disk reported an error (ELOOP)."


class Failure:
    """A system call that fails at its k-th use, as a disk would make it fail."""

    def __init__(self, name: str, number: int, at: int) -> None:
        self.name, self.number, self.at = name, number, at
        self.calls = 0
        self.real: Callable[..., Any] = getattr(os, name)

    def __call__(self, *values: Any, **options: Any) -> Any:
        self.calls += 1
        if self.calls != self.at:
            return self.real(*values, **options)
        if self.name == "close":
            self.real(*values)
        raise OSError(self.number, os.strerror(self.number))

    def install(self, patch: pytest.MonkeyPatch) -> None:
        patch.setattr(os, self.name, self)


@contextlib.contextmanager
def failing(name: str, number: int, at: int) -> Iterator[Failure]:
    with pytest.MonkeyPatch.context() as patch:
        failure = Failure(name, number, at)
        failure.install(patch)
        yield failure


@pytest.mark.parametrize("number", ERRORS, ids=errno.errorcode.get)
@pytest.mark.parametrize("name", CALLS)
def test_every_error_of_every_call_leaves_the_old_file_or_saves_truly(
    name: str, number: int, target: Path
) -> None:
    refusals = 0
    for existed in (True, False):
        for at in range(1, 20):
            target.unlink(missing_ok=True)
            if existed:
                target.write_bytes(OLD)
            with failing(name, number, at) as failure:
                try:
                    save_bytes(target, NEW)
                    now = NEW
                except Refused:
                    now, refusals = OLD, refusals + 1
            assert (target.read_bytes() if target.exists() else OLD) == now
            if name != "unlink":
                assert not any(left.startswith(".saving-") for left in names(target.parent))
            if failure.calls < at:
                break
        else:
            pytest.fail("the save makes more calls than expected")
    assert refusals or name in ("link", "unlink") or (name == "fchmod" and number == errno.EACCES)


def test_only_where_the_rename_cannot_be_taken_back_is_that_said(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Failure("link", errno.EPERM, 1).install(monkeypatch)
    Failure("fsync", errno.EIO, 2).install(monkeypatch)
    assert refused(target).sentence.startswith("Not saved for certain: the disk reported an error")
    assert target.read_bytes() == NEW
    assert names(target.parent) == ["xor.json"]


def test_a_folder_that_cannot_be_synced_is_no_error(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Failure("fsync", errno.EINVAL, 2).install(monkeypatch)
    save_bytes(target, NEW)
    assert target.read_bytes() == NEW


def test_short_writes_are_continued(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda file, data: real(file, data[:7]))
    save_bytes(target, NEW)
    assert target.read_bytes() == NEW


def test_a_write_that_writes_nothing_is_an_error(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "write", lambda *_: 0)
    assert "EIO" in refused(target).sentence
    assert target.read_bytes() == OLD


def test_what_a_killed_save_left_behind_goes_with_the_next_save(target: Path) -> None:
    left = target.with_name(temporary_name(target.name))
    other = target.with_name(temporary_name("other.json"))
    for file in (left, other):
        file.write_bytes(b"half")
    save_bytes(target, NEW)
    assert names(target.parent) == sorted([other.name, "xor.json"])


def test_a_file_that_is_being_written_just_now_is_left_alone(target: Path) -> None:
    import fcntl

    writing = target.with_name(temporary_name(target.name))
    with writing.open("wb") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        save_bytes(target, NEW)
        assert writing.exists()


CHILD = """
import os, sys
sys.path.insert(0, sys.argv[2])
from engine.files.disk import save_bytes
from itertools import count
for version in count(int(sys.argv[3])):
    os.write(1, b"%d\\n" % version)
    save_bytes(sys.argv[1], b"%09d\\n" % version * (50_000 + version % 7 * 1000))
"""


def kill_in_the_middle(file: Path, version: int, rng: random.Random) -> int:
    """Save version after version in another process, kill it, and look; the newest it began."""
    root = str(Path(__file__).parents[3])
    child = subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", CHILD, str(file), root, str(version)],
        stdout=subprocess.PIPE,
    )
    assert child.stdout is not None
    assert select.select([child.stdout], [], [], 20)[0]
    time.sleep(rng.uniform(0, 0.03))
    child.send_signal(signal.SIGKILL)
    said = child.stdout.read()
    child.stdout.close()
    child.wait()
    newest = int(said.split()[-1])
    if file.exists() or newest > 1:
        data = file.read_bytes()
        found = int(data[:9])
        assert found in (newest - 1, newest)
        assert data == b"%09d\n" % found * (50_000 + found % 7 * 1000)
    return newest


def killed(times: int, folder: Path, seed: int) -> None:
    rng, file, version = random.Random(seed), folder / "xor.json", 1
    for _ in range(times):
        version = kill_in_the_middle(file, version, rng) + 1
        save_bytes(file, b"%09d\n" % version * (50_000 + version % 7 * 1000))
        assert names(folder) == ["xor.json"]
        version += 1


@pytest.mark.long
@pytest.mark.ci
def test_row_38_thirty_times_kill_9_during_a_save(tmp_path: Path) -> None:
    killed(30, tmp_path, seed=1)


@pytest.mark.long
@pytest.mark.ci
@pytest.mark.timeout(1200)
def test_row_38_a_thousand_times_kill_9_during_a_save(tmp_path: Path) -> None:
    killed(1000, tmp_path, seed=2)
