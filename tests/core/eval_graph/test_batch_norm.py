"""Fused batch norm: which variables take the place of the batch's statistics, and when nobody can tell."""

from __future__ import annotations

import pytest
from tests.core.eval_graph.train_graphs import TrainGraph, codes, request, rewrite

from coldpress.eval_graph import batch_norm, leftovers
from coldpress.eval_graph.change import ChangeKind


@pytest.mark.parametrize("op", ["FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3"])
def test_it_reads_the_moving_statistics(op: str) -> None:
    train = TrainGraph()
    norm = train.tracked_batch_norm("bn", "input", op=op, is_training=True)
    editor, results = rewrite(train, norm, batch_norm.apply)
    node = editor[norm]
    assert list(node.input)[3:] == ["bn/moving_mean/read", "bn/moving_variance/read"]
    assert not node.attr["is_training"].b
    (change,) = results[0].changes
    assert (change.kind, change.node) == (ChangeKind.BATCH_NORM, norm)
    assert change.after == "bn/moving_mean, bn/moving_variance"
    assert codes(*results, leftovers.apply(editor, request(norm))) == []


def test_a_missing_attribute_means_training() -> None:
    train = TrainGraph()
    norm = train.tracked_batch_norm("bn", "input")
    editor, _ = rewrite(train, norm, batch_norm.apply)
    assert "is_training" in editor[norm].attr
    assert not editor[norm].attr["is_training"].b


def test_one_in_inference_mode_stays_as_it_is() -> None:
    train = TrainGraph()
    norm = train.tracked_batch_norm("bn", "input", is_training=False)
    editor, results = rewrite(train, norm, batch_norm.apply)
    assert not results[0].changes
    assert list(editor[norm].input)[3:] == ["bn/Const", "bn/Const_1"]


def test_one_that_the_outputs_do_not_need_stays_as_it_is() -> None:
    train = TrainGraph()
    train.tracked_batch_norm("bn", "input")
    output = train.add("Relu", "relu", "input")
    assert rewrite(train, output, batch_norm.apply)[1][0].changes == ()


def test_control_inputs_stay_behind_the_data() -> None:
    train = TrainGraph()
    norm = train.tracked_batch_norm("bn", "input")
    next(node for node in train.nodes if node.name == norm).input.append("^input")
    editor, _ = rewrite(train, norm, batch_norm.apply)
    assert list(editor[norm].input)[3:] == ["bn/moving_mean/read", "bn/moving_variance/read", "^input"]


def test_the_gradient_does_not_pass_for_an_update() -> None:
    """``FoldFusedBatchNormGrad`` subtracts ``bn:1`` from the activations and multiplies; nothing is assigned."""
    train = TrainGraph()
    norm = train.batch_norm("bn", "input")
    train.variable("weights")
    train.add("Sub", "gradients/sub", "input", f"{norm}:1")
    train.placeholder("gradients/factor", ())
    train.add("Mul", "gradients/mul", "gradients/sub", "gradients/factor")
    train.add("AssignSub", "gradients/descent", "weights", "gradients/mul")
    editor, results = rewrite(train, norm, batch_norm.apply)
    assert results[0].changes == ()
    assert codes(leftovers.apply(editor, request(norm))) == ["eval_graph.left_batch_norm"]


def test_one_applied_twice_with_shared_variables() -> None:
    train = TrainGraph()
    first = train.tracked_batch_norm("bn", "input")
    names = ["bn/gamma/read", "bn/beta/read", "bn/Const", "bn/Const_1"]
    second = train.add("FusedBatchNorm", "again/FusedBatchNorm", first, *names)
    train.average("bn/moving_mean", f"{second}:1", "again/AssignMovingAvg")
    train.average("bn/moving_variance", f"{second}:2", "again/AssignMovingAvg_1")
    editor, results = rewrite(train, second, batch_norm.apply)
    assert len(results[0].changes) == 2
    assert list(editor[first].input)[3:] == list(editor[second].input)[3:]


def test_the_undone_correction_of_quantization_becomes_the_moving_variance() -> None:
    train = TrainGraph()
    norm = train.tracked_batch_norm("bn", "input")
    train.add("Size", "bn/Size", norm)
    train.add("Cast", "bn/n", "bn/Size", SrcT=3, DstT=1)
    train.const("bn/one", 1.0)
    train.add("Sub", "bn/less", "bn/n", "bn/one")
    train.add("RealDiv", "bn/factor", "bn/less", "bn/n")
    train.add("Mul", "bn/Undo_Bessel_Correction", f"{norm}:2", "bn/factor")
    output = train.add("Sub", "fold", "bn/Undo_Bessel_Correction", f"{norm}:1")
    editor, _ = rewrite(train, output, batch_norm.apply)
    assert list(editor[output].input) == ["bn/moving_variance/read", "bn/moving_mean/read"]


def test_a_resource_variable_gets_a_read_of_its_own() -> None:
    train = TrainGraph()
    norm = train.batch_norm("bn", "input")
    for output, name in enumerate(("mean", "variance"), start=1):
        train.add("VarHandleOp", f"bn/{name}", dtype=1, shape=(4,), shared_name=f"bn/{name}")
        train.add("ReadVariableOp", f"bn/{name}/read_in_update", f"bn/{name}", "^input", dtype=1)
        train.const(f"bn/{name}/decay", 0.1)
        train.add("Sub", f"bn/{name}/sub", f"bn/{name}/read_in_update", f"{norm}:{output}")
        train.add("Mul", f"bn/{name}/mul", f"bn/{name}/sub", f"bn/{name}/decay")
        train.add("AssignSubVariableOp", f"bn/{name}/update", f"bn/{name}", f"bn/{name}/mul", dtype=1)
    editor, _ = rewrite(train, norm, batch_norm.apply)
    assert list(editor[norm].input)[3:] == ["bn/mean/Read/ReadVariableOp", "bn/variance/Read/ReadVariableOp"]
    assert editor["bn/mean/Read/ReadVariableOp"].attr["dtype"].type == 1


