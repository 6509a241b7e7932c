"""The middle of a report: plots, layers, size and latency."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from coldpress.pipeline.sizes import sizes_of
from coldpress.report.markup import tag
from coldpress.report.paper import folded, name_of, section, table
from coldpress.report.plots import histogram, interval_bar, scatter_plot, share_bar
from coldpress.report.words import figure, size_text, time_text
from coldpress.verify.layers import ranked

if TYPE_CHECKING:
    from collections.abc import Sequence
    from xml.etree.ElementTree import Element

    from coldpress.pipeline.sizes import LayerBytes, OperationBytes
    from coldpress.report.paper import Paper
    from coldpress.verify.layers import Layer
    from coldpress.verify.timing import Timing

_SHOWN: Final = 20
"""Rows of a long table that are shown at once; the others are folded."""


def plots(paper: Paper) -> Element | None:
    """Return the scatter plot and the histogram of every output."""
    words, verification = paper.words, paper.outcome.verification
    if verification is None:
        return None
    drawn: list[Element] = []
    for scatter in verification.scatter:
        both = (
            scatter_plot(scatter, (words("axis.frozen"), words("axis.result")), words("plot.scatter")),
            histogram(scatter, (words("axis.error"), words("axis.values")), words("plot.errors")),
        )
        titles = (words("plot.scatter"), words("plot.errors"))
        drawn += [
            tag("figure", plot, tag("figcaption", f"{title} · ", name_of(scatter.name)))
            for plot, title in zip(both, titles, strict=True)
            if plot is not None
        ]
    return section(words("plots.title"), tag("div", *drawn, css="plots")) if drawn else None


def layers(paper: Paper) -> Element | None:
    """Return the layers, the one that loses most first."""
    words, verification = paper.words, paper.outcome.verification
    if verification is None or not verification.layers:
        return None
    ordered = ranked(verification.layers)
    most = max((layer.loss_db for layer in ordered), default=0.0)
    heads = [words("layer"), words("operation"), words("loss"), "", words("snr"), words("rmse"), words("why")]
    lead = tag("p", words("layers.lead"), css="muted")
    rows = [_layer(paper, layer, most) for layer in ordered]
    return section(words("layers.title"), lead, *_long(paper, heads, rows, right=(2, 4, 5)))


def _layer(paper: Paper, layer: Layer, most: float) -> list[str | Element]:
    bar = share_bar(layer.loss_db / most if most > 0 else 0.0, "suspect" if layer.reasons else "")
    why = " ".join(paper.words.code(reason) for reason in layer.reasons) or "–"
    snr = "∞" if layer.snr_db is None else f"{layer.snr_db:.1f} dB"
    loss = f"{layer.loss_db:.1f} dB"
    return [name_of(layer.name), layer.operation, loss, bar, snr, figure(layer.rmse, 3), why]


def sizes(paper: Paper) -> Element:
    """Return what takes the bytes of the file."""
    words, found = paper.words, sizes_of(paper.outcome.checked)
    lead = words("sizes.lead", bytes=size_text(found.nbytes), structure=size_text(found.structure))
    if paper.outcome.float_model is not None:
        lead += " " + words("sizes.float", bytes=size_text(paper.outcome.float_model.nbytes))
    most = max((kind.nbytes for kind in found.operations), default=0)
    kinds = [_kind(kind, most) for kind in found.operations]
    by_kind = table(
        [words("operation"), words("count"), words("weights"), ""], [*kinds, _structure(paper, most)], right=(1, 2)
    )
    largest = found.layers[0].nbytes if found.layers else 0
    heads = [words("layer"), words("operation"), words("weights"), ""]
    by_layer = _long(paper, heads, [_layer_bytes(layer, largest) for layer in found.layers], right=(2,))
    children = [tag("h3", words("sizes.by_operation")), by_kind, tag("h3", words("sizes.by_layer")), *by_layer]
    return section(words("sizes.title"), tag("p", lead, css="muted"), *children)


def _kind(kind: OperationBytes, most: int) -> list[str | Element]:
    return [kind.operation, f"{kind.count:,}", size_text(kind.nbytes), share_bar(kind.nbytes / most if most else 0.0)]


def _structure(paper: Paper, most: int) -> list[str | Element]:
    nbytes = sizes_of(paper.outcome.checked).structure
    return [paper.words("structure"), "", size_text(nbytes), share_bar(nbytes / most if most else 0.0, "quiet")]


def _layer_bytes(layer: LayerBytes, most: int) -> list[str | Element]:
    share = layer.nbytes / most if most else 0.0
    # A fused layer is called after all that it was made of, the last first.
    return [name_of(layer.tensor.partition(";")[0]), layer.operation, size_text(layer.nbytes), share_bar(share)]


def latency(paper: Paper) -> Element | None:
    """Return how long a run takes in each setting, the float32 file's beside it."""
    words, outcome = paper.words, paper.outcome
    if not outcome.timings:
        return None
    own = str(outcome.choices.inference_type)
    rows = [(own, timing) for timing in outcome.timings]
    if outcome.float_model is not None:
        rows += [("float32", timing) for timing in outcome.float_model.timings]
    # By the medians: one setting that wavers would make all bars short. What goes beyond the cell is cut.
    most = max(timing.median for _name, timing in rows) * 1.15
    heads = [words("type"), words("kernels"), words("threads"), words("median"), "", words("spread"), words("runs")]
    lead = tag("p", words("latency.lead"), css="muted")
    cells = [[name, *_timing(paper, timing, most)] for name, timing in rows]
    return section(words("latency.title"), lead, table(heads, cells, right=(2, 3, 6)))


def _timing(paper: Paper, timing: Timing, most: float) -> list[str | Element]:
    kernels = paper.words(f"kernels.{timing.kernels}")
    spread = f"{time_text(timing.low)} – {time_text(timing.high)}"
    bar = interval_bar(timing.low, timing.median, timing.high, most)
    return [kernels, str(timing.threads), time_text(timing.median), bar, spread, str(timing.runs)]


def _long(
    paper: Paper, heads: Sequence[str], rows: Sequence[Sequence[str | Element]], *, right: Sequence[int]
) -> list[Element]:
    """Return a table of which the first rows are shown, and the others on request."""
    first, others = rows[:_SHOWN], rows[_SHOWN:]
    found = [table(heads, first, right=right)]
    if others:
        found.append(folded(paper.words("more", count=len(others)), table(heads, others, right=right)))
    return found
