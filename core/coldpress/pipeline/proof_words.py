"""A proof in words, for the terminal, the window and reports alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coldpress.sentences import SEPARATORS, say, say_finding

if TYPE_CHECKING:
    from coldpress.facts import Fact
    from coldpress.pipeline.proof import Proof


def proof_words(proof: Proof, *, language: str = "en") -> tuple[str, ...]:
    """Return what a proof came to, and what was held still in the train graph."""
    held = _held(proof, language)
    return (_verdict(proof, language), held) if held else (_verdict(proof, language),)


def proof_json(proof: Proof, *, language: str = "en") -> dict[str, Any]:
    """Return a proof as data, with its words."""
    reason = proof.reason
    return {
        **proof.as_json(),
        "reason": None if reason is None else {"code": reason.code, "nodes": list(reason.nodes), **reason.facts},
        "message": " ".join(proof_words(proof, language=language)),
    }


def _verdict(proof: Proof, language: str) -> str:
    if proof.reason is not None:
        reason = say_finding(proof.reason, language=language).message
        return say("proof.not_possible", {"reason": reason}, language=language).message
    if proof.findings:
        return say_finding(proof.findings[0], language=language).message
    facts: dict[str, Fact] = {}
    if proof.agreement is not None:
        facts = {"samples": proof.agreement.samples, "error": f"{proof.agreement.max_abs_error:.3g}"}
    return say("proof.rounded" if proof.rounded else "proof.agrees", facts, language=language).message


def _held(proof: Proof, language: str) -> str:
    if not proof.held:
        return ""
    parts = (
        say(f"proof.held.{kind}", {"count": count}, language=language).message for kind, count in proof.held.items()
    )
    return say("proof.held", {"held": SEPARATORS[language].join(parts)}, language=language).message
