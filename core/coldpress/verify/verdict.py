"""The verdict: figures against limits; every reason why a result does not pass."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from coldpress.finding import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from coldpress.facts import Fact
    from coldpress.verify.layers import Layer
    from coldpress.verify.limits import ModeLimits
    from coldpress.verify.metrics import OutputMetrics
    from coldpress.verify.report import KernelRun

_FLOAT_LOSS_DB: Final = {
    "layer.range_too_wide": 9.0,
    "layer.one_channel": 9.0,
    "layer.clipped": 12.0,
    "layer.weights": 15.0,
}
"""How much a layer of a trained quantized network may lose against the same network without quantization, by why.

8 dB were measured on sound networks, at logits that training had learned to clip.
"""
_NOISE: Final = 6
"""Preferences of so many times the mean error are noise: twice three deviations."""
_FEW: Final = 50
"""Samples below which an accuracy says little."""


def judge(outputs: Sequence[OutputMetrics], limits: ModeLimits, *, made_up: bool = False) -> tuple[Finding, ...]:
    """Return every reason why the outputs do not pass.

    On ``made_up`` inputs a network often prefers no class to speak of: there the best class may change where the
    reference's preference is within the noise.
    """
    reasons: list[Finding] = []
    for metrics in outputs:
        within_noise = made_up and metrics.worst_flip is not None and metrics.worst_flip <= _NOISE * metrics.rmse
        judged = replace(metrics, argmax_agreement=None, top_k_agreement=None) if within_noise else metrics
        reasons += _output(judged, limits)
    return tuple(reasons)


def judge_kernels(runs: Sequence[KernelRun], limits: ModeLimits, *, made_up: bool, failed: bool) -> tuple[Finding, ...]:
    """Return what other kernels show: the same file is good with some and bad with others.

    ``failed`` says that it did not pass with the kernels of the verdict. A file that passes with other kernels is
    sound: then those of the verdict are to blame.
    """
    reasons = []
    for run in runs:
        found = judge(run.outputs, limits, made_up=made_up)
        facts: dict[str, Fact] = {
            "kernels": run.kernels,
            "difference": run.largest_difference or 0.0,
            "lsb": run.largest_lsb if run.largest_lsb is not None else "-",
        }
        if found and not failed:
            first = found[0]
            output = str(first.facts.get("output", ""))
            reasons.append(_block("verify.other_kernels", **facts, why=first.code, output=output))
        elif failed and not found and run.outputs:
            reasons.append(_block("verify.kernels_to_blame", **facts))
    return tuple(reasons)


def judge_accuracy(
    reference: float | None, result: float | None, limits: ModeLimits, *, samples: int, classes: int
) -> tuple[Finding, ...]:
    """Return the reasons why the accuracies do not pass: too much is lost, or the reference itself only guesses."""
    if reference is None or result is None:
        return ()
    reasons = []
    loss = reference - result
    # One sample more or less is no loss.
    allowed = None if limits.max_accuracy_loss is None else max(limits.max_accuracy_loss, 1 / samples)
    if allowed is not None and loss > allowed + 1e-9:
        reasons.append(_block("verify.accuracy", reference=reference, result=result, loss=loss, limit=allowed))
    if samples >= _FEW and classes > 1 and reference < 1.5 / classes:
        reasons.append(_block("verify.reference_guesses", reference=reference, classes=classes))
    return tuple(reasons)


def judge_layers(layers: Sequence[Layer], limits: ModeLimits) -> tuple[Finding, ...]:
    """Return the layers that lose more than rounding explains, against the graph that was converted."""
    allowed = limits.max_layer_loss_db
    if allowed is None:
        return ()
    return tuple(_layer("verify.layer_loss", layer, allowed) for layer in layers if layer.loss_db > allowed)


def judge_float_layers(layers: Sequence[Layer]) -> tuple[Finding, ...]:
    """Return the layers whose trained range costs more than rounding explains, against the unquantized network."""
    found = []
    for layer in layers:
        allowed = min((_FLOAT_LOSS_DB[reason] for reason in layer.reasons), default=None)
        if allowed is not None and layer.loss_db > allowed:
            found.append(_layer("verify.range_loss", layer, allowed))
    return tuple(found)


def judge_inputs(names: Sequence[str], clipped: Sequence[float], limits: ModeLimits) -> tuple[Finding, ...]:
    """Return the inputs that cannot hold what they were given: mean and std do not fit the data."""
    allowed = limits.max_input_clipped
    if allowed is None:
        return ()
    pairs = zip(names, clipped, strict=True)
    return tuple(_reason("verify.input_clipped", name, share, allowed) for name, share in pairs if share > allowed)


def _layer(code: str, layer: Layer, allowed: float) -> Finding:
    facts: dict[str, Fact] = {"loss": round(layer.loss_db, 1), "limit": allowed, "why": layer.reasons[0]}
    return Finding(code, Severity.BLOCK, (layer.name,), facts)


def _output(metrics: OutputMetrics, limits: ModeLimits) -> Iterator[Finding]:
    name = metrics.name
    if metrics.not_finite:
        yield _reason("verify.not_finite", name, metrics.not_finite, 0)
    if metrics.constant:
        yield _reason("verify.constant_output", name, 1, 0)
    allowed = _allowed_error(metrics, limits)
    ceilings = (
        ("verify.max_abs_error", metrics.max_abs_error, allowed),
        ("verify.max_lsb", metrics.max_lsb, limits.max_lsb),
        ("verify.mean_lsb", metrics.mean_lsb, limits.mean_lsb),
        ("verify.clipped", metrics.clipped, limits.max_clipped),
    )
    for code, value, limit in ceilings:
        if value is not None and limit is not None and value > limit:
            yield _reason(code, name, value, limit)
    floors = (
        ("verify.snr", None if _below_a_step(metrics) else metrics.snr_db, limits.min_snr_db),
        ("verify.cosine", None if _below_a_step(metrics) else metrics.cosine, limits.min_cosine),
        ("verify.argmax_agreement", metrics.argmax_agreement, limits.min_argmax_agreement),
        ("verify.top_k_agreement", metrics.top_k_agreement, limits.min_top_k_agreement),
    )
    for code, value, limit in floors:
        if value is not None and limit is not None and value < limit:
            yield _reason(code, name, value, limit)
    flip = metrics.worst_flip
    # Two scores may each be off by the allowed error, in opposite directions.
    if not limits.far_flips and allowed is not None and flip is not None and flip > 2 * allowed:
        yield _reason("verify.flip", name, flip, 2 * allowed)


def _below_a_step(metrics: OutputMetrics) -> bool:
    """Whether the error is less than one step of the output's quantization.

    A softmax over a thousand classes that prefers none has values below a step; that they round to zero says nothing.
    """
    return (
        metrics.max_lsb is not None
        and metrics.max_abs_error > 0
        and metrics.rmse * metrics.max_lsb < metrics.max_abs_error
    )


def _allowed_error(metrics: OutputMetrics, limits: ModeLimits) -> float | None:
    if limits.max_abs_error is not None:
        return limits.max_abs_error
    # An output that is zero throughout still has float32's own noise.
    return None if limits.relative_error is None else max(limits.relative_error * metrics.peak, 1e-9)


def _reason(code: str, output: str, value: float, limit: float) -> Finding:
    return _block(code, output=output, value=value, limit=limit)


def _block(code: str, **facts: Fact) -> Finding:
    short = {key: _short(value) if isinstance(value, float) else value for key, value in facts.items()}
    return Finding(code, Severity.BLOCK, facts=short)


def _short(value: float) -> float:
    """Return a figure as a sentence can show it."""
    return float(f"{value:.4g}")
