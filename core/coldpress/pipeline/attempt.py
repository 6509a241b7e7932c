"""One inference type, from the frozen graph to the verdict."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coldpress.events import Step
from coldpress.files import copy_whole
from coldpress.finding import Finding, Severity, blocking
from coldpress.pipeline.converting import convert_frozen, load_result
from coldpress.pipeline.measuring import Measured, measure
from coldpress.pipeline.outcome import Outcome, Verdict
from coldpress.pipeline.verifying import Candidate, verify_result

if TYPE_CHECKING:
    from coldpress.cancel import CancelToken
    from coldpress.pipeline.freezing import Freezing
    from coldpress.pipeline.prepare import Prepared
    from coldpress.pipeline.proof import Proof
    from coldpress.pipeline.recorder import Recorder
    from coldpress.pipeline.workers import Workers
    from coldpress.recipe import Recipe
    from coldpress.verify.report import Verification
    from coldpress.worker.requests.tflite import CheckedModel


@dataclass(frozen=True, slots=True)
class Attempt:
    """The steps from the frozen graph to the verdict. ``folder`` holds the graphs, and takes the result."""

    prepared: Prepared
    freezing: Freezing
    workers: Workers
    folder: Path
    recorder: Recorder
    cancel: CancelToken | None
    float_beside: bool = True
    """Whether to make the float32 file of the same network, to hold a quantized result against."""

    def outcome(self) -> Outcome:
        """Convert, load, compare, prove, measure, judge, and put the result in place. Raises as ``run`` does."""
        watched: Any = {"recorder": self.recorder, "cancel": self.cancel}
        request, widened = convert_frozen(self.prepared, self.folder, self.workers, **watched)
        checked, differing = load_result(request, self.workers, **watched)
        verification = None if checked.missing else self._verify(checked)
        proof = self.freezing.prover.proof(**watched) if self.freezing.prover else None
        measured = (
            Measured()
            if checked.missing
            else measure(self.prepared, self.freezing, self.folder, self.workers, **watched)
        )
        doubts = proof.findings if proof else ()
        findings = (*self.freezing.findings, *widened, *differing, *doubts, *measured.findings)
        return self._finish(findings, checked, verification, measured, proof)

    def _verify(self, checked: CheckedModel) -> Verification:
        prepared = self.prepared
        candidate = Candidate(
            self.folder / "frozen.pb",
            self.folder / "result.tflite",
            checked,
            prepared.outputs,
            prepared.samples,
            prepared.choices.inference_type,
        )
        with self.recorder.step(Step.VERIFY) as facts:
            verification = verify_result(
                candidate, prepared.recipe, self.workers, listener=self.recorder, cancel=self.cancel
            )
            facts |= {"samples": verification.samples}
        return verification

    def _finish(
        self,
        findings: tuple[Finding, ...],
        checked: CheckedModel,
        verification: Verification | None,
        measured: Measured,
        proof: Proof | None,
    ) -> Outcome:
        prepared = self.prepared
        verdict = _verdict(verification, blocked=bool(blocking(findings, prepared.recipe.accept)))
        output = None if verdict is Verdict.FAILED else self._put_in_place()
        found = (*prepared.findings, *findings, *_unrun(checked), *(verification.reasons if verification else ()))
        return Outcome(
            recipe=self._complete_recipe(),
            model=prepared.model,
            choices=prepared.choices,
            eval_graph=prepared.eval_graph,
            inputs=prepared.inputs,
            frozen=self.freezing.frozen,
            samples=prepared.samples,
            checked=checked,
            verification=verification,
            proof=proof,
            timings=measured.timings,
            float_model=measured.float_model,
            verdict=verdict,
            findings=found,
            steps=tuple(self.recorder.records),
            folder=self.folder,
            output=output,
        )

    def _put_in_place(self) -> Path | None:
        if self.prepared.recipe.output is None:
            return None
        target = Path(self.prepared.recipe.output)
        copy_whole(self.folder / "result.tflite", target)
        return target

    def _complete_recipe(self) -> Recipe:
        """Return the recipe with every choice filled in, so that it replays to the same bytes."""
        prepared = self.prepared
        files, read = prepared.model.files, prepared.model.required
        named = tuple(
            type(choice)(original.tensor, choice.shape, choice.mean, choice.std)
            for original, choice in zip(prepared.choices.input_choices, prepared.inputs, strict=True)
        )
        return prepared.recipe.with_(
            source=str(files.path),
            graph=str(read.source.path),
            checkpoint=prepared.model.checkpoint.prefix if prepared.model.checkpoint else None,
            inputs=named,
            outputs=tuple(str(ref) for ref in prepared.choices.outputs),
            inference_type=prepared.choices.inference_type,
        )


def _verdict(verification: Verification | None, *, blocked: bool) -> Verdict:
    """Judge by what the file itself shows, then by its numbers; what cannot be run here is neither right nor wrong."""
    if blocked or (verification is not None and not verification.passed):
        return Verdict.FAILED
    return Verdict.UNVERIFIED if verification is None else Verdict.VERIFIED


def _unrun(checked: CheckedModel) -> tuple[Finding, ...]:
    if not checked.missing:
        return ()
    return (Finding("pipeline.cannot_run_here", Severity.WARNING, (), {"operations": ", ".join(checked.missing)}),)
