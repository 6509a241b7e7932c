"""Plots as inline SVG: coloured by the style sheet, so that they follow light and dark."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from coldpress.report.axis import axis, short
from coldpress.report.markup import put, tag

if TYPE_CHECKING:
    from collections.abc import Sequence
    from xml.etree.ElementTree import Element

    from coldpress.report.axis import Axis
    from coldpress.verify.scatter import Scatter

_WIDTH: Final = 480
_HEIGHT: Final = 300
_LEFT: Final = 62
_RIGHT: Final = 14
_TOP: Final = 12
_BOTTOM: Final = 46
_BINS: Final = 60


def scatter_plot(scatter: Scatter, names: tuple[str, str], title: str) -> Element | None:
    """Return reference against result, with the line on which a perfect result lies; None without finite values."""
    reference, result = _finite(scatter)
    if not reference.size:
        return None
    low, high = float(min(reference.min(), result.min())), float(max(reference.max(), result.max()))
    across, up = _axes((low, high), (low, high))
    ends = (across.low, across.high)
    line = "M" + "L".join(f"{across.place(end):.1f},{up.place(end):.1f}" for end in ends)
    places = {
        (round(across.place(float(x)), 1), round(up.place(float(y)), 1)) for x, y in zip(reference, result, strict=True)
    }
    points = "".join(f"M{x:g},{y:g}h0" for x, y in sorted(places))
    return _plot(
        title, _frame(across, up, names), tag("path", d=line, css="ideal"), tag("path", d=points, css="points")
    )


def histogram(scatter: Scatter, names: tuple[str, str], title: str) -> Element | None:
    """Return how many errors there are of each size, heights by their logarithm; None without finite values."""
    reference, result = _finite(scatter)
    if not reference.size:
        return None
    counts, edges = np.histogram(result - reference, _BINS)
    heights = np.log10(counts + 1.0)
    across, up = _axes((float(edges[0]), float(edges[-1])), (0.0, max(float(heights.max()), 1.0)), margin=0.0)
    bars = [
        tag(
            "rect",
            x=across.place(float(left)),
            y=up.place(float(height)),
            width=max(across.place(float(right)) - across.place(float(left)) - 0.5, 0.5),
            height=up.place(0) - up.place(float(height)),
            css="bar",
        )
        for left, right, height in zip(edges[:-1], edges[1:], heights, strict=True)
        if height > 0
    ]
    decades = [(math.log10(10**power + 1), f"{10**power:,}") for power in range(int(heights.max()) + 1)]
    return _plot(title, _frame(across, up, names, heights=decades), *bars)


def labelled_points(
    points: Sequence[tuple[float, float, str, str]], names: tuple[str, str], title: str
) -> Element | None:
    """Return points with a name each, ``(x, y, name, css class)``; None where there are none."""
    if not points:
        return None
    xs, ys = [point[0] for point in points], [point[1] for point in points]
    # Room on the right for the last one's name.
    across, up = axis(0.0, max(xs) * 1.25, _LEFT, _WIDTH - _RIGHT), _upright(min(ys), max(ys), margin=0.12)
    spots = [(across.place(x), up.place(y), name, kind) for x, y, name, kind in points]
    drawn = [tag("circle", cx=left, cy=top, r=5.5, css=f"spot {kind}") for left, top, _name, kind in spots]
    drawn += _labels([(left, top, name) for left, top, name, _kind in spots])
    return _plot(title, _frame(across, up, names), *drawn)


def _labels(spots: Sequence[tuple[float, float, str]]) -> list[Element]:
    """Return a name beside each spot, above or below it where others are in the way."""
    taken = [(left - 6, left + 6, top) for left, top, _name in spots]
    found = []
    for left, top, name in sorted(spots, key=lambda spot: spot[1]):
        width = len(name) * 7.5
        places = [(left + 9, top + down) for down in (0, -14, 14)] + [(left - 9 - width, top)]
        free = (place for place in places if not _meets(place, width, taken, own=(left, top)))
        x, y = next(free, places[0])
        taken.append((x, x + width, y))
        found.append(tag("text", name, x=x, y=y + 4, css="label"))
    return found


def _meets(
    place: tuple[float, float], width: float, taken: Sequence[tuple[float, float, float]], *, own: tuple[float, float]
) -> bool:
    others = (one for one in taken if one != (own[0] - 6, own[0] + 6, own[1]))
    return any(abs(y - place[1]) < 13 and low < place[0] + width and place[0] < high for low, high, y in others)


def share_bar(share: float, kind: str = "") -> Element:
    """Return a bar of a table's row, as long as ``share`` of the cell."""
    part = tag("rect", x=0, y=0, width=max(0.0, min(share, 1.0)) * 100, height=10, rx=1, css=f"bar {kind}".strip())
    return _row(part)


def interval_bar(low: float, middle: float, high: float, most: float) -> Element:
    """Return a bar up to ``middle`` with its spread on top, where ``most`` fills the cell."""
    scale = 100 / most if most else 0.0
    part = tag("rect", x=0, y=1, width=middle * scale, height=8, rx=1, css="bar")
    spread = tag("rect", x=low * scale, y=3.5, width=max((high - low) * scale, 0.4), height=3, css="spread")
    return _row(part, spread)


def _row(*children: Element) -> Element:
    return tag("svg", *children, viewBox="0 0 100 10", preserveAspectRatio="none", css="rowbar", aria_hidden="true")


def _finite(scatter: Scatter) -> tuple[np.ndarray, np.ndarray]:
    finite = np.isfinite(scatter.reference) & np.isfinite(scatter.result)
    return scatter.reference[finite].astype(np.float64), scatter.result[finite].astype(np.float64)


def _axes(across: tuple[float, float], up: tuple[float, float], *, margin: float = 0.03) -> tuple[Axis, Axis]:
    return axis(*across, _LEFT, _WIDTH - _RIGHT, margin=margin), _upright(*up, margin=margin)


def _upright(low: float, high: float, *, margin: float) -> Axis:
    return axis(low, high, _HEIGHT - _BOTTOM, _TOP, margin=margin)


def _frame(
    across: Axis, up: Axis, names: tuple[str, str], *, heights: Sequence[tuple[float, str]] | None = None
) -> Element:
    """Return the axes with their ticks and names; ``heights`` are ticks of the upright axis that are not its values."""
    ticks = heights if heights is not None else [(value, short(value)) for value in up.ticks()]
    group = tag("g", css="frame")
    put(group, (tag("path", d=f"M{_LEFT},{up.place(v):.1f}H{_WIDTH - _RIGHT}", css="grid") for v, _text in ticks))
    put(group, (tag("text", text, x=_LEFT - 8, y=up.place(v) + 4, css="tick end") for v, text in ticks))
    bottom = _HEIGHT - _BOTTOM
    values = across.ticks()
    put(group, (tag("path", d=f"M{across.place(v):.1f},{_TOP}V{bottom}", css="grid") for v in values))
    put(group, (tag("text", short(v), x=across.place(v), y=bottom + 18, css="tick") for v in values))
    middle = (_TOP + bottom) / 2
    turned = f"rotate(-90 14 {middle:.0f})"
    put(group, [tag("text", names[0], x=(_LEFT + _WIDTH - _RIGHT) / 2, y=_HEIGHT - 8, css="name")])
    return put(group, [tag("text", names[1], x=14, y=middle, transform=turned, css="name")])


def _plot(title: str, *children: Element) -> Element:
    return tag("svg", tag("title", title), *children, viewBox=f"0 0 {_WIDTH} {_HEIGHT}", role="img", css="plot")
