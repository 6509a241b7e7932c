"""Batch norm built of single operations, and the norms that are not over the batch."""

from __future__ import annotations

import numpy as np
import pytest
from tests.core.eval_graph.train_graphs import TrainGraph, codes, request, rewrite

from coldpress.eval_graph import batch_norm_unfused
from coldpress.formats.tensors import to_array

ALONE = "eval_graph.statistic_alone"


def _tracked(train: TrainGraph, mean: str, variance: str, shape: tuple[int, ...] = (4,)) -> None:
    train.variable("bn/moving_mean", shape)
    train.variable("bn/moving_variance", shape)
    train.average("bn/moving_mean", mean)
    train.average("bn/moving_variance", variance)


def test_tracked_moments_become_the_moving_statistics() -> None:
    train = TrainGraph()
    mean, variance = train.moments("moments", "input")
    output = train.normalise("batchnorm", "input", mean, variance)
    _tracked(train, mean, variance)
    editor, results = rewrite(train, output, batch_norm_unfused.apply)
    assert editor["batchnorm/mul_1"].input[0] == "bn/moving_mean/read"
    assert editor["batchnorm/add"].input[0] == "bn/moving_variance/read"
    assert codes(*results) == []
    (change,) = results[0].changes
    assert change.after == "bn/moving_mean, bn/moving_variance"
    assert not [name for name in editor.ancestors([output]) if name.startswith("moments/")]


def test_a_formula_with_kept_dimensions_gets_the_variable_reshaped() -> None:
    train = TrainGraph()
    mean, variance = train.moments("moments", "input", (0, 2, 3), squeeze=False)
    output = train.normalise("batchnorm", "input", mean, variance)
    _tracked(train, train.add("Squeeze", "flat_mean", mean), train.add("Squeeze", "flat_variance", variance))
    editor, results = rewrite(train, output, batch_norm_unfused.apply)
    reshape = editor[editor["batchnorm/mul_1"].input[0]]
    assert (reshape.op, reshape.input[0]) == ("Reshape", "bn/moving_mean/read")
    assert to_array(editor[reshape.input[1]].attr["value"].tensor).tolist() == [1, 4, 1, 1]
    assert codes(*results) == []


def test_a_variable_with_kept_dimensions_is_read_as_it_is() -> None:
    train = TrainGraph()
    mean, variance = train.moments("moments", "input", squeeze=False)
    output = train.normalise("batchnorm", "input", mean, variance)
    _tracked(train, mean, variance, (1, 1, 1, 4))
    editor, _ = rewrite(train, output, batch_norm_unfused.apply)
    assert editor["batchnorm/mul_1"].input[0] == "bn/moving_mean/read"


def test_half_precision_reads_the_float_variable_through_a_cast() -> None:
    train = TrainGraph()
    half = train.add("Cast", "half", "input", SrcT=1, DstT=19)
    train.const("axes", (0, 1, 2), np.int32)
    mean = train.add("Mean", "mean", half, "axes", T=19)
    output = train.add("Sub", "centred", half, mean, T=19)
    full = train.add("Cast", "full", mean, SrcT=19, DstT=1)
    train.variable("moving_mean")
    train.average("moving_mean", full)
    editor, results = rewrite(train, output, batch_norm_unfused.apply)
    cast = editor[editor[output].input[1]]
    assert (cast.op, cast.input[0], cast.attr["DstT"].type) == ("Cast", "moving_mean/read", 19)
    assert codes(*results) == [ALONE]


@pytest.mark.parametrize("axes", [(1, 2), (1, 2, 3), (-1,), (3,)])
def test_moments_that_are_not_over_the_batch_stay(axes: tuple[int, ...]) -> None:
    train = TrainGraph()
    mean, variance = train.moments("moments", "input", axes, squeeze=False)
    output = train.normalise("norm", "input", mean, variance)
    editor, results = rewrite(train, output, batch_norm_unfused.apply)
    assert (results[0].changes, codes(*results)) == ((), [])
    assert editor["norm/mul_1"].input[0] == mean


