"""Figures against limits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from coldpress.recipe import InferenceType, Limits
from coldpress.sentences import say_finding
from coldpress.verify.layers import Layer
from coldpress.verify.limits import MODES, limits_for
from coldpress.verify.metrics import OutputMetrics, compare
from coldpress.verify.outputs import Output
from coldpress.verify.report import KernelRun
from coldpress.verify.verdict import (
    judge,
    judge_accuracy,
    judge_float_layers,
    judge_inputs,
    judge_kernels,
    judge_layers,
)

_GOOD = compare(
    Output("y", np.random.default_rng(0).normal(size=(50, 10))),
    Output("y", np.random.default_rng(0).normal(size=(50, 10))),
)


def _codes(metrics: OutputMetrics, mode: str, limits: Limits | None = None) -> list[str]:
    return [reason.code for reason in judge([metrics], limits_for(mode, limits))]


def test_every_mode_has_limits() -> None:
    assert set(MODES) == {mode.value for mode in InferenceType}


@pytest.mark.parametrize("mode", list(InferenceType))
def test_equal_outputs_pass_in_every_mode(mode: InferenceType) -> None:
    assert _codes(_GOOD, mode.value) == []


@pytest.mark.parametrize(
    ("change", "mode", "code"),
    [
        ({"not_finite": 3}, "float32", "verify.not_finite"),
        ({"constant": True}, "int8", "verify.constant_output"),
        ({"max_abs_error": 0.01}, "float32", "verify.max_abs_error"),
        ({"max_lsb": 70.0}, "uint8", "verify.max_lsb"),
        ({"mean_lsb": 5.0}, "int8", "verify.mean_lsb"),
        ({"snr_db": 10.0}, "uint8", "verify.snr"),
        ({"cosine": 0.9}, "dynamic", "verify.cosine"),
        ({"argmax_agreement": 0.5}, "int16x8", "verify.argmax_agreement"),
        ({"worst_flip": 0.5}, "float16", "verify.flip"),
    ],
)
def test_each_figure_beyond_its_limit_is_a_reason(change: dict[str, object], mode: str, code: str) -> None:
    (reason,) = judge([replace(_GOOD, **change)], limits_for(mode))  # type: ignore[arg-type]
    assert reason.code == code
    assert reason.facts["output"] == "y"
    assert "?" not in say_finding(reason).message


def test_values_below_a_step_of_the_output_are_no_error() -> None:
    rng = np.random.default_rng(0)
    flat = rng.random((20, 1000)) / 700
    result = Output("y", np.zeros((20, 1000), np.uint8), (1 / 256,), (0,))
    metrics = compare(Output("y", flat), result)
    assert metrics.cosine == 0
    assert "verify.snr" not in _codes(metrics, "int8")
    assert "verify.cosine" not in _codes(metrics, "int8")
    wrong = compare(Output("y", flat * 2000), result)
    assert {"verify.snr", "verify.cosine"} <= set(_codes(wrong, "int8"))


def test_preferences_within_the_noise_count_only_on_real_data() -> None:
    unsure = replace(_GOOD, argmax_agreement=0.5, worst_flip=0.001, rmse=0.001)
    limits = limits_for("int8")
    assert [reason.code for reason in judge([unsure], limits)] == ["verify.argmax_agreement"]
    assert judge([unsure], limits, made_up=True) == ()
    sure = replace(unsure, worst_flip=0.5)
    assert [reason.code for reason in judge([sure], limits, made_up=True)] == ["verify.argmax_agreement"]


def test_a_person_can_move_each_limit() -> None:
    noisy = replace(_GOOD, max_abs_error=0.01)
    assert _codes(noisy, "float32", Limits(max_abs_error=0.1)) == []
    assert _codes(noisy, "float32", Limits(max_abs_error=0.001)) == ["verify.max_abs_error"]
    assert _codes(replace(_GOOD, max_lsb=70.0, mean_lsb=9.0), "uint8", Limits(max_lsb=80)) == []
    assert _codes(replace(_GOOD, cosine=0.9, snr_db=5.0), "uint8", Limits(min_cosine=0.8)) == []
    assert _codes(replace(_GOOD, argmax_agreement=0.5), "uint8", Limits(min_argmax_agreement=0.4)) == []
    assert _codes(replace(_GOOD, mean_lsb=3.0), "uint8", Limits(max_mean_lsb=2)) == ["verify.mean_lsb"]
    assert _codes(replace(_GOOD, snr_db=12.0), "int8", Limits(min_snr_db=10)) == []
    assert limits_for("uint8", Limits(max_layer_loss_db=20, max_input_clipped=0.5)).max_layer_loss_db == 20


def test_classes_beyond_the_first_and_values_beyond_the_ends() -> None:
    assert _codes(replace(_GOOD, top_k_agreement=0.9), "int8") == ["verify.top_k_agreement"]
    assert _codes(replace(_GOOD, top_k_agreement=0.9), "int8", Limits(min_top_k_agreement=0.8)) == []
    assert _codes(replace(_GOOD, clipped=0.2), "uint8") == ["verify.clipped"]


def test_accuracy() -> None:
    limits = limits_for("int8")

    def codes(reference: float | None, result: float | None, samples: int = 1000, classes: int = 10) -> list[str]:
        return [r.code for r in judge_accuracy(reference, result, limits, samples=samples, classes=classes)]

    assert codes(0.95, 0.945) == []
    assert codes(0.95, 0.90) == ["verify.accuracy"]
    assert codes(0.95, 0.99) == []
    assert codes(None, None) == []
    # One of forty images is no loss of 2.5 points.
    assert codes(0.95, 0.925, samples=40) == []
    assert codes(0.10, 0.10) == ["verify.reference_guesses"]
    assert codes(0.10, 0.10, samples=10) == []


def _layer(loss: float, *reasons: str) -> Layer:
    return Layer(
        name="net/conv",
        tensor="net/conv",
        operation="CONV_2D",
        rmse=0.1,
        cosine=0.9,
        snr_db=20,
        loss_db=loss,
        mean_lsb=1,
        low=0,
        high=1,
        scale=0.1,
        zero_point=0,
        range_low=0,
        range_high=25.5,
        used=0.04,
        clipped=0,
        reasons=reasons,
    )


def test_layers() -> None:
    limits = limits_for("uint8")
    assert judge_layers([_layer(5)], limits) == ()
    (reason,) = judge_layers([_layer(5), _layer(18, "layer.range_too_wide")], limits)
    assert reason.code == "verify.layer_loss"
    assert reason.nodes == ("net/conv",)
    assert "net/conv" in say_finding(reason).message
    assert judge_layers([_layer(60, "layer.weights")], limits_for("float32")) == ()


def test_trained_ranges_may_cost_something() -> None:
    assert judge_float_layers([_layer(7.8, "layer.clipped"), _layer(8.5, "layer.range_too_wide"), _layer(4)]) == ()
    assert [r.code for r in judge_float_layers([_layer(10, "layer.range_too_wide")])] == ["verify.range_loss"]
    assert judge_float_layers([_layer(10, "layer.weights")]) == ()


def test_inputs_that_cannot_hold_the_data() -> None:
    limits = limits_for("uint8")
    assert judge_inputs(["x:0"], [0.001], limits) == ()
    (reason,) = judge_inputs(["x:0", "y:0"], [0.0, 0.3], limits)
    assert reason.code == "verify.input_clipped"
    assert "y:0" in say_finding(reason).message
    assert judge_inputs(["x:0"], [0.9], limits_for("float32")) == ()


def test_other_kernels_are_judged_by_the_same_limits() -> None:
    limits = limits_for("uint8")
    bad = replace(_GOOD, snr_db=3.0)
    sound, broken = (KernelRun("reference", 4, (metrics,), (metrics,)) for metrics in (_GOOD, bad))

    def codes(run: KernelRun, *, failed: bool) -> list[str]:
        return [reason.code for reason in judge_kernels([run], limits, made_up=False, failed=failed)]

    assert codes(sound, failed=False) == []
    assert codes(broken, failed=False) == ["verify.other_kernels"]
    assert codes(sound, failed=True) == ["verify.kernels_to_blame"]
    assert codes(broken, failed=True) == []
    assert codes(KernelRun("reference", error="interpreter.crashed"), failed=True) == []
    (reason,) = judge_kernels([broken], limits, made_up=False, failed=False)
    assert "reference" in say_finding(reason).message
    assert "verify.snr" in say_finding(reason).message
