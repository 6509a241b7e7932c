"""The forward computation of a model, told apart from gradients, bookkeeping and what compares with labels."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from coldpress.graph.flow import SOURCE_OPS
from coldpress.graph.names import is_housekeeping
from coldpress.graph.op_sets import ASSIGNS, CHECKS, LOSSES, QUEUES, SAVES, SUMMARIES, ops

if TYPE_CHECKING:
    from coldpress.formats.protos import NodeDef
    from coldpress.graph.flow import Flow
    from coldpress.graph.tensor_ref import TensorRef

_SIDE_EFFECTS = SUMMARIES | CHECKS | SAVES | QUEUES | ops("Shape ShapeN Rank Size ZerosLike OnesLike")
"""Reading a tensor by these does not make it an intermediate one, and none of them is a result."""

_LOSS_SCOPE = re.compile(
    r"cross_?entropy|(^|[/_])(loss|losses|xent|xentropy|cost|metrics?|accuracy|acc)(_|\d|/|$)", re.IGNORECASE
)


class Forward:
    """Answers what is part of the model's own computation."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.graph = flow.graph

    @cached_property
    def losses(self) -> tuple[NodeDef, ...]:
        """The loss operations that compare predictions (input 0) with labels (input 1)."""
        wanted = LOSSES - {"L2Loss"}
        return tuple(node for node in self.graph if node.op in wanted and node.name not in self.flow.gradient)

    @cached_property
    def targets(self) -> int:
        """The sources that only losses and metrics read: labels, weights of examples."""
        flow = self.flow
        predicted, compared = 0, 0
        for loss in self.losses:
            refs = self.graph.data_inputs(loss.name)
            if len(refs) > 1 and flow.depth_of(refs[0]):
                predicted |= flow.data_of(refs[0])
                compared |= flow.data_of(refs[1])
        everything = (1 << len(flow.sources)) - 1
        inputs = flow.layer_inputs or everything
        return (everything & ~inputs) | (compared & ~predicted)

    def active(self, name: str) -> bool:
        """Tell whether a node computes something from the model's inputs, by its layers where it has any."""
        flow = self.flow
        if name in flow.gradient or name not in flow.mask:
            return False
        op = self.graph[name].op
        if op in ASSIGNS or op in _SIDE_EFFECTS or op in SOURCE_OPS or is_housekeeping(name):
            return False
        return flow.depth[name] > 0 if flow.layers else flow.data[name] != 0

    def meets_labels(self, name: str) -> bool:
        """Tell whether labels have a part in what a node computes."""
        return bool(self.flow.data.get(name, 0) & self.targets)

    def predicts(self, name: str) -> bool:
        """Tell whether a node is active and free of labels."""
        return self.active(name) and not self.meets_labels(name)

    def unread(self, name: str) -> bool:
        """Tell whether nothing but gradients, summaries and checks reads a node."""
        gradient = self.flow.gradient
        return all(r in gradient or self.graph[r].op in _SIDE_EFFECTS for r in self.graph.readers(name))

    def sources_above(self, name: str) -> tuple[TensorRef, ...]:
        """Return the predicting tensors that a node reads, each once."""
        return tuple(dict.fromkeys(ref for ref in self.graph.data_inputs(name) if self.predicts(ref.node)))


def in_loss(name: str) -> bool:
    """Tell whether a node's scopes speak of a loss or a metric (``loss/activation_2_loss/Reshape_1``)."""
    return _LOSS_SCOPE.search(name.rpartition("/")[0]) is not None
