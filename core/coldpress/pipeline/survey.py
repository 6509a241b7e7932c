"""What the installed TensorFlow says of an eval graph before it is frozen: shapes, and who has a kernel for what.

Both questions are put to the graph without its weights, so that the answer takes no longer for a large model. The
shipped table of operations answers at once, while a person is choosing; here TensorFlow's own answer takes its place.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from coldpress.errors import BlockedError, ConverterError
from coldpress.events import LogLine, Step, ignore
from coldpress.finding import blocking
from coldpress.findings.operations import from_answer
from coldpress.findings.propagated import broken_shapes, quiet_batch
from coldpress.freeze.graph_writer import write_skeleton
from coldpress.worker.requests.graph import AskSupport, PropagatedShapes, PropagateShapes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from coldpress.cancel import CancelToken
    from coldpress.eval_graph.rewrite import EvalGraph
    from coldpress.events import Listener
    from coldpress.facts import Fact
    from coldpress.finding import Finding
    from coldpress.graph.graph import Graph
    from coldpress.pipeline.prepare import Prepared
    from coldpress.pipeline.recorder import Recorder
    from coldpress.pipeline.workers import Workers
    from coldpress.recipe import InputChoice
    from coldpress.worker.supervisor import Worker

ASKED_AGAIN = "operations."
"""Findings of the shipped table: TensorFlow's own answer takes their place."""


@dataclass(frozen=True, slots=True)
class ShapeAnswer:
    """The shape of every tensor of ``graph`` for the inputs ``inputs``; ``finding`` says what breaks or goes wrong."""

    graph: Graph
    inputs: tuple[InputChoice, ...]
    shapes: Mapping[str, tuple[int | None, ...] | None]
    finding: Finding | None = None


def survey(
    prepared: Prepared, folder: Path, workers: Workers, *, recorder: Recorder, cancel: CancelToken | None = None
) -> Prepared:
    """Ask, and return ``prepared`` with the answers among its findings. Raises ``BlockedError``."""
    skeleton = folder / "survey.pb"
    write_skeleton(prepared.eval_graph.graph, skeleton)
    with recorder.step(Step.SURVEY) as facts:
        worker = workers.tensorflow
        answer = ask_shapes(prepared.eval_graph, prepared.inputs, skeleton, worker, listener=recorder, cancel=cancel)
        findings = [*prepared.findings, *([answer.finding] if answer.finding else [])]
        if answer.finding is None:
            findings = _with_support(prepared, findings, skeleton, workers, recorder=recorder, cancel=cancel)
        facts.update(_shape_facts(prepared.outputs, answer))
        if blocked := blocking(tuple(findings), prepared.recipe.accept):
            raise BlockedError(blocked)
    return replace(prepared, findings=tuple(findings))


def ask_shapes(
    eval_graph: EvalGraph,
    inputs: Sequence[InputChoice],
    skeleton: Path,
    worker: Worker,
    *,
    listener: Listener = ignore,
    cancel: CancelToken | None = None,
) -> ShapeAnswer:
    """Propagate the shapes of ``inputs``, which are complete, through the graph in ``skeleton``.

    No shape is known of a graph with operations that this TensorFlow does not know. Raises ``ConverterError``.
    """
    chosen = tuple(inputs)
    request = PropagateShapes(str(skeleton), chosen, tuple(str(ref) for ref in eval_graph.outputs))
    try:
        answer: PropagatedShapes = worker.run(request, listener=listener, cancel=cancel, step=Step.SURVEY)
    except ConverterError as error:
        if error.code != "worker.unknown_operation":
            raise
        return ShapeAnswer(eval_graph.graph, chosen, {})
    if answer.broken is not None:
        found = broken_shapes(eval_graph.graph, chosen, answer.broken, eval_graph.findings)
        return ShapeAnswer(eval_graph.graph, chosen, answer.shapes, found)
    return ShapeAnswer(eval_graph.graph, chosen, answer.shapes, quiet_batch(chosen, answer, eval_graph.findings))


def _with_support(
    prepared: Prepared,
    findings: Sequence[Finding],
    skeleton: Path,
    workers: Workers,
    *,
    recorder: Recorder,
    cancel: CancelToken | None,
) -> list[Finding]:
    """Return the findings with TensorFlow's answer in the place of the table's.

    Where the converter cannot even be asked, the table's stay, and the conversion itself will say what is wrong.
    """
    request = AskSupport(str(skeleton), prepared.inputs, prepared.outputs, prepared.choices.inference_type)
    try:
        support = workers.tensorflow.run(request, listener=recorder, cancel=cancel, step=Step.SURVEY)
    except ConverterError as error:
        recorder(LogLine(f"{error.code} {dict(error.facts)}"))
        return list(findings)
    others = [finding for finding in findings if not finding.code.startswith(ASKED_AGAIN)]
    return [*others, *from_answer(prepared.eval_graph, prepared.recipe, support)]


def _shape_facts(outputs: Sequence[str], answer: ShapeAnswer) -> Mapping[str, Fact]:
    """Return the shapes that go in and come out, for the step's line."""
    goes_in = [_text(choice.shape) for choice in answer.inputs]
    comes_out = [_text(answer.shapes.get(name)) for name in outputs]
    return {"inputs": ", ".join(goes_in), "outputs": ", ".join(comes_out)}


def _text(shape: tuple[int | None, ...] | None) -> str:
    if shape is None:
        return "[?]"
    return "[" + ", ".join("?" if size is None else str(size) for size in shape) + "]"
