"""The verdict on a result, and its form as data."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from coldpress.verify.layers import ranked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coldpress.finding import Finding
    from coldpress.verify.layers import Layer
    from coldpress.verify.limits import ModeLimits
    from coldpress.verify.metrics import OutputMetrics
    from coldpress.verify.scatter import Scatter


@dataclass(frozen=True, slots=True)
class FloatComparison:
    """A quantized result against the same network without its fake quant nodes: what quantization as such costs."""

    outputs: tuple[OutputMetrics, ...]
    accuracy: float | None


@dataclass(frozen=True, slots=True)
class KernelRun:
    """The same file run by other kernels, on the first ``samples``.

    ``outputs`` are held against the reference, ``differences`` against the kernels of the verdict: a file that is
    right gives nearly the same with any. ``error`` is the code of what went wrong where these kernels cannot run it.
    """

    kernels: str
    samples: int = 0
    outputs: tuple[OutputMetrics, ...] = ()
    differences: tuple[OutputMetrics, ...] = ()
    error: str = ""

    @property
    def largest_difference(self) -> float | None:
        """The largest difference of one value from what the kernels of the verdict gave."""
        return max((metrics.max_abs_error for metrics in self.differences), default=None)

    @property
    def largest_lsb(self) -> float | None:
        """The same in steps of the output's quantization, where it has one."""
        return max((m.max_lsb for m in self.differences if m.max_lsb is not None), default=None)


@dataclass(frozen=True, slots=True)
class Verification:
    """Result against reference on the same inputs, with the kernels that ran it.

    The figures at the top are the worst of any output; ``accuracy_*`` are of the first output that holds classes.
    ``reasons`` say why it did not pass; ``data`` is where the samples come from (``given`` or ``random``).
    ``layers`` are in order of execution; ``float_layers`` against the network without fake quant nodes.
    ``other_kernels`` are runs of the same file by other kernels than those of the verdict.
    """

    outputs: tuple[OutputMetrics, ...]
    kernels: str
    limits: ModeLimits
    reasons: tuple[Finding, ...] = ()
    data: str = "given"
    accuracy_reference: float | None = None
    accuracy_result: float | None = None
    input_clipped: tuple[float, ...] = ()
    layers: tuple[Layer, ...] = ()
    float_layers: tuple[Layer, ...] = ()
    against_float: FloatComparison | None = None
    other_kernels: tuple[KernelRun, ...] = ()
    scatter: tuple[Scatter, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether every figure is within its limit."""
        return not self.reasons

    @property
    def samples(self) -> int:
        """Number of samples that were compared."""
        return max((metrics.samples for metrics in self.outputs), default=0)

    def worst(self, key: str, *, lowest: bool = False) -> float | None:
        """Return the worst figure called ``key`` of any output that has it."""
        values = [value for metrics in self.outputs if (value := getattr(metrics, key)) is not None]
        if not values:
            return None
        return float(min(values) if lowest else max(values))

    def as_json(self) -> Mapping[str, Any]:
        """Return the figures under the names of the command line's contract, and more; without the layers."""
        data = {
            "samples": self.samples,
            "kernels": self.kernels,
            "max_abs_error": self.worst("max_abs_error"),
            "mean_abs_error": self.worst("mean_abs_error"),
            "rmse": self.worst("rmse"),
            "cosine": self.worst("cosine", lowest=True),
            "snr_db": self.worst("snr_db", lowest=True),
            "argmax_agreement": self.worst("argmax_agreement", lowest=True),
            "max_lsb": self.worst("max_lsb"),
            "accuracy_reference": self.accuracy_reference,
            "accuracy_result": self.accuracy_result,
            "passed": self.passed,
            "data": self.data,
            "top_k_agreement": self.worst("top_k_agreement", lowest=True),
            "clipped": self.worst("clipped"),
            "constant_outputs": [metrics.name for metrics in self.outputs if metrics.constant],
            "dead_classes": sorted({number for metrics in self.outputs for number in metrics.dead_classes}),
            "limits": asdict(self.limits),
            "reasons": [{"code": reason.code, "nodes": list(reason.nodes), **reason.facts} for reason in self.reasons],
            "input_clipped": list(self.input_clipped),
            "outputs": [asdict(metrics) for metrics in self.outputs],
            "other_kernels": [_kernel_run(run) for run in self.other_kernels],
            "against_float": None if self.against_float is None else asdict(self.against_float),
        }
        clean: Mapping[str, Any] = finite(data)
        return clean

    def layers_as_json(self) -> list[Mapping[str, Any]]:
        """Return the layers, the one that loses most first."""
        return [finite(asdict(layer)) for layer in ranked(self.layers)]


def _kernel_run(run: KernelRun) -> Mapping[str, Any]:
    return {**asdict(run), "max_difference": run.largest_difference, "max_difference_lsb": run.largest_lsb}


def finite(value: Any) -> Any:
    """Return data that JSON can hold: infinity and NaN become None."""
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
