"""Matrix products, batch norm and losses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.graph.shape_rules.shapes import broadcast, merged, unknown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coldpress.graph.shape_rules.shapes import Dim, Shape
    from coldpress.graph.shape_rules.view import NodeView, Rule


def _mat_mul(view: NodeView) -> Sequence[Shape]:
    left, right = view.shape(0), view.shape(1)
    rows = left[1 if view.flag("transpose_a") else 0] if left is not None and len(left) == 2 else None
    columns = right[0 if view.flag("transpose_b") else 1] if right is not None and len(right) == 2 else None
    return ((rows, columns),)


def _batch_mat_mul(view: NodeView) -> Sequence[Shape]:
    left, right = view.shape(0), view.shape(1)
    if left is None or right is None or len(left) < 2 or len(right) < 2:
        return (None,)
    batch = broadcast((left[:-2], right[:-2]))
    if batch is None:
        return (None,)
    return ((*batch, left[-1 if view.flag("adj_x") else -2], right[-2 if view.flag("adj_y") else -1]),)


def _einsum(view: NodeView) -> Sequence[Shape]:
    inputs, arrow, output = view.text("equation").replace(" ", "").partition("->")
    if not arrow or "..." in inputs:
        return (None,)
    sizes: dict[str, Dim] = {}
    for letters, shape in zip(inputs.split(","), view.shapes(), strict=False):
        if shape is not None and len(letters) == len(shape):
            for letter, size in zip(letters, shape, strict=True):
                sizes[letter] = sizes.get(letter) or size
    return (tuple(sizes.get(letter) for letter in output),)


def _fused_batch_norm(view: NodeView) -> Sequence[Shape]:
    """Output, then mean, variance and what the gradient reserves, one value a channel."""
    scale = view.shape(1)
    channel = scale if scale is not None and len(scale) == 1 else unknown(1)
    return (view.shape(0), channel, channel, channel, channel, None)


def _fused_batch_norm_grad(view: NodeView) -> Sequence[Shape]:
    scale = view.shape(2)
    return (view.shape(1), scale, scale, None, None)


def _batch_norm_global(view: NodeView) -> Sequence[Shape]:
    return (view.shape(0),)


def _sparse_cross_entropy(view: NodeView) -> Sequence[Shape]:
    logits, labels = view.shape(0), view.shape(1)
    return (merged(labels, logits[:1] if logits else None), logits)


def _cross_entropy(view: NodeView) -> Sequence[Shape]:
    logits = view.shape(0)
    return (logits[:1] if logits else None, logits)


def _in_top_k(view: NodeView) -> Sequence[Shape]:
    return (view.shape(1),)


RULES: Mapping[str, Rule] = {
    "MatMul": _mat_mul,
    "SparseMatMul": _mat_mul,
    "BatchMatMul": _batch_mat_mul,
    "BatchMatMulV2": _batch_mat_mul,
    "BatchMatMulV3": _batch_mat_mul,
    "Einsum": _einsum,
    "FusedBatchNorm": _fused_batch_norm,
    "FusedBatchNormV2": _fused_batch_norm,
    "FusedBatchNormV3": _fused_batch_norm,
    **dict.fromkeys(("FusedBatchNormGrad", "FusedBatchNormGradV2", "FusedBatchNormGradV3"), _fused_batch_norm_grad),
    "BatchNormWithGlobalNormalization": _batch_norm_global,
    "SparseSoftmaxCrossEntropyWithLogits": _sparse_cross_entropy,
    "SoftmaxCrossEntropyWithLogits": _cross_entropy,
    "InTopK": _in_top_k,
    "InTopKV2": _in_top_k,
}
