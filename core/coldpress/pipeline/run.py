"""The whole job, step by step: nothing is put in place before it is verified."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from coldpress.events import Step, ignore
from coldpress.files import check_target, staged
from coldpress.finding import Finding, Severity, blocking
from coldpress.freeze.graph_writer import write_graph
from coldpress.pipeline.converting import convert_frozen, load_result
from coldpress.pipeline.freezing import freeze_model
from coldpress.pipeline.outcome import Outcome, Verdict
from coldpress.pipeline.prepare import prepare
from coldpress.pipeline.recorder import Recorder
from coldpress.pipeline.survey import survey
from coldpress.pipeline.verifying import Candidate, verify_result

if TYPE_CHECKING:
    from coldpress.cancel import CancelToken
    from coldpress.events import Listener
    from coldpress.freeze.freezer import FrozenGraph
    from coldpress.pipeline.prepare import Prepared
    from coldpress.pipeline.workers import Workers
    from coldpress.recipe import Recipe
    from coldpress.verify.report import Verification
    from coldpress.worker.requests import CheckedModel


def run(recipe: Recipe, workers: Workers, *, listener: Listener = ignore, cancel: CancelToken | None = None) -> Outcome:
    """Do the whole job that ``recipe`` describes.

    The result is moved to ``recipe.output`` at the end, and only where it was verified, or could not be run here.
    Raises ``BlockedError`` where a finding stops the run, ``InputError``, ``ConverterError``, ``OutputError``,
    ``Cancelled``; bad numbers are no exception but a verdict.
    """
    recorder = Recorder(listener)
    if recipe.output:
        check_target(Path(recipe.output))
    folder = workers.new_folder()
    prepared = prepare(recipe, listener=recorder, cancel=cancel)
    prepared = survey(prepared, folder, workers, recorder=recorder, cancel=cancel)
    return _Run(prepared, workers, folder, recorder, cancel).outcome()


@dataclass(frozen=True, slots=True)
class _Run:
    """The steps that need processes."""

    prepared: Prepared
    workers: Workers
    folder: Path
    recorder: Recorder
    cancel: CancelToken | None

    def outcome(self) -> Outcome:
        prepared = self.prepared
        write_graph(prepared.eval_graph.graph, self.folder / "eval_graph.pb")
        freezing = freeze_model(
            prepared.model,
            prepared.eval_graph,
            self.folder / "frozen.pb",
            self.workers.tensorflow,
            listener=self.recorder,
            cancel=self.cancel,
        )
        request = convert_frozen(prepared, self.folder, self.workers, recorder=self.recorder, cancel=self.cancel)
        checked, differing = load_result(request, self.workers, recorder=self.recorder, cancel=self.cancel)
        verification = None if checked.missing else self._verify(checked)
        return self._finish(freezing.frozen, (*freezing.findings, *differing), checked, verification)

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
        frozen: FrozenGraph,
        findings: tuple[Finding, ...],
        checked: CheckedModel,
        verification: Verification | None,
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
            frozen=frozen,
            samples=prepared.samples,
            checked=checked,
            verification=verification,
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
        result = self.folder / "result.tflite"
        with staged(target, size=result.stat().st_size) as temporary:
            shutil.copyfile(result, temporary)
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
