"""The figures of a result that a person asks for first, a card each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from coldpress_gui.theme import GAP
from coldpress_gui.widgets.basics import row
from coldpress_gui.widgets.figure_card import FigureCard
from coldpress_gui.words import counts, duration, size

if TYPE_CHECKING:
    from coldpress.pipeline.outcome import Outcome
    from coldpress.worker.requests.tflite import TensorInfo


class Cards(QWidget):
    """Size, inputs and outputs, latency, operations."""

    def __init__(self) -> None:
        super().__init__()
        self.size_card, self.io_card, self.latency_card, self.ops_card = (FigureCard() for _ in range(4))
        across = row(spacing=GAP)
        across.setContentsMargins(GAP, GAP, GAP, 0)
        for card in (self.size_card, self.io_card, self.latency_card, self.ops_card):
            across.addWidget(card, 1)
        self.setLayout(across)

    def show_outcome(self, outcome: Outcome) -> None:
        """Show another result."""
        checked = outcome.checked
        self._show_size(outcome)
        first, last = checked.inputs[0], checked.outputs[0]
        self.io_card.say(f"{first.dtype} → {last.dtype}", self._quantization(first))
        self._show_latency(outcome)
        kinds = len({operation.name for operation in checked.operations})
        self.ops_card.say(counts.operations(len(checked.operations)), self.tr("%n kind(s)", "", kinds))

    def _show_size(self, outcome: Outcome) -> None:
        nbytes = outcome.checked.nbytes
        if outcome.float_model is not None:
            share, words = nbytes / outcome.float_model.nbytes, self.tr("{share} % of the float32 file")
        else:
            share, words = nbytes / max(outcome.frozen.bytes, 1), self.tr("{share} % of the frozen graph")
        self.size_card.say(size(nbytes), words.format(share=f"{share * 100:.0f}"))

    def _show_latency(self, outcome: Outcome) -> None:
        if not outcome.timings:
            self.latency_card.say("–", self.tr("not measured"))
            return
        said = self.tr("a run on this machine, one thread")
        if outcome.float_model is not None and outcome.float_model.timings:
            beside = duration(outcome.float_model.timings[0].median)
            said = self.tr("a run, one thread; float32: {latency}").format(latency=beside)
        self.latency_card.say(duration(outcome.timings[0].median), said)

    def _quantization(self, tensor: TensorInfo) -> str:
        if tensor.scale is None:
            return self.tr("not quantized")
        return self.tr("scale {scale}, zero point {zero}").format(scale=f"{tensor.scale:.4g}", zero=tensor.zero_point)
