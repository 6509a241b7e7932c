"""The inputs hold numbers, and what their integers mean agrees with the range that training saw.

TensorFlow Lite can take no serialized examples and decode no images. A range that training put on the input itself
tells which real values it takes; mean and std that say otherwise make a model that runs and is wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.finding import Finding, Severity
from coldpress.findings.trained_ranges import trained_ranges
from coldpress.graph.op_sets import FAKE_QUANT
from coldpress.graph.tensor_ref import TensorRef
from coldpress.recipe import InferenceType

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldpress.facts import Fact
    from coldpress.findings.context import FindingContext
    from coldpress.recipe import InputChoice
    from coldpress.worker.fake_quant import FakeQuant

_NO_NUMBERS = frozenset({"string", "resource", "variant"})
_TOLERANCE = 0.1
"""Of the width of the range: the ends that training saw are those of its images, not of all images."""


def rule(context: FindingContext) -> Iterator[Finding]:
    """Look at the dtype of each input, and at the range behind it."""
    for ref in context.inputs:
        dtype = context.types.dtype(ref)
        if dtype in _NO_NUMBERS:
            facts: dict[str, Fact] = {"tensor": str(ref), "dtype": dtype or ""}
            yield Finding("inputs.no_numbers", Severity.BLOCK, (ref.node,), facts, ("other_inputs",))
    if context.inference_type is InferenceType.UINT8 and context.input_choices:
        quants = {quant.node: quant for quant in trained_ranges(context)}
        for choice in context.input_choices:
            yield from _disagreement(context, choice, quants)


def _disagreement(context: FindingContext, choice: InputChoice, quants: dict[str, FakeQuant]) -> Iterator[Finding]:
    if choice.mean is None or not choice.std or choice.std < 0:
        return
    ref = TensorRef.parse(choice.tensor)
    readers = context.graph.readers(ref.node)
    if len(readers) != 1 or context.graph[readers[0]].op not in FAKE_QUANT or readers[0] not in quants:
        return
    trained = quants[readers[0]].minimum[0], quants[readers[0]].maximum[0]
    meant = (0 - choice.mean) / choice.std, (255 - choice.mean) / choice.std
    width = trained[1] - trained[0]
    if any(abs(a - b) > _TOLERANCE * width for a, b in zip(trained, meant, strict=True)):
        facts: dict[str, Fact] = {
            "tensor": choice.tensor,
            "low": round(meant[0], 4),
            "high": round(meant[1], 4),
            "trained_low": round(trained[0], 4),
            "trained_high": round(trained[1], 4),
        }
        yield Finding("inputs.range_differs", Severity.WARNING, (ref.node, readers[0]), facts, ("set_mean_std",))
