"""What one sample becomes on its way into the model: the picture as its bytes hold it, and the real values they mean.

Mean and std cannot be guessed, but seen: with wrong ones the picture is washed out or cut off, or its values lie
elsewhere than those that training saw.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from coldpress.findings.input_types import input_ranges, ranges_agree
from coldpress.formats.arrays import Samples, read_samples
from coldpress.graph.tensor_ref import operation_name
from coldpress.pipeline.checking import context_of
from coldpress.pipeline.samples import MEASURED, slots_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from coldpress.cancel import CancelToken
    from coldpress.eval_graph.rewrite import EvalGraph
    from coldpress.formats.arrays import InputSlot, SampleSet
    from coldpress.pipeline.choices import Choices
    from coldpress.pipeline.model import Model
    from coldpress.recipe import InputChoice, Recipe

    Array = NDArray[np.generic]
    Picture = NDArray[np.uint8]

_CHANNELS = (1, 3, 4)


@dataclass(frozen=True, slots=True)
class Preview:
    """One sample of one input.

    ``made_up`` says that it is a test picture, for want of data. ``picture`` is ``(height, width, channels)`` as the
    bytes of the input hold it, None where the input is no image. ``low``, ``high`` and ``mean`` are of the real values;
    ``cut`` is the share of them that the bytes cannot hold. ``trained`` is the range that training put on the input,
    ``fits`` whether it is about what the bytes mean (None where there is nothing to compare).
    """

    tensor: str
    made_up: bool
    picture: Picture | None
    low: float
    high: float
    mean: float
    cut: float
    trained: tuple[float, float] | None
    fits: bool | None


def previews(
    model: Model,
    eval_graph: EvalGraph,
    choices: Choices,
    recipe: Recipe,
    inputs: tuple[InputChoice, ...],
    *,
    cancel: CancelToken | None = None,
) -> tuple[Preview, ...]:
    """Return a preview for each input: of the first sample that was given, else of a test picture.

    ``inputs`` have complete shapes. Raises ``InputError`` where the data cannot be read.
    """
    slots = slots_of(eval_graph.graph, inputs)
    measured = recipe.representative_data if choices.inference_type in MEASURED else None
    path = measured or recipe.data
    given = read_samples(path, slots, crop=recipe.crop_images, most=1, cancel=cancel) if path else None
    ranges = input_ranges(context_of(model, eval_graph, recipe, choices, inputs))
    return tuple(
        _preview(slot, sample, ranges.get(operation_name(slot.tensor)), made_up=given is None)
        for slot, sample in zip(slots, given.inputs if given else map(_test_sample, slots), strict=True)
    )


def pictures(samples: SampleSet, slots: Sequence[InputSlot], most: int) -> tuple[Picture, ...]:
    """Return some samples, spread evenly, as pictures; none where the inputs are not one image."""
    if len(slots) != 1 or not samples.count:
        return ()
    places = sorted({index * samples.count // most for index in range(most)})
    return tuple(p for place in places if (p := as_picture(slots[0], samples.inputs[0], place)) is not None)


def as_picture(slot: InputSlot, samples: Samples, place: int = 0) -> Picture | None:
    """Return one sample as ``(height, width, channels)``: its own bytes, or those that mean and std make of it."""
    values = samples.values[place]
    if values.ndim != 3 or values.shape[-1] not in _CHANNELS or not slot.is_real:
        return None
    if samples.raw is not None and samples.raw.dtype == np.uint8:
        return np.asarray(samples.raw[place], np.uint8)
    real = np.nan_to_num(values.astype(np.float64))
    if slot.mean is not None and slot.std:
        scaled = real * slot.std + slot.mean
    else:
        low, high = float(real.min()), float(real.max())
        scaled = (real - low) * (255 / ((high - low) or 1.0))
    picture: Picture = np.clip(np.rint(scaled), 0, 255).astype(np.uint8)
    return picture


def _preview(slot: InputSlot, sample: Samples, trained: tuple[str, float, float] | None, *, made_up: bool) -> Preview:
    values = sample.values[:1].astype(np.float64)
    meant = slot.real_range
    # A byte stands for the values up to half a step around it.
    slack = 0.0 if meant is None else abs(meant[1] - meant[0]) / 510
    cut = 0.0 if meant is None else float(np.mean((values < meant[0] - slack) | (values > meant[1] + slack)))
    ends = None if trained is None else (trained[1], trained[2])
    return Preview(
        tensor=slot.tensor,
        made_up=made_up,
        picture=as_picture(slot, sample),
        low=float(values.min()),
        high=float(values.max()),
        mean=float(values.mean()),
        cut=cut,
        trained=ends,
        fits=ranges_agree(meant, ends) if meant is not None and ends is not None else None,
    )


def _test_sample(slot: InputSlot) -> Samples:
    """Return bytes from 0 to 255, as a test picture where the input is one, and the real values that they mean."""
    shape = tuple(size or 1 for size in slot.shape[1:])
    steps = _test_picture(*shape) if len(shape) == 3 else np.linspace(0, 255, int(np.prod(shape))).reshape(shape)
    raw = steps.astype(np.uint8)[np.newaxis]
    known = slot.mean is not None and slot.std
    values = (raw.astype(np.float64) - (slot.mean or 0.0)) / (slot.std or 1.0) if known else raw.astype(np.float64)
    return Samples(slot.tensor, values.astype(np.float32), raw)


def _test_picture(height: int, width: int, channels: int) -> NDArray[np.float64]:
    """Return a picture from black to white with a disc in it: brightest where the ground is darkest."""
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float64)
    ground = 255 * columns / max(width - 1, 1)
    middle = ((height - 1) / 2, (width - 1) / 2)
    disc = np.hypot(rows - middle[0], columns - middle[1]) <= 0.32 * min(height, width)
    tints = 1 - 0.35 * np.arange(channels) / max(channels, 1)
    grey = np.where(disc, 255 - ground, ground)
    return np.asarray(np.where(disc[..., None], grey[..., None] * tints, grey[..., None]), np.float64)