@pytest.mark.parametrize("axes", [(0, 1, 2), (-4, -3, -2), (0,)])
def test_moments_over_the_batch_that_nothing_tracks_block(axes: tuple[int, ...]) -> None:
    train = TrainGraph()
    mean, variance = train.moments("moments", "input", axes, squeeze=False)
    output = train.normalise("norm", "input", mean, variance)
    (result,) = rewrite(train, output, batch_norm_unfused.apply)[1]
    assert codes(result) == ["eval_graph.batch_statistics_untracked"]
    assert set(result.findings[0].nodes) == {"moments/mean", "moments/variance"}


def test_a_mean_that_is_tracked_with_a_variance_that_is_not_blocks() -> None:
    train = TrainGraph()
    mean, variance = train.moments("moments", "input")
    output = train.normalise("norm", "input", mean, variance)
    train.variable("moving_mean")
    train.average("moving_mean", mean)
    (result,) = rewrite(train, output, batch_norm_unfused.apply)[1]
    assert codes(result) == [ALONE, "eval_graph.batch_statistics_untracked"]


def test_a_mean_over_the_batch_that_ends_as_a_number_is_left_alone() -> None:
    """A loss is a mean over the batch, often with a moving average for the log; asked for, it is given."""
    train = TrainGraph()
    train.const("axes", (0, 1, 2, 3), np.int32)
    loss = train.add("Mean", "loss", "input", "axes")
    train.variable("loss_average", ())
    train.average("loss_average", loss)
    output = train.add("Identity", "total_loss", loss)
    editor, results = rewrite(train, output, batch_norm_unfused.apply)
    assert (results[0].changes, codes(*results)) == ((), [])
    assert list(editor[output].input) == [loss]


def test_a_moving_average_of_what_is_no_statistic_blocks() -> None:
    train = TrainGraph()
    weights = train.variable("weights", (4, 4))
    summed = train.add("MatMul", "batch_sum", "input", weights)
    output = train.add("Sub", "centred", "input", summed)
    train.variable("moving_sum", (4,))
    train.average("moving_sum", summed)
    (result,) = rewrite(train, output, batch_norm_unfused.apply)[1]
    assert codes(result) == ["eval_graph.tracked_unclear"]
    assert result.findings[0].nodes == ("batch_sum", "moving_sum")


def test_a_state_that_is_merely_stored_is_left_alone() -> None:
    train = TrainGraph()
    state = train.variable("state", (4,))
    new = train.add("Tanh", "new_state", "input")
    train.add("Assign", "state/update", "state", new)
    output = train.add("Add", "output", new, state)
    assert rewrite(train, output, batch_norm_unfused.apply)[1][0].findings == ()


def test_two_averages_of_one_mean_block() -> None:
    train = TrainGraph()
    mean, variance = train.moments("moments", "input")
    output = train.normalise("norm", "input", mean, variance)
    _tracked(train, mean, variance)
    train.variable("bn/moving_mean_2")
    train.average("bn/moving_mean_2", mean)
    (result,) = rewrite(train, output, batch_norm_unfused.apply)[1]
    assert "eval_graph.statistic_ambiguous" in codes(result)


def test_what_the_outputs_do_not_need_stays() -> None:
    train = TrainGraph()
    mean, variance = train.moments("moments", "input")
    train.normalise("norm", "input", mean, variance)
    _tracked(train, mean, variance)
    output = train.add("Relu", "relu", "input")
    assert rewrite(train, output, batch_norm_unfused.apply)[1][0].changes == ()


def test_updates_still_read_the_batch_after_the_rewrite() -> None:
    """Only readers on the path change, so that a later look at the updates finds what they track."""
    train = TrainGraph()
    mean, variance = train.moments("moments", "input")
    output = train.normalise("norm", "input", mean, variance)
    _tracked(train, mean, variance)
    editor, _ = rewrite(train, output, batch_norm_unfused.apply)
    assert editor["bn/moving_mean/AssignMovingAvg/sub"].input[1] == mean
    assert not batch_norm_unfused.apply(editor, request(output)).changes


