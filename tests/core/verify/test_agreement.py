"""Two runs of what should be one computation: what counts as the same."""

from __future__ import annotations

import numpy as np
import pytest

from coldpress.verify.agreement import FLOAT, HALF, agreement, rough_agreement

VALUES = np.random.default_rng(1).normal(size=(3, 1, 50)).astype(np.float32)


def _agree(wanted: np.ndarray, got: np.ndarray, tolerance: float = FLOAT) -> bool:
    return agreement({"x:0": wanted}, {"x:0": got}, tolerance).agrees


def test_roundings_agree_and_more_does_not() -> None:
    assert _agree(VALUES, VALUES * np.float32(1 + 3e-6))
    assert not _agree(VALUES, VALUES * np.float32(1.001))
    assert _agree(VALUES, VALUES * np.float32(1.001), HALF)


def test_one_wrong_value_counts() -> None:
    wrong = VALUES.copy()
    wrong[1, 0, 7] += 0.01
    assert not _agree(VALUES, wrong)
    assert rough_agreement({"x:0": VALUES}, {"x:0": wrong}).agrees


def test_what_is_not_a_number_on_one_side_alone_does_not_agree() -> None:
    wrong = VALUES.copy()
    wrong[0, 0, 0] = np.nan
    assert not _agree(VALUES, wrong)
    assert _agree(wrong, wrong)


@pytest.mark.parametrize("dtype", [np.int64, np.bool_])
def test_classes_agree_but_for_ties(dtype: type) -> None:
    classes: np.ndarray = np.array([[1], [0], [1], [1]]).astype(dtype)
    one, two = classes.copy(), classes.copy()
    one[0] = 0
    two[:2] = np.logical_not(two[:2])
    assert _agree(classes, one)
    assert not _agree(classes, two)


def test_the_worst_output_is_told() -> None:
    found = agreement({"a:0": VALUES, "b:0": VALUES}, {"a:0": VALUES, "b:0": -VALUES}, FLOAT)
    assert (found.agrees, found.samples) == (False, 3)
    assert found.cosine == pytest.approx(-1)
    assert found.max_abs_error == pytest.approx(2 * np.abs(VALUES).max())
