"""The core never imports Qt, and nothing but the worker imports TensorFlow."""

from __future__ import annotations

import pkgutil
import subprocess
import sys
from pathlib import Path

import coldpress
import coldpress_gui

_CHECK = """
import importlib, sys
for name in sys.argv[2:]:
    importlib.import_module(name)
found = sorted({name.partition(".")[0] for name in sys.modules} & set(sys.argv[1].split(",")))
print(",".join(found))
"""


def _modules(package_name: str, folder: str) -> list[str]:
    found = pkgutil.walk_packages([folder], f"{package_name}.")
    return [module.name for module in found if not module.name.endswith("__main__")]


def _imported(forbidden: str, modules: list[str]) -> str:
    command = [sys.executable, "-c", _CHECK, forbidden, *modules]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_importing_every_core_module_brings_in_neither_qt_nor_tensorflow() -> None:
    modules = _modules("coldpress", str(Path(coldpress.__file__).parent))
    assert len(modules) > 30
    assert _imported("PySide6,tensorflow,pyqtgraph,keras,ai_edge_litert", modules) == ""


def test_importing_every_window_module_leaves_tensorflow_out() -> None:
    modules = _modules("coldpress_gui", str(Path(coldpress_gui.__file__).parent))
    assert _imported("tensorflow,keras,ai_edge_litert", modules) == ""
