"""The figures, against numbers worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from coldpress.verify import metrics as module
from coldpress.verify.metrics import accuracy, compare
from coldpress.verify.outputs import Output


def _output(values: object, **more: object) -> Output:
    return Output("y", np.asarray(values), **more)  # type: ignore[arg-type]


def test_figures_by_hand() -> None:
    found = compare(_output([[3.0, 4.0], [0.0, 1.0]]), _output([[3.0, 4.5], [0.5, 1.0]]))
    assert found.samples == 2
    assert found.elements == 4
    assert found.max_abs_error == 0.5
    assert found.mean_abs_error == 0.25
    assert found.rmse == pytest.approx(math.sqrt(0.125))
    assert found.peak == 4
    assert found.equal_share == 0.5
    assert found.snr_db == pytest.approx(10 * math.log10(26 / 0.5))
    assert found.cosine == pytest.approx((9 + 18 + 0 + 1) / math.sqrt(26 * (9 + 20.25 + 0.25 + 1)))
    assert found.argmax_agreement == 1
    assert found.max_lsb is None


def test_equal_outputs_have_no_noise() -> None:
    found = compare(_output([[1.0, 2.0]]), _output([[1.0, 2.0]]))
    assert found.snr_db is None
    assert found.cosine == 1
    assert found.equal_share == 1


def test_zero_outputs() -> None:
    zero = _output([[0.0, 0.0]])
    assert compare(zero, zero).cosine == 1
    assert compare(zero, _output([[0.0, 1.0]])).cosine == 0
    assert compare(zero, _output([[0.0, 1.0]])).snr_db == -math.inf


def test_quantized_results_are_read_as_what_they_mean() -> None:
    result = _output(np.array([[128, 130], [120, 255]], np.uint8), scales=(0.5,), zero_points=(128,))
    found = compare(_output([[0.0, 1.0], [-4.0, 200.0]]), result)
    assert found.max_abs_error == 200 - 63.5
    assert found.max_lsb == (200 - 63.5) / 0.5
    assert found.clipped == 0.25


def test_scales_of_channels() -> None:
    result = Output("y", np.array([[[2, 2]]], np.int8), (0.5, 2.0), (0, 1), axis=2)
    assert compare(_output([[[1.0, 2.0]]]), result).max_abs_error == 0
    assert result.scale is None


def test_a_softmax_that_ends_one_step_short_of_one_is_not_clipped() -> None:
    result = _output(np.array([[255, 0]], np.uint8), scales=(1 / 256,), zero_points=(0,))
    assert compare(_output([[1.0, 0.0]]), result).clipped == 0


def test_ties_agree_with_either() -> None:
    assert compare(_output([[1.0, 1.0, 0.0]]), _output([[0.9, 1.0, 0.0]])).argmax_agreement == 1
    assert compare(_output([[0.9, 1.0, 0.0]]), _output([[1.0, 1.0, 0.0]])).argmax_agreement == 1
    flipped = compare(_output([[0.9, 1.0, 0.0]]), _output([[1.0, 0.9, 0.0]]))
    assert flipped.argmax_agreement == 0
    assert flipped.worst_flip == pytest.approx(0.1)


def test_classes_need_more_than_one_value() -> None:
    single = compare(_output([[1.0], [2.0]]), _output([[1.0], [2.0]]))
    assert single.argmax_agreement is None
    assert single.worst_flip is None
    scalar = compare(_output([1.0, 2.0]), _output([1.0, 2.5]))
    assert scalar.argmax_agreement is None
    assert scalar.max_abs_error == 0.5


def test_top_k() -> None:
    reference = np.eye(10)
    result = np.tile(np.linspace(0, 1, 10), (10, 1))
    found = compare(_output(reference), _output(result))
    assert found.argmax_agreement == 0.1
    assert found.top_k_agreement == 0.5


def test_dead_classes_and_constant_outputs() -> None:
    reference = np.eye(3)
    stuck = compare(_output(reference), _output(np.tile([0.1, 0.2, 0.1], (3, 1))))
    assert stuck.dead_classes == (0, 2)
    assert stuck.constant
    assert not compare(_output(reference), _output(reference)).constant
    same = np.tile([0.1, 0.2, 0.1], (3, 1))
    assert not compare(_output(same), _output(same)).constant


def test_what_is_not_finite_on_one_side_is_counted_and_not_averaged() -> None:
    found = compare(_output([[1.0, np.nan, np.inf, 2.0]]), _output([[np.nan, np.nan, np.inf, 2.5]]))
    assert found.not_finite == 1
    assert found.max_abs_error == 0.5


def test_feature_maps_vote_at_every_place() -> None:
    reference = np.zeros((2, 4, 4, 3))
    reference[..., 1] = 1
    result = reference.copy()
    result[0, 0, 0] = [2, 1, 0]
    assert compare(_output(reference), _output(result)).argmax_agreement == pytest.approx(31 / 32)


def test_accuracy() -> None:
    labels = np.array([0, 1, 2])
    assert accuracy(_output(np.eye(3)), labels) == 1
    assert accuracy(_output(np.eye(3)[[0, 1, 1]]), labels) == pytest.approx(2 / 3)
    assert accuracy(_output(np.eye(3).reshape(3, 1, 1, 3)), labels) == 1
    assert accuracy(_output(np.zeros((3, 4, 4, 3))), labels) is None
    assert accuracy(_output(np.zeros((3, 1))), labels) is None
    assert accuracy(_output(np.zeros(3)), labels) is None


@given(
    arrays.arrays(np.float32, (7, 5), elements=st.floats(-100, 100, width=32)),
    arrays.arrays(np.float32, (7, 5), elements=st.floats(-100, 100, width=32)),
    st.integers(1, 40),
)
def test_pieces_add_up(reference: np.ndarray, result: np.ndarray, piece: int) -> None:
    whole = compare(_output(reference), _output(result))
    kept = module._PIECE
    module._PIECE = piece  # type: ignore[misc]
    try:
        pieces = compare(_output(reference), _output(result))
    finally:
        module._PIECE = kept  # type: ignore[misc]
    assert pieces.max_abs_error == whole.max_abs_error
    assert pieces.rmse == pytest.approx(whole.rmse)
    assert pieces.cosine == pytest.approx(whole.cosine, abs=1e-9)
    assert pieces.argmax_agreement == whole.argmax_agreement
    assert pieces.constant == whole.constant
    assert -1 <= whole.cosine <= 1
