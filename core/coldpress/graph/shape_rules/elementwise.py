"""Operations that keep a shape or broadcast several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.graph.op_sets import ops
from coldpress.graph.shape_rules.shapes import broadcast, merged

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coldpress.graph.shape_rules.shapes import Shape
    from coldpress.graph.shape_rules.view import NodeView, Rule

SAME_SHAPE = ops(
    """
    Identity Snapshot StopGradient PreventGradient CheckNumerics CheckNumericsV2 DebugIdentity Print DeepCopy LoopCond
    RefIdentity RefEnter Enter Exit RefExit NextIteration RefNextIteration Copy CopyHost GuaranteeConst
    Abs Neg Sign Square Sqrt Rsqrt Exp Expm1 Log Log1p Sin Cos Tan Asin Acos Atan Sinh Cosh Tanh Asinh Acosh Atanh
    Erf Erfc Erfinv Lgamma Digamma Inv Reciprocal Ceil Floor Rint Round Sigmoid Softplus Softsign
    Relu Relu6 Elu Selu LeakyRelu Softmax LogSoftmax LogicalNot Invert IsNan IsInf IsFinite Cast ZerosLike OnesLike
    LRN Cumsum Cumprod Reverse ReverseV2 ReverseSequence RandomShuffle BiasAdd BiasAddV1 ClipByValue Bucketize
    FakeQuantWithMinMaxArgs FakeQuantWithMinMaxVars FakeQuantWithMinMaxVarsPerChannel Dequantize
    QuantizeAndDequantize QuantizeAndDequantizeV2 QuantizeAndDequantizeV3 QuantizeAndDequantizeV4
    AdjustContrast AdjustContrastv2 AdjustHue AdjustSaturation RGBToHSV HSVToRGB
    Real Imag Conj Angle ComplexAbs InvertPermutation FFT IFFT FFT2D IFFT2D StringLower StringUpper AsString
    AssignAdd AssignSub ScatterUpdate ScatterAdd ScatterSub TensorScatterUpdate TensorScatterAdd TensorScatterSub
    MatrixBandPart MatrixSetDiag MatrixSetDiagV2 MatrixSetDiagV3
    """
)

BROADCASTING = ops(
    """
    Add AddV2 Sub Mul Div RealDiv TruncateDiv FloorDiv DivNoNan MulNoNan Mod FloorMod TruncateMod Maximum Minimum Pow
    SquaredDifference Atan2 Xdivy Xlogy Xlog1py Complex Igamma Igammac Zeta Polygamma NextAfter
    Equal NotEqual Less LessEqual Greater GreaterEqual ApproximateEqual LogicalAnd LogicalOr
    BitwiseAnd BitwiseOr BitwiseXor LeftShift RightShift SelectV2
    """
)

GRADIENTS_OF_OUTPUT = ops(
    """
    ReluGrad Relu6Grad EluGrad SeluGrad LeakyReluGrad SoftplusGrad SigmoidGrad TanhGrad SqrtGrad RsqrtGrad InvGrad
    ReciprocalGrad FakeQuantWithMinMaxVarsGradient FakeQuantWithMinMaxArgsGradient
    """
)


def _same(view: NodeView) -> Sequence[Shape]:
    return (view.shape(0),)


def _broadcast(view: NodeView) -> Sequence[Shape]:
    return (broadcast(view.shapes()),)


def _select(view: NodeView) -> Sequence[Shape]:
    return (merged(view.shape(1), view.shape(2)),)


def _all_equal(view: NodeView) -> Sequence[Shape]:
    result: Shape = None
    for shape in view.shapes():
        result = merged(result, shape)
    return (result,)


def _assign(view: NodeView) -> Sequence[Shape]:
    return (merged(view.shape(1), view.shape(0)),)


def _ensure_shape(view: NodeView) -> Sequence[Shape]:
    return (merged(view.shape_attr("shape"), view.shape(0)),)


RULES: Mapping[str, Rule] = {
    **dict.fromkeys(SAME_SHAPE | GRADIENTS_OF_OUTPUT, _same),
    **dict.fromkeys(BROADCASTING, _broadcast),
    **dict.fromkeys(("AddN", "AccumulateNV2"), _all_equal),
    "Select": _select,
    "Assign": _assign,
    "EnsureShape": _ensure_shape,
}
