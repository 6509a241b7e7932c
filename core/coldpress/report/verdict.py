"""The top of a report: the verdict, and the figures that count most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.finding import blocking
from coldpress.pipeline.outcome import Verdict
from coldpress.pipeline.proof_words import proof_words
from coldpress.report.markup import tag
from coldpress.report.paper import name_of, section, table
from coldpress.report.words import figure, percent, shape_text, size_text, time_text
from coldpress.sentences import say_finding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from coldpress.report.paper import Paper
    from coldpress.verify.report import FloatComparison, KernelRun, Verification
    from coldpress.worker.requests.tflite import TensorInfo

_SIGNS = {"verified": "✓", "unverified": "!", "failed": "✗"}
_FIGURES = (
    "max_abs_error",
    "mean_abs_error",
    "rmse",
    "cosine",
    "snr_db",
    "argmax_agreement",
    "top_k_agreement",
    "max_lsb",
    "mean_lsb",
    "clipped",
)
"""Of every output."""


def verdict(paper: Paper) -> Element:
    """Return the verdict in a line or two."""
    words, outcome = paper.words, paper.outcome
    kind = str(outcome.verdict)
    lines = [tag("p", words(f"verdict.{kind}.says", name=paper.name)), *_reasons(paper)]
    if outcome.verification is not None:
        lines.append(tag("p", " · ".join(_headline(paper, outcome.verification)), css="muted"))
    if outcome.proof is not None:
        said = proof_words(outcome.proof, language=words.language)
        lines += [tag("p", paper.hide(line), css="muted") for line in said]
    sign = tag("span", _SIGNS[kind], css="sign", aria_hidden="true")
    title = tag("h2", sign, f" {words(f'verdict.{kind}.title')}")
    return tag("div", title, *lines, css=f"verdict {kind}")


def _reasons(paper: Paper) -> list[Element]:
    """Return why a result is not good enough; nothing where it is."""
    outcome = paper.outcome
    if outcome.verdict is not Verdict.FAILED:
        return []
    found = blocking(outcome.findings, outcome.recipe.accept)
    said = dict.fromkeys(say_finding(finding, language=paper.words.language).message for finding in found)
    return [tag("ul", *(tag("li", paper.hide(sentence)) for sentence in said))]


def _headline(paper: Paper, verification: Verification) -> Iterator[str]:
    words = paper.words
    yield words("samples", samples=verification.samples, data=words.code(f"cli.data.{verification.data}"))
    before, after = verification.accuracy_reference, verification.accuracy_result
    if before is not None and after is not None:
        yield words("accuracy", before=percent(before), after=percent(after))
    agreement = verification.worst("argmax_agreement", lowest=True)
    if agreement is not None:
        yield words("agreement", share=percent(agreement))


def cards(paper: Paper) -> Element:
    """Return the figures that a person asks for first."""
    words, outcome = paper.words, paper.outcome
    found = [_card(size_text(outcome.checked.nbytes), _beside_size(paper))]
    first, last = outcome.checked.inputs[0], outcome.checked.outputs[0]
    found.append(_card(f"{first.dtype} → {last.dtype}", str(outcome.choices.inference_type)))
    if outcome.timings:
        best = outcome.timings[0]
        said = words("card.latency", threads=best.threads, runs=best.runs)
        found.append(_card(time_text(best.median), said))
    operations = outcome.checked.operations
    kinds = len({operation.name for operation in operations})
    found.append(_card(words("card.operations", count=len(operations)), words("card.kinds", kinds=kinds)))
    return tag("div", *found, css="cards")


def _beside_size(paper: Paper) -> str:
    outcome = paper.outcome
    if outcome.float_model is not None:
        share = outcome.checked.nbytes / outcome.float_model.nbytes
        return paper.words("card.of_float", share=percent(share, 0), bytes=size_text(outcome.float_model.nbytes))
    share = outcome.checked.nbytes / outcome.frozen.bytes if outcome.frozen.bytes else 0.0
    return paper.words("card.of_frozen", share=percent(share, 0))


def _card(text: str, below: str) -> Element:
    return tag("div", tag("strong", text), tag("span", below), css="card")


def figures(paper: Paper) -> Element | None:
    """Return every figure of every output, and the accuracies."""
    words, verification = paper.words, paper.outcome.verification
    if verification is None:
        return None
    outputs = verification.outputs
    rows: list[list[str | Element]] = []
    for key in _FIGURES:
        values = [getattr(metrics, key) for metrics in outputs]
        if any(value is not None for value in values):
            rows.append([words(f"figure.{key}"), *(_figure(key, value) for value in values)])
    heads = ["", *(metrics.name for metrics in outputs)]
    children: list[Element] = [table(heads, rows, right=range(1, len(heads)))]
    if verification.accuracy_reference is not None and verification.accuracy_result is not None:
        before, after = percent(verification.accuracy_reference, 2), percent(verification.accuracy_result, 2)
        children.append(tag("p", words("accuracies", before=before, after=after)))
    if verification.against_float is not None:
        children.append(_against_float(paper, verification, verification.against_float))
    children += [tag("p", _other_kernels(paper, other), css="muted") for other in verification.other_kernels]
    lead = tag("p", words("figures.lead", kernels=words(f"kernels.{verification.kernels}")), css="muted")
    return section(words("figures.title"), lead, *children)


def _other_kernels(paper: Paper, other: KernelRun) -> str:
    """Say how far other kernels are from those of the verdict."""
    words = paper.words
    kernels = words(f"kernels.{other.kernels}")
    if other.error:
        return words("other_kernels_failed", kernels=kernels)
    difference = figure(other.largest_difference, 3)
    if other.largest_lsb is None:
        return words("other_kernels", kernels=kernels, difference=difference)
    return words("other_kernels_lsb", kernels=kernels, difference=difference, lsb=f"{other.largest_lsb:.1f}")


def _figure(key: str, value: float | None) -> str:
    if value is None:
        return "∞" if key == "snr_db" else "–"
    if key in {"argmax_agreement", "top_k_agreement", "clipped"}:
        return percent(value, 2)
    return f"{value:.6f}" if key == "cosine" else figure(value)


def _against_float(paper: Paper, verification: Verification, beside: FloatComparison) -> Element:
    """Say what quantization as such costs: the result against the network without its ranges."""
    words = paper.words
    worst = min(beside.outputs, key=lambda metrics: metrics.cosine)
    text = words("against_float", cosine=f"{worst.cosine:.6f}", rmse=figure(worst.rmse))
    if beside.accuracy is not None and verification.accuracy_result is not None:
        text += " " + words(
            "against_float_accuracy",
            before=percent(beside.accuracy, 2),
            after=percent(verification.accuracy_result, 2),
        )
    return tag("p", text)


def tensors(paper: Paper) -> Element:
    """Return inputs and outputs as the file itself has them."""
    words, checked = paper.words, paper.outcome.checked
    sides = [(words("input"), tensor) for tensor in checked.inputs]
    sides += [(words("output"), tensor) for tensor in checked.outputs]
    heads = ["", words("name"), words("dtype"), words("shape"), words("scale"), words("zero_point")]
    return section(words("tensors.title"), table(heads, [_tensor(*side) for side in sides], right=(4, 5)))


def _tensor(side: str, tensor: TensorInfo) -> list[str | Element]:
    zero = "–" if tensor.zero_point is None else str(tensor.zero_point)
    scale = figure(tensor.scale, 6)
    return [side, name_of(tensor.name), tensor.dtype, shape_text(tensor.shape), scale, zero]
