"""Integers and what they stand for."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from coldpress.verify.quantized import clipped_share, dequantize, quantize


def test_rounding_goes_away_from_zero_and_ends_clip() -> None:
    values = np.array([0.5, -0.5, 1.49, 1000, -1000], np.float32)
    assert quantize(values, 1.0, 0, np.dtype("int8")).tolist() == [1, -1, 1, 127, -128]
    assert quantize(values, 1.0, 128, np.dtype("uint8")).tolist() == [129, 127, 129, 255, 0]


@given(st.integers(0, 255), st.floats(1e-4, 100), st.integers(0, 255))
def test_what_was_dequantized_quantizes_to_itself(value: int, scale: float, zero_point: int) -> None:
    stored = np.array([value], np.uint8)
    real = dequantize(stored, (scale,), (zero_point,)).astype(np.float32)
    assert quantize(real, scale, zero_point, np.dtype("uint8")) == stored


def test_the_digits_as_tensorflow_1_15_fed_them() -> None:
    stored = np.arange(256, dtype=np.uint8)
    real = ((stored.astype(np.float64) - 128) / 127).astype(np.float32)
    assert np.array_equal(quantize(real, 0.007874015718698502, 128, np.dtype("uint8")), stored)


def test_the_share_that_does_not_fit() -> None:
    values = np.array([0.0, 127.4, 127.6, -128.4, -129.0])
    assert clipped_share(values, 1.0, 0, np.dtype("int8")) == 2 / 5
    assert clipped_share(np.zeros((0, 3)), 1.0, 0, np.dtype("int8")) == 0


def test_real_values_stay_what_they_are() -> None:
    assert dequantize(np.array([1.5], np.float32), (), ()).tolist() == [1.5]
