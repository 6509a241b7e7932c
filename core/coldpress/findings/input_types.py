"""The inputs hold numbers, and what their integers mean agrees with the range that training saw.

TensorFlow Lite can take no serialized examples and decode no images. A range that training put on the input itself
tells which real values it takes; mean and std that say otherwise make a model that runs and is wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from coldpress.finding import Finding, Severity
from coldpress.findings.trained_ranges import trained_ranges
from coldpress.graph.tensor_ref import operation_name
from coldpress.recipe import InferenceType

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldpress.facts import Fact
    from coldpress.findings.context import FindingContext
    from coldpress.recipe import InputChoice

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
        ranges = input_ranges(context)
        for choice in context.input_choices:
            yield from _disagreement(choice, ranges.get(operation_name(choice.tensor)))


class InputRange(NamedTuple):
    """The range that training put on an input itself, and the fake quant node that holds it."""

    node: str
    low: float
    high: float


def input_ranges(context: FindingContext) -> dict[str, InputRange]:
    """Return the trained range of every input whose one reader is a fake quant node, by operation."""
    quants = {quant.node: quant for quant in trained_ranges(context)}
    found = {}
    for ref in context.inputs:
        readers = context.graph.readers(ref.node)
        quant = quants.get(readers[0]) if len(readers) == 1 else None
        if quant is not None:
            found[ref.node] = InputRange(quant.node, quant.minimum[0], quant.maximum[0])
    return found


def _disagreement(choice: InputChoice, trained: InputRange | None) -> Iterator[Finding]:
    if trained is None or choice.mean is None or not choice.std or choice.std < 0:
        return
    meant = (0 - choice.mean) / choice.std, (255 - choice.mean) / choice.std
    if not ranges_agree(meant, (trained.low, trained.high)):
        facts: dict[str, Fact] = {
            "tensor": choice.tensor,
            "low": round(meant[0], 4),
            "high": round(meant[1], 4),
            "trained_low": round(trained.low, 4),
            "trained_high": round(trained.high, 4),
        }
        yield Finding(
            "inputs.range_differs",
            Severity.WARNING,
            (operation_name(choice.tensor), trained.node),
            facts,
            ("set_mean_std",),
        )


def ranges_agree(meant: tuple[float, float], trained: tuple[float, float]) -> bool:
    """Tell whether the values that the integers mean are about those that training saw."""
    width = trained[1] - trained[0]
    return all(abs(a - b) <= _TOLERANCE * width for a, b in zip(trained, meant, strict=True))
