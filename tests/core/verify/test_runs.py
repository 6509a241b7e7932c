"""Samples into runs, and back."""

from __future__ import annotations

import numpy as np
import pytest

from coldpress.verify.runs import into_runs, into_samples


@pytest.mark.parametrize(("count", "batch", "runs"), [(6, 1, 6), (6, 3, 2), (7, 3, 3), (1, 4, 1)])
def test_batches_are_filled_up_with_the_last_sample(count: int, batch: int, runs: int) -> None:
    samples = np.arange(count * 2).reshape(count, 2)
    made = into_runs(samples, (batch, 2))
    assert made.shape == (runs, batch, 2)
    assert np.array_equal(made.reshape(-1, 2)[:count], samples)
    assert np.array_equal(made.reshape(-1, 2)[-1], samples[-1])
    assert np.array_equal(into_samples(made, batch, count), samples)


def test_inputs_without_axes_take_one_value_a_run() -> None:
    assert into_runs(np.array([1, 2, 3]), ()).shape == (3,)


def test_outputs_without_a_batch_stay_runs() -> None:
    assert into_samples(np.zeros((5, 10)), 1, 5).shape == (5, 10)
    assert into_samples(np.zeros(5), 1, 5).shape == (5,)
    assert into_samples(np.zeros((5, 1, 10)), 1, 5).shape == (5, 10)
