"""The wizard in a real window: real events, the real worker, the real Netron in the real WebEngine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.conftest import Program

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
