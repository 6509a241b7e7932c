"""How a kind of operation looks in the tree: its icon, and the theme's colour for it. The shape alone says enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.graph.kinds import Kind, kind_of

if TYPE_CHECKING:
    from collections.abc import Mapping

_LOOKS: Mapping[Kind, tuple[str, str]] = {
    Kind.INPUT: ("op-input", "good"),
    Kind.PIPELINE: ("op-input", "muted"),
    Kind.CONSTANT: ("op-constant", "muted"),
    Kind.VARIABLE: ("op-variable", "warning"),
    Kind.LAYER: ("op-conv", "accent"),
    Kind.NORMALIZATION: ("op-norm", "accent"),
    Kind.ACTIVATION: ("op-activation", "accent"),
    Kind.QUANTIZATION: ("op-quant", "warning"),
    Kind.SHAPE: ("op-shape", "muted"),
    Kind.MATH: ("op-math", "text"),
    Kind.IDENTITY: ("op-identity", "disabled"),
    Kind.TRAINING: ("op-train", "disabled"),
    Kind.CHECK: ("op-train", "disabled"),
}
_PLAIN = ("op-other", "text")


def look_of(op: str) -> tuple[str, str]:
    """Return icon and colour of an operation."""
    return _LOOKS.get(kind_of(op), _PLAIN)
