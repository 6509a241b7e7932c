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

_PURE_LOSS = ops("Log Log1p Square Abs Neg SquaredDifference")
"""A prediction is never made by these just before labels meet it."""

_CLIPPING = ops("Maximum Minimum Sub Add AddV2 Mul Div RealDiv Cast Sum") | PASS_THROUGH
"""What may lie between a prediction and its logarithm or square: clipping, ``1 - p``, normalisation."""

SLICES = ops("StridedSlice Slice Split SplitV Unpack")
"""Operations that take a prediction to pieces: boxes, classes and confidences of a detector."""


_DECODES = ops("Exp Tanh")
"""What is done to a piece of a detector's output: sizes of boxes are exponentials."""


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
    pieces: dict[TensorRef, set[TensorRef]] = field(default_factory=dict)
    """What was taken to pieces on the way down to the tensors, and the pieces."""
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
                self._take(self._before_logarithm(self._before_flattening(refs[0])), Evidence.LOSS, loss.name)
        for node in self._graph:
            if not self._forward.active(node.name):
                continue
            if self._forward.meets_labels(node.name):
                self._from_labels(node)
            elif self._forward.unread(node.name):
                self._from_unread(node)
        self._add_named_results()
        return tuple(self._heads.values())

    def _add_named_results(self) -> None:
        """Take the counts that stand beside other results: ``num_detections`` is the size of a tensor."""
        deepest = max((head.depth for head in self._heads.values()), default=0)
        for node in self._graph:
            if node.op == "Identity" and "/" not in node.name and self._is_count(node.name):
                head = Head(node.name, deepest, {TensorRef(node.name): Evidence.UNREAD})
                self._heads.setdefault(node.name, head)

    def _is_count(self, name: str) -> bool:
        """Tell whether an unread node depends on the data by its shape only."""
        flow = self._flow
        if name in flow.gradient or not flow.mask.get(name) or flow.data[name] or self._is_scalar(TensorRef(name)):
            return False
        return self._forward.unread(name)

    def _from_labels(self, node: NodeDef) -> None:
        """Take what labels are compared with; what a loss operation compares is known already."""
        if node.op in LOSSES:
            return
        for ref in self._without_margins(self._forward.sources_above(node.name)):
            for prediction in self._at_labels(ref):
                self._take(prediction, Evidence.LABELS, node.name)

    def _without_margins(self, refs: tuple[TensorRef, ...]) -> tuple[TensorRef, ...]:
        """Leave out what is another of the tensors less a constant: labels choose whose score has a margin."""
        if len(refs) < 2:
            return refs
        return tuple(ref for ref in refs if not set(self._forward.sources_above(ref.node)) & set(refs) - {ref})

    def _at_labels(self, ref: TensorRef) -> tuple[TensorRef, ...]:
        """Return the predictions behind a tensor that meets labels: often itself, else before the loss's arithmetic."""
        node = self._graph[ref.node]
        if in_loss(node.name) or node.op in _DECISIONS:
            return self._behind(ref)
        return (self._before_arithmetic(ref),)

    def _before_logarithm(self, ref: TensorRef) -> TensorRef:
        """Return the probabilities whose logarithm a loss reads: Keras up to 1.13 makes logits of them again."""
        return self._before_arithmetic(ref) if self._graph[ref.node].op == "Log" else ref

    def _before_arithmetic(self, ref: TensorRef) -> TensorRef:
        """Go up over what is done to a prediction just before it is compared."""
        node = self._graph[ref.node]
        allowed = _PURE_LOSS
        while node.op in allowed and not self._adds_weights(node):
            allowed = _PURE_LOSS | _CLIPPING
            above = self._forward.sources_above(node.name)
            if not above:
                break
            # Of p and sum(p) in a normalisation, p is the one with more dimensions, and comes first.
            ref = self._over_root(above[0])
            node = self._graph[ref.node]
            if self._is_compared(ref):
                break
        return ref

    def _over_root(self, ref: TensorRef) -> TensorRef:
        """Return the distance that a tensor is the root of, ``sqrt(d + epsilon)``, where labels meet both."""
        above = ref
        for wanted in (ops("Sqrt"), ops("Add AddV2 Maximum")):
            if self._graph[above.node].op in wanted:
                above = next(iter(self._forward.sources_above(above.node)), above)
        return above if self._is_compared(above) else ref

    def _is_compared(self, ref: TensorRef) -> bool:
        """Tell whether labels meet a tensor as it is: of a contrastive loss the distance, not its square root."""
        return any(
            self._forward.meets_labels(reader) and reader not in self._flow.gradient
            for reader in self._graph.readers(ref.node)
        )

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
        """Go up from a loss or a decision over its arithmetic to the predictions."""
        found: dict[TensorRef, None] = {}
        seen = {ref}
        stack = [(ref, True)]
        while stack:
            current, goes_on = stack.pop()
            above, goes_on_above = self._above(current) if goes_on else ((), False)
            if not above:
                found[current] = None
            for step in above:
                if step not in seen:
                    seen.add(step)
                    stack.append((step, goes_on_above))
        return tuple(found)

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
        root, pieces = self._up_the_tail(ref)
        head = self._heads.setdefault(root, Head(root, self._flow.depth[root]))
        head.tensors[ref] = min(evidence, head.tensors.get(ref, evidence))
        head.reader = head.reader or reader
        for whole, piece in pieces:
            head.pieces.setdefault(whole, set()).add(piece)
        return head

    def _up_the_tail(self, ref: TensorRef) -> tuple[str, list[tuple[TensorRef, TensorRef]]]:
        """Return the root that a tensor hangs on, and what was taken to pieces on the way: the whole, the piece."""
        pieces = []
        seen = {ref.node}
        while True:
            above = next((r for r in self._forward.sources_above(ref.node) if r.node not in seen), None)
            if above is None or not self._is_tail(ref, above):
                break
            if self._graph[ref.node].op in SLICES:
                pieces.append((above, ref))
            seen.add(above.node)
            ref = above
        return ref.node, pieces

    def _is_tail(self, ref: TensorRef, above: TensorRef) -> bool:
        op = self._graph[ref.node].op
        return op in TAIL | SLICES or (op in _DECODES and self._graph[above.node].op in SLICES)
