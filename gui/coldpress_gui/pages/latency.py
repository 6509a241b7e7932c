"""How long a run of the result takes on this machine, in each setting, beside the float32 file."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtWidgets import QWidget

from coldpress_gui.theme import GAP
from coldpress_gui.widgets.bars import Bars
from coldpress_gui.widgets.basics import Label, column
from coldpress_gui.widgets.table import Column, Table
from coldpress_gui.words import duration, size

if TYPE_CHECKING:
    from coldpress.pipeline.outcome import Outcome
    from coldpress.verify.timing import Timing

_MEDIAN = 3
_ROOM = 1.15
"""Beyond the slowest median, for its spread."""


class _Row(NamedTuple):
    """A setting of one file; ``own`` is the result's, the other the float32 file's."""

    name: str
    own: bool
    timing: Timing


class LatencyTab(QWidget):
    """A table with bars."""

    def __init__(self) -> None:
        super().__init__()
        self.lead, self.beside = Label("muted"), Label()
        self.table: Table[_Row] = Table(min_rows=2, max_rows=12)
        self._slowest = 0.0
        bars = Bars(self.table, self._share, lambda entry: "accent" if entry.own else "idle", self._spread)
        self.table.setItemDelegateForColumn(_MEDIAN, bars)
        layout = column(self.beside, self.table, self.lead, 1, spacing=GAP)
        layout.setContentsMargins(GAP, GAP, GAP, GAP)
        self.setLayout(layout)

    def retranslate(self) -> None:
        """Set the texts."""
        self.table.setAccessibleName(self.tr("Latency in each setting"))
        self.lead.setText(
            self.tr(
                "Warm runs on this machine, on inputs of zeros. The line on a bar is the spread without a tenth on "
                "either side. A phone has other processors: compare, do not predict."
            )
        )

    def show_outcome(self, outcome: Outcome) -> None:
        """Show another result."""
        own, beside = str(outcome.choices.inference_type), outcome.float_model
        rows = [_Row(own, own=True, timing=timing) for timing in outcome.timings]
        rows += [_Row("float32", own=False, timing=timing) for timing in (beside.timings if beside else ())]
        # By the medians: one setting that wavers would make all bars short.
        self._slowest = max((entry.timing.median for entry in rows), default=0.0) * _ROOM
        kernels = {"default": self.tr("default (XNNPACK)"), "no_delegate": self.tr("built-in, no delegate")}
        columns: tuple[Column[_Row], ...] = (
            Column(self.tr("Type"), lambda entry: entry.name),
            Column(self.tr("Kernels"), lambda entry: kernels.get(entry.timing.kernels, entry.timing.kernels)),
            Column(self.tr("Threads"), lambda entry: str(entry.timing.threads), right=True),
            Column(self.tr("Median"), lambda entry: duration(entry.timing.median), stretch=True),
            Column(self.tr("Spread"), _spread_words, right=True),
            Column(self.tr("Runs"), lambda entry: str(entry.timing.runs), right=True),
        )
        self.table.show_rows(columns, rows)
        self.beside.setVisible(beside is not None)
        if beside is not None:
            text = self.tr("The same network as a float32 file has {size}; the result has {share} % of that.")
            share = outcome.checked.nbytes / beside.nbytes * 100
            self.beside.setText(text.format(size=size(beside.nbytes), share=f"{share:.0f}"))

    def _share(self, entry: _Row) -> float:
        return entry.timing.median / self._slowest if self._slowest else 0.0

    def _spread(self, entry: _Row) -> tuple[float, float]:
        if not self._slowest:
            return 0.0, 0.0
        return entry.timing.low / self._slowest, entry.timing.high / self._slowest


def _spread_words(entry: _Row) -> str:
    return f"{duration(entry.timing.low)} – {duration(entry.timing.high)}"
