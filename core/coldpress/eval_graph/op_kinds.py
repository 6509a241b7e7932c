"""Kinds of operations that tell training from inference."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coldpress.formats.protos import NodeDef

ASSIGN_OPS = frozenset(
    {
        *("Assign", "AssignAdd", "AssignSub"),
        *("AssignVariableOp", "AssignAddVariableOp", "AssignSubVariableOp"),
        *("ScatterUpdate", "ScatterAdd", "ScatterSub", "ScatterMul", "ScatterDiv", "ScatterMin", "ScatterMax"),
        *("ResourceScatterUpdate", "ResourceScatterAdd", "ResourceScatterSub", "ResourceScatterMul"),
        *("ScatterNdUpdate", "ScatterNdAdd", "ScatterNdSub", "ResourceScatterNdUpdate", "ResourceScatterNdAdd"),
        *("CountUpTo", "ResourceCountUpTo", "DestroyTemporaryVariable", "TemporaryVariable"),
    }
)
"""Operations that write a variable."""

READ_OPS = frozenset({"Identity", "ReadVariableOp"})
"""Operations that a variable is read through."""

VARIABLE_OPS = frozenset({"Variable", "VariableV2", "VarHandleOp", "AutoReloadVariable"})
"""Operations that hold a variable, ref or resource."""

BATCH_NORM_OPS = frozenset(
    {
        *("FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3"),
        *("_FusedBatchNormEx", "BatchNormWithGlobalNormalization"),
    }
)
"""Fused batch norm of every version."""

FAKE_QUANT_OPS = frozenset(
    {
        *("FakeQuantWithMinMaxVars", "FakeQuantWithMinMaxArgs", "FakeQuantWithMinMaxVarsPerChannel"),
        *("QuantizeAndDequantize", "QuantizeAndDequantizeV2", "QuantizeAndDequantizeV3", "QuantizeAndDequantizeV4"),
    }
)
"""Operations that simulate quantization."""

PLACEHOLDER_OPS = frozenset({"Placeholder", "PlaceholderV2", "PlaceholderWithDefault"})
"""Operations where a caller feeds data."""

CALL_OPS = frozenset({"PartitionedCall", "StatefulPartitionedCall"})
"""Operations that run one function of the library."""

CONDITIONAL_CALL_OPS = frozenset({"If", "StatelessIf"})
"""Operations that run one of two functions of the library."""

LOOP_CALL_OPS = frozenset({"While", "StatelessWhile"})
"""Loops whose body is a function of the library."""

SWITCH_OPS = frozenset({"Switch", "RefSwitch"})
MERGE_OPS = frozenset({"Merge", "RefMerge"})

_PIPELINE_OPS = frozenset(
    {
        *("ReadFile", "DecodeJpeg", "DecodePng", "DecodeImage", "DecodeBmp", "DecodeGif", "DecodeRaw", "DecodeCSV"),
        *("DecodePaddedRaw", "DecodeAndCropJpeg", "ExtractJpegShape", "DecodeWav", "DecodeJSONExample"),
        *("ParseExample", "ParseExampleV2", "ParseSingleExample", "ParseSequenceExample", "ParseSequenceExampleV2"),
        *("ParseSingleSequenceExample", "ParseTensor", "Unstage", "StagePeek", "MapUnstage", "OrderedMapUnstage"),
        *("Stage", "OptionalGetValue", "RecvTPUEmbeddingActivations", "InfeedDequeue", "InfeedDequeueTuple"),
        *("MatchingFiles", "DynamicPartitionQueue", "BarrierTakeMany", "RecordInput"),
    }
)

_RANDOM_WORDS = ("Random", "TruncatedNormal", "Multinomial", "CandidateSampler", "SampleDistortedBoundingBox")
_RANDOM_OPS = frozenset(
    {
        *("StatefulUniform", "StatefulUniformInt", "StatefulUniformFullInt", "StatefulStandardNormal"),
        *("StatefulStandardNormalV2", "FractionalMaxPool", "FractionalAvgPool", "NonDeterministicInts"),
    }
)


def is_pipeline(op: str) -> bool:
    """Tell whether an operation belongs to an input pipeline: iterators, queues, readers, decoders, staging areas."""
    return (
        op in _PIPELINE_OPS
        or "Iterator" in op
        or "Dataset" in op
        or op.startswith(("Queue", "Reader"))
        or op.endswith(("Queue", "QueueV2", "Reader", "ReaderV2"))
    )


def is_random(op: str) -> bool:
    """Tell whether an operation draws random numbers."""
    return op in _RANDOM_OPS or (any(word in op for word in _RANDOM_WORDS) and not is_pipeline(op))


def is_gradient(op: str) -> bool:
    """Tell whether an operation computes gradients (``ReluGrad``, ``FusedBatchNormGradV3``)."""
    return "Grad" in op and op not in ("StopGradient", "PreventGradient", "DebugGradientIdentity")


def is_optimizer(op: str) -> bool:
    """Tell whether an operation is the update of an optimizer (``ApplyAdam``, ``ResourceSparseApplyFtrl``)."""
    return op.startswith(("Apply", "ResourceApply", "SparseApply", "ResourceSparseApply"))


def is_training_batch_norm(node: NodeDef) -> bool:
    """Tell whether a node is a fused batch norm that reads the statistics of the batch.

    A missing ``is_training`` means true: it is the default of the OpDef.
    """
    if node.op not in BATCH_NORM_OPS or node.op == "BatchNormWithGlobalNormalization":
        return False
    return "is_training" not in node.attr or node.attr["is_training"].b
