"""Every training program comes out with the right numbers, or with the finding that has to block."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.core.eval_graph.conftest import BEHAVIOURS

if TYPE_CHECKING:
    from tests.core.eval_graph.conftest import Programs

pytestmark = pytest.mark.tensorflow
_ALL = [(name, behaviour) for behaviour, names in BEHAVIOURS.items() for name in names]


@pytest.mark.parametrize(("name", "behaviour"), _ALL)
def test_right_numbers_or_a_block(programs: Programs, name: str, behaviour: str) -> None:
    programs[name, behaviour].check()
