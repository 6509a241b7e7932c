"""Real graphs for the tests of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.core.graph.graphs import read

if TYPE_CHECKING:
    from pathlib import Path

    from coldpress.graph.graph import Graph


@pytest.fixture(scope="session")
def train_files(fixtures: Path) -> dict[str, Path]:
    """Return the ``.meta`` file of each real train graph, by its folder."""
    found = [*fixtures.glob("digits_*/**/train/*.meta"), *fixtures.glob("older/*/*/train/*.meta")]
    return {str(path.parent.parent.relative_to(fixtures)): path for path in found}


@pytest.fixture(scope="session")
def qat(fixtures: Path) -> Graph:
    """Return the train graph of the digits model."""
    return read(fixtures / "digits_qat/train/model.ckpt-2400.meta")
