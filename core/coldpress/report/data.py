"""A run as JSON: the object that the command line's contract describes."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from coldpress.pipeline.proof_words import proof_json
from coldpress.pipeline.sizes import sizes_of
from coldpress.report.findings import findings_json
from coldpress.sentences import say_error

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coldpress.pipeline.all_types import TypeComparison, TypeResult
    from coldpress.pipeline.outcome import FloatModel, Outcome
    from coldpress.verify.timing import Timing
    from coldpress.worker.requests.tflite import CheckedModel, TensorInfo


def outcome_json(outcome: Outcome, *, language: str) -> dict[str, Any]:
    """Return a run; ``latency`` is in seconds."""
    return {
        "status": str(outcome.verdict),
        "output": None if outcome.output is None else str(outcome.output),
        "bytes": outcome.checked.nbytes,
        "inference_type": str(outcome.choices.inference_type),
        "graph": str(outcome.model.required.source.path),
        "checkpoint": outcome.recipe.checkpoint,
        "steps": [
            {"name": str(record.step), "status": record.status, "seconds": round(record.seconds, 4)}
            for record in outcome.steps
        ],
        "inputs": [_tensor(tensor) for tensor in outcome.checked.inputs],
        "outputs": [_tensor(tensor) for tensor in outcome.checked.outputs],
        "chosen": {
            "inputs": [str(ref) for ref in outcome.choices.inputs],
            "outputs": [str(ref) for ref in outcome.choices.outputs],
        },
        "changes": len(outcome.eval_graph.changes),
        "verification": outcome.verification.as_json() if outcome.verification else None,
        "proof": None if outcome.proof is None else proof_json(outcome.proof, language=language),
        "latency": latency_json(outcome.timings),
        "size": size_json(outcome.checked),
        "float32": _float_json(outcome.float_model),
        "findings": findings_json(outcome.findings, language=language),
    }


def comparison_json(comparison: TypeComparison, *, language: str) -> dict[str, Any]:
    """Return several types of one model: each as its run has it, or with what was in the way."""
    return {"types": [_type_json(result, language=language) for result in comparison.results]}


def latency_json(timings: Sequence[Timing]) -> list[dict[str, Any]]:
    """Return every setting that was timed."""
    return [asdict(timing) for timing in timings]


def size_json(checked: CheckedModel) -> dict[str, Any]:
    """Return where the bytes of a file are."""
    sizes = sizes_of(checked)
    return {
        "bytes": sizes.nbytes,
        "structure": sizes.structure,
        "layers": [{"tensor": e.tensor, "operation": e.operation, "bytes": e.nbytes} for e in sizes.layers],
        "operations": [{"operation": e.operation, "count": e.count, "bytes": e.nbytes} for e in sizes.operations],
    }


def _type_json(result: TypeResult, *, language: str) -> dict[str, Any]:
    kind = {"inference_type": str(result.inference_type)}
    if result.outcome is not None:
        return kind | outcome_json(result.outcome, language=language)
    row: dict[str, Any] = {**kind, "status": str(result.status), "output": None}
    if result.problem is not None:
        sentence = say_error(result.problem, language=language)
        row["error"] = {"code": result.problem.code, "message": sentence.message, "remedy": sentence.remedy}
        row["findings"] = findings_json(result.blocking, language=language)
    return row


def _float_json(model: FloatModel | None) -> dict[str, Any] | None:
    return None if model is None else {"bytes": model.nbytes, "latency": latency_json(model.timings)}


def _tensor(tensor: TensorInfo) -> dict[str, Any]:
    return {
        "name": tensor.name,
        "dtype": tensor.dtype,
        "shape": list(tensor.shape),
        "scale": tensor.scale,
        "zero_point": tensor.zero_point,
    }
