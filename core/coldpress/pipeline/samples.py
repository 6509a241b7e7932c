"""The samples of a run: those to calibrate with, and those to compare on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from coldpress.formats.arrays import InputSlot, Samples, SampleSet, read_samples
from coldpress.graph.inference import TensorTypes
from coldpress.graph.tensor_ref import TensorRef
from coldpress.recipe import InferenceType
from coldpress.verify.random_inputs import random_samples
from coldpress.verify.runs import into_runs
from coldpress.worker.array_files import save_array

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from coldpress.cancel import CancelToken
    from coldpress.finding import Finding
    from coldpress.graph.graph import Graph
    from coldpress.recipe import InputChoice, Recipe

RANDOM_SAMPLES = 32
"""How many inputs are made up where nobody gave any."""


@dataclass(frozen=True, slots=True)
class RunSamples:
    """The samples of a run.

    ``comparing`` are those of the verification (``given``: by a person), ``calibrating`` those that ranges are measured
    on, None where the inference type needs none.
    """

    comparing: SampleSet
    given: bool
    calibrating: SampleSet | None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What looks wrong with them."""
        calibrating = self.calibrating.findings if self.calibrating else ()
        return (*self.comparing.findings, *calibrating)


def read_run_samples(
    graph: Graph,
    inputs: Sequence[InputChoice],
    recipe: Recipe,
    inference_type: InferenceType,
    *,
    cancel: CancelToken | None = None,
) -> RunSamples:
    """Read ``recipe.data`` and ``recipe.representative_data``; make inputs up where there is no data.

    ``inputs`` have complete shapes. Raises ``InputError``.
    """
    slots = _slots(graph, inputs)
    calibrating = None
    if recipe.representative_data and inference_type in (InferenceType.INT8, InferenceType.INT16X8):
        calibrating = read_samples(recipe.representative_data, slots, cancel=cancel)
    if recipe.data:
        return RunSamples(read_samples(recipe.data, slots, cancel=cancel), given=True, calibrating=calibrating)
    if calibrating is not None:
        # Real inputs say more than made-up ones, even those that the ranges were measured on.
        return RunSamples(calibrating, given=True, calibrating=calibrating)
    made = tuple(_random(slot, recipe.seed + number) for number, slot in enumerate(slots))
    return RunSamples(SampleSet(made, None, ()), given=False, calibrating=None)


def write_runs(samples: SampleSet, inputs: Sequence[InputChoice], folder: Path) -> tuple[str, ...]:
    """Write one ``.npy`` file an input, of shape ``(runs, *input shape)``, and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    return tuple(
        save_array(folder, f"input_{number}", into_runs(item.values, _complete(choice)))
        for number, (item, choice) in enumerate(zip(samples.inputs, inputs, strict=True))
    )


def _slots(graph: Graph, inputs: Sequence[InputChoice]) -> tuple[InputSlot, ...]:
    types = TensorTypes(graph)
    return tuple(
        InputSlot(
            choice.tensor,
            types.dtype(TensorRef.parse(choice.tensor)) or "float32",
            _complete(choice),
            choice.mean,
            choice.std,
        )
        for choice in inputs
    )


def _complete(choice: InputChoice) -> tuple[int, ...]:
    return tuple(size or 1 for size in choice.shape or ())


def _random(slot: InputSlot, seed: int) -> Samples:
    """Make inputs up. Where integers have a meaning they are made as integers, so that both sides see the same."""
    shape = tuple(size or 1 for size in slot.shape[1:])
    if slot.mean is None or slot.std is None or not slot.is_real:
        return Samples(slot.tensor, random_samples(shape, slot.dtype, RANDOM_SAMPLES, seed=seed))
    real = random_samples(shape, "float32", RANDOM_SAMPLES, range_=(0.0, 255.0), seed=seed)
    raw = np.rint(np.asarray(real, dtype=np.float32)).astype(np.uint8)
    values = ((raw.astype(np.float64) - slot.mean) / slot.std).astype(np.float32)
    return Samples(slot.tensor, values, raw)
