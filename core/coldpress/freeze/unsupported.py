"""Where freezing without TensorFlow stops."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.errors import ColdpressError

if TYPE_CHECKING:
    from collections.abc import Sequence


class DirectFreezeUnsupported(ColdpressError):  # noqa: N818 - not a failure
    """Not a failure: this graph is for TensorFlow's own freezer, in the worker.

    ``reason`` is ``function`` (a variable goes into a function: ``While``, ``If``, ``PartitionedCall``),
    ``function_body`` (a function makes one itself) or ``reader`` (an operation that nothing here knows reads a
    handle); ``nodes`` names them. It is a ``ColdpressError`` so that it reads as a sentence wherever it ends up.
    """

    def __init__(self, reason: str, nodes: Sequence[str]) -> None:
        super().__init__(f"freeze.unsupported_{reason}", nodes=", ".join(nodes[:5]), count=len(nodes))
        self.reason = reason
        self.nodes = tuple(nodes)
