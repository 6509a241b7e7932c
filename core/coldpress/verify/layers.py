"""Layer by layer: how much of the error each one brings, and why."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from coldpress.verify.metrics import compare
from coldpress.verify.outputs import Output
from coldpress.verify.quantized import dequantize

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from coldpress.verify.layer_pairs import LayerPair, Produced

_BLAMELESS: Final = frozenset(
    {
        *("RESHAPE", "SQUEEZE", "EXPAND_DIMS", "TRANSPOSE", "SLICE", "STRIDED_SLICE", "GATHER", "SPLIT", "UNPACK"),
        *("SOFTMAX", "LOG_SOFTMAX", "LOGISTIC", "TANH", "EXP", "RSQRT"),
    }
)
"""Operations that only move values, or whose curve makes more of the error that they are given."""
_KEEPS_SCALE: Final = frozenset(
    {
        *("MEAN", "AVERAGE_POOL_2D", "MAX_POOL_2D", "REDUCE_MAX", "REDUCE_MIN", "MAXIMUM", "MINIMUM", "PAD", "PADV2"),
        *("MIRROR_PAD", "CONCATENATION", "PACK", "RESIZE_BILINEAR", "RESIZE_NEAREST_NEIGHBOR", "RELU", "RELU6"),
    }
)
"""Operations that mostly answer in the steps of what they are given, however little of the range is left."""
_PERFECT_DB: Final = 120.0
"""Where two tensors are equal: better than float32 can tell."""
_FLOAT_NOISE: Final = 1e-11
"""Noise-to-signal ratio of float32 sums in another order."""
_WEIGHT_NOISE: Final = 1e-4
"""Noise-to-signal ratio that weights of 8 bits bring to a layer."""
SUSPICIOUS_DB: Final = 6.0
"""A loss that rounding does not explain."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer, compared.

    ``loss_db`` is how much worse it is than a perfect layer of as many bits that is fed with what this one was fed:
    the layer that spoils the result has the highest. ``low`` and ``high`` are what the reference reaches, ``range_low``
    and ``range_high`` what the file can hold; ``used`` is the share of that range which is reached, ``clipped`` the
    share of values beyond it. ``reasons`` are codes, the likeliest first.
    """

    name: str
    tensor: str
    operation: str
    rmse: float
    cosine: float
    snr_db: float | None
    loss_db: float
    mean_lsb: float | None
    low: float
    high: float
    scale: float | None
    zero_point: int | None
    range_low: float | None
    range_high: float | None
    used: float | None
    clipped: float | None
    reasons: tuple[str, ...]


def compare_layers(
    produced: Sequence[Produced],
    pairs: Sequence[LayerPair],
    reference: Mapping[str, NDArray[np.generic]],
    result: Mapping[int, Output],
) -> tuple[Layer, ...]:
    """Compare each pair, in order of execution; pairs whose sizes differ are no pairs after all, and are left out.

    ``produced`` is every tensor of the file, in order: errors flow through those that have no partner.
    ``reference`` is by tensor name, ``result`` by index; samples along the first axis.
    """
    paired = {pair.produced.index: pair for pair in pairs}
    noise: dict[int, float] = {}
    layers = []
    for item in produced:
        before = max((noise[index] for index in item.inputs if index in noise), default=0.0)
        noise[item.index] = before
        pair = paired.get(item.index)
        if pair is None:
            continue
        values, got = reference[pair.tensor], result[item.index]
        if values.size == got.values.size and np.issubdtype(values.dtype, np.floating):
            given = [result[index] for index in item.inputs if index in result]
            step = _given_step(item, got, given)
            layer, noise[item.index] = _layer(pair, Output(pair.tensor, values), got, before, step)
            layers.append(layer)
    return tuple(layers)


def _given_step(item: Produced, got: Output, given: Sequence[Output]) -> float:
    """Return the step that an operation took over from what it was given; 0 where its step is its own."""
    if item.operation not in _KEEPS_SCALE or not got.scales:
        return 0.0
    return float(got.scales[0]) if any(other.scales == got.scales for other in given) else 0.0


def ranked(layers: Sequence[Layer]) -> tuple[Layer, ...]:
    """Return the layers, the one that loses most first."""
    return tuple(sorted(layers, key=lambda layer: -layer.loss_db))


def _layer(pair: LayerPair, reference: Output, got: Output, before: float, step: float) -> tuple[Layer, float]:
    """Return a layer and its noise-to-signal ratio.

    ``before`` is that ratio of what it was fed with; ``step`` is a quantization step that it could not choose, or 0.
    """
    metrics = compare(reference, got, votes=False)
    values = reference.values
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    snr = _PERFECT_DB if metrics.snr_db is None else min(metrics.snr_db, _PERFECT_DB)
    noise = 10 ** (-snr / 10)
    dominated = _one_channel_dominates(values)
    loss = 10 * math.log10(noise / (before + _rounding(values, got, pair.produced, step)))
    if dominated:
        loss = max(loss, _loss_of_a_typical_channel(values, got, before, pair.produced))
    if pair.produced.operation in _BLAMELESS:
        loss = min(loss, 0.0)
    ends = got.ends()
    used = None if ends is None else max(abs(low), abs(high)) / max(abs(ends[0]), abs(ends[1]), 1e-30)
    layer = Layer(
        name=pair.tensor.removesuffix(":0"),
        tensor=got.name,
        operation=pair.produced.operation,
        rmse=metrics.rmse,
        cosine=metrics.cosine,
        snr_db=metrics.snr_db,
        loss_db=loss,
        mean_lsb=metrics.mean_lsb,
        low=low,
        high=high,
        scale=got.scale,
        zero_point=got.zero_points[0] if got.scale is not None else None,
        range_low=None if ends is None else ends[0],
        range_high=None if ends is None else ends[1],
        used=used,
        clipped=metrics.clipped,
        reasons=_reasons(loss, used, metrics.clipped, dominated=dominated),
    )
    return layer, noise


def _rounding(values: NDArray[np.generic], got: Output, produced: Produced, least_step: float = 0.0) -> float:
    """Return the noise-to-signal ratio that rounding alone brings: a step's square over twelve (Bennett, 1948)."""
    power = float(np.mean(np.square(values, dtype=np.float64)))
    if not power:
        return 1.0
    coarse = got.scales and got.values.dtype.itemsize == 1
    # Beside 8 bit activations the rounding of weights hardly counts; beside finer ones it is all there is.
    floor = _WEIGHT_NOISE if produced.narrow_weights and not coarse else _FLOAT_NOISE
    if not got.scales:
        return floor
    step = max(_step(values, got), least_step)
    return float(max(step * step / 12 / power, floor))


