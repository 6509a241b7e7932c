"""State files: where what they name is found, and what is said about it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.core.formats.bundles import Bundle

from coldpress.formats.state_file import read_state

if TYPE_CHECKING:
    from coldpress.formats.state_file import StateFile


def save(prefix: Path) -> str:
    prefix.parent.mkdir(parents=True, exist_ok=True)
    bundle = Bundle()
    bundle.add("v", np.zeros(1, np.float32))
    return bundle.write(prefix)


def state(folder: Path, *names: str, raw: str | None = None) -> StateFile:
    """Write a state file that names ``names``, the first as the newest, and read it."""
    folder.mkdir(parents=True, exist_ok=True)
    escaped = [name.replace("\\", "\\\\") for name in names]
    lines = [f'model_checkpoint_path: "{escaped[0]}"'] if escaped else []
    lines += [f'all_model_checkpoint_paths: "{name}"' for name in reversed(escaped)]
    (folder / "checkpoint").write_text("\n".join(lines) if raw is None else raw, encoding="utf-8")
    return read_state(folder / "checkpoint")


def codes(found: StateFile) -> list[str]:
    return [note.code.removeprefix("formats.") for note in found.notes]


def test_relative_names_are_beside_it(tmp_path: Path) -> None:
    old, new = save(tmp_path / "model.ckpt-1"), save(tmp_path / "model.ckpt-2")
    found = state(tmp_path, "model.ckpt-2", "model.ckpt-1")
    assert (found.current, found.prefixes, codes(found)) == (new, (new, old), [])
    assert codes(state(tmp_path, "./model.ckpt-2")) == []


def test_an_absolute_path_to_the_same_folder_is_nothing_to_speak_of(tmp_path: Path) -> None:
    prefix = save(tmp_path / "model.ckpt-2")
    found = state(tmp_path, str(tmp_path / "model.ckpt-2"))
    assert (found.current, codes(found)) == (prefix, [])


@pytest.mark.parametrize(
    "written",
    [
        "/home/somebody/run3/model.ckpt-7", "C:\\train\\run3\\model.ckpt-7", "C:/train/model.ckpt-7",
        "\\\\server\\share\\model.ckpt-7", "..\\other\\model.ckpt-7", "gs://bucket/run/model.ckpt-7",
        "hdfs://host:9000/run/model.ckpt-7", "../gone/model.ckpt-7", "/home/谁/模型/model.ckpt-7",
    ],
)  # fmt: skip
def test_foreign_paths_stand_for_the_checkpoint_beside_it(tmp_path: Path, written: str) -> None:
    prefix = save(tmp_path / "model.ckpt-7")
    found = state(tmp_path, written)
    assert (found.current, codes(found)) == (prefix, ["state_foreign_path"])
    assert found.notes[0].facts["written"] == written
    assert found.notes[0].facts["taken"] == prefix


def test_a_path_that_is_the_very_file_needs_no_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prefix = save(tmp_path / "run/model.ckpt-7")
    assert codes(state(tmp_path / "run", prefix)) == []
    monkeypatch.chdir(tmp_path)
    found = read_state(Path("run/checkpoint"))
    assert (found.current, codes(found)) == (str(Path("run/model.ckpt-7")), [])


def test_the_checkpoint_beside_it_comes_before_an_absolute_path(tmp_path: Path) -> None:
    save(tmp_path / "original/model.ckpt-7")
    here = save(tmp_path / "copy/model.ckpt-7")
    found = state(tmp_path / "copy", str(tmp_path / "original/model.ckpt-7"))
    assert (found.current, codes(found)) == (here, ["state_foreign_path"])


@pytest.mark.parametrize("how", ["absolute", "relative", "windows"])
def test_a_path_elsewhere_is_followed_where_it_leads_somewhere(tmp_path: Path, how: str) -> None:
    prefix = save(tmp_path / "other/model.ckpt-7")
    written = {"absolute": prefix, "relative": "../other/model.ckpt-7", "windows": "..\\other\\model.ckpt-7"}[how]
    found = state(tmp_path / "train", written)
    assert found.current == prefix
    assert codes(found) in (["state_elsewhere"], ["state_foreign_path"])


def test_what_is_named_in_vain_is_said_once(tmp_path: Path) -> None:
    prefix = save(tmp_path / "model.ckpt-7")
    found = state(tmp_path, "model.ckpt-99", "/x/model.ckpt-98", "model.ckpt-7")
    assert (found.current, found.prefixes, codes(found)) == (None, (prefix,), ["state_missing"])
    assert found.notes[0].facts["missing"] == "model.ckpt-99, model.ckpt-98"


@pytest.mark.parametrize("raw", ["", "\n\n", "# nothing\n", "garbage", "\x00\x01", 'model_checkpoint_path: ""'])
def test_a_state_file_that_says_nothing(tmp_path: Path, raw: str) -> None:
    found = state(tmp_path, raw=raw)
    assert (found.current, found.prefixes, codes(found)) == (None, (), ["state_empty"])


def test_a_name_that_no_file_can_have_is_missing(tmp_path: Path) -> None:
    found = state(tmp_path, raw='model_checkpoint_path: "a\\000b/model.ckpt-7"\n')
    assert (found.current, codes(found)) == (None, ["state_missing"])


def test_single_backslashes_are_understood(tmp_path: Path) -> None:
    prefix = save(tmp_path / "model.ckpt-7")
    raw = 'all_model_checkpoint_paths: "C:\\x\\model.ckpt-6"\nmodel_checkpoint_path: "C:\\train\\model.ckpt-7"\n'
    found = state(tmp_path, raw=raw)
    assert found.current == prefix


def test_fields_of_newer_releases_are_no_trouble(tmp_path: Path) -> None:
    prefix = save(tmp_path / "ckpt-3")
    raw = (
        'model_checkpoint_path: "ckpt-3"\nall_model_checkpoint_paths: "ckpt-3"\n'
        "all_model_checkpoint_timestamps: 1700000000.5\nlast_preserved_timestamp: 1.0\nsome_future_field: 1\n"
    )
    assert state(tmp_path, raw=raw).current == prefix


def test_names_of_sharded_v1_checkpoints(tmp_path: Path, fixtures: Path) -> None:
    content = (fixtures / "digits_qat/train_v1/model_v1.ckpt-2400").read_bytes()
    (tmp_path / "model.ckpt-5-00000-of-00001").write_bytes(content)
    assert state(tmp_path, "model.ckpt-5-?????-of-00001").current == str(tmp_path / "model.ckpt-5")


def test_thousands_of_names_cost_little(tmp_path: Path) -> None:
    prefix = save(tmp_path / "model.ckpt-9999")
    found = state(tmp_path, *(f"model.ckpt-{n}" for n in range(9999, 0, -1)))
    assert found.current == prefix
    assert codes(found) == ["state_missing"]
