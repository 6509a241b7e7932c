"""Which tensors to take as inputs for given outputs, best first, with the reason for each."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from coldpress.graph.chains import Chains, Cut
from coldpress.graph.names import tower_of
from coldpress.graph.op_sets import DEQUEUES, ITERATORS, PARSERS, ops
from coldpress.graph.training_switches import is_training_switch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from coldpress.facts import Fact
    from coldpress.graph.flow import Flow
    from coldpress.graph.shape_rules.shapes import Shape
    from coldpress.graph.tensor_ref import TensorRef

_SPLITS = ops("Split SplitV")
_SLICES = _SPLITS | ops("Slice StridedSlice Unpack DynamicPartition")
_JOINS = ops("Merge RefMerge Select SelectV2")


class InputReason(StrEnum):
    """Why a tensor is suggested as an input; each is a code of the message catalogue."""

    SIGNATURE = "endpoints.input.signature"
    PLACEHOLDER = "endpoints.input.placeholder"
    ITERATOR = "endpoints.input.iterator"
    QUEUE = "endpoints.input.queue"
    PARSED = "endpoints.input.parsed"
    DECODED = "endpoints.input.decoded"
    AFTER_AUGMENTATION = "endpoints.input.after_augmentation"
    AFTER_SPLIT = "endpoints.input.after_split"
    JOINED = "endpoints.input.joined"
    ENCODED = "endpoints.input.encoded"
    BEFORE_AUGMENTATION = "endpoints.input.before_augmentation"
    BEFORE_SPLIT = "endpoints.input.before_split"
    PARAMETER = "endpoints.input.parameter"
    NOISE = "endpoints.input.noise"
    AFTER_LOOP = "endpoints.input.after_loop"


_BEFORE = {
    InputReason.AFTER_SPLIT: InputReason.BEFORE_SPLIT,
    InputReason.AFTER_AUGMENTATION: InputReason.BEFORE_AUGMENTATION,
}


@dataclass(frozen=True, slots=True)
class SuggestedInput:
    """A tensor that may be an input; ``score`` falls from 1. ``chosen`` marks those to take where nobody says more."""

    tensor: TensorRef
    dtype: str | None
    shape: Shape
    reason: InputReason
    score: float
    chosen: bool = False
    facts: Mapping[str, Fact] = field(default_factory=dict)


def suggest_inputs(flow: Flow, outputs: Iterable[TensorRef]) -> tuple[SuggestedInput, ...]:
    """Return where to feed the model for ``outputs``: one chosen tensor a source, then the other places to cut."""
    finder = _Finder(flow, tuple(outputs))
    return finder.suggest()


@dataclass(frozen=True, slots=True)
class _Choice:
    cut: Cut
    reason: InputReason


class _Finder:
    def __init__(self, flow: Flow, outputs: tuple[TensorRef, ...]) -> None:
        self._flow = flow
        self._graph = flow.graph
        self._chains = Chains(flow, outputs)
        self._towers = any(tower_of(ref.node) is not None for ref in outputs)

    def suggest(self) -> tuple[SuggestedInput, ...]:
        """Choose a cut for each source that is data; list the alternatives behind."""
        sources = [
            ref for ref in self._flow.sources if self._chains.needed(ref) and not is_training_switch(self._flow, ref)
        ]
        cuts = {ref: self._chains.cuts(ref) for ref in sources}
        best: dict[TensorRef, _Choice] = {}
        rest: dict[TensorRef, _Choice] = {}
        for source in sources:
            choices = self._choices(source, cuts[source], self._shared(source, cuts))
            best.setdefault(choices[0].cut.tensor, choices[0])
            rest.update((choice.cut.tensor, choice) for choice in choices[1:])
        best = self._data_first(best)
        rest.update(self._encoded(sources))
        rows = [(choice, True) for choice in best.values()]
        rows += [(choice, False) for ref, choice in rest.items() if ref not in best]
        return tuple(self._row(choice, number, chosen=chosen) for number, (choice, chosen) in enumerate(rows))

    def _row(self, choice: _Choice, number: int, *, chosen: bool) -> SuggestedInput:
        cut = choice.cut
        facts: dict[str, Fact] = {"operation": self._graph[cut.tensor.node].op}
        return SuggestedInput(
            cut.tensor, cut.dtype, cut.shape, choice.reason, round(1 / (1 + number / 4), 3), chosen, facts
        )

    @staticmethod
    def _data_first(best: dict[TensorRef, _Choice]) -> dict[TensorRef, _Choice]:
        """Put tensors of rank 1 and more before scalars, which steer the model rather than feed it."""
        return dict(sorted(best.items(), key=lambda item: item[1].reason == InputReason.PARAMETER))

    def _shared(self, source: TensorRef, cuts: Mapping[TensorRef, Sequence[Cut]]) -> TensorRef | None:
        """Return where this source joins others of its kind (train or test images): behind a Merge or a Select."""
        for cut in cuts[source]:
            if self._graph[cut.tensor.node].op in _JOINS and cut.holds_numbers:
                others = (other for other in cuts if other != source)
                if any(cut.tensor == theirs.tensor for other in others for theirs in cuts[other]):
                    return cut.tensor
        return None

    def _choices(self, source: TensorRef, cuts: Sequence[Cut], shared: TensorRef | None) -> list[_Choice]:
        """Return the cuts of one source worth naming, the best first: as early as nothing of training is below."""
        number, reason = 0, self._reason_of_source(source, cuts[0])
        if reason == InputReason.NOISE:
            number = len(cuts) - 1
        if shared is not None:
            number, reason = self._place(cuts, shared), InputReason.JOINED
        steps = (
            (self._last(cuts, self._is_tower_split), InputReason.AFTER_SPLIT),
            (self._first_after_augmentation(cuts), InputReason.AFTER_AUGMENTATION),
        )
        for place, why in steps:
            if place is not None and place > number:
                number, reason = place, why
        if not cuts[number].holds_numbers:
            decoded = self._first_batched(cuts, number)
            number, reason = (number, reason) if decoded is None else (decoded, InputReason.DECODED)
        return [_Choice(cuts[number], reason), *self._alternatives(source, cuts, number, reason)]

    def _alternatives(self, source: TensorRef, cuts: Sequence[Cut], number: int, reason: InputReason) -> list[_Choice]:
        """Return the source itself where it was not chosen, and the first and last numbers behind a decoder."""
        result = []
        if number:
            plain = self._reason_of_source(source, cuts[0])
            before = plain if plain == InputReason.ENCODED else _BEFORE.get(reason, plain)
            result.append(_Choice(cuts[0], before))
        if reason == InputReason.DECODED:
            numbers = [cut for cut in cuts if cut.holds_numbers and cut != cuts[number]]
            result += [_Choice(cut, reason) for cut in (*numbers[:1], *numbers[-1:])]
        # ``tf.map_fn`` over the images (Object Detection's Preprocessor): TensorFlow Lite has no such loop.
        most = max(cut.loops for cut in cuts)
        after = next((cut for cut in cuts if cut.loops == most > cuts[number].loops and cut.holds_numbers), None)
        return result if after is None else [*result, _Choice(after, InputReason.AFTER_LOOP)]

    @staticmethod
    def _place(cuts: Sequence[Cut], tensor: TensorRef) -> int:
        return next(number for number, cut in enumerate(cuts) if cut.tensor == tensor)

    @staticmethod
    def _last(cuts: Sequence[Cut], test: Callable[[Cut], bool]) -> int | None:
        return max((number for number, cut in enumerate(cuts) if test(cut)), default=None)

    @staticmethod
    def _first_after_augmentation(cuts: Sequence[Cut]) -> int | None:
        """Return the first cut below the last random change of the training images."""
        most = max(cut.augmentations for cut in cuts)
        if not most:
            return None
        return next((n for n, cut in enumerate(cuts) if cut.augmentations == most and cut.holds_numbers), None)

    def _is_tower_split(self, cut: Cut) -> bool:
        """Tell whether a tensor is one tower's share of a batch."""
        node = self._graph[cut.tensor.node]
        if node.op in _SPLITS:
            axis = self._graph.data_inputs(node.name)[0 if node.op == "Split" else 2 :][:1]
            ints = self._flow.types.constant_ints(axis[0]) if axis else None
            return ints == (0,)
        return self._towers and node.op in _SLICES

    @staticmethod
    def _first_batched(cuts: Sequence[Cut], start: int) -> int | None:
        """Return the first cut with numbers of known size, else the first with numbers."""
        numbers = [number for number in range(start, len(cuts)) if cuts[number].holds_numbers]
        if not numbers:
            return None
        last = cuts[numbers[-1]].shape
        for number in numbers:
            shape = cuts[number].shape
            if shape is not None and last is not None and len(shape) == len(last) and None not in shape[1:]:
                return number
        return numbers[-1]

    def _reason_of_source(self, source: TensorRef, cut: Cut) -> InputReason:
        op = self._graph[source.node].op
        if source.node in self._flow.drawn:
            return InputReason.NOISE
        if not cut.holds_numbers:
            return InputReason.ENCODED
        if cut.shape == ():
            return InputReason.PARAMETER
        if op in ITERATORS:
            return InputReason.ITERATOR
        if op in DEQUEUES:
            return InputReason.QUEUE
        return InputReason.PARSED if op in PARSERS else InputReason.PLACEHOLDER

    def _encoded(self, sources: Iterable[TensorRef]) -> dict[TensorRef, _Choice]:
        """Return the serialized examples above the parsers that the sources come from."""
        result: dict[TensorRef, _Choice] = {}
        for source in sources:
            if self._graph[source.node].op not in PARSERS:
                continue
            for ref in self._graph.data_inputs(source.node)[:1]:
                result[ref] = _Choice(Chains(self._flow, (ref,)).cuts(ref)[0], InputReason.ENCODED)
        return result
