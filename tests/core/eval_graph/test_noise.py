"""Noise layers are bypassed where they leave the mean alone, and block where they do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from coldpress.eval_graph.change import ChangeKind

if TYPE_CHECKING:
    from tests.core.eval_graph.conftest import Programs

pytestmark = pytest.mark.tensorflow


@pytest.mark.parametrize("name", ["gaussian_noise", "gaussian_dropout", "truncated_noise"])
def test_noise_that_keeps_the_mean_goes(programs: Programs, name: str) -> None:
    assert len(programs[name, "make1"].changes(ChangeKind.NOISE)) == 1


@pytest.mark.parametrize("name", ["noise_with_mean", "noise_uniform", "noise_learned", "noise_alone", "gumbel"])
def test_other_noise_blocks_naming_the_random_operation(programs: Programs, name: str) -> None:
    found = [finding for finding in programs[name, "make1"].eval_graph.findings if finding.blocks]
    assert [finding.code for finding in found] == ["eval_graph.left_random"]
    assert all(node.endswith(("RandomUniform", "RandomStandardNormal")) for node in found[0].nodes)
