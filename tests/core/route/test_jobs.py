"""What a decision makes out of date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.core.route.sample import SAMPLE

from coldpress.recipe import InferenceType, InputChoice
from coldpress.route.jobs import next_job
from coldpress.route.progress import Job

if TYPE_CHECKING:
    from coldpress.route.progress import Progress


@pytest.mark.parametrize(
    ("change", "job"),
    [
        ({"source": "/elsewhere"}, Job.LOAD),
        ({"checkpoint": str(SAMPLE / "model.ckpt-1000")}, Job.LOAD),
        ({"graph": "x.meta"}, Job.LOAD),
        ({"outputs": ("Net/Logits/SpatialSqueeze:0",)}, Job.DERIVE),
        ({"as_is": True}, Job.DERIVE),
        ({"use_ema": True}, Job.DERIVE),
        ({"inputs": (InputChoice("other:0"),)}, Job.DERIVE),
        ({"inputs": (InputChoice("input:0", mean=1.0, std=1.0),)}, None),
        ({"inference_type": InferenceType.FLOAT32}, Job.CHECK),
        ({"representative_data": "x.npy"}, Job.CHECK),
        ({"output": "y.tflite"}, None),
        ({"data": "d.npz"}, None),
        ({"accept": frozenset({"x"})}, None),
    ],
)
def test_exactly_what_depends_on_a_decision_is_made_again(
    decided: Progress, change: dict[str, Any], job: Job | None
) -> None:
    assert decided.recipe is not None
    assert next_job(decided, decided.recipe.with_(**change)) is job
