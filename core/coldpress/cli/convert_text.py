"""The outcome of a conversion as text for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coldpress.cli.inspect_text import shape_text
from coldpress.pipeline.outcome import Verdict
from coldpress.pipeline.proof_words import proof_words
from coldpress.report.words import size_text, time_text

if TYPE_CHECKING:
    from coldpress.cli.terminal import Terminal
    from coldpress.facts import Fact
    from coldpress.pipeline.outcome import Outcome
    from coldpress.verify.report import Verification

_STYLES = {Verdict.VERIFIED: "bold green", Verdict.UNVERIFIED: "bold yellow", Verdict.FAILED: "bold red"}


def show_outcome(outcome: Outcome, data: dict[str, Any], terminal: Terminal) -> None:
    """Print the verdict first, then what was chosen, the real inputs and outputs, the figures and the findings."""
    facts: dict[str, Fact] = {"output": str(outcome.output or outcome.recipe.output), "bytes": outcome.checked.nbytes}
    terminal.print(terminal.text(f"cli.verdict.{outcome.verdict}", **facts), style=_STYLES[outcome.verdict])
    _tensors(outcome, terminal)
    if outcome.verification is not None:
        show_verification(outcome.verification, terminal)
    if outcome.proof is not None:
        for line in proof_words(outcome.proof, language=terminal.language):
            terminal.print(f"  {line}")
    _latency(outcome, terminal)
    if outcome.findings:
        terminal.findings(outcome.findings, console=terminal.out)
    for title, text in data.get("commands", {}).items():
        terminal.print()
        terminal.print(f"# {title}", style="bold")
        terminal.print(text)


def _tensors(outcome: Outcome, terminal: Terminal) -> None:
    for side, tensors in (("input", outcome.checked.inputs), ("output", outcome.checked.outputs)):
        for tensor in tensors:
            quantized = "" if tensor.scale is None else f"  scale {tensor.scale:.6g}, zero point {tensor.zero_point}"
            label = terminal.text(f"cli.tensor.{side}")
            terminal.print(f"  {label}  {tensor.name}  {tensor.dtype} {shape_text(tensor.shape)}{quantized}")


def _latency(outcome: Outcome, terminal: Terminal) -> None:
    """Print how long a run takes, and what the same network is as float32."""
    for timing in outcome.timings:
        facts: dict[str, Fact] = {
            "kernels": terminal.text(f"report.kernels.{timing.kernels}"),
            "threads": timing.threads,
            "median": time_text(timing.median),
            "low": time_text(timing.low),
            "high": time_text(timing.high),
        }
        terminal.print("  " + terminal.text("cli.latency", **facts))
    beside = outcome.float_model
    if beside is not None:
        median = time_text(beside.timings[0].median) if beside.timings else "–"
        terminal.print("  " + terminal.text("cli.float_model", bytes=size_text(beside.nbytes), median=median))


def show_verification(verification: Verification, terminal: Terminal) -> None:
    """Print the figures of a verification."""
    data = verification.as_json()
    origin = terminal.text(f"cli.data.{verification.data}")
    terminal.print(
        "  " + terminal.text("cli.compared", samples=verification.samples, kernels=verification.kernels, data=origin)
    )
    shown = {
        "max_abs_error": "{:.6g}",
        "rmse": "{:.6g}",
        "cosine": "{:.6f}",
        "snr_db": "{:.1f}",
        "max_lsb": "{:.1f}",
        "argmax_agreement": "{:.2%}",
        "top_k_agreement": "{:.2%}",
        "accuracy_reference": "{:.4f}",
        "accuracy_result": "{:.4f}",
    }
    for name, form in shown.items():
        if data[name] is not None:
            terminal.print(f"    {terminal.text(f'cli.figure.{name}')}: {form.format(data[name])}")
    _other_kernels(verification, terminal)


def _other_kernels(verification: Verification, terminal: Terminal) -> None:
    """Print how far other kernels are from those of the verdict."""
    for run in verification.other_kernels:
        if run.error:
            said = terminal.text("cli.other_kernels_failed", kernels=run.kernels)
        else:
            facts: dict[str, Fact] = {"kernels": run.kernels, "samples": run.samples}
            facts["difference"] = f"{run.largest_difference or 0:.3g}"
            if run.largest_lsb is None:
                said = terminal.text("cli.other_kernels", **facts)
            else:
                said = terminal.text("cli.other_kernels_lsb", lsb=f"{run.largest_lsb:.1f}", **facts)
        terminal.print(f"    {said}")


def show_layers(verification: Verification, terminal: Terminal) -> None:
    """Print every layer that both sides have, the one that loses most first."""
    terminal.print("  " + terminal.text("cli.layers"))
    for layer in verification.layers_as_json():
        snr = "-" if layer["snr_db"] is None else f"{layer['snr_db']:.1f}"
        terminal.print(f"    {layer['name']}  rmse {layer['rmse']:.3g}  cosine {layer['cosine']:.6f}  {snr} dB")
