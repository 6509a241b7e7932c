"""Small frozen graphs, written without TensorFlow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from coldpress.formats.protos import GraphDef, NodeDef
from coldpress.formats.tensors import dtype_number, from_array

if TYPE_CHECKING:
    from pathlib import Path


class GraphBuilder:
    """Adds nodes; every method returns the name of what it made."""

    def __init__(self) -> None:
        self.graph = GraphDef()
        self.graph.versions.producer = 134
        self._random = np.random.default_rng(0)

    def node(self, operation: str, name: str, *inputs: str, **attributes: Any) -> str:
        """Add a node; a str attribute is a type, a tuple a shape, an array a tensor."""
        node = NodeDef(name=name, op=operation, input=list(inputs))
        for key, value in attributes.items():
            attribute = node.attr[key]
            if isinstance(value, bool):
                attribute.b = value
            elif isinstance(value, str):
                attribute.type = dtype_number(value)
            elif isinstance(value, float):
                attribute.f = value
            elif isinstance(value, int):
                attribute.i = value
            elif isinstance(value, bytes):
                attribute.s = value
            elif isinstance(value, tuple):
                attribute.shape.SetInParent()
                for size in value:
                    attribute.shape.dim.add(size=-1 if size is None else size)
            elif value is None:
                attribute.shape.unknown_rank = True
            else:
                attribute.tensor.CopyFrom(from_array(value))
        self.graph.node.append(node)
        return name

    def placeholder(
        self, shape: tuple[int | None, ...] | None = (None, 8), name: str = "x", dtype: str = "float32"
    ) -> str:
        return self.node("Placeholder", name, dtype=dtype, shape=shape)

    def const(self, name: str, value: Any, dtype: str = "float32") -> str:
        return self.node("Const", name, dtype=dtype, value=np.asarray(value, dtype))

    def weights(self, name: str, *shape: int) -> str:
        return self.const(name, self._random.normal(size=shape))

    def matmul(self, name: str, value: str, weights: str) -> str:
        return self.node("MatMul", name, value, weights, T="float32")

    def dense(self, name: str, value: str, inputs: int, outputs: int) -> str:
        """Add a fully connected layer with a bias and a ReLU."""
        product = self.matmul(f"{name}/MatMul", value, self.weights(f"{name}/weights", inputs, outputs))
        biased = self.node("BiasAdd", f"{name}/BiasAdd", product, self.weights(f"{name}/bias", outputs), T="float32")
        return self.node("Relu", name, biased, T="float32")

    def fake_quant(self, name: str, value: str, low: float, high: float, *, narrow: bool = False) -> str:
        """Add a fake quant node with a constant range."""
        limits = (self.const(f"{name}/min", low), self.const(f"{name}/max", high))
        return self.node("FakeQuantWithMinMaxVars", name, value, *limits, num_bits=8, narrow_range=narrow)

    def unary(self, operation: str, name: str, value: str) -> str:
        return self.node(operation, name, value, T="float32")

    def save(self, path: Path) -> str:
        """Write the GraphDef and return its path."""
        path.write_bytes(self.graph.SerializeToString())
        return str(path)


def float_graph() -> GraphBuilder:
    """Return two dense layers, ``x`` to ``y``."""
    build = GraphBuilder()
    build.dense("y", build.dense("d", build.placeholder(), 8, 16), 16, 4)
    return build


def training_batch_norm_graph() -> GraphBuilder:
    """Return a batch norm that reads the statistics of the batch, ``x`` to ``y``."""
    build = GraphBuilder()
    ones, zeros = build.const("ones", [1, 1, 1]), build.const("zeros", [0, 0, 0])
    build.placeholder((None, 4, 4, 3))
    build.node("FusedBatchNorm", "y", "x", ones, zeros, zeros, ones, T="float32")
    return build


def huge_constant_graph() -> GraphBuilder:
    """Return a graph whose constants would fold to a tensor of 16 GiB, ``x`` to ``y``."""
    build = GraphBuilder()
    sizes, axes = build.const("sizes", [65536, 65536], "int32"), build.const("axes", [0, 1], "int32")
    filled = build.node("Fill", "fill", sizes, build.const("one", 1.0), T="float32", index_type="int32")
    total = build.node("Sum", "sum", filled, axes, T="float32", Tidx="int32")
    build.node("AddV2", "y", build.placeholder(), total, T="float32")
    return build


def trained_graph(
    *, low: float = -2.0, high: float = 2.0, weights: tuple[float, float] = (-2.0, 3.0), narrow: bool = False
) -> GraphBuilder:
    """Return a dense layer as quantization-aware training leaves it, ``x`` to ``y``, with ``y``'s range given."""
    build = GraphBuilder()
    value = build.fake_quant("x_quant", build.placeholder(), -1.0, 1.0)
    quantized = build.fake_quant("weights_quant", build.weights("weights", 8, 4), *weights, narrow=narrow)
    product = build.matmul("MatMul", value, quantized)
    biased = build.node("BiasAdd", "BiasAdd", product, build.weights("bias", 4), T="float32")
    build.fake_quant("y", build.unary("Relu", "Relu", biased), low, high)
    return build
