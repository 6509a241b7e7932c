"""What a pass is: one pattern of training, recognised and rewritten, reported as data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldpress.eval_graph.editor import GraphEditor

if TYPE_CHECKING:
    from coldpress.eval_graph.change import Change
    from coldpress.eval_graph.stand_ins import NormStandIn, StandIn
    from coldpress.finding import Finding
    from coldpress.formats.checkpoint import Checkpoint
    from coldpress.graph.tensor_ref import TensorRef


@dataclass(frozen=True, slots=True)
class EvalRequest:
    """What the eval graph is to compute.

    ``outputs`` are the tensors wanted, ``inputs`` the tensors where data goes in (each becomes a Placeholder unless it
    is one). ``checkpoint``, where given, lets passes look at values (moving averages that never moved).
    """

    inputs: tuple[TensorRef, ...]
    outputs: tuple[TensorRef, ...]
    checkpoint: Checkpoint | None = None
    use_ema: bool = False


@dataclass(frozen=True, slots=True)
class FreedBatch:
    """The batch size of training that was made free, and the Placeholders that have the batch in front."""

    size: int
    inputs: frozenset[str]


@dataclass(frozen=True, slots=True)
class PassResult:
    """What a pass changed and what it wants a person to know; ``stand_ins`` say the changes once more for the proof."""

    changes: tuple[Change, ...] = ()
    findings: tuple[Finding, ...] = ()
    stand_ins: tuple[StandIn | NormStandIn, ...] = ()
    freed: FreedBatch | None = None


Pass = Callable[[GraphEditor, EvalRequest], PassResult]
"""A pass edits the graph in place. Names of requested outputs survive: a node that is bypassed but requested becomes
an Identity of the same name (``bypass``)."""


def bypass(editor: GraphEditor, node: TensorRef, by: TensorRef, request: EvalRequest) -> None:
    """Let every reader of ``node`` read ``by``; where ``node`` itself is a requested output it becomes an Identity."""
    editor.redirect(node, by)
    if any(output.node == node.node for output in request.outputs):
        old = editor[node.node]
        identity = type(old)(name=old.name, op="Identity")
        dtype = next((old.attr[key] for key in ("T", "dtype", "SrcT") if key in old.attr), None)
        if dtype is not None:
            identity.attr["T"].CopyFrom(dtype)
        identity.input.append(by.as_input)
        editor.replace(identity)
