"""The middle of many runs, and their spread."""

from __future__ import annotations

import pytest

from coldpress.verify.timing import timing


def test_one_slow_run_moves_neither_middle_nor_spread() -> None:
    quiet = timing([0.001] * 20, kernels="default", threads=1)
    held_up = timing([0.001] * 20 + [9.0], kernels="default", threads=1)
    assert (held_up.median, held_up.low, held_up.high) == pytest.approx((quiet.median, quiet.low, quiet.high))
    assert held_up.runs == 21


def test_the_spread_leaves_out_a_tenth_on_either_side() -> None:
    found = timing([number / 100 for number in range(101)], kernels="no_delegate", threads=4)
    assert (found.low, found.median, found.high) == pytest.approx((0.1, 0.5, 0.9))


def test_a_single_run_has_no_spread() -> None:
    found = timing([2.5], kernels="default", threads=1)
    assert (found.low, found.median, found.high, found.runs) == (2.5, 2.5, 2.5, 1)