def _step(values: NDArray[np.generic], got: Output) -> float:
    """Return the smallest step with which ``values`` fit into as many integers, as symmetric as those of ``got``."""
    steps = float(2 ** (8 * got.values.dtype.itemsize) - 1)
    low, high = min(float(np.nanmin(values)), 0.0), max(float(np.nanmax(values)), 0.0)
    ends = got.ends()
    if ends is not None and abs(ends[0] + ends[1]) <= 2 * got.scales[0]:
        # Trained or measured symmetric, which costs a bit where one side is empty.
        return float(2 * max(-low, high) / steps)
    return float((high - low) / steps)


def _one_channel_dominates(values: NDArray[np.generic]) -> bool:
    """Whether one channel reaches so far that a typical one is left with six of 256 steps."""
    if values.ndim < 2 or values.shape[-1] < 3:
        return False
    reach = np.abs(values).reshape(-1, values.shape[-1]).max(axis=0)
    return bool(reach.max() > 40 * max(float(np.median(reach)), 1e-30))


def _loss_of_a_typical_channel(values: NDArray[np.generic], got: Output, before: float, produced: Produced) -> float:
    """Return the median loss of the channels, each taken for itself: a huge one hides what the others lose."""
    exact = np.asarray(values, np.float64).reshape(-1, values.shape[-1])
    real = dequantize(got.values, got.scales, got.zero_points, got.axis).reshape(exact.shape)
    losses = []
    for channel in range(exact.shape[1]):
        power = float(np.mean(np.square(exact[:, channel])))
        if power:
            noise = float(np.mean(np.square(real[:, channel] - exact[:, channel]))) / power
            losses.append(max(noise, _FLOAT_NOISE) / (before + _rounding(exact[:, channel], got, produced)))
    return 10 * math.log10(float(np.median(losses))) if losses else 0.0


def _reasons(loss: float, used: float | None, clipped: float | None, *, dominated: bool) -> tuple[str, ...]:
    """Return why a layer loses: codes of the catalogue, the likeliest first."""
    if loss < SUSPICIOUS_DB:
        return ()
    found = []
    if clipped is not None and clipped > 0.001:
        found.append("layer.clipped")
    if used is not None and used < 0.25:
        found.append("layer.range_too_wide")
    if dominated:
        found.append("layer.one_channel")
    return tuple(found) or ("layer.weights",)
