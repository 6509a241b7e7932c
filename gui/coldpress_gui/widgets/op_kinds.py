"""What kind of operation a node is, for its icon."""

from __future__ import annotations

from typing import Literal

OpKind = Literal[
    "input",
    "variable",
    "constant",
    "conv",
    "math",
    "norm",
    "quant",
    "shape",
    "activation",
    "identity",
    "train",
    "other",
]

_EXACT: dict[str, OpKind] = {
    "Const": "constant",
    "Identity": "identity",
    "StopGradient": "identity",
    "PreventGradient": "identity",
    "ReadVariableOp": "identity",
    "Placeholder": "input",
    "PlaceholderWithDefault": "input",
    "PlaceholderV2": "input",
    "IteratorGetNext": "input",
    "Variable": "variable",
    "VariableV2": "variable",
    "VarHandleOp": "variable",
    "AutoReloadVariable": "variable",
    "MatMul": "conv",
    "BatchMatMul": "conv",
    "BatchMatMulV2": "conv",
    "Softmax": "activation",
    "LogSoftmax": "activation",
    "Sigmoid": "activation",
    "Tanh": "activation",
    "Relu": "activation",
    "Relu6": "activation",
    "LeakyRelu": "activation",
    "Elu": "activation",
    "Selu": "activation",
}

_PREFIXES: tuple[tuple[str, OpKind], ...] = (
    ("FusedBatchNorm", "norm"),
    ("BatchNorm", "norm"),
    ("LRN", "norm"),
    ("FakeQuant", "quant"),
    ("Quantize", "quant"),
    ("Dequantize", "quant"),
    ("Conv", "conv"),
    ("DepthwiseConv", "conv"),
    ("Assign", "train"),
    ("Apply", "train"),
    ("ResourceApply", "train"),
    ("Save", "train"),
    ("Restore", "train"),
    ("QueueDequeue", "input"),
    ("Reshape", "shape"),
    ("Squeeze", "shape"),
    ("ExpandDims", "shape"),
    ("Concat", "shape"),
    ("Split", "shape"),
    ("Slice", "shape"),
    ("StridedSlice", "shape"),
    ("Pad", "shape"),
    ("Transpose", "shape"),
    ("Pack", "shape"),
    ("Unpack", "shape"),
    ("Shape", "shape"),
    ("Add", "math"),
    ("Sub", "math"),
    ("Mul", "math"),
    ("Div", "math"),
    ("RealDiv", "math"),
    ("BiasAdd", "math"),
    ("Mean", "math"),
    ("Sum", "math"),
    ("Max", "math"),
    ("AvgPool", "conv"),
    ("Rsqrt", "math"),
    ("Square", "math"),
)

ROLE_OF_KIND: dict[OpKind, str] = {
    "input": "good",
    "variable": "warning",
    "constant": "muted",
    "conv": "accent",
    "math": "text",
    "norm": "accent",
    "quant": "warning",
    "shape": "muted",
    "activation": "accent",
    "identity": "disabled",
    "train": "disabled",
    "other": "text",
}
"""The theme's colour of a kind; the shape of the icon says the same."""


def kind_of(op: str) -> OpKind:
    """Return the kind of an operation; gradients are part of training."""
    if op in _EXACT:
        return _EXACT[op]
    if op.endswith(("Grad", "GradV2", "GradV3", "BackpropInput", "BackpropFilter", "Summary", "SummaryV2")):
        return "train"
    return next((kind for prefix, kind in _PREFIXES if op.startswith(prefix)), "other")
