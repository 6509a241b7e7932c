"""What TensorFlow 2.21's converter says, word for word, and what it means."""

# ruff: noqa: E501 - word for word
from __future__ import annotations

import pytest

from coldpress.errors import ConverterError
from coldpress.sentences import say_error
from coldpress.worker.converter_errors import converter_error

_ERF = (
    'Could not translate MLIR to FlatBuffer.<unknown>:0: error: loc(fused["Erf:", "net/y"]): \'tf.Erf\' op is neither a '
    'custom op nor a flex op\n<unknown>:0: note: loc(fused["Erf:", "net/y"]): Error code: ERROR_NEEDS_FLEX_OPS\n'
    "<unknown>:0: error: failed while converting: 'main': \nSome ops are not supported by the native TFLite runtime, you "
    "can enable TF kernels fallback using TF Select. See instructions: https://www.tensorflow.org/lite/guide/ops_select "
    '\nTF Select ops: Erf\nDetails:\n\ttf.Erf(tensor<1x4xf32>) -> (tensor<1x4xf32>) : {device = ""}\n'
)
_ASINH = _ERF.replace("Erf", "Asinh").replace("TF Select ops", "Custom ops")


@pytest.mark.parametrize(
    ("text", "code", "facts"),
    [
        (_ERF, "convert.needs_select_ops", {"operations": "Erf", "nodes": "net/y"}),
        (_ASINH, "convert.needs_custom_ops", {"operations": "Asinh", "nodes": "net/y"}),
        (_ERF + _ASINH, "convert.needs_custom_ops", {"operations": "Asinh", "select": "Erf"}),
        (
            "Quantization to 16x8-bit not yet supported for op: 'NEG'.\n"
            "Quantization to 16x8-bit not yet supported for op: 'DIV'.\n"
            "Quantization to 16x8-bit not yet supported for op: 'DIV'.\n",
            "convert.no_16x8_kernel",
            {"operations": "NEG, DIV"},
        ),
        ("Quantization not yet supported for op: 'CUSTOM'.\n", "convert.no_quantized_kernel", {"operations": "CUSTOM"}),
        (
            "Op type not registered 'MyOp' in binary running on vm. Make sure the Op and Kernel are registered",
            "convert.unknown_operation",
            {"operation": "MyOp"},
        ),
        (
            "NodeDef mentions attr 'Truncate' not in Op<name=Cast; signature=x:SrcT -> y:DstT>",
            "convert.newer_attribute",
            {"attribute": "Truncate", "operation": "Cast"},
        ),
        (
            "Dimensions must be equal, but are 5 and 8 for '{{node d1/mm}} = MatMul[T=DT_FLOAT, grad_a=false](x, Const)' "
            "with input shapes: [1,5], [8,16].",
            "convert.shapes",
            {"node": "d1/mm", "operation": "MatMul", "shapes": "[1, 5], [8, 16]"},
        ),
        (
            "Cannot reshape a tensor with 4 elements to shape [48,2,2] (192 elements) for '{{node y}} = "
            "Reshape[T=DT_FLOAT, Tshape=DT_INT32](d, y/shape)' with input shapes: [1,?], [3] and with input tensors "
            "computed as partial shapes: input[1] = [48,2,2].",
            "convert.shapes",
            {
                "node": "y",
                "shapes": "[1, ?], [3]",
                "line": "Cannot reshape a tensor with 4 elements to shape [48,2,2] (192 elements)",
            },
        ),
        (
            "Cannot set tensor: Got value of type FLOAT64 but expected type FLOAT32 for input 0, name: x ",
            "convert.sample_type",
            {"given": "FLOAT64", "tensor": "x"},
        ),
        (
            '<unknown>:0: error: loc(fused["MatMul:", "net/MatMul"]): \'tfl.transpose\' op has mismatched quantized axes '
            "of input and output\n",
            "convert.quantized_axes",
            {"node": "net/MatMul"},
        ),
        (
            "<unknown>:0: error: type of return operand 0 ('tensor<1x4x!quant.uniform<u8:f32, 0x7FF8000000000000:-92>>') "
            "doesn't match",
            "convert.bad_quantization",
            {},
        ),
        (
            "The `quantized_input_stats` flag must be defined when either `inference_type` flag or `inference_input_type`",
            "convert.needs_mean_std",
            {},
        ),
        (
            "Quantization input stats are not available for input tensors 'b'.",
            "convert.needs_mean_std",
            {"tensor": "b"},
        ),
        (
            "Cannot serialize protocol buffer of type tensorflow.GraphDef as the serialized size (2290649228bytes) would be "
            "larger than the limit (2147483647 bytes)",
            "convert.too_big",
            {},
        ),
        ("", "convert.no_reason", {"kind": "RuntimeError"}),
        ("something else\nmore", "convert.failed", {"line": "something else"}),
        ("x\n<unknown>:0: error: the cause", "convert.failed", {"line": "the cause"}),
    ],
)
def test_messages_are_understood(text: str, code: str, facts: dict[str, str]) -> None:
    error = converter_error(RuntimeError(text))
    assert error.code == code
    assert {key: error.facts[key] for key in facts} == facts
    sentence = say_error(error)
    assert sentence.message != code
    assert sentence.remedy


def test_an_error_of_ours_stays_what_it_is() -> None:
    error = ConverterError("convert.unknown_rank", tensor="x")
    assert converter_error(error) is error
