"""Train graphs node by node, for tests that need one pattern and no TensorFlow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from coldpress.eval_graph.editor import GraphEditor
from coldpress.eval_graph.passes import EvalRequest
from coldpress.formats.protos import NodeDef
from coldpress.formats.tensors import from_array
from coldpress.graph.graph import Graph
from coldpress.graph.tensor_ref import TensorRef

if TYPE_CHECKING:
    from coldpress.eval_graph.passes import Pass, PassResult
    from coldpress.formats.checkpoint_base import Checkpoint

FLOAT, INT, LONG, BOOL, RESOURCE = 1, 3, 9, 10, 20
CHANNELS = 4


class TrainGraph:
    """A graph under construction. Every method returns the name of the tensor that it made."""

    def __init__(self) -> None:
        self.nodes: list[NodeDef] = []
        self.placeholder("input")

    def add(self, op: str, name: str, *inputs: str, **attributes: Any) -> str:
        """Add a node; types are numbers in ``T``, ``dtype``, ``SrcT``, ``DstT``, arrays are tensors, tuples shapes."""
        node = NodeDef(name=name, op=op, input=list(inputs))
        if "T" not in attributes and "dtype" not in attributes:
            attributes["T"] = FLOAT
        for key, value in attributes.items():
            _set(node, key, value)
        self.nodes.append(node)
        return name

    def placeholder(self, name: str, shape: tuple[int, ...] = (-1, 8, 8, CHANNELS)) -> str:
        return self.add("Placeholder", name, dtype=FLOAT, shape=shape)

    def const(self, name: str, value: Any, dtype: type = np.float32) -> str:
        array: np.ndarray = np.asarray(value, dtype)
        numbers = {np.float32: FLOAT, np.int32: INT, np.int64: LONG, np.bool_: BOOL}
        return self.add("Const", name, dtype=numbers[dtype], value=array)

    def variable(self, name: str, shape: tuple[int, ...] = (CHANNELS,), initial: float | None = None) -> str:
        """Add a ref variable with its read and its initializer; the read is what is returned."""
        self.add("VariableV2", name, dtype=FLOAT, shape=shape)
        if initial is not None:
            self.const(f"{name}/Initializer", np.full(shape, initial))
            self.add("Assign", f"{name}/Assign", name, f"{name}/Initializer")
        return self.add("Identity", f"{name}/read", name)

    def resource(self, name: str, shape: tuple[int, ...] = (CHANNELS,)) -> str:
        self.add("VarHandleOp", name, dtype=FLOAT, shape=shape, shared_name=name)
        return self.add("ReadVariableOp", f"{name}/Read/ReadVariableOp", name, dtype=FLOAT)

    def average(self, variable: str, value: str, name: str = "") -> str:
        """Move a ref variable towards a tensor, as ``assign_moving_average`` does."""
        scope = name or f"{variable}/AssignMovingAvg"
        self.const(f"{scope}/decay", 0.1)
        self.add("Sub", f"{scope}/sub", f"{variable}/read", value)
        self.add("Mul", f"{scope}/mul", f"{scope}/sub", f"{scope}/decay")
        return self.add("AssignSub", scope, variable, f"{scope}/mul")

    def batch_norm(self, scope: str, value: str, *, op: str = "FusedBatchNorm", **attributes: Any) -> str:
        """Add a fused batch norm in training mode, with gamma and beta and empty statistics."""
        gamma, beta = self.variable(f"{scope}/gamma", initial=1.0), self.variable(f"{scope}/beta", initial=0.0)
        empty = self.const(f"{scope}/Const", []), self.const(f"{scope}/Const_1", [])
        return self.add(op, f"{scope}/FusedBatchNorm", value, gamma, beta, *empty, epsilon=1e-3, **attributes)

    def tracked_batch_norm(self, scope: str, value: str, **attributes: Any) -> str:
        """Add a fused batch norm and the updates of its moving statistics."""
        norm = self.batch_norm(scope, value, **attributes)
        self.variable(f"{scope}/moving_mean", initial=0.0)
        self.variable(f"{scope}/moving_variance", initial=1.0)
        self.average(f"{scope}/moving_mean", f"{norm}:1")
        self.average(f"{scope}/moving_variance", f"{norm}:2")
        return norm

    def moments(
        self, scope: str, value: str, axes: tuple[int, ...] = (0, 1, 2), *, squeeze: bool = True
    ) -> tuple[str, str]:
        """Add ``tf.nn.moments``; return the mean and the variance."""
        self.const(f"{scope}/axes", axes, np.int32)
        mean = self.add("Mean", f"{scope}/mean", value, f"{scope}/axes", keep_dims=True)
        self.add("StopGradient", f"{scope}/StopGradient", mean)
        self.add("SquaredDifference", f"{scope}/SquaredDifference", value, f"{scope}/StopGradient")
        variance = self.add("Mean", f"{scope}/variance", f"{scope}/SquaredDifference", f"{scope}/axes", keep_dims=True)
        if not squeeze:
            return mean, variance
        return self.add("Squeeze", f"{scope}/Squeeze", mean), self.add("Squeeze", f"{scope}/Squeeze_1", variance)

    def normalise(self, scope: str, value: str, mean: str, variance: str) -> str:
        """Add ``tf.nn.batch_normalization`` without gamma and beta."""
        self.const(f"{scope}/add/y", 1e-3)
        self.add("Add", f"{scope}/add", variance, f"{scope}/add/y")
        self.add("Rsqrt", f"{scope}/Rsqrt", f"{scope}/add")
        self.add("Mul", f"{scope}/mul", value, f"{scope}/Rsqrt")
        self.add("Mul", f"{scope}/mul_1", mean, f"{scope}/Rsqrt")
        self.add("Neg", f"{scope}/Neg", f"{scope}/mul_1")
        return self.add("Add", f"{scope}/add_1", f"{scope}/mul", f"{scope}/Neg")

    def graph(self) -> Graph:
        return Graph(self.nodes)

    def editor(self) -> GraphEditor:
        return GraphEditor(self.graph())


def request(*outputs: str, checkpoint: Checkpoint | None = None, inputs: tuple[str, ...] = ("input",)) -> EvalRequest:
    """Ask for tensors, fed through placeholders."""
    return EvalRequest(
        tuple(TensorRef.parse(name) for name in inputs), tuple(TensorRef.parse(name) for name in outputs), checkpoint
    )


def rewrite(train: TrainGraph, output: str, *passes: Pass) -> tuple[GraphEditor, list[PassResult]]:
    """Run passes over a train graph; return the editor and what each pass said."""
    editor = train.editor()
    return editor, [apply(editor, request(output)) for apply in passes]


def codes(*results: PassResult) -> list[str]:
    """Return the codes of the findings, in order."""
    return [finding.code for result in results for finding in result.findings]


def _set(node: NodeDef, key: str, value: Any) -> None:
    attribute = node.attr[key]
    if key in ("T", "dtype", "SrcT", "DstT", "U"):
        attribute.type = value
    elif isinstance(value, bool):
        attribute.b = value
    elif isinstance(value, int):
        attribute.i = value
    elif isinstance(value, float):
        attribute.f = value
    elif isinstance(value, str):
        attribute.s = value.encode()
    elif isinstance(value, tuple):
        attribute.shape.SetInParent()
        for size in value:
            attribute.shape.dim.add(size=size)
    else:
        attribute.tensor.CopyFrom(from_array(value))
