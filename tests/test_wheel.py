"""A wheel installs exactly the three packages, with their data."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

_ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, check=True, cwd=_ROOT, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return zipfile.ZipFile(wheel).namelist()


def test_a_wheel_installs_exactly_three_names(names: list[str]) -> None:
    top = {name.partition("/")[0] for name in names}
    assert {name for name in top if not name.endswith(".dist-info")} == {
        "coldpress",
        "coldpress_gui",
        "coldpress_resources",
    }


@pytest.mark.parametrize(
    "wanted",
    [
        "coldpress/py.typed",
        "coldpress/cli/main.py",
        "coldpress_gui/py.typed",
        "coldpress_resources/protos.binpb",
        "coldpress_resources/op_defs.binpb",
        "coldpress_resources/messages/zh_CN/cli.toml",
        "coldpress_resources/sample/train/model.ckpt-2400.meta",
        "coldpress_resources/sample/digits.toml",
    ],
)
def test_a_wheel_holds_the_data(names: list[str], wanted: str) -> None:
    assert wanted in names
