"""Every training program comes out with the right numbers, or with the finding that has to block."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.core.eval_graph.conftest import BEHAVIOURS
from tests.core.eval_graph.programs.__main__ import MODULES
from tests.core.eval_graph.programs.layers import CASES

if TYPE_CHECKING:
    from tests.core.eval_graph.conftest import Programs

pytestmark = pytest.mark.tensorflow


def test_the_programs_are_registered() -> None:
    assert len(MODULES) == 4
    assert len(CASES) > 60


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
@pytest.mark.parametrize("name", sorted(CASES))
def test_right_numbers_or_a_block(programs: Programs, name: str, behaviour: str) -> None:
    programs[name, behaviour].check()
