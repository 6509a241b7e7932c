"""What the proof of the eval graph came to: a sentence, and what was held still for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress_gui.widgets.basics import Card, Label
from coldpress_gui.words import language

if TYPE_CHECKING:
    from coldpress.pipeline.proof import Proof

_TONES = {"agrees": "good", "disagrees": "bad", "not_possible": ""}


class ProofCard(Card):
    """Train graph against eval graph."""

    def __init__(self) -> None:
        super().__init__()
        self.verdict, self.held = Label(), Label("muted")
        self.body.addWidget(self.verdict)
        self.body.addWidget(self.held)
        self.hide()

    def retranslate(self) -> None:
        """Set the texts."""
        self.heading.setText(self.tr("Train graph against eval graph"))

    def show_proof(self, proof: Proof | None) -> None:
        """Show a proof; nothing where there is none."""
        self.setVisible(proof is not None)
        if proof is None:
            return
        # Imported late: the first window does not wait for the engine.
        from coldpress.pipeline.proof_words import proof_words

        verdict, *held = proof_words(proof, language=language())
        self.verdict.setText(verdict)
        self.verdict.set_tone(_TONES[proof.status])
        self.held.setText(" ".join(held))
        self.held.setVisible(bool(held))
