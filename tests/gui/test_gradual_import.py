"""A package imported turn by turn is the package that ``import`` makes."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from PySide6 import QtCore

from coldpress_gui.gradual_import import GradualImport

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "a_package_of_the_test"
SOURCE = '''"""What it is."""
from __future__ import annotations
from .part import DOUBLE
import time
VALUES = [DOUBLE * number for number in range(3)]
time.sleep(0.01)
def last() -> int:
    return VALUES[-1]
'''


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / NAME
    folder.mkdir()
    (folder / "__init__.py").write_text(SOURCE, encoding="utf-8")
    (folder / "part.py").write_text("DOUBLE = 2\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield folder
    for name in [name for name in sys.modules if name.partition(".")[0] == NAME]:
        del sys.modules[name]


def test_turn_by_turn(package: Path) -> None:
    gradual = GradualImport(NAME, (QtCore,))
    turns = 1
    while gradual.turn():
        turns += 1
    assert turns > 1
    module = gradual.module()
    assert module is sys.modules[NAME]
    assert (module.__doc__, module.__name__, module.last()) == ("What it is.", NAME, 4)
    assert str(package) in module.__path__


def test_at_once_where_somebody_cannot_wait(package: Path) -> None:
    gradual = GradualImport(NAME)
    assert gradual.module().last() == 4
    assert not gradual.turn()
    assert gradual.module() is sys.modules[NAME]


def test_what_fails_is_not_left_half_there(package: Path) -> None:
    (package / "__init__.py").write_text("VALUE = 1\nraise ValueError('no')\n", encoding="utf-8")
    gradual = GradualImport(NAME)
    with pytest.raises(ValueError, match="no"):
        gradual.module()
    assert NAME not in sys.modules
    with pytest.raises(ImportError):
        gradual.module()


def test_nothing_to_import() -> None:
    with pytest.raises(ImportError):
        GradualImport("a_package_that_nobody_wrote").module()
