"""What kind of thing an operation is: for icons and for filters."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from coldpress.graph.op_sets import (
    ACTIVATIONS,
    ASSIGNS,
    BATCH_NORMS,
    CALLS,
    CHECKS,
    CONSTANTS,
    CONTROL_FLOW,
    CONVOLUTIONS,
    DECODERS,
    DEQUEUES,
    EMBEDDINGS,
    ITERATORS,
    LOSSES,
    PARSERS,
    PASS_THROUGH,
    PLACEHOLDERS,
    PRODUCTS,
    QUANTIZATION,
    QUEUES,
    RANDOM,
    READS,
    RECURRENT,
    SAVES,
    SUMMARIES,
    VARIABLES,
    ops,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


_SHAPE_OPS = ops(
    """
    Shape ShapeN Rank Size Reshape Squeeze ExpandDims Concat ConcatV2 Pack Unpack Split SplitV Slice StridedSlice
    Transpose Pad PadV2 MirrorPad Tile Fill Range BroadcastTo SpaceToDepth DepthToSpace SpaceToBatchND BatchToSpaceND
    Cast GatherNd OneHot Reverse ReverseV2 InvertPermutation ResizeBilinear ResizeNearestNeighbor ResizeBicubic
    """
)
_POOLINGS = ops("MaxPool MaxPoolV2 MaxPoolWithArgmax AvgPool MaxPool3D AvgPool3D FractionalMaxPool FractionalAvgPool")
_MATH = ops(
    """
    Add AddV2 AddN Sub Mul Div RealDiv FloorDiv DivNoNan Maximum Minimum Pow Square Sqrt Rsqrt Exp Log Log1p Abs Neg
    Sign
    Floor Ceil Round Sum Mean Prod Min Max All Any ArgMax ArgMin TopK TopKV2 Equal NotEqual Greater GreaterEqual Less
    LessEqual LogicalAnd LogicalOr LogicalNot Select SelectV2 Where SquaredDifference Reciprocal FloorMod Cumsum BiasAdd
    BiasAddV1 ClipByValue Sin Cos L2Loss
    """
)


class Kind(StrEnum):
    """Kinds of operation."""

    INPUT = "input"
    PIPELINE = "pipeline"
    CONSTANT = "constant"
    VARIABLE = "variable"
    LAYER = "layer"
    NORMALIZATION = "normalization"
    ACTIVATION = "activation"
    QUANTIZATION = "quantization"
    SHAPE = "shape"
    MATH = "math"
    CONTROL_FLOW = "control_flow"
    IDENTITY = "identity"
    RANDOM = "random"
    TRAINING = "training"
    CHECK = "check"
    OTHER = "other"


_FAMILIES: Mapping[Kind, frozenset[str]] = {
    Kind.INPUT: PLACEHOLDERS | ITERATORS,
    Kind.PIPELINE: DEQUEUES | QUEUES | PARSERS | DECODERS,
    Kind.CONSTANT: CONSTANTS,
    Kind.VARIABLE: VARIABLES,
    Kind.LAYER: CONVOLUTIONS | PRODUCTS | RECURRENT | EMBEDDINGS | _POOLINGS | CALLS,
    Kind.NORMALIZATION: BATCH_NORMS | ops("LRN L2Normalize"),
    Kind.ACTIVATION: ACTIVATIONS,
    Kind.QUANTIZATION: QUANTIZATION,
    Kind.SHAPE: _SHAPE_OPS,
    Kind.MATH: _MATH,
    Kind.CONTROL_FLOW: CONTROL_FLOW | ops("NoOp ControlTrigger"),
    Kind.RANDOM: RANDOM,
    Kind.TRAINING: ASSIGNS | SAVES | LOSSES,
    Kind.CHECK: CHECKS | SUMMARIES,
    Kind.IDENTITY: PASS_THROUGH | READS,
}
# Print passes a tensor on and is a check: of families that share an operation the earlier one is meant.
_BY_OP: Mapping[str, Kind] = {op: kind for kind, members in reversed([*_FAMILIES.items()]) for op in members}

_UPDATES = ("Apply", "ResourceApply", "SparseApply", "ResourceSparseApply")
_PIPELINE_WORDS = ("Dataset", "Iterator", "Reader", "Queue")


@cache
def kind_of(op: str) -> Kind:
    """Return the kind of an operation."""
    known = _BY_OP.get(op)
    if known is not None:
        return known
    if op.startswith(_UPDATES) or ("Grad" in op and not op.endswith("PreventGradient")) or "Backprop" in op:
        return Kind.TRAINING
    return Kind.PIPELINE if any(word in op for word in _PIPELINE_WORDS) else Kind.OTHER
