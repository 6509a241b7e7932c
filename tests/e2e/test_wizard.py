"""The wizard in a real window: real events, the real worker, the real Netron in the real WebEngine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.program import Program

pytestmark = [pytest.mark.window, pytest.mark.tensorflow]


def test_the_sample_by_mouse_and_keyboard(program: Program, tmp_path: Path) -> None:
    facts = program.run("sample", tmp_path)
    assert (tmp_path / "digits.tflite").is_file()
    result, frozen = facts["drawn"]
    assert any("Conv" in kind for kind in result)
    assert any("Conv" in kind for kind in frozen)
    # A bound that only a window that stands still breaks; the true figure is much smaller and printed.
    print(facts["gaps"])
    assert facts["longest_run_ms"] < 2000


def test_the_float_model_by_keyboard_alone(program: Program, tmp_path: Path) -> None:
    facts = program.run("by_keyboard", tmp_path)
    assert (tmp_path / "float.tflite").is_file()
    assert any("Conv" in kind for kind in facts["drawn"][0])
    print(f"cancelled in {facts['cancel_ms']} ms")


def test_what_goes_wrong_is_said_and_survived(program: Program, tmp_path: Path) -> None:
    folder = tmp_path / "target"
    folder.mkdir()
    facts = program.run("trouble", folder)
    for said in ("not_writable", "killed", "segfault"):
        print(f"{said}: {facts[said]}")


def test_a_full_disk_is_said_and_survived(program: Program, small_disk: Path) -> None:
    print(program.run("full_disk", small_disk)["full_disk"])
