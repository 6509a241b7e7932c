"""Samples: a file or a folder of images, looked at in the background before anything runs on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from coldpress_gui.theme import SPACE
from coldpress_gui.widgets.basics import Label, column
from coldpress_gui.widgets.findings import FindingsList
from coldpress_gui.widgets.path_field import PathField
from coldpress_gui.widgets.pictures import PictureStrip
from coldpress_gui.words import counts, error_words

if TYPE_CHECKING:
    from coldpress.finding import Finding
    from coldpress.formats.arrays import SampleSet
    from coldpress_gui.widgets.pictures import Picture


@dataclass(frozen=True, slots=True)
class SampleFacts:
    """What samples are like: how many, least and greatest value of each input, whether there are labels.

    ``integers`` says that they are stored as integers, whose meaning mean and std tell; ``folder`` that they are a
    folder of images. ``pictures`` are some of them where the input is an image, as its bytes hold them.
    """

    count: int
    ranges: tuple[tuple[str, float, float], ...]
    labels: bool
    findings: tuple[Finding, ...]
    integers: bool = False
    folder: bool = False
    pictures: tuple[Picture, ...] = ()


def facts_of(samples: SampleSet, pictures: tuple[Picture, ...] = (), *, folder: bool = False) -> SampleFacts:
    """Return the facts of samples that were read."""
    cast = any(finding.code == "data.cast" for finding in samples.findings)
    integers = cast or any(entry.raw is not None for entry in samples.inputs)
    ranges = tuple(
        (entry.tensor, float(entry.values.min()), float(entry.values.max()))
        for entry in samples.inputs
        if entry.values.size and entry.values.dtype.kind in "fiu"
    )
    labels = samples.labels is not None
    return SampleFacts(samples.count, ranges, labels, samples.findings, integers, folder, pictures)


class DataField(QWidget):
    """A path and what is known of it."""

    edited = Signal(str)
    crop_changed = Signal(bool)

    def __init__(self, kinds: str) -> None:
        super().__init__()
        self.pictures, self.crop = PictureStrip(), QCheckBox()
        self.label, self.path, self.note = Label("muted"), PathField("data", kinds), Label("small")
        self.findings = FindingsList()
        self._shown: SampleFacts | BaseException | None = None
        self._busy = False
        self.setLayout(column(self.label, self.path, self.note, self.pictures, self.crop, self.findings, spacing=SPACE))
        self.path.edited.connect(self.edited)
        self.crop.toggled.connect(self.crop_changed)
        for part in (self.note, self.crop):
            part.hide()

    def name(self, label: str, name: str, choose_file: str, choose_folder: str) -> None:
        """Set the words."""
        self.label.setText(label)
        self.path.name(name, choose_file, choose_folder)

    @property
    def facts(self) -> SampleFacts | None:
        """What the samples are like, as far as it is known."""
        return self._shown if isinstance(self._shown, SampleFacts) else None

    def show_crop(self, on: bool) -> None:  # noqa: FBT001 - as a Qt setter
        """Show whether images are cut to shape."""
        self.crop.blockSignals(True)
        self.crop.setChecked(on)
        self.crop.blockSignals(False)

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
        facts, known = self._shown, self.facts
        self.crop.setText(self.tr("Cut images to the input’s shape instead of stretching them"))
        self.crop.setVisible(known is not None and known.folder)
        name = self.tr("Some of the samples, as the input holds them")
        self.pictures.show_pictures(known.pictures if known is not None else (), name)
        self.note.setVisible(self._busy or facts is not None)
        self.note.set_tone("bad" if isinstance(facts, BaseException) and not self._busy else "")
        self.findings.show_findings(known.findings if known is not None else ())
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
