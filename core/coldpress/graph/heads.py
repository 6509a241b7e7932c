"""The heads of a model: the tensors that it was trained to predict, and what is computed from them for use.

A head is found from any of three sides: a loss operation reads it, labels meet it, or nothing reads it. From there a
walk goes up over the *tail* (softmax, reshape, identity ...) to the root of the head, so that logits and probabilities
of one head are known to belong together.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING

from coldpress.graph.forward import in_loss
from coldpress.graph.op_sets import (
    CLASS_PICKERS,
    FAKE_QUANT,
    LOSSES,
    METRICS,
    PASS_THROUGH,
    PROBABILITIES,
    ops,
)
from coldpress.graph.tensor_ref import TensorRef

if TYPE_CHECKING:
    from coldpress.formats.protos import NodeDef
    from coldpress.graph.forward import Forward

TAIL = PROBABILITIES | PASS_THROUGH | FAKE_QUANT | ops("Reshape Squeeze ExpandDims Transpose Merge Switch")
"""Operations that may follow a prediction without making it another one."""

_LOSS_MATH = PASS_THROUGH | ops(
    """
    Mean Sum Max Min Prod Neg Mul Div RealDiv DivNoNan Square Abs Sqrt Log Log1p Exp Pow Maximum Minimum Select SelectV2
    Add AddV2 AddN Sub SquaredDifference Cast Greater GreaterEqual Less LessEqual Equal NotEqual LogicalAnd LogicalOr
    Reshape Squeeze ExpandDims Relu Softplus ClipByValue Where GatherNd Tile LogicalNot Switch Merge Sign
    """
)

_DECISIONS = CLASS_PICKERS | METRICS | ops("Equal NotEqual Greater GreaterEqual Less LessEqual Cast Round OneHot")
"""What turns scores into an answer: an output is better taken before."""

_LOGARITHMS = ops("Log Log1p")


class Evidence(IntEnum):
    """Why a tensor is taken for a head, strongest first."""

    LOSS = 0
    LABELS = 1
    UNREAD = 2


@dataclass(slots=True)
class Head:
    """One prediction.

    ``root`` is the last operation that is not tail; ``tensors`` are candidates at or below it, ``decisions`` class
    indices computed from them; ``reader`` is the loss or the node where labels meet the prediction.
    """

    root: str
    depth: int
    tensors: dict[TensorRef, Evidence] = field(default_factory=dict)
    decisions: dict[TensorRef, None] = field(default_factory=dict)
    reader: str = ""

    @property
    def evidence(self) -> Evidence:
        """The strongest reason for this head."""
        return min(self.tensors.values())


def find_heads(forward: Forward) -> tuple[Head, ...]:
    """Return all heads, in the order of their roots in the data flow."""
    finder = _Finder(forward)
    place = forward.flow.position
    return tuple(sorted(finder.collect(), key=lambda head: place[head.root]))


class _Finder:
    def __init__(self, forward: Forward) -> None:
        self._forward = forward
        self._graph = forward.graph
        self._flow = forward.flow
        self._heads: dict[str, Head] = {}

    def collect(self) -> tuple[Head, ...]:
        """Look at the graph from all three sides."""
        for loss in self._forward.losses:
            refs = self._graph.data_inputs(loss.name)
            if refs and self._forward.predicts(refs[0].node):
                self._take(self._before_flattening(refs[0]), Evidence.LOSS, loss.name)
        for node in self._graph:
            if not self._forward.active(node.name):
                continue
            if self._forward.meets_labels(node.name):
                self._from_labels(node)
            elif self._forward.unread(node.name):
                self._from_unread(node)
        return tuple(self._heads.values())

    def _from_labels(self, node: NodeDef) -> None:
        """Take what labels are compared with; what a loss operation compares is known already."""
        if node.op in LOSSES:
            return
        for ref in self._forward.sources_above(node.name):
            for prediction in self._at_labels(ref):
                self._take(prediction, Evidence.LABELS, node.name)

    def _at_labels(self, ref: TensorRef) -> tuple[TensorRef, ...]:
        node = self._graph[ref.node]
        if in_loss(node.name) or node.op in _DECISIONS:
            return self._behind(ref)
        if node.op in _LOSS_MATH:
            # A cross entropy written by hand takes the logarithm of (clipped) probabilities.
            behind, logarithm = self._walk_up(ref)
            if logarithm and all(self._graph[found.node].op in PROBABILITIES for found in behind):
                return behind
        return (ref,)

    def _from_unread(self, node: NodeDef) -> None:
        ref = TensorRef(node.name)
        if self._is_scalar(ref) or node.op in _DECISIONS:
            for prediction in self._behind(ref):
                head = self._take(prediction, Evidence.UNREAD)
                if head is not None and node.op in CLASS_PICKERS:
                    head.decisions[ref] = None
            return
        called = node.op in self._graph.functions or node.op.endswith("PartitionedCall")
        for output in range(self._flow.types.outputs(node.name) if called else 1):
            self._take(TensorRef(node.name, output), Evidence.UNREAD)

    def _before_flattening(self, ref: TensorRef) -> TensorRef:
        """Go up over the ``Reshape`` to two dimensions that losses put before themselves."""
        while True:
            node = self._graph[ref.node]
            above = self._forward.sources_above(node.name)
            if not above or node.op not in PASS_THROUGH | {"Reshape"}:
                return ref
            if not in_loss(node.name) and not self._keeps_shape(ref, above[0]):
                return ref
            if node.op != "Reshape" and not in_loss(node.name):
                return ref
            ref = above[0]

    def _keeps_shape(self, after: TensorRef, before: TensorRef) -> bool:
        shapes = self._flow.types.shape(after), self._flow.types.shape(before)
        return shapes[0] is not None and shapes[1] is not None and len(shapes[0]) == len(shapes[1])

    def _behind(self, ref: TensorRef) -> tuple[TensorRef, ...]:
        return self._walk_up(ref)[0]

    def _walk_up(self, ref: TensorRef) -> tuple[tuple[TensorRef, ...], bool]:
        """Go up from a loss or a decision over its arithmetic to the predictions, and tell of logarithms on the way."""
        found: dict[TensorRef, None] = {}
        seen = {ref}
        stack = [(ref, True)]
        logarithm = False
        while stack:
            current, goes_on = stack.pop()
            above, goes_on_above = self._above(current) if goes_on else ((), False)
            if not above:
                found[current] = None
                continue
            logarithm = logarithm or self._graph[current.node].op in _LOGARITHMS
            for step in above:
                if step not in seen:
                    seen.add(step)
                    stack.append((step, goes_on_above))
        return tuple(found), logarithm

    def _above(self, ref: TensorRef) -> tuple[tuple[TensorRef, ...], bool]:
        """Return where to look for the prediction behind ``ref`` and whether to look further up from there.

        Nothing is returned where ``ref`` is the prediction itself. Where the input of the model is compared with what
        was made of it (autoencoders), the walk ends.
        """
        node = self._graph[ref.node]
        if node.op not in _LOSS_MATH | _DECISIONS or (not in_loss(node.name) and self._adds_weights(node)):
            return (), False
        above = self._forward.sources_above(node.name)
        inputs = self._graph.data_inputs(node.name)
        compared = any(self._flow.data_of(other) and not self._flow.depth_of(other) for other in inputs)
        return above, not compared

    def _adds_weights(self, node: NodeDef) -> bool:
        """Tell whether a node is a layer's own arithmetic: a bias or a scale that is a variable."""
        inputs = self._graph.data_inputs(node.name)
        return any(ref.node in self._flow.weighted and not self._flow.data_of(ref) for ref in inputs)

    def _is_scalar(self, ref: TensorRef) -> bool:
        return self._flow.types.shape(ref) == ()

    def _take(self, ref: TensorRef, evidence: Evidence, reader: str = "") -> Head | None:
        if not self._forward.predicts(ref.node) or self._is_scalar(ref):
            return None
        root = self._root_of(ref)
        head = self._heads.setdefault(root, Head(root, self._flow.depth[root]))
        head.tensors[ref] = min(evidence, head.tensors.get(ref, evidence))
        head.reader = head.reader or reader
        return head

    def _root_of(self, ref: TensorRef) -> str:
        name = ref.node
        seen = {name}
        while self._graph[name].op in TAIL:
            above = next((r.node for r in self._forward.sources_above(name) if r.node not in seen), None)
            if above is None:
                break
            seen.add(above)
            name = above
        return name
