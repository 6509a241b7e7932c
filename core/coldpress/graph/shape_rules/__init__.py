"""What an operation does to shapes, one module a family; ``RULES`` is the table that ``graph.inference`` asks.

A rule gets a ``NodeView`` and returns the shape of each output, as far as it knows: None for no idea, None inside for
an unknown dimension. It never raises, however broken the node is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.graph.shape_rules import arrays, control, convolution, elementwise, indexing, products, sources

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coldpress.graph.shape_rules.view import Rule

RULES: Mapping[str, Rule] = {
    **elementwise.RULES,
    **arrays.RULES,
    **indexing.RULES,
    **products.RULES,
    **convolution.RULES,
    **control.RULES,
    **sources.RULES,
}
