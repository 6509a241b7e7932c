"""The samples that a person gave: those to compare on, and those that ranges are measured on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldpress.formats.arrays import InputSlot, SampleSet, read_samples
from coldpress.graph.inference import TensorTypes
from coldpress.graph.tensor_ref import TensorRef
from coldpress.recipe import InferenceType
from coldpress.verify.runs import into_runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from coldpress.cancel import CancelToken
    from coldpress.finding import Finding
    from coldpress.graph.graph import Graph
    from coldpress.recipe import InputChoice, Recipe

MEASURED = (InferenceType.INT8, InferenceType.INT16X8)
"""The types whose ranges are measured on representative data."""


@dataclass(frozen=True, slots=True)
class RunSamples:
    """The samples of a run, for the inputs ``slots``.

    ``comparing`` is None where inputs have to be made up, ``calibrating`` where no ranges are measured.
    """

    slots: tuple[InputSlot, ...]
    comparing: SampleSet | None
    calibrating: SampleSet | None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What looks wrong with them."""
        sets = [samples for samples in (self.comparing, self.calibrating) if samples is not None]
        found = [finding for samples in sets for finding in samples.findings]
        return tuple(finding for number, finding in enumerate(found) if finding not in found[:number])

    def calibration_runs(self) -> list[np.ndarray]:
        """Return the calibration samples, one array ``(runs, *input shape)`` an input."""
        if self.calibrating is None:
            return []
        pairs = zip(self.calibrating.inputs, self.slots, strict=True)
        return [into_runs(item.values, tuple(size or 1 for size in slot.shape)) for item, slot in pairs]


def read_run_samples(
    graph: Graph,
    inputs: Sequence[InputChoice],
    recipe: Recipe,
    inference_type: InferenceType,
    *,
    cancel: CancelToken | None = None,
) -> RunSamples:
    """Read ``recipe.data`` and ``recipe.representative_data``. ``inputs`` have complete shapes. Raises ``InputError``.

    Without data of its own the comparison takes the representative data: real inputs say more than made-up ones.
    """
    slots, crop = slots_of(graph, inputs), recipe.crop_images
    comparing = read_samples(recipe.data, slots, crop=crop, cancel=cancel) if recipe.data else None
    calibrating = None
    if recipe.representative_data and inference_type in MEASURED:
        path = recipe.representative_data
        calibrating = read_samples(path, slots, crop=crop, calibrating=True, cancel=cancel)
    return RunSamples(slots, comparing or calibrating, calibrating)


def slots_of(graph: Graph, inputs: Sequence[InputChoice]) -> tuple[InputSlot, ...]:
    """Return what samples are to fit: the inputs with their dtypes in the graph."""
    types = TensorTypes(graph)
    return tuple(
        InputSlot(
            choice.tensor,
            types.dtype(TensorRef.parse(choice.tensor)) or "float32",
            choice.shape or (),
            choice.mean,
            choice.std,
        )
        for choice in inputs
    )
