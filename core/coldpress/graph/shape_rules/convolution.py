"""Convolutions and poolings in every data format and padding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.graph.shape_rules.arrays import from_ints

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coldpress.graph.shape_rules.shapes import Dim, Shape
    from coldpress.graph.shape_rules.view import NodeView, Rule


def _layout(view: NodeView, rank: int) -> tuple[int, tuple[int, ...]]:
    """Return the position of the channels and those of the spatial dimensions."""
    if view.text("data_format").startswith("NC"):
        return 1, tuple(range(2, rank))
    return rank - 1, tuple(range(1, rank - 1))


def _at(values: Sequence[int], position: int, default: int = 1) -> int:
    return values[position] if position < len(values) and values[position] > 0 else default


def _explicit_padding(view: NodeView, position: int) -> int:
    paddings = view.numbers("explicit_paddings")
    return sum(paddings[2 * position : 2 * position + 2])


def _window(view: NodeView, size: Dim, window: Dim, position: int, stride: int) -> Dim:
    """Return how often a (dilated) window fits into ``size``, by TensorFlow's padding rules."""
    if size is None:
        return None
    padding = view.text("padding")
    if padding == "SAME":
        return -(-size // stride)
    if window is None:
        return None
    extra = _explicit_padding(view, position) if padding == "EXPLICIT" else 0
    return max((size + extra - window) // stride + 1, 0)


def _slide(view: NodeView, windows: Sequence[Dim], channels: Dim, rank: int) -> Shape:
    """Move windows (one a spatial dimension) over the input and put ``channels`` where channels lie."""
    source = view.shape(0)
    if source is None or len(source) != rank:
        source = (None,) * rank
    channel_place, places = _layout(view, rank)
    strides = view.numbers("strides")
    result = list(source)
    result[channel_place] = channels
    for place, window in zip(places, windows, strict=False):
        result[place] = _window(view, source[place], window, place, _at(strides, place))
    return tuple(result)


def _dilated(view: NodeView, windows: Sequence[Dim], rank: int) -> list[Dim]:
    """Return the extent of each window with the holes that dilation makes."""
    dilations = view.numbers("dilations")
    _, places = _layout(view, rank)
    return [
        None if window is None else (window - 1) * _at(dilations, place) + 1
        for place, window in zip(places, windows, strict=False)
    ]


def _convolution(view: NodeView, rank: int) -> Sequence[Shape]:
    weights = view.shape(1)
    if weights is None or len(weights) != rank:
        weights = (None,) * rank
    return (_slide(view, _dilated(view, weights[: rank - 2], rank), weights[-1], rank),)


def _depthwise(view: NodeView) -> Sequence[Shape]:
    weights = view.shape(1)
    if weights is None or len(weights) != 4:
        weights = (None,) * 4
    inputs, multiplier = weights[2], weights[3]
    channels = None if inputs is None or multiplier is None else inputs * multiplier
    return (_slide(view, _dilated(view, weights[:2], 4), channels, 4),)


def _pool(view: NodeView, rank: int, ksize: Sequence[int]) -> Shape:
    source = view.shape(0)
    channel_place, places = _layout(view, rank)
    channels = source[channel_place] if source is not None and len(source) == rank else None
    return _slide(view, [_at(ksize, place) for place in places], channels, rank)


def _pool_2d(view: NodeView) -> Sequence[Shape]:
    shape = _pool(view, 4, view.numbers("ksize"))
    return (shape, shape)


def _pool_3d(view: NodeView) -> Sequence[Shape]:
    return (_pool(view, 5, view.numbers("ksize")),)


def _dilation(view: NodeView) -> Sequence[Shape]:
    weights = view.shape(1)
    if weights is None or len(weights) != 3:
        weights = (None,) * 3
    rates = view.numbers("rates")
    windows = [None if w is None else (w - 1) * _at(rates, p) + 1 for p, w in enumerate(weights[:2], start=1)]
    return (_slide(view, windows, weights[2], 4),)


def _backprop_input(view: NodeView) -> Sequence[Shape]:
    return (from_ints(view.ints(0)),)


def _backprop_filter(view: NodeView) -> Sequence[Shape]:
    return (from_ints(view.ints(1)),)


RULES: Mapping[str, Rule] = {
    "Conv2D": lambda view: _convolution(view, 4),
    "Conv3D": lambda view: _convolution(view, 5),
    "DepthwiseConv2dNative": _depthwise,
    "MaxPool": _pool_2d,
    "AvgPool": _pool_2d,
    "MaxPoolWithArgmax": _pool_2d,
    "MaxPool3D": _pool_3d,
    "AvgPool3D": _pool_3d,
    "Dilation2D": _dilation,
    "Conv2DBackpropInput": _backprop_input,
    "Conv3DBackpropInputV2": _backprop_input,
    "DepthwiseConv2dNativeBackpropInput": _backprop_input,
    "Conv2DBackpropFilter": _backprop_filter,
    "DepthwiseConv2dNativeBackpropFilter": _backprop_filter,
}
