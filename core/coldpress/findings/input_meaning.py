"""A quantized input needs to be told what its integers mean: ``real = (integer - mean) / std``.

TF 1.15 (``toco_tooling.cc``) stops without them, and aborts without a word on ``std`` 0 or ``mean`` beyond a byte. They
cannot be guessed: the same bytes may stand for [0, 1], [-1, 1] or [0, 255], and a wrong guess is a wrong model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.finding import Finding, Severity
from coldpress.graph.tensor_ref import TensorRef, operation_name
from coldpress.recipe import InferenceType, IoType
from coldpress.worker.fake_quant import FAKE_QUANTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldpress.facts import Fact
    from coldpress.findings.context import FindingContext
    from coldpress.recipe import InputChoice

_BYTE = 255


def rule(context: FindingContext) -> Iterator[Finding]:
    """Every real input of a model with trained ranges and integer inputs has mean and std, and sane ones."""
    if context.input_choices is None or not _takes_integers(context):
        return
    real = [c for c in context.input_choices if context.types.dtype(TensorRef.parse(c.tensor)) == "float32"]
    missing = [choice for choice in real if choice.mean is None or choice.std is None]
    if missing:
        names = ", ".join(choice.tensor for choice in missing)
        nodes = tuple(operation_name(choice.tensor) for choice in missing)
        yield Finding("inputs.mean_std_missing", Severity.BLOCK, nodes, {"tensors": names}, ("set_mean_std",))
    for choice in real:
        yield from _senseless(choice)


def _takes_integers(context: FindingContext) -> bool:
    wanted = context.recipe.inference_input_type or context.recipe.inference_output_type
    trained = context.inference_type is InferenceType.UINT8 or (
        context.inference_type is InferenceType.INT8
        and context.recipe.representative_data is None
        and any(node.op in FAKE_QUANTS for node in context.graph)
    )
    return trained and wanted is not IoType.FLOAT32


def _senseless(choice: InputChoice) -> Iterator[Finding]:
    if choice.mean is None or choice.std is None:
        return
    nodes = (operation_name(choice.tensor),)
    facts: dict[str, Fact] = {"tensor": choice.tensor, "mean": choice.mean, "std": choice.std}
    if choice.std <= 0:
        yield Finding("inputs.std_not_positive", Severity.BLOCK, nodes, facts, ("set_mean_std",))
    if not 0 <= choice.mean <= _BYTE:
        yield Finding("inputs.mean_out_of_range", Severity.BLOCK, nodes, facts, ("set_mean_std",))
