"""Which tensors to take as outputs, best first, with the reason for each."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from coldpress.graph.forward import in_loss
from coldpress.graph.heads import TAIL, Evidence, Head, find_heads
from coldpress.graph.names import tower_of
from coldpress.graph.op_sets import BATCH_NORMS, CONTROL_FLOW, PROBABILITIES
from coldpress.graph.tensor_ref import TensorRef

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from coldpress.facts import Fact
    from coldpress.graph.forward import Forward

_ARITHMETIC = frozenset({"Mul", "Sub", "Add", "AddV2", "RealDiv", "Rsqrt", "Sqrt", "Maximum", "Identity"})
_CLEARLY_SHALLOWER = 0.6
"""A tensor that nobody reads is a result only if it lies about as deep as the deepest one."""


class OutputReason(StrEnum):
    """Why a tensor is suggested as an output; each is a code of the message catalogue."""

    SIGNATURE = "endpoints.output.signature"
    PROBABILITIES = "endpoints.output.probabilities"
    LOGITS = "endpoints.output.logits"
    PREDICTION = "endpoints.output.prediction"
    UNREAD = "endpoints.output.unread"
    CLASSES = "endpoints.output.classes"
    AUXILIARY = "endpoints.output.auxiliary"
    OTHER_TOWER = "endpoints.output.other_tower"


@dataclass(frozen=True, slots=True)
class SuggestedOutput:
    """A tensor that may be an output; ``score`` falls from 1. ``chosen`` marks those to take where nobody says more."""

    tensor: TensorRef
    reason: OutputReason
    score: float
    chosen: bool = False
    facts: Mapping[str, Fact] = field(default_factory=dict)


def suggest_outputs(forward: Forward) -> tuple[SuggestedOutput, ...]:
    """Return the candidates: the best of each main head first, then their other tensors, then the lesser heads."""
    heads = find_heads(forward)
    main = _main_heads(forward, heads)
    rows = [_Candidates(forward, head) for head in main]
    best = [row.ranked[0] for row in rows]
    rest = [entry for row in rows for entry in row.ranked[1:]]
    deepest = max((head.depth for head in heads), default=0)
    lesser = [entry for head in heads if head not in main for entry in _lesser(forward, head, deepest)]
    return _scored(best, [*rest, *lesser])


@dataclass(frozen=True, slots=True)
class _Entry:
    tensor: TensorRef
    reason: OutputReason
    facts: Mapping[str, Fact]


def _scored(best: Sequence[_Entry], rest: Sequence[_Entry]) -> tuple[SuggestedOutput, ...]:
    result: dict[TensorRef, SuggestedOutput] = {}
    for number, entry in enumerate((*best, *rest)):
        if entry.tensor not in result:
            chosen = number < len(best)
            score = round(1 / (1 + len(result) / 4), 3)
            result[entry.tensor] = SuggestedOutput(entry.tensor, entry.reason, score, chosen, entry.facts)
    return tuple(result.values())


def _main_heads(forward: Forward, heads: Sequence[Head]) -> list[Head]:
    """Return the heads to take together: those of the first tower that training or the graph's end points at."""
    candidates = [head for head in _first_towers(heads) if not _is_auxiliary(head) and not _is_leftover(forward, head)]
    trained = [head for head in candidates if head.evidence <= Evidence.LABELS]
    if trained:
        candidates = trained
    else:
        deepest = max((head.depth for head in candidates), default=0)
        deep = [head for head in candidates if head.depth >= _CLEARLY_SHALLOWER * deepest]
        candidates = [head for head in deep if not _inside_loop(forward, head)] or deep
    last = _not_above_others(forward, candidates)
    return sorted(last, key=lambda head: (head.evidence, -head.depth))


def _first_towers(heads: Iterable[Head]) -> list[Head]:
    """Leave out the copies of a head that lie in other towers than the first."""
    first: dict[str, Head] = {}
    for head in heads:
        tower = tower_of(head.root)
        rest = tower.rest if tower is not None else head.root
        other = first.get(rest)
        if other is None or _tower_number(head) < _tower_number(other):
            first[rest] = head
    return list(first.values())


def _tower_number(head: Head) -> int:
    tower = tower_of(head.root)
    return tower.number if tower is not None else -1


def _is_auxiliary(head: Head) -> bool:
    """Tell whether a head only helped training (``InceptionV3/AuxLogits``)."""
    return any(part.lower().startswith("aux") for part in head.root.split("/"))


def _is_leftover(forward: Forward, head: Head) -> bool:
    """Tell whether nothing but a batch norm that ``contrib.quantize`` folded away and left behind ends here."""
    graph = forward.graph
    if head.evidence != Evidence.UNREAD or graph[head.root].op not in BATCH_NORMS:
        return False
    for layer in forward.sources_above(head.root):
        weights = [ref for ref in graph.data_inputs(layer.node) if not forward.flow.data_of(ref)]
        if any(len(graph.readers(ref.node)) > 1 for ref in weights):
            return True
    return False


