"""The corrections of contrib.quantize: taken out where they are provably nothing, and only there."""

from __future__ import annotations

import pytest
from tests.core.eval_graph.train_graphs import CHANNELS, TrainGraph, request, rewrite

from coldpress.eval_graph import batch_norm, batch_norm_fold
from coldpress.eval_graph.editor import GraphEditor


def _folded(train: TrainGraph, *, epsilon: float = 1e-3, freeze: bool = False, scale: str = "correction_mult") -> str:
    """Build what ``FoldBatchNorms`` leaves of a convolution, its names included."""
    weights = train.variable("weights", (3, 3, CHANNELS, CHANNELS))
    train.add("Conv2D", "Conv2D", "input", weights)
    norm = train.tracked_batch_norm("bn", "Conv2D")
    train.const("e", 1e-3)
    train.const("e_1", epsilon)
    train.add("Add", "add", "bn/moving_variance/read", "e")
    train.add("Rsqrt", "Rsqrt", "add")
    train.add("Add", "add_1", f"{norm}:2", "e_1")
    train.add("Rsqrt", "Rsqrt_1", "add_1")
    train.add("RealDiv", "scale_compute", "Rsqrt", "Rsqrt_1")
    train.add("Identity", "correction_scale", "scale_compute")
    recip = train.add("Reciprocal", "reciprocal_compute", "correction_scale")
    offset = train.const("zeros", [0.0] * CHANNELS)
    if freeze:
        recip, offset = _frozen(train, norm, recip, offset)
    train.add("Mul", scale, "correction_scale", weights)
    train.add("Mul", "mul_fold", scale, "bn/gamma/read")
    train.add("Conv2D", "Conv2D_Fold", "input", "mul_fold")
    train.add("Mul", "post_conv_mul", recip, "Conv2D_Fold")
    train.add("Add", "correction_add", "post_conv_mul", offset)
    return train.add("Add", "add_fold", "correction_add", "bn/beta/read")


def _frozen(train: TrainGraph, norm: str, recip: str, offset: str) -> tuple[str, str]:
    """Choose by a step counter, as ``freeze_bn_delay`` does."""
    train.add("Mul", "mul", f"{norm}:1", "Rsqrt_1")
    train.add("Mul", "mul_1", "bn/moving_mean/read", "Rsqrt")
    train.add("Sub", "sub", "mul", "mul_1")
    train.add("Mul", "offset_compute", "bn/gamma/read", "sub")
    ones = train.const("ones", [1.0] * CHANNELS)
    train.add("Switch", "recip/Switch", recip, "late")
    train.add("Switch", "offset/Switch", "offset_compute", "late")
    merged = train.add("Merge", "recip/Merge", "recip/Switch", ones)
    return merged, train.add("Merge", "offset/Merge", offset, "offset/Switch:1")


@pytest.mark.parametrize("freeze", [False, True])
@pytest.mark.parametrize("norm_first", [False, True])
def test_the_corrections_go_whichever_pass_comes_first(*, freeze: bool, norm_first: bool) -> None:
    train = TrainGraph()
    output = _folded(train, freeze=freeze)
    passes = (batch_norm.apply, batch_norm_fold.apply) if norm_first else (batch_norm_fold.apply, batch_norm.apply)
    editor, results = rewrite(train, output, *passes)
    assert list(editor["mul_fold"].input) == ["weights/read", "bn/gamma/read"]
    assert list(editor["add_fold"].input) == ["Conv2D_Fold", "bn/beta/read"]
    removed = [change.node for change in results[1 if norm_first else 0].changes]
    assert {"correction_mult", "post_conv_mul", "correction_add"} <= set(removed)
    assert "bn/FusedBatchNorm" not in editor.ancestors([output])


def test_the_name_does_not_matter() -> None:
    train = TrainGraph()
    editor, _ = rewrite(train, _folded(train, scale="anything"), batch_norm_fold.apply)
    assert list(editor["mul_fold"].input) == ["weights/read", "bn/gamma/read"]


def test_an_operation_that_is_called_a_correction_and_is_none_stays() -> None:
    train = TrainGraph()
    scale = train.variable("scale")
    weights = train.variable("weights", (3, 3, CHANNELS, CHANNELS))
    train.add("Mul", "correction_mult", scale, weights)
    output = train.add("Conv2D", "Conv2D_Fold", "input", "correction_mult")
    editor, results = rewrite(train, output, batch_norm_fold.apply)
    assert results[0].changes == ()
    assert list(editor[output].input) == ["input", "correction_mult"]


def test_a_correction_with_another_epsilon_is_not_one_and_stays() -> None:
    train = TrainGraph()
    editor, _ = rewrite(train, _folded(train, epsilon=0.5), batch_norm_fold.apply)
    assert list(editor["mul_fold"].input) == ["correction_mult", "bn/gamma/read"]


def test_a_constant_one_of_the_models_own_stays() -> None:
    train = TrainGraph()
    train.const("one", 1.0)
    output = train.add("Mul", "scaled", "input", "one")
    editor, results = rewrite(train, output, batch_norm_fold.apply)
    assert results[0].changes == ()
    assert list(editor[output].input) == ["input", "one"]


def test_an_operand_that_gives_the_result_its_shape_stays() -> None:
    """``w / w`` is one, but it is larger than what it scales."""
    train = TrainGraph()
    wide = train.variable("wide", (4, 4))
    small = train.variable("small", (4,))
    train.add("RealDiv", "one", wide, wide)
    output = train.add("Mul", "scaled", "one", small)
    editor, results = rewrite(train, output, batch_norm_fold.apply)
    assert results[0].changes == ()
    assert list(editor[output].input) == ["one", small]


def test_a_requested_correction_becomes_an_identity() -> None:
    train = TrainGraph()
    _folded(train)
    editor = GraphEditor(train.graph())
    batch_norm_fold.apply(editor, request("correction_add"))
    assert (editor["correction_add"].op, list(editor["correction_add"].input)) == ("Identity", ["Conv2D_Fold"])
