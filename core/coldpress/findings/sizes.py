"""What is too large is said before anything is written: a frozen graph of 2 GB, a tensor that fills the memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.finding import Finding, Severity
from coldpress.findings.input_shapes import shape_text
from coldpress.formats.tensors import numpy_dtype
from coldpress.graph.consequence import consequence
from coldpress.graph.inference import TensorTypes
from coldpress.graph.op_sets import CONSTANTS, VARIABLES
from coldpress.graph.shape_rules.shapes import count
from coldpress.graph.tensor_ref import TensorRef

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from coldpress.facts import Fact
    from coldpress.findings.context import FindingContext
    from coldpress.graph.shape_rules.shapes import Shape

_LARGEST_MESSAGE = (1 << 31) - 1
"""protobuf's limit for a whole message; a GraphDef beyond it is written, and never read again."""

_HUGE = 1 << 31
"""Bytes of one tensor; the worker refuses it at the same size."""


def rule(context: FindingContext) -> Iterator[Finding]:
    """Add up what is frozen, then look at each computed tensor with the shapes that were chosen."""
    found = consequence(context.graph, context.types, context.inputs, context.outputs)
    if found.nbytes > _LARGEST_MESSAGE:
        facts: dict[str, Fact] = {"bytes": found.nbytes, "limit": _LARGEST_MESSAGE}
        yield Finding("freeze.too_large", Severity.BLOCK, _largest(context), facts, ("other_outputs",))
    yield from _huge_tensors(context)


def _largest(context: FindingContext) -> tuple[str, ...]:
    holders = [node.name for node in context.graph if node.op in VARIABLES | CONSTANTS]
    return tuple(sorted(holders, key=lambda name: -_bytes(context.types, TensorRef(name)))[:5])


def _huge_tensors(context: FindingContext) -> Iterator[Finding]:
    types = TensorTypes(context.graph, _chosen_shapes(context))
    for node in context.graph:
        if node.op in VARIABLES | CONSTANTS:
            continue
        for number in range(types.outputs(node.name)):
            ref = TensorRef(node.name, number)
            size = _bytes(types, ref)
            if size >= _HUGE:
                facts: dict[str, Fact] = {
                    "tensor": str(ref),
                    "shape": shape_text(types.shape(ref) or ()),
                    "gigabytes": round(size / 2**30, 1),
                }
                yield Finding("convert.huge_tensor", Severity.BLOCK, (node.name,), facts, ("set_shape",))
                return


def _chosen_shapes(context: FindingContext) -> Mapping[TensorRef, Shape]:
    return {
        TensorRef.parse(choice.tensor): choice.shape
        for choice in context.input_choices or ()
        if choice.shape is not None
    }


def _bytes(types: TensorTypes, ref: TensorRef) -> int:
    elements, dtype = count(types.shape(ref)), types.dtype(ref)
    if elements is None or dtype is None:
        return 0
    try:
        return elements * numpy_dtype(dtype).itemsize
    except KeyError:
        return 0
