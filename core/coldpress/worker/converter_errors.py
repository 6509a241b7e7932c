"""What the converter says, in codes: the exceptions of TensorFlow 2.21, read for what they mean."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from coldpress.errors import ColdpressError, ConverterError
from coldpress.worker.shapes import broken_node

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOCATION: Final = re.compile(r"""loc\((?:fused\[)?(?:"[^"]*:", )?"(?P<node>[^"]+)"\]?\): '(?P<operation>[\w.]+)' op""")
_LIST: Final = {
    "convert.needs_select_ops": re.compile(r"^(?:TF Select|Flex) ops: (?P<operations>.+)$", re.MULTILINE),
    "convert.needs_custom_ops": re.compile(r"^Custom ops: (?P<operations>.+)$", re.MULTILINE),
}
_REPEATED: Final = {
    "convert.no_16x8_kernel": re.compile(r"Quantization to 16x8-bit not yet supported for op: '(?P<operations>[^']+)'"),
    "convert.no_quantized_kernel": re.compile(r"Quantization not yet supported for op: '(?P<operations>[^']+)'"),
}
_NAMED: Final = r'loc\((?:fused\[)?(?:"[^"]*:", )?"(?P<node>[^"]+)"\]?\): '
_PATTERNS: Final = tuple(
    (code, re.compile(pattern))
    for code, pattern in (
        ("convert.unknown_operation", r"Op type not registered '(?P<operation>[^']+)'"),
        ("convert.newer_attribute", r"NodeDef mentions attr '(?P<attribute>[^']+)' not in Op<name=(?P<operation>\w+)"),
        ("convert.needs_mean_std", r"stats are not available for input tensors '(?P<tensor>[^']*)'"),
        ("convert.needs_mean_std", r"`quantized_input_stats` flag must be defined"),
        ("convert.too_big", r"exceeds maximum protobuf size|larger than the limit|larger than 2147483647|2 ?GB"),
        (
            "convert.sample_type",
            r"Got value of type (?P<given>\w+) but expected type (?P<wanted>\w+) for input \d+, name: (?P<tensor>\S+)",
        ),
        ("convert.sample_shape", r"Dimension mismatch\. Got (?P<given>\d+) but expected (?P<wanted>\d+) for"),
        (
            "convert.cannot_calibrate",
            r"Node number (?P<number>\d+) \((?P<operation>\w+)\) failed to (?:prepare|invoke)",
        ),
        ("convert.quantized_axes", _NAMED + r"'[\w.]+' op has mismatched quantized axes"),
        ("convert.bad_quantization", r"!quant\.uniform<"),
        ("convert.not_translated", _NAMED + r"(?:error: )?'(?P<operation>[\w.]+)' op (?P<line>[^\n]+)"),
    )
)


def converter_error(error: Exception) -> ColdpressError:
    """Return the error that says what an exception of the converter means."""
    if isinstance(error, ColdpressError):
        return error
    text = str(error)
    for candidate in (_operations(text), _shapes(text), _pattern(text)):
        if candidate is not None:
            return candidate
    if not text.strip():
        return ConverterError("convert.no_reason", kind=type(error).__name__)
    return ConverterError("convert.failed", line=_telling_line(text), kind=type(error).__name__)


def _operations(text: str) -> ConverterError | None:
    """Operations that the target lacks: those that TensorFlow's kernels could do, and those that nothing can."""
    nodes = _listed(match["node"] for match in _LOCATION.finditer(text))
    found = {code: match["operations"].strip() for code, pattern in _LIST.items() if (match := pattern.search(text))}
    # Where some need each remedy, the harder one is named: select ops alone would not help.
    for code in ("convert.needs_custom_ops", "convert.needs_select_ops"):
        if code in found:
            select = found.get("convert.needs_select_ops", "")
            return ConverterError(code, operations=found[code], select=select, nodes=nodes)
    for code, pattern in _REPEATED.items():
        operations = _listed(match["operations"] for match in pattern.finditer(text))
        if operations:
            return ConverterError(code, operations=operations)
    return None


def _shapes(text: str) -> ConverterError | None:
    broken = broken_node(text)
    if broken is None:
        return None
    shapes = ", ".join("?" if shape is None else _shape(shape) for shape in broken.input_shapes)
    return ConverterError(
        "convert.shapes", node=broken.node, operation=broken.operation, shapes=shapes, line=broken.reason
    )


def _shape(shape: tuple[int | None, ...]) -> str:
    return "[" + ", ".join("?" if size is None else str(size) for size in shape) + "]"


def _pattern(text: str) -> ConverterError | None:
    for code, pattern in _PATTERNS:
        match = pattern.search(text)
        if match is not None:
            facts = {key: value or "" for key, value in match.groupdict().items()}
            return ConverterError(code, **{"line": _telling_line(text), **facts})
    return None


def _listed(names: Iterator[str]) -> str:
    """Return each name once, in order."""
    return ", ".join(dict.fromkeys(names))


def _telling_line(text: str) -> str:
    """Return the first line that says what is wrong, short enough to read."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if "error:" in line.lower()]
    line = (errors or lines)[0]
    return re.sub(r"^<unknown>:0: error: ", "", line)[:300]
