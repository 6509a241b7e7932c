"""What the tests of the readers share."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def tensorflow_checkpoints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of checkpoints that TensorFlow wrote, with what its reader says of them."""
    folder = tmp_path_factory.mktemp("checkpoints")
    script = Path(__file__).with_name("tensorflow_checkpoints.py")
    result = subprocess.run(
        [sys.executable, str(script), str(folder)], capture_output=True, text=True, timeout=300, check=False
    )
    assert result.returncode == 0, result.stderr[-4000:]
    return folder
