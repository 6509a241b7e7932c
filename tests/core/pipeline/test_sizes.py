"""Where the bytes of a file are."""

from __future__ import annotations

from coldpress.pipeline.sizes import LayerBytes, OperationBytes, sizes_of
from coldpress.worker.requests.tflite import CheckedModel, ModelOperation, TensorInfo


def _tensor(index: int, name: str) -> TensorInfo:
    return TensorInfo(index, name, "float32", (1,), (1,), (), (), 0)


def _model(*operations: ModelOperation, nbytes: int) -> CheckedModel:
    tensors = tuple(_tensor(index, f"tensor{index}") for index in range(10))
    return CheckedModel(nbytes, tensors[:1], tensors[-1:], operations, tensors)


def test_the_largest_come_first_and_the_rest_is_structure() -> None:
    small = ModelOperation("CONV_2D", (0, 1), (2,), 100)
    large = ModelOperation("FULLY_CONNECTED", (2, 3), (4,), 700)
    other = ModelOperation("SOFTMAX", (4,), (5,), 0)
    sizes = sizes_of(_model(small, large, other, nbytes=1000))
    assert sizes.layers == (LayerBytes("tensor4", "FULLY_CONNECTED", 700), LayerBytes("tensor2", "CONV_2D", 100))
    assert sizes.operations[0] == OperationBytes("FULLY_CONNECTED", 1, 700)
    assert sizes.operations[-1] == OperationBytes("SOFTMAX", 1, 0)
    assert sizes.structure == 200


def test_weights_of_16_bits_belong_to_the_layer_that_computes_with_them() -> None:
    widen = ModelOperation("DEQUANTIZE", (1,), (2,), 300)
    computes = ModelOperation("CONV_2D", (0, 2), (3,), 20)
    sizes = sizes_of(_model(widen, computes, nbytes=400))
    assert sizes.layers == (LayerBytes("tensor3", "CONV_2D", 320),)
    assert sum(kind.nbytes for kind in sizes.operations) + sizes.structure == 400
