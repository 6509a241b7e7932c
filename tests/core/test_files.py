"""Outputs are written whole or not at all, and every refusal of the system has its sentence."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from coldpress import files
from coldpress.errors import OutputError
from coldpress.files import set_aside, staged, whole_file, write_bytes, write_text
from coldpress.sentences import say_error

_AS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


def _names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_a_file_appears_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "out.pb"
    with whole_file(target) as file:
        file.write(b"half")
        file.flush()
        assert not target.exists()
        file.write(b" and half")
    assert target.read_bytes() == b"half and half"
    assert _names(tmp_path) == ["out.pb"]


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "out.pb"
    target.write_bytes(b"old")

    def fail() -> None:
        with whole_file(target) as file:
            file.write(b"new")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert target.read_bytes() == b"old"
    assert _names(tmp_path) == ["out.pb"]


def test_the_permissions_of_a_replaced_file_stay(tmp_path: Path) -> None:
    target = tmp_path / "out.pb"
    target.write_bytes(b"old")
    target.chmod(0o640)
    write_bytes(target, b"new")
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_a_new_file_gets_the_usual_permissions(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"")
    write_bytes(tmp_path / "ours", b"")
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write_bytes(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


def test_text_is_utf8_with_unix_line_ends(tmp_path: Path) -> None:
    write_text(tmp_path / "文件.toml", "一\n二\n")
    assert (tmp_path / "文件.toml").read_bytes() == "一\n二\n".encode()


def test_long_names_in_any_script_can_be_written(tmp_path: Path) -> None:
    target = tmp_path / ("冻" * 84 + ".pb")  # 255 bytes, the most that Linux allows
    write_bytes(target, b"x")
    assert target.read_bytes() == b"x"


def _refusal(target: Path, *, size: int = 0) -> OutputError:
    with pytest.raises(OutputError) as caught, whole_file(target, size=size) as file:
        file.write(b"x" * 10)
    return caught.value


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    error = _refusal(tmp_path / "no" / "out.pb")
    assert error.code == "files.no_folder"
    assert error.facts["folder"] == str(tmp_path / "no")
    assert str(tmp_path / "no") in say_error(error).message


def test_a_folder_in_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert _refusal(tmp_path / "out").code == "files.is_folder"


def test_a_file_for_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert _refusal(tmp_path / "file" / "out.pb").code == "files.no_folder"


def test_a_device_is_refused_and_stays_a_device() -> None:
    assert _refusal(Path(os.devnull)).code == "files.not_a_file"
    assert not stat.S_ISREG(Path(os.devnull).stat().st_mode)


def test_a_name_that_is_too_long_is_refused(tmp_path: Path) -> None:
    assert _refusal(tmp_path / ("x" * 300)).code == "files.name_too_long"


def test_a_circle_of_links_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    assert _refusal(tmp_path / "a").code == "files.failed"


def test_more_than_the_disk_holds_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    error = _refusal(tmp_path / "out.pb", size=1 << 60)
    assert error.code == "files.no_room"
    assert "1,152,921,504,606,846,976 bytes" in say_error(error).message
    assert _names(tmp_path) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as caught, staged(tmp_path / "out.pb"), Path("/dev/full").open("wb") as full:
        full.write(b"x")
    assert caught.value.code == "files.disk_full"
    assert _names(tmp_path) == []


_AS_NOBODY = """
import os, sys
from pathlib import Path
from coldpress.errors import OutputError
from coldpress.files import write_bytes
os.setuid(65534)
try:
    write_bytes(Path(sys.argv[1]), b"x")
except OutputError as error:
    print(error.code)
"""


@pytest.mark.skipif(not _AS_ROOT, reason="only root can become somebody without rights")
@pytest.mark.parametrize(
    ("name", "code"), [("closed/out.pb", "files.no_permission"), ("open/protected.pb", "files.write_protected")]
)
def test_a_lack_of_rights_is_said_so(tmp_path: Path, name: str, code: str) -> None:
    for parent in (tmp_path, *tmp_path.parents[:3]):
        parent.chmod(0o755)
    (tmp_path / "closed").mkdir(mode=0o755)
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    (tmp_path / "open" / "protected.pb").write_bytes(b"old")
    (tmp_path / "open" / "protected.pb").chmod(0o444)
    argv = [sys.executable, "-c", _AS_NOBODY, str(tmp_path / name)]
    assert subprocess.run(argv, capture_output=True, text=True, check=False).stdout.strip() == code


class _Refused(NamedTuple):
    number: int
    winerror: int | None
    code: str


@pytest.mark.parametrize(
    "refused",
    [
        _Refused(errno.EROFS, None, "files.read_only_disk"),
        _Refused(errno.EFBIG, None, "files.too_large_for_disk"),
        _Refused(errno.EACCES, 32, "files.in_use"),
        _Refused(errno.EIO, None, "files.failed"),
    ],
)
def test_what_else_a_system_says_is_put_in_words(tmp_path: Path, refused: _Refused) -> None:
    error = OSError(refused.number, os.strerror(refused.number))
    if refused.winerror is not None:
        error.winerror = refused.winerror  # type: ignore[attr-defined]
    with pytest.raises(OutputError) as caught, staged(tmp_path / "out.pb"):
        raise error
    assert caught.value.code == refused.code
    assert str(tmp_path / "out.pb") in say_error(caught.value).message


def test_a_failure_of_another_file_is_not_blamed_on_the_output(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), staged(tmp_path / "out.pb"):
        (tmp_path / "input.pb").read_bytes()


def test_a_file_set_aside_is_kept_under_a_free_name(tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    for text in ("one", "two"):
        path.write_text(text)
        set_aside(path)
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == {
        "recipe.toml.old-1": "one",
        "recipe.toml.old-2": "two",
    }


def test_every_code_has_a_sentence() -> None:
    codes = {*files._CODES.values(), *files._WINDOWS_CODES.values()}
    for code in codes:
        assert say_error(OutputError(code, path="x")).message != code
