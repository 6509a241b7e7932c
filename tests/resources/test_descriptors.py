"""The shipped descriptors and op definitions are what the installed TensorFlow gives."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.tensorflow
def test_the_shipped_files_are_what_the_script_makes(tmp_path: Path) -> None:
    script = ROOT / "resources/scripts/make_descriptors.py"
    program = (
        "import pathlib, runpy, sys; made = runpy.run_path(sys.argv[1]); out = pathlib.Path(sys.argv[2]);"
        "(out / 'protos.binpb').write_bytes(made['descriptor_set']());"
        "(out / 'op_defs.binpb').write_bytes(made['op_list']())"
    )
    result = subprocess.run(
        [sys.executable, "-c", program, str(script), str(tmp_path)],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr[-4000:]
    for name in ("protos.binpb", "op_defs.binpb"):
        shipped = ROOT / "resources/coldpress_resources" / name
        assert shipped.read_bytes() == (tmp_path / name).read_bytes(), f"run {script.name} again"
