"""Private folders, and those that dead programs left."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from coldpress.worker.scratch import private_folder, sweep

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="process numbers")


@pytest.fixture
def dead() -> int:
    """Return the number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", "pass"])
    process.wait(30)
    return process.pid


def _folder(parent: Path, name: str, days: float) -> Path:
    folder = parent / name
    folder.mkdir()
    (folder / "0.npy").write_bytes(b"x")
    then = time.time() - days * 24 * 3600
    os.utime(folder, (then, then))
    return folder


def test_folders_of_dead_programs_go_after_a_day(tmp_path: Path, dead: int) -> None:
    gone = _folder(tmp_path, f"coldpress-{dead}-abc", 2)
    kept = [
        _folder(tmp_path, f"coldpress-{dead}-young", 0.5),
        _folder(tmp_path, f"coldpress-{os.getpid()}-alive", 2),
        _folder(tmp_path, "coldpress-notes", 2),
        _folder(tmp_path, f"other-{dead}-abc", 2),
    ]
    sweep(tmp_path)
    assert not gone.exists()
    assert all(folder.exists() for folder in kept)


def test_a_link_is_never_followed(tmp_path: Path, dead: int) -> None:
    target = _folder(tmp_path, "precious", 2)
    (tmp_path / f"coldpress-{dead}-link").symlink_to(target)
    sweep(tmp_path, age=-1)
    assert (target / "0.npy").exists()


def test_a_folder_is_this_users_alone() -> None:
    folder = private_folder()
    path = Path(folder.name)
    assert stat.S_IMODE(path.stat().st_mode) == 0o700
    folder.cleanup()
    assert not path.exists()
