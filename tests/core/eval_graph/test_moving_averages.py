"""From a variable back to the statistic that it tracks."""

from __future__ import annotations

import numpy as np
from tests.core.eval_graph.train_graphs import TrainGraph

from coldpress.eval_graph.moving_averages import Held, MovingAverages, Tracked
from coldpress.graph.tensor_ref import TensorRef


def _of(train: TrainGraph, statistic: str) -> dict[str, Tracked]:
    averages = MovingAverages(train.graph())
    return {tracked.variable: tracked for tracked in averages.of(TensorRef.parse(statistic))}


def test_the_outputs_of_a_fused_batch_norm() -> None:
    train = TrainGraph()
    norm = train.tracked_batch_norm("bn", "input")
    assert list(_of(train, f"{norm}:1")) == ["bn/moving_mean"]
    assert list(_of(train, f"{norm}:2")) == ["bn/moving_variance"]
    assert not _of(train, f"{norm}:0")


def test_bessels_correction_taken_out() -> None:
    train = TrainGraph()
    norm = train.batch_norm("bn", "input")
    train.variable("variance")
    train.const("n", 128.0)
    train.const("one", 1.0)
    train.add("Sub", "n_less_one", "n", "one")
    train.add("RealDiv", "factor", "n_less_one", "n")
    train.add("Mul", "biased", "factor", f"{norm}:2")
    train.average("variance", "biased")
    assert list(_of(train, f"{norm}:2")) == ["variance"]


def test_another_factor_is_no_correction() -> None:
    train = TrainGraph()
    norm = train.batch_norm("bn", "input")
    train.variable("variance")
    train.placeholder("factor", ())
    train.add("Mul", "scaled", "factor", f"{norm}:2")
    train.average("variance", "scaled")
    assert not _of(train, f"{norm}:2")


def _debiased(train: TrainGraph, value: str, *, assign: bool) -> None:
    """Build ``_zero_debias`` as it was before 1.13 (AssignSub at the end) or later (Assign)."""
    train.variable("v")
    train.variable("v/biased")
    train.average("v/biased", value, "biased_update")
    train.placeholder("bias_factor", ())
    if assign:
        train.add("RealDiv", "unbiased", "biased_update", "bias_factor")
        train.add("Assign", "update", "v", "unbiased")
        return
    train.add("Identity", "biased_read", "v/biased", "^biased_update")
    train.add("RealDiv", "unbiased", "biased_read", "bias_factor")
    train.add("Sub", "delta", "v/read", "unbiased")
    train.add("AssignSub", "update", "v", "delta")


def test_zero_debiased_averages_of_both_ages() -> None:
    for assign in (True, False):
        train = TrainGraph()
        mean, _ = train.moments("moments", "input")
        _debiased(train, mean, assign=assign)
        found = _of(train, "moments/mean")
        assert found["v"].through == ("v/biased",)
        assert found["v/biased"].through == ()
        assert Held(TensorRef("moments/Squeeze"), reshaped=False) in found["v"].held
        assert found["v"].held[-1] == Held(TensorRef("moments/mean"), reshaped=True)


def test_a_standard_deviation_is_the_root_of_the_variance() -> None:
    train = TrainGraph()
    _, variance = train.moments("moments", "input")
    train.variable("moving_stddev")
    train.const("epsilon", 1e-3)
    train.add("Add", "add", variance, "epsilon")
    deviation = train.add("Sqrt", "stddev", "add")
    train.average("moving_stddev", deviation)
    tracked = _of(train, "moments/variance")["moving_stddev"]
    assert (tracked.power, tracked.held) == (-1, (Held(TensorRef("stddev"), reshaped=False),))


def test_a_variance_squared_back_from_a_standard_deviation() -> None:
    """Batch renorm of 1.15: ``moving_variance = relu(moving_stddev * moving_stddev - epsilon)``."""
    train = TrainGraph()
    _, variance = train.moments("moments", "input")
    train.variable("moving_stddev")
    train.variable("moving_variance")
    train.const("epsilon", 1e-3)
    train.add("Add", "add", variance, "epsilon")
    train.add("Sqrt", "stddev", "add")
    new = train.average("moving_stddev", "stddev")
    train.add("Mul", "squared", new, new)
    train.add("Sub", "less", "squared", "epsilon")
    train.add("Relu", "rectified", "less")
    train.add("Assign", "update", "moving_variance", "rectified")
    tracked = _of(train, "moments/variance")["moving_variance"]
    assert (tracked.power, tracked.through) == (0, ("moving_stddev",))
    assert Held(TensorRef("moments/Squeeze_1"), reshaped=False) in tracked.held


def test_the_shadow_of_a_weight_follows_no_statistic() -> None:
    train = TrainGraph()
    train.variable("w", initial=0.5)
    train.variable("w/ExponentialMovingAverage")
    train.average("w/ExponentialMovingAverage", "w/read")
    assert [t.variable for t in MovingAverages(train.graph())] == ["w"]


def test_the_shadow_of_a_moving_statistic_is_a_copy() -> None:
    """Slim's training script averages all model variables, moving statistics among them."""
    train = TrainGraph()
    norm = train.tracked_batch_norm("bn", "input")
    train.variable("bn/moving_mean/ExponentialMovingAverage")
    train.average(
        "bn/moving_mean/ExponentialMovingAverage", "bn/moving_mean/read", "ExponentialMovingAverage/AssignSub"
    )
    assert list(_of(train, f"{norm}:1")) == ["bn/moving_mean"]


def test_bessels_correction_as_keras_puts_it_in() -> None:
    """``variance * n / (n - (1 + epsilon))``."""
    train = TrainGraph()
    _, variance = train.moments("moments", "input")
    train.variable("moving_variance")
    train.placeholder("n", ())
    train.const("nearly_one", 1.001)
    train.add("Sub", "less", "n", "nearly_one")
    train.add("RealDiv", "factor", "n", "less")
    train.add("Mul", "unbiased", variance, "factor")
    train.average("moving_variance", "unbiased")
    assert list(_of(train, "moments/variance")) == ["moving_variance"]


def test_variables_that_follow_each_other_end() -> None:
    train = TrainGraph()
    train.variable("a")
    train.variable("b")
    train.average("a", "b/read")
    train.average("b", "a/read")
    assert list(MovingAverages(train.graph())) == []


def test_a_long_chain_of_quotients_is_walked_without_recursion() -> None:
    train = TrainGraph()
    train.variable("v")
    last = "input"
    for number in range(3000):
        last = train.add("RealDiv", f"quotient_{number}", last, "input")
    train.average("v", last)
    assert [tracked.statistic for tracked in MovingAverages(train.graph())] == [TensorRef("quotient_2999")]


def test_the_parts_of_a_virtual_batch() -> None:
    train = TrainGraph()
    train.const("axes", (0, 2, 3), np.int32)
    train.const("part_axis", 1, np.int32)
    train.add("Mean", "part_means", "input", "axes", keep_dims=True)
    train.add("Mean", "mean", "part_means", "part_axis", keep_dims=True)
    train.variable("moving_mean", (1, 1, 1, 1, 4))
    train.average("moving_mean", "mean")
    assert list(_of(train, "part_means")) == ["moving_mean"]
