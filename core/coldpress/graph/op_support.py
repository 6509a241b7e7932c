"""What TensorFlow Lite makes of each operation, as its converter said (``resources/scripts/make_op_support.py``).

The table is there in an instant and without TensorFlow, so that a choice can be judged while somebody makes it. It
speaks of operations one by one; the worker asks the converter about a whole graph.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from coldpress.formats.tensors import dtype_name
from coldpress.graph.tensor_ref import TensorRef

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coldpress.formats.protos import NodeDef
    from coldpress.graph.inference import TensorTypes

_ANY = "any"


class OpSupport(StrEnum):
    """Who has a kernel: TensorFlow Lite itself, its Flex delegate (select TensorFlow operations), nobody."""

    BUILTIN = "builtin"
    SELECT = "select"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class _Table:
    support: Mapping[str, Mapping[str, str]]
    quantized: frozenset[str]
    same_range: frozenset[str]
    not_quantized: frozenset[str]


@cache
def _table() -> _Table:
    content = json.loads((files("coldpress_resources") / "op_support.json").read_text(encoding="utf-8"))
    sets = (frozenset(content[key]) for key in ("quantized", "same_range", "not_quantized"))
    return _Table(content["support"], *sets)


def op_support(op: str, dtype: str | None, data_format: str = "") -> OpSupport | None:
    """Return who has a kernel for an operation on a dtype; None where nobody was asked."""
    by_dtype = _table().support.get(f"{op}/{data_format}" if data_format == "NCHW" else op, {})
    answer = by_dtype.get(dtype or "") or by_dtype.get(_ANY)
    return OpSupport(answer) if answer is not None else None


def node_support(node: NodeDef, types: TensorTypes) -> OpSupport | None:
    """Return who has a kernel for a node, by the dtype of its data."""
    data_format = node.attr["data_format"].s.decode("ascii", "replace") if "data_format" in node.attr else ""
    return op_support(node.op, main_dtype(node, types), data_format)


def main_dtype(node: NodeDef, types: TensorTypes) -> str | None:
    """Return the dtype that a node computes in."""
    for key in ("T", "SrcT"):
        if key in node.attr:
            return dtype_name(node.attr[key].type)
    inputs = types.graph.data_inputs(node.name)
    return types.dtype(inputs[0]) if inputs else types.dtype(TensorRef(node.name))


def has_integer_kernel(op: str) -> bool | None:
    """Return whether an operation computes in uint8 between ranges; None where nobody was asked."""
    table = _table()
    if op in table.quantized or op in table.same_range:
        return True
    return False if op in table.not_quantized else None


def keeps_range(op: str) -> bool:
    """Tell whether the range of an operation's output follows from itself or from that of its input."""
    return op in _table().same_range
