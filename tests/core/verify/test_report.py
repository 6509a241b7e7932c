"""The verdict as data."""

from __future__ import annotations

import json

import numpy as np

from coldpress.finding import Finding, Severity
from coldpress.verify.limits import limits_for
from coldpress.verify.metrics import compare
from coldpress.verify.outputs import Output
from coldpress.verify.report import Verification

_KEYS = [
    "samples",
    "kernels",
    "max_abs_error",
    "mean_abs_error",
    "rmse",
    "cosine",
    "snr_db",
    "argmax_agreement",
    "max_lsb",
    "accuracy_reference",
    "accuracy_result",
    "passed",
]


def _verification(*reasons: Finding) -> Verification:
    first = compare(Output("a", np.zeros((4, 3))), Output("a", np.full((4, 3), 0.5)))
    second = compare(Output("b", np.ones((4, 1))), Output("b", np.full((4, 1), 1.25)))
    return Verification((first, second), "reference", limits_for("float32"), reasons)


def test_the_keys_of_the_contract_come_first() -> None:
    data = _verification().as_json()
    assert list(data)[: len(_KEYS)] == _KEYS
    assert data["samples"] == 4
    assert data["kernels"] == "reference"
    assert data["max_abs_error"] == 0.5
    assert data["cosine"] == 0
    assert data["argmax_agreement"] == 1
    assert data["max_lsb"] is None
    assert data["passed"] is True


def test_it_is_plain_json() -> None:
    text = json.dumps(_verification().as_json(), allow_nan=False)
    assert json.loads(text)["snr_db"] is None


def test_reasons_fail_it() -> None:
    verification = _verification(Finding("verify.snr", Severity.BLOCK, ("n",), {"value": 3.0}))
    assert not verification.passed
    assert verification.as_json()["reasons"] == [{"code": "verify.snr", "nodes": ["n"], "value": 3.0}]
    assert verification.layers_as_json() == []
