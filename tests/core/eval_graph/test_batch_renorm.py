"""Batch renormalization: what its corrections look like, and what merely waits for them."""

from __future__ import annotations

import pytest
from tests.core.eval_graph.train_graphs import TrainGraph, codes, rewrite

from coldpress.eval_graph import batch_norm_unfused, batch_renorm


def _renormalised(train: TrainGraph, *, clip: bool, gamma: bool = True) -> str:
    """Build ``batch_normalization(renorm=True)`` of 1.15."""
    mean, variance = train.moments("moments", "input")
    for name in ("moving_mean", "moving_variance", "renorm_mean", "renorm_stddev"):
        train.variable(name)
    train.const("e", 1e-3)
    train.add("Add", "add", variance, "e")
    stddev = train.add("Sqrt", "stddev", "add")
    r = train.add("RealDiv", "truediv", stddev, "renorm_stddev/read")
    train.add("Sub", "sub", mean, "renorm_mean/read")
    d = train.add("RealDiv", "truediv_1", "sub", "renorm_stddev/read")
    if clip:
        train.const("r_max", 1.5)
        r = train.add("Minimum", "clipped", r, "r_max")
    later = train.add("Identity", "later_mean", mean, "^truediv", "^truediv_1")
    train.average("renorm_mean", later)
    train.average("renorm_stddev", stddev)
    train.average("moving_mean", later)
    train.average("moving_variance", variance)
    if gamma:
        read = train.variable("gamma")
        r, d = train.add("Mul", "scale", r, read), train.add("Mul", "offset", d, read)
    train.add("Add", "batchnorm/add", variance, "e")
    train.add("Rsqrt", "batchnorm/Rsqrt", "batchnorm/add")
    train.add("Mul", "batchnorm/mul", "batchnorm/Rsqrt", r)
    train.add("Mul", "batchnorm/mul_1", "input", "batchnorm/mul")
    train.add("Mul", "batchnorm/mul_2", mean, "batchnorm/mul")
    train.add("Sub", "batchnorm/sub", d, "batchnorm/mul_2")
    return train.add("Add", "batchnorm/add_1", "batchnorm/mul_1", "batchnorm/sub")


@pytest.mark.parametrize("clip", [False, True])
@pytest.mark.parametrize("gamma", [False, True])
def test_the_corrections_become_one_and_zero(*, clip: bool, gamma: bool) -> None:
    train = TrainGraph()
    output = _renormalised(train, clip=clip, gamma=gamma)
    editor, results = rewrite(train, output, batch_renorm.apply, batch_norm_unfused.apply)
    assert codes(*results) == []
    read = {name for name in editor.ancestors([output]) if name.endswith("/read")}
    assert read == {"moving_mean/read", "moving_variance/read"} | ({"gamma/read"} if gamma else set())
    negated = editor[editor["batchnorm/add_1"].input[1]]
    assert (negated.op, list(negated.input)) == ("Neg", ["batchnorm/mul_2"])


def test_the_mean_that_waits_for_the_corrections_is_no_correction() -> None:
    train = TrainGraph()
    output = _renormalised(train, clip=False)
    editor, _ = rewrite(train, output, batch_renorm.apply)
    assert "moving_mean/AssignMovingAvg/sub" in editor
    assert editor["moving_mean/AssignMovingAvg/sub"].input[1] == "later_mean"


def test_a_quotient_of_other_things_stays() -> None:
    train = TrainGraph()
    mean, variance = train.moments("moments", "input", (1, 2))
    train.const("e", 1e-3)
    train.add("Add", "add", variance, "e")
    train.add("Sqrt", "stddev", "add")
    train.add("Sub", "sub", "input", mean)
    output = train.add("RealDiv", "normalised", "sub", "stddev")
    assert rewrite(train, output, batch_renorm.apply)[1][0].changes == ()


def test_a_correction_that_stays_blocks() -> None:
    """Here r itself is asked for; it cannot be taken out."""
    train = TrainGraph()
    _renormalised(train, clip=False)
    (result,) = rewrite(train, "truediv", batch_renorm.apply)[1]
    assert codes(result) == ["eval_graph.batch_renorm_unclear"]
