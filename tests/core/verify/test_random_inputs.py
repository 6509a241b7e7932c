"""Inputs made up where nobody gave any."""

from __future__ import annotations

import numpy as np
import pytest

from coldpress.verify.random_inputs import random_samples


def test_the_same_seed_gives_the_same_inputs() -> None:
    first = random_samples((16, 16, 3), "float32", 4, seed=3)
    assert np.array_equal(first, random_samples((16, 16, 3), "float32", 4, seed=3))
    assert not np.array_equal(first, random_samples((16, 16, 3), "float32", 4, seed=4))


@pytest.mark.parametrize("shape", [(), (5,), (7, 9), (16, 16, 1), (2, 2, 3), (20, 30, 3, 2)])
def test_they_stay_in_the_range_and_fill_it(shape: tuple[int, ...]) -> None:
    made = random_samples(shape, "float32", 40, range_=(-3, 5))
    assert made.shape == (40, *shape)
    assert made.dtype == np.float32
    assert made.min() >= -3
    assert made.max() <= 5
    assert made.max() - made.min() > 4


def test_every_other_image_is_soft() -> None:
    made = random_samples((32, 32, 1), "float32", 2)
    rough, soft = np.abs(np.diff(made, axis=1)).mean(axis=(1, 2, 3))
    assert soft < rough / 3


def test_integers_and_booleans() -> None:
    assert set(random_samples((50,), "int32", 3).ravel().tolist()) == {0, 1}
    assert random_samples((5,), "int64", 3, range_=(2, 2)).tolist() == [[2] * 5] * 3
    assert random_samples((5,), "bool", 3).dtype == np.bool_