def test_a_mean_over_several_devices_is_replaced_where_it_is_averaged() -> None:
    """Half the sum of two devices is what the variable tracks; the sum itself is twice that."""
    train = TrainGraph()
    mean, _ = train.moments("moments", "input")
    train.add("NcclAllReduce", "sum", mean, T=1)
    train.const("half", 0.5)
    train.add("Mul", "mean_of_all", "sum", "half")
    output = train.add("Sub", "centred", "input", "mean_of_all")
    train.variable("moving_mean")
    train.average("moving_mean", "mean_of_all")
    editor, results = rewrite(train, output, batch_norm_unfused.apply)
    assert list(editor[output].input) == ["input", "moving_mean/read"]
    assert codes(*results) == [ALONE]


def test_a_variance_that_is_corrected_before_it_is_averaged() -> None:
    """The formula reads the corrected variance, so the variable takes its place and not that of the raw one."""
    train = TrainGraph()
    mean, variance = train.moments("moments", "input")
    train.const("factor", 128 / 127)
    corrected = train.add("Mul", "corrected", variance, "factor")
    output = train.normalise("norm", "input", mean, corrected)
    _tracked(train, mean, corrected)
    editor, _ = rewrite(train, output, batch_norm_unfused.apply)
    assert editor["norm/add"].input[0] == "bn/moving_variance/read"


def test_a_moving_standard_deviation_takes_the_place_of_the_root() -> None:
    train = TrainGraph()
    mean, variance = train.moments("moments", "input")
    train.const("e", 1e-3)
    train.add("Add", "variance_e", variance, "e")
    train.add("Sqrt", "deviation", "variance_e")
    train.add("Sub", "centred", "input", mean)
    output = train.add("RealDiv", "normalised", "centred", "deviation")
    _tracked(train, mean, "deviation")
    editor, results = rewrite(train, output, batch_norm_unfused.apply)
    assert list(editor[output].input) == ["centred", "bn/moving_variance/read"]
    assert codes(*results) == []


def test_statistics_inside_a_loop_block() -> None:
    train = TrainGraph()
    train.add("Enter", "loop/Enter", "input", frame_name="loop")
    mean, variance = train.moments("moments", "loop/Enter")
    norm = train.normalise("norm", "loop/Enter", mean, variance)
    _tracked(train, mean, variance)
    output = train.add("Exit", "loop/Exit", norm)
    assert "eval_graph.batch_norm_in_loop" in codes(rewrite(train, output, batch_norm_unfused.apply)[1][0])


@pytest.mark.parametrize(
    ("shape", "blocked"), [((-1, -1, 3), []), ((-1, 8, 8, 3), ["eval_graph.batch_statistics_untracked"])]
)
def test_an_image_standardised_before_it_becomes_a_batch(shape: tuple[int, ...], blocked: list[str]) -> None:
    """``per_image_standardization`` behind a decoder means over all axes, the first of which is the image's height."""
    train = TrainGraph()
    train.placeholder("image", shape)
    train.const("axes", (0, 1, 2), np.int32)
    train.add("Mean", "mean", "image", "axes")
    train.add("Sub", "centred", "image", "mean")
    train.const("front", 0, np.int32)
    output = train.add("ExpandDims", "batch", "centred", "front")
    editor = train.editor()
    assert codes(batch_norm_unfused.apply(editor, request(output, inputs=("image",)))) == blocked


def test_a_statistic_without_another_is_named_with_its_variable() -> None:
    """It may be a batch norm of the mean alone, or an average for a summary: only a person knows."""
    train = TrainGraph()
    mean, _ = train.moments("moments", "input")
    train.variable("moving_mean")
    train.average("moving_mean", mean)
    results = rewrite(train, train.add("Sub", "centred", "input", mean), batch_norm_unfused.apply)[1]
    (finding,) = results[0].findings
    assert (finding.code, finding.blocks) == (ALONE, False)
    assert finding.nodes == ("moments/mean", "moving_mean")
