"""The shape of every input is known and agrees with the graph.

The converter takes an input without a shape for a single number, and unknown sizes for 1, without a word; the first
crashes the interpreter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.finding import Finding, Severity
from coldpress.graph.tensor_ref import TensorRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldpress.findings.context import FindingContext
    from coldpress.recipe import InputChoice

Shape = tuple[int | None, ...]


def rule(context: FindingContext) -> Iterator[Finding]:
    """Look at the shape of each input."""
    for choice in context.input_choices or ():
        ref = TensorRef.parse(choice.tensor)
        if choice.shape is None:
            yield Finding(
                "convert.unknown_rank", Severity.BLOCK, (ref.node,), {"tensor": choice.tensor}, ("set_shape",)
            )
            continue
        if None in choice.shape:
            facts = {"tensor": choice.tensor, "shape": shape_text(choice.shape)}
            yield Finding("convert.unknown_size", Severity.BLOCK, (ref.node,), facts, ("set_shape",))
        known = context.types.shape(ref)
        if known is not None and not agree(choice.shape, known):
            yield _contradiction(choice, known, ref)


def agree(wanted: Shape, known: Shape) -> bool:
    """Tell whether a shape fits the graph's; TF 1.15 refuses one that contradicts it."""
    if len(wanted) != len(known):
        return False
    return all(a is None or b is None or a == b for a, b in zip(wanted, known, strict=True))


def _contradiction(choice: InputChoice, known: Shape, ref: TensorRef) -> Finding:
    facts = {"tensor": choice.tensor, "wanted": shape_text(choice.shape or ()), "known": shape_text(known)}
    return Finding("inputs.shape_contradicts", Severity.BLOCK, (ref.node,), facts, ("set_shape",))


def shape_text(shape: Shape) -> str:
    """Return a shape as people write it: ``[?, 16, 16, 1]``."""
    return "[" + ", ".join("?" if size is None else str(size) for size in shape) + "]"
