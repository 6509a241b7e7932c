"""The table of what TensorFlow Lite can do is what the installed converter answers."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ASKED = ("Add", "Conv2D", "DepthwiseConv2dNative/NCHW", "Digamma", "MaxPool", "OneHot", "Softmax", "Tan")


@pytest.mark.tensorflow
def test_the_converter_still_answers_the_same() -> None:
    script = ROOT / "resources/scripts/make_op_support.py"
    result = subprocess.run(
        [sys.executable, str(script), *ASKED], capture_output=True, text=True, timeout=300, check=False
    )
    assert result.returncode == 0, result.stderr[-4000:]
    answer = json.loads(result.stdout.splitlines()[-1])
    shipped = json.loads((ROOT / "resources/coldpress_resources/op_support.json").read_text(encoding="utf-8"))
    assert answer["tensorflow"] == shipped["tensorflow"], f"run {script.name} again"
    for key in ASKED:
        assert answer["support"][key] == shipped["support"][key], f"run {script.name} again"
        for group in ("quantized", "same_range", "not_quantized"):
            assert (key in answer[group]) == (key in shipped[group]), f"run {script.name} again"
