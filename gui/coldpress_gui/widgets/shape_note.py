"""One line under the inputs: whether their shapes fit through the graph, and what comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent

from coldpress_gui.widgets.basics import Label
from coldpress_gui.words import shape

if TYPE_CHECKING:
    from coldpress.pipeline.survey import ShapeAnswer


class ShapeNote(Label):
    """What became of the shapes."""

    def __init__(self) -> None:
        super().__init__("small")
        self._answer: ShapeAnswer | None = None
        self._outputs: tuple[str, ...] = ()
        self._busy = False
        self.setVisible(False)

    def show_busy(self, *, busy: bool) -> None:
        """Say that the shapes are being followed, or no longer are."""
        self._busy = busy
        self._say()

    def show_answer(self, answer: ShapeAnswer | None, outputs: tuple[str, ...]) -> None:
        """Show an answer; None: nothing is known."""
        if (answer, outputs) != (self._answer, self._outputs):
            self._answer, self._outputs = answer, outputs
            self._say()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._say()

    def _say(self) -> None:
        answer = self._answer
        known = answer is not None and bool(answer.shapes)
        broken = answer is not None and answer.finding is not None
        self.setVisible(self._busy or known or broken)
        if answer is not None and not self._busy and (known or broken):
            self.set_tone("bad" if broken else "good")
            text = self.tr("✗ The shapes do not fit; see below.") if broken else self._fitting(answer)
        else:
            self.set_tone("")
            text = self.tr("Following the shapes through the graph …")
        self.setText(text)

    def _fitting(self, answer: ShapeAnswer) -> str:
        ends = (f"{name} {shape(answer.shapes.get(name))}" for name in self._outputs)
        return self.tr("✓ The shapes fit through the graph; out comes {outputs}.").format(outputs=", ".join(ends))
