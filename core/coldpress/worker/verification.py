"""Verify a result: the frozen graph and the ``.tflite`` on the same samples, compared layer by layer and judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.verify.metrics import compare
from coldpress.verify.report import Verification
from coldpress.verify.scatter import draw
from coldpress.verify.verdict import (
    judge,
    judge_accuracy,
    judge_float_layers,
    judge_inputs,
    judge_kernels,
    judge_layers,
)
from coldpress.worker.bench import Bench, Manner, aligned, scores
from coldpress.worker.subject import Subject, pair, random_set

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coldpress.formats.arrays import SampleSet
    from coldpress.verify.outputs import Output
    from coldpress.worker.supervisor import Worker

__all__ = ["Manner", "Subject", "pair", "random_set", "verify"]


def verify(
    tensorflow: Worker, interpreter: Worker, subject: Subject, samples: SampleSet, manner: Manner
) -> Verification:
    """Run both sides on the same samples, compare, and judge."""
    bench = Bench(tensorflow, interpreter, subject, samples, manner)
    got, clipped = bench.result()
    wanted = bench.reference(fake_quant=True)
    compared = tuple(compare(*both) for both in aligned(wanted, got))
    scored = scores(wanted, got, samples)
    layers = bench.layers(fake_quant=True) if manner.layers else ()
    others = tuple(bench.with_kernels(kernels, wanted, got) for kernels in manner.others if kernels != manner.kernels)
    trained = manner.layers and bench.trained
    float_layers = bench.layers(fake_quant=False) if trained else ()
    judged = judge(compared, manner.limits, made_up=manner.data == "random")
    reasons = (
        *judge_inputs([slot.tensor for slot in subject.slots], clipped, manner.limits),
        *judged,
        *judge_kernels(others, manner.limits, made_up=manner.data == "random", failed=bool(judged)),
        *judge_accuracy(*scored, manner.limits, samples=samples.count, classes=_classes(got)),
        *judge_layers(layers, manner.limits),
        # Random inputs reach parts of the ranges that training never saw.
        *(judge_float_layers(float_layers) if manner.data == "given" else ()),
    )
    return Verification(
        outputs=compared,
        kernels=manner.kernels.value,
        limits=manner.limits,
        reasons=tuple(reason for reason in reasons if reason.code not in manner.accept),
        data=manner.data,
        accuracy_reference=scored[0],
        accuracy_result=scored[1],
        input_clipped=clipped,
        layers=layers,
        float_layers=float_layers,
        against_float=bench.against_float(got) if trained else None,
        other_kernels=others,
        scatter=tuple(draw(*both) for both in zip(wanted, got, strict=True)),
    )


def _classes(outputs: Sequence[Output]) -> int:
    return max((output.values.shape[-1] for output in outputs if output.values.ndim > 1), default=0)
