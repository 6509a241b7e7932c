"""Kernels differ in what they can run: that is said of them, and is no fault of the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.core.worker.graphs import float_graph

from coldpress.pipeline.outcome import Verdict
from coldpress.pipeline.run import run
from coldpress.recipe import InputChoice, Recipe
from coldpress.sentences import say

if TYPE_CHECKING:
    from pathlib import Path

    from coldpress.pipeline.workers import Workers


@pytest.mark.tensorflow
def test_an_operation_without_a_reference_kernel_is_verified_with_the_default_ones(
    workers: Workers, tmp_path: Path
) -> None:
    build = float_graph()
    build.unary("Elu", "z", "y")
    recipe = Recipe(build.save(tmp_path / "g.pb"), inputs=(InputChoice("x"),), outputs=("z",))
    outcome = run(recipe, workers)
    assert outcome.verdict is Verdict.VERIFIED
    assert outcome.verification is not None
    (other,) = outcome.verification.other_kernels
    assert (other.kernels, other.error) == ("reference", "check.no_kernel")
    assert "ELU" in say("check.no_kernel", {"kernels": "reference", "operation": "ELU"}).message
