"""The inputs of a proof: made up, a few, the same for both graphs although they may want them in other batches.

A train graph whose batch was freed in the eval graph has its batch still, written into its Reshapes, and gets a whole
one; the eval graph gets the first samples of it, in batches of the size that was chosen. That the two agree proves the
freeing, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from coldpress.graph.tensor_ref import TensorRef
from coldpress.pipeline.samples import slots_of
from coldpress.verify.random_inputs import random_samples
from coldpress.verify.runs import into_runs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from coldpress.eval_graph.passes import FreedBatch
    from coldpress.formats.arrays import InputSlot
    from coldpress.pipeline.prepare import Opened

    Array = NDArray[np.generic]
    Arrays = Mapping[str, Array]

_RUNS: Final = 3
"""Enough: an error of a rewrite shows on every input, and the run is to be no slower for it."""
_COMPARED: Final = 4
"""Samples of a whole training batch that are compared."""
_MOST_VALUES: Final = 1 << 23
"""Values of an input; a training batch of large images beyond that takes seconds to run."""


@dataclass(frozen=True, slots=True)
class ProofSamples:
    """``trained`` and ``frozen`` hold ``(runs, *input shape)`` for each input.

    ``batch`` is that of the train graph where the two differ in it, ``given`` the other's, and ``compared`` how many
    samples both have.
    """

    trained: tuple[Array, ...]
    frozen: tuple[Array, ...]
    batch: int | None = None
    given: int = 1
    compared: int = 0

    @classmethod
    def of(cls, opened: Opened) -> ProofSamples | None:
        """Make samples up; return None where that would be a great many."""
        slots = slots_of(opened.eval_graph.graph, opened.inputs)
        freed = opened.eval_graph.freed
        if freed is None:
            feeds = tuple(_made_up(slot, _shape(slot), _RUNS, number) for number, slot in enumerate(slots))
            return cls(feeds, feeds) if all(feed.size <= _MOST_VALUES for feed in feeds) else None
        return _of_a_batch(slots, freed)

    def rows(self, trained: Sequence[Array], frozen: Sequence[Array], names: Sequence[str]) -> tuple[Arrays, Arrays]:
        """Return both results by name; where the batches differ, of the samples compared, one along the first axis."""
        if self.batch is not None:
            runs, given = len(self.frozen[0]), self.given
            trained = [_first(array, self.compared, self.batch) for array in trained]
            frozen = [_first(array, self.compared, runs * given) for array in frozen]
        return dict(zip(names, trained, strict=True)), dict(zip(names, frozen, strict=True))


def _of_a_batch(slots: Sequence[InputSlot], freed: FreedBatch) -> ProofSamples | None:
    """Return one batch of training for the train graph, and its first samples for the other."""
    batched = [TensorRef.parse(slot.tensor).node in freed.inputs and bool(slot.shape) for slot in slots]
    given = next((slot.shape[0] or 1 for slot, has_batch in zip(slots, batched, strict=True) if has_batch), 1)
    compared = min(freed.size, max(_COMPARED, given))
    runs = -(-compared // given)
    trained, frozen = [], []
    for number, (slot, has_batch) in enumerate(zip(slots, batched, strict=True)):
        shape = _shape(slot)
        if has_batch:
            whole = _made_up(slot, (freed.size, *shape[1:]), 1, number)
            trained.append(whole)
            frozen.append(into_runs(whole[0][:compared], shape))
        else:
            alone = _made_up(slot, shape, 1, number)
            trained.append(alone)
            frozen.append(np.repeat(alone, runs, axis=0))
    if any(feed.size > _MOST_VALUES for feed in trained):
        return None
    return ProofSamples(tuple(trained), tuple(frozen), freed.size, given, compared)


def _first(array: Array, count: int, samples: int) -> Array:
    """Return the rows of the first samples, of ``(runs, batch, ...)`` or what a Reshape made of the batch."""
    rows = array.reshape(-1, *array.shape[2:])
    return array if len(rows) % samples else rows[: count * (len(rows) // samples)]


def _shape(slot: InputSlot) -> tuple[int, ...]:
    return tuple(size or 1 for size in slot.shape)


def _made_up(slot: InputSlot, shape: tuple[int, ...], runs: int, seed: int) -> Array:
    """Return ``(runs, *shape)`` of the kind that a verification without data takes."""
    count = runs * (shape[0] if shape else 1)
    samples = random_samples(shape[1:], slot.dtype, count, range_=slot.real_range, seed=seed)
    return samples.reshape(runs, *shape)