def _is_statistic(forward: Forward, head: Head) -> bool:
    """Tell whether a head is made of the mean and variance of a batch alone (corrections of ``contrib.quantize``)."""
    graph = forward.graph
    queue, seen = [head.root], {head.root}
    found = False
    for name in queue:
        for ref in graph.data_inputs(name):
            if not forward.flow.data_of(ref) or ref.node in seen:
                continue
            if graph[ref.node].op in BATCH_NORMS and ref.output > 0:
                found = True
            elif graph[ref.node].op in _ARITHMETIC:
                seen.add(ref.node)
                queue.append(ref.node)
            else:
                return False
    return found


def _inside_loop(forward: Forward, head: Head) -> bool:
    return all(forward.graph[ref.node].op in CONTROL_FLOW for ref in head.tensors)


def _not_above_others(forward: Forward, heads: Sequence[Head]) -> list[Head]:
    """Leave out heads that another head is computed from (deep supervision, proposals of a first stage)."""
    roots = [head.root for head in heads]
    above: set[str] = set()
    for head in heads:
        inputs = (ref.node for ref in forward.graph.data_inputs(head.root))
        above.update(forward.graph.ancestors(inputs) if len(heads) > 1 else ())
    last = [head for head in heads if head.root not in above]
    return last if last else [head for head in heads if head.root in roots[-1:]]


def _lesser(forward: Forward, head: Head, deepest: int) -> Iterable[_Entry]:
    tower = tower_of(head.root)
    reason = OutputReason.UNREAD
    if tower is not None and tower.number > 0:
        reason = OutputReason.OTHER_TOWER
    elif _is_auxiliary(head):
        reason = OutputReason.AUXILIARY
    elif head.evidence == Evidence.UNREAD and (
        _is_leftover(forward, head)
        or _is_statistic(forward, head)
        or _inside_loop(forward, head)
        or head.depth < _CLEARLY_SHALLOWER * deepest
    ):
        return ()
    elif head.evidence != Evidence.UNREAD:
        reason = OutputReason.PREDICTION
    first = _Candidates(forward, head).ranked[0]
    return (_Entry(first.tensor, reason, first.facts),)


class _Candidates:
    """The tensors of one head, best first."""

    def __init__(self, forward: Forward, head: Head) -> None:
        self._forward = forward
        self._graph = forward.graph
        self._head = head
        self._tail = self._nodes_below_root()
        self.ranked = self._rank()

    def _nodes_below_root(self) -> dict[str, None]:
        """Return the root and the tail below it, nearest first."""
        found: dict[str, None] = {self._head.root: None}
        queue = [self._head.root]
        for name in queue:
            for reader in self._graph.readers(name):
                if reader not in found and self._graph[reader].op in TAIL and self._forward.predicts(reader):
                    found[reader] = None
                    queue.append(reader)
        return found

    def _rank(self) -> list[_Entry]:
        wholes = [ref for ref, pieces in self._head.pieces.items() if len(pieces) > 1]
        result = [self._entry(ref, OutputReason.PREDICTION) for ref in wholes]
        probabilities = self._probabilities()
        result += [self._entry(ref, OutputReason.PROBABILITIES) for ref in probabilities]
        logits = self._logits(probabilities[0]) if probabilities else None
        if logits is not None:
            result.append(self._entry(logits, OutputReason.LOGITS))
        by_evidence = sorted(self._head.tensors.items(), key=lambda item: (item[1] != Evidence.UNREAD, item[1]))
        if not probabilities:
            result.extend(self._entry(ref, self._reason(evidence)) for ref, evidence in by_evidence)
        result.extend(self._entry(ref, OutputReason.CLASSES) for ref in self._head.decisions)
        return result

    def _reason(self, evidence: Evidence) -> OutputReason:
        if evidence == Evidence.LOSS:
            return OutputReason.LOGITS
        return OutputReason.PREDICTION if evidence == Evidence.LABELS else OutputReason.UNREAD

    def _entry(self, ref: TensorRef, reason: OutputReason) -> _Entry:
        return _Entry(ref, reason, {"operation": self._graph[ref.node].op, "reader": self._head.reader})

    def _probabilities(self) -> list[TensorRef]:
        """Return the end of the tail below each softmax or sigmoid, plain probabilities before their logarithms."""
        makers = [name for name in self._tail if self._graph[name].op in PROBABILITIES and not in_loss(name)]
        makers.sort(key=lambda name: self._graph[name].op == "LogSoftmax")
        return list(dict.fromkeys(TensorRef(self._end_below(name)) for name in makers))

    def _end_below(self, name: str) -> str:
        """Follow the tail down from a node as far as it goes."""
        while True:
            below = [r for r in self._graph.readers(name) if r in self._tail and self._graph[r].op not in PROBABILITIES]
            if not below:
                return name
            name = below[0]

    def _logits(self, probabilities: TensorRef) -> TensorRef | None:
        """Return what the probabilities were made of: what the loss reads, else what the softmax reads."""
        for ref, evidence in self._head.tensors.items():
            if evidence == Evidence.LOSS and self._graph[ref.node].op not in PROBABILITIES:
                return ref
        maker = probabilities.node
        while self._graph[maker].op not in PROBABILITIES:
            maker = self._forward.sources_above(maker)[0].node
        above = self._forward.sources_above(maker)
        if above and self._graph[above[0].node].op == "Reshape" and maker != probabilities.node:
            # slim flattens before the softmax and restores the shape after it
            above = self._forward.sources_above(above[0].node) or above
        return above[0] if above else None