def test_statistics_that_the_operation_averages_itself() -> None:
    train = TrainGraph()
    reads = [train.variable(name) for name in ("g", "b", "m", "v")]
    norm = train.add("FusedBatchNormV3", "bn", "input", *reads, is_training=True, exponential_avg_factor=0.1)
    train.add("Assign", "m/Assign", "m", f"{norm}:1")
    editor, results = rewrite(train, norm, batch_norm.apply)
    assert results[0].changes[0].recognised == "eval_graph.recognised.statistic_inputs"
    assert list(editor[norm].input)[3:] == ["m/read", "v/read"]
    assert "exponential_avg_factor" not in editor[norm].attr


def test_a_variable_of_another_shape_is_none_of_its_statistics() -> None:
    train = TrainGraph()
    norm = train.tracked_batch_norm("bn", "input")
    train.variable("other/moving_mean", (7,))
    train.average("other/moving_mean", f"{norm}:1")
    assert len(rewrite(train, norm, batch_norm.apply)[1][0].changes) == 1


def test_two_averages_of_one_statistic_block() -> None:
    train = TrainGraph()
    norm = train.tracked_batch_norm("bn", "input")
    train.variable("bn/moving_mean_slow")
    train.average("bn/moving_mean_slow", f"{norm}:1")
    editor, results = rewrite(train, norm, batch_norm.apply)
    assert codes(*results) == ["eval_graph.batch_norm_ambiguous"]
    assert results[0].findings[0].facts["variables"] == "bn/moving_mean, bn/moving_mean_slow, bn/moving_variance"
    assert codes(leftovers.apply(editor, request(norm))) == ["eval_graph.left_batch_norm"]


def test_between_equals_the_usual_name_decides() -> None:
    train = TrainGraph()
    norm = train.tracked_batch_norm("bn", "input")
    train.variable("summary/mean_of_means")
    train.average("summary/mean_of_means", f"{norm}:1")
    (change,) = rewrite(train, norm, batch_norm.apply)[1][0].changes
    assert change.after == "bn/moving_mean, bn/moving_variance"


def test_a_variable_that_tracks_both_statistics_blocks() -> None:
    train = TrainGraph()
    norm = train.batch_norm("bn", "input")
    train.variable("moving_mean")
    train.average("moving_mean", f"{norm}:1", "one")
    train.average("moving_mean", f"{norm}:2", "two")
    assert codes(*rewrite(train, norm, batch_norm.apply)[1]) == ["eval_graph.batch_norm_ambiguous"]


def test_without_updates_the_variables_beside_gamma_and_beta_are_taken_with_a_warning() -> None:
    train = TrainGraph()
    norm = train.batch_norm("bn", "input")
    train.variable("bn/moving_mean", initial=0.0)
    train.variable("bn/moving_variance", initial=1.0)
    editor, results = rewrite(train, norm, batch_norm.apply)
    assert list(editor[norm].input)[3:] == ["bn/moving_mean/read", "bn/moving_variance/read"]
    assert codes(*results) == ["eval_graph.batch_norm_without_updates"]
    assert not results[0].findings[0].blocks


@pytest.mark.parametrize("spoil", ["scope", "shape", "initial", "third", "trained"])
def test_without_updates_and_without_a_clear_pair_it_blocks(spoil: str) -> None:
    train = TrainGraph()
    norm = train.batch_norm("bn", "input")
    train.variable("other/moving_mean" if spoil == "scope" else "bn/moving_mean", initial=0.0)
    shape = (5,) if spoil == "shape" else (4,)
    train.variable("bn/moving_variance", shape, initial=2.0 if spoil == "initial" else 1.0)
    if spoil == "third":
        train.variable("bn/count", initial=0.0)
    if spoil == "trained":
        train.placeholder("gradient", (4,))
        train.add("ApplyGradientDescent", "descent", "bn/moving_mean", "gradient", "gradient")
    editor, results = rewrite(train, norm, batch_norm.apply)
    assert results[0].changes == ()
    assert codes(leftovers.apply(editor, request(norm))) == ["eval_graph.left_batch_norm"]


def test_an_update_that_contradicts_the_neighbours_blocks() -> None:
    train = TrainGraph()
    norm = train.batch_norm("bn", "input")
    train.variable("bn/moving_mean", initial=0.0)
    train.variable("bn/moving_variance", initial=1.0)
    train.variable("elsewhere/mean")
    train.average("elsewhere/mean", f"{norm}:1")
    assert rewrite(train, norm, batch_norm.apply)[1][0].changes == ()


def test_one_inside_a_loop_blocks() -> None:
    """Its variables lie outside, and what comes in must pass an Enter of the loop."""
    train = TrainGraph()
    train.add("Enter", "loop/Enter", "input", frame_name="loop")
    norm = train.tracked_batch_norm("bn", "loop/Enter")
    output = train.add("Exit", "loop/Exit", norm)
    assert codes(rewrite(train, output, batch_norm.apply)[1][0]) == ["eval_graph.batch_norm_in_loop"]
