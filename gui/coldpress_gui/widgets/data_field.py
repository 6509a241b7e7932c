"""Samples: a file or a folder of images, looked at in the background before anything runs on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QWidget

from coldpress_gui.theme import SPACE
from coldpress_gui.widgets.basics import Label, column
from coldpress_gui.widgets.findings import FindingsList
from coldpress_gui.widgets.path_field import PathField
from coldpress_gui.words import counts, error_words

if TYPE_CHECKING:
    from coldpress.finding import Finding
    from coldpress.formats.arrays import SampleSet


@dataclass(frozen=True, slots=True)
class SampleFacts:
    """What samples are like: how many, least and greatest value of each input, whether there are labels."""

    count: int
    ranges: tuple[tuple[str, float, float], ...]
    labels: bool
    findings: tuple[Finding, ...]


def facts_of(samples: SampleSet) -> SampleFacts:
    """Return the facts of samples that were read."""
    ranges = tuple(
        (entry.tensor, float(entry.values.min()), float(entry.values.max()))
        for entry in samples.inputs
        if entry.values.size and entry.values.dtype.kind in "fiu"
    )
    return SampleFacts(samples.count, ranges, samples.labels is not None, samples.findings)


class DataField(QWidget):
    """A path and what is known of it."""

    edited = Signal(str)

    def __init__(self, kinds: str) -> None:
        super().__init__()
        self.label, self.path, self.note = Label("muted"), PathField("data", kinds), Label("small")
        self.findings = FindingsList()
        self._shown: SampleFacts | BaseException | None = None
        self._busy = False
        self.setLayout(column(self.label, self.path, self.note, self.findings, spacing=SPACE))
        self.path.edited.connect(self.edited)
        self.note.hide()

    def name(self, label: str, name: str, choose_file: str, choose_folder: str) -> None:
        """Set the words."""
        self.label.setText(label)
        self.path.name(name, choose_file, choose_folder)

    def show_busy(self) -> None:
        """Say that the samples are being looked at."""
        self._busy = True
        self._say()

    def show_facts(self, facts: SampleFacts | BaseException | None) -> None:
        """Say what the samples are like, or why they cannot be read; None: nothing is given."""
        self._shown, self._busy = facts, False
        self._say()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._say()

    def _say(self) -> None:
        facts = self._shown
        self.note.setVisible(self._busy or facts is not None)
        self.note.set_tone("bad" if isinstance(facts, BaseException) and not self._busy else "")
        self.findings.show_findings(facts.findings if isinstance(facts, SampleFacts) else ())
        if self._busy:
            self.note.setText(self.tr("Looking at the samples …"))
        elif isinstance(facts, BaseException):
            words = error_words(facts)
            self.note.setText(f"{words.message} {words.remedy}".strip())
        elif facts is not None:
            self.note.setText(" · ".join(self._words(facts)))

    def _words(self, facts: SampleFacts) -> list[str]:
        parts = [counts.samples(facts.count)]
        for tensor, low, high in facts.ranges:
            parts.append(
                self.tr("{tensor} from {low} to {high}").format(tensor=tensor, low=f"{low:.4g}", high=f"{high:.4g}")
            )
        if facts.labels:
            parts.append(self.tr("with labels"))
        return parts
