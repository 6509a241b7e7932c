"""The inference type fits the graph (trained ranges, measured ranges, or none), and the ranges are sane.

Each of these converts without a word, or crashes the converter, in TensorFlow 2.21: ranges of infinity crash it, NaN
crashes the interpreter, uint8 without ranges gives a float model behind a uint8 input, int8 from asymmetric weights an
illegal file. The worker looks once more, at the frozen graph.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.finding import Finding, Severity
from coldpress.findings.trained_ranges import trained_ranges
from coldpress.graph.tensor_ref import operation_name
from coldpress.recipe import InferenceType
from coldpress.worker.fake_quant import FAKE_QUANTS, widening_cost

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from coldpress.facts import Fact
    from coldpress.findings.context import FindingContext
    from coldpress.recipe import Recipe
    from coldpress.worker.fake_quant import FakeQuant


def takes_trained_ranges(mode: InferenceType | None, recipe: Recipe) -> bool:
    """Tell whether ranges come from the graph's fake quant nodes: always for uint8, for int8 without data."""
    return mode is InferenceType.UINT8 or (mode is InferenceType.INT8 and recipe.representative_data is None)


_BITS = 8
"""What the integer types of TensorFlow Lite have, the default of ``num_bits``."""
_IGNORE_TRAINED = (InferenceType.FLOAT16, InferenceType.DYNAMIC, InferenceType.INT16X8)


def rule(context: FindingContext) -> Iterator[Finding]:
    """Compare the inference type with what the graph and the person bring."""
    quants = trained_ranges(context)
    yield from _insane(quants)
    mode = context.inference_type
    if mode is None:
        return
    yield from _wrong_mode(context, mode, quants)
    if takes_trained_ranges(mode, context.recipe):
        yield from _other_bits(context)
    yield from _no_ranges(context, mode, quants)
    yield from _given(context, mode)
    if mode is InferenceType.INT8 and not context.recipe.representative_data:
        yield from _asymmetric(quants)


def _insane(quants: Sequence[FakeQuant]) -> Iterator[Finding]:
    for quant in quants:
        fault = quant.fault
        if fault is not None:
            yield _about(f"convert.range_{fault.kind}", quant.node, min=fault.low, max=fault.high)


def _other_bits(context: FindingContext) -> Iterator[Finding]:
    """Find fake quant nodes of another width: the converter takes every one for 8 bits, or fails on it."""
    widths = {
        node.name: node.attr["num_bits"].i
        for node in context.graph
        if node.op in FAKE_QUANTS and "num_bits" in node.attr and node.attr["num_bits"].i != _BITS
    }
    if widths:
        node, bits = next(iter(widths.items()))
        yield Finding("quantization.num_bits", Severity.BLOCK, tuple(widths), {"node": node, "bits": bits})


def _wrong_mode(context: FindingContext, mode: InferenceType, quants: Sequence[FakeQuant]) -> Iterator[Finding]:
    if not quants:
        return
    node = quants[0].node
    if mode in _IGNORE_TRAINED:
        yield _about("convert.mode_on_qat", node, mode=mode.value)
    if mode is InferenceType.INT8 and context.recipe.representative_data:
        yield _about("convert.representative_on_qat", node)
    if mode is InferenceType.FLOAT32:
        yield Finding(
            "quantization.float_of_qat", Severity.WARNING, (node,), {"ranges": len(quants)}, ("choose_uint8",)
        )


def _no_ranges(context: FindingContext, mode: InferenceType, quants: Sequence[FakeQuant]) -> Iterator[Finding]:
    recipe = context.recipe
    trained = any(not quant.constant for quant in quants)
    needs_data = mode is InferenceType.INT16X8 or (mode is InferenceType.INT8 and not trained)
    if recipe.default_ranges is not None:
        low, high = recipe.default_ranges
        facts: dict[str, Fact] = {"low": low, "high": high}
        yield Finding("quantization.default_ranges", Severity.WARNING, (), facts)
    elif mode is InferenceType.UINT8 and not trained:
        yield Finding("convert.no_ranges", Severity.BLOCK, (), {}, ("choose_int8", "choose_float32"))
    elif needs_data and not recipe.representative_data:
        yield Finding("convert.needs_representative_data", Severity.BLOCK, (), {"mode": mode.value}, ("choose_data",))


def _given(context: FindingContext, mode: InferenceType) -> Iterator[Finding]:
    """Mark ranges that a person made up, wherever figures are shown."""
    recipe = context.recipe
    for choice in recipe.ranges:
        if operation_name(choice.tensor) not in context.graph:
            yield Finding("convert.range_unknown", Severity.BLOCK, (), {"tensor": choice.tensor})
    if not recipe.ranges:
        return
    nodes = tuple(operation_name(choice.tensor) for choice in recipe.ranges)
    shown = ", ".join(f"{choice.tensor} [{choice.low:g}, {choice.high:g}]" for choice in recipe.ranges)
    if takes_trained_ranges(mode, recipe):
        yield Finding("quantization.given_ranges", Severity.WARNING, nodes, {"shown": shown})
    else:
        facts: dict[str, Fact] = {"mode": mode.value, "shown": shown}
        yield Finding("quantization.ranges_unused", Severity.WARNING, nodes, facts)


def _asymmetric(quants: Sequence[FakeQuant]) -> Iterator[Finding]:
    lopsided = [quant for quant in quants if quant.constant and not quant.symmetric]
    if not lopsided:
        return
    first = lopsided[0]
    facts: dict[str, Fact] = {
        "node": first.node,
        "min": first.minimum[0],
        "max": first.maximum[0],
        "cost": round(widening_cost(lopsided), 1),
    }
    yield Finding("convert.int8_weights", Severity.BLOCK, tuple(quant.node for quant in lopsided), facts)


def _about(code: str, node: str, **facts: Fact) -> Finding:
    return Finding(code, Severity.BLOCK, (node,), {"node": node, **facts})
