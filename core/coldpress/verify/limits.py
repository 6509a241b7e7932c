"""When a result is good enough: limits per mode, each with its reason, each open to change in the recipe."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Protocol

from coldpress.finding import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from coldpress.verify.metrics import OutputMetrics


class Overrides(Protocol):
    """What a person may change; None leaves the mode's own limit."""

    @property
    def max_abs_error(self) -> float | None: ...  # noqa: D102
    @property
    def max_lsb(self) -> float | None: ...  # noqa: D102
    @property
    def min_argmax_agreement(self) -> float | None: ...  # noqa: D102
    @property
    def min_cosine(self) -> float | None: ...  # noqa: D102
    @property
    def max_accuracy_loss(self) -> float | None: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class ModeLimits:
    """The limits of one mode; None: not asked.

    ``relative_error`` is the largest error over the reference's largest magnitude, unless ``max_abs_error`` is set;
    ``max_lsb`` the largest and ``mean_lsb`` the mean error in steps of the output's quantization;
    ``max_accuracy_loss`` is in points (0.01: one in a hundred).
    """

    relative_error: float | None = None
    max_abs_error: float | None = None
    max_lsb: float | None = None
    mean_lsb: float | None = None
    min_argmax_agreement: float | None = None
    min_cosine: float | None = None
    max_accuracy_loss: float | None = None
    far_flips: bool = True
    """Whether the best class may change where the reference prefers its own by more than the allowed error."""


MODES: Final = {
    # The same arithmetic in another order: rounding of 1e-7, some hundredfold through a deep network.
    "float32": ModeLimits(
        relative_error=1e-4, min_argmax_agreement=0.99, min_cosine=0.999999, max_accuracy_loss=0.005, far_flips=False
    ),
    # Weights keep 11 bits (5e-4 each); errors of a network's layers add up to a few times that.
    "float16": ModeLimits(
        relative_error=1e-2, min_argmax_agreement=0.98, min_cosine=0.9999, max_accuracy_loss=0.005, far_flips=False
    ),
    # Weights and, layer by layer, activations in 8 bits, measured on the fly.
    "dynamic": ModeLimits(min_argmax_agreement=0.95, min_cosine=0.995, max_accuracy_loss=0.01),
    # Trained ranges: the reference has the same steps, so that only rounding differs. A step of the logits is many
    # steps of a softmax where it is steep (0.12 there is 0.03, 8 steps of 1/256), hence the wide single maximum
    # beside a narrow mean.
    "uint8": ModeLimits(max_lsb=40, mean_lsb=1.5, min_argmax_agreement=0.95, min_cosine=0.99, max_accuracy_loss=0.01),
    # Measured ranges: every activation loses precision against a float reference.
    "int8": ModeLimits(max_lsb=64, mean_lsb=3, min_argmax_agreement=0.93, min_cosine=0.98, max_accuracy_loss=0.01),
    # 16 bit activations, 8 bit weights: the weights' rounding is what is left.
    "int16x8": ModeLimits(min_argmax_agreement=0.97, min_cosine=0.999, max_accuracy_loss=0.01),
}


def limits_for(mode: str, overrides: Overrides | None = None) -> ModeLimits:
    """Return the limits of a mode, with a person's own in their place."""
    limits = MODES[mode]
    if overrides is None:
        return limits
    names = ("max_abs_error", "max_lsb", "min_argmax_agreement", "min_cosine", "max_accuracy_loss")
    chosen = {name: value for name in names if (value := getattr(overrides, name)) is not None}
    if "max_abs_error" in chosen:
        # The person's limit stands in place of ours, in either direction.
        chosen["relative_error"] = None
    if "max_lsb" in chosen:
        chosen["mean_lsb"] = None
    return replace(limits, **chosen)


def judge(outputs: Sequence[OutputMetrics], limits: ModeLimits) -> tuple[Finding, ...]:
    """Return every reason why the outputs do not pass."""
    return tuple(reason for metrics in outputs for reason in _output(metrics, limits))


def judge_accuracy(reference: float | None, result: float | None, limits: ModeLimits) -> tuple[Finding, ...]:
    """Return the reason why the accuracy does not pass, if it does not."""
    if reference is None or result is None or limits.max_accuracy_loss is None:
        return ()
    loss = reference - result
    if loss <= limits.max_accuracy_loss + 1e-9:
        return ()
    facts = {"reference": reference, "result": result, "loss": loss, "limit": limits.max_accuracy_loss}
    return (Finding("verify.accuracy", Severity.BLOCK, facts=facts),)


def _output(metrics: OutputMetrics, limits: ModeLimits) -> Iterator[Finding]:
    name = metrics.name
    if metrics.not_finite:
        yield _reason("verify.not_finite", name, metrics.not_finite, 0)
    if metrics.constant:
        yield _reason("verify.constant_output", name, 1, 0)
    allowed = _allowed_error(metrics, limits)
    if allowed is not None and metrics.max_abs_error > allowed:
        yield _reason("verify.max_abs_error", name, metrics.max_abs_error, allowed)
    for code, value, limit in (
        ("verify.max_lsb", metrics.max_lsb, limits.max_lsb),
        ("verify.mean_lsb", metrics.mean_lsb, limits.mean_lsb),
    ):
        if value is not None and limit is not None and value > limit:
            yield _reason(code, name, value, limit)
    for code, value, limit in (
        ("verify.cosine", metrics.cosine, limits.min_cosine),
        ("verify.argmax_agreement", metrics.argmax_agreement, limits.min_argmax_agreement),
    ):
        if value is not None and limit is not None and value < limit:
            yield _reason(code, name, value, limit)
    flip = metrics.worst_flip
    # Two scores may each be off by the allowed error, in opposite directions.
    if not limits.far_flips and allowed is not None and flip is not None and flip > 2 * allowed:
        yield _reason("verify.flip", name, flip, 2 * allowed)


def _allowed_error(metrics: OutputMetrics, limits: ModeLimits) -> float | None:
    if limits.max_abs_error is not None:
        return limits.max_abs_error
    # An output that is zero throughout still has float32's own noise.
    return None if limits.relative_error is None else max(limits.relative_error * metrics.peak, 1e-9)


def _reason(code: str, output: str, value: float, limit: float) -> Finding:
    return Finding(code, Severity.BLOCK, facts={"output": output, "value": value, "limit": limit})
