"""What random operations do to a tensor is recognised by what they compute."""

from __future__ import annotations

import numpy as np
import pytest
from tests.core.eval_graph.train_graphs import BOOL, FLOAT, TrainGraph, request

from coldpress.eval_graph.random_layers import RandomLayer, RandomMatch, find_random_layers
from coldpress.graph.tensor_ref import TensorRef


def _uniform(train: TrainGraph) -> str:
    return train.add("RandomUniform", "uniform", train.const("shape", [2], np.int32), dtype=FLOAT)


def _normal(train: TrainGraph, deviation: float, mean: float) -> str:
    drawn = train.add("RandomStandardNormal", "normal", train.const("shape", [2], np.int32), dtype=FLOAT)
    scaled = train.add("Mul", "scaled", drawn, train.const("deviation", deviation))
    return train.add("Add", "noise", scaled, train.const("mean", mean))


def _floor_mask(train: TrainGraph, keep: str) -> str:
    return train.add("Floor", "mask", train.add("Add", "sum", keep, _uniform(train)))


def _found(train: TrainGraph, output: str) -> list[RandomMatch]:
    return list(find_random_layers(train.editor(), request(output)))


def test_dropout_of_releases_before_1_13() -> None:
    train = TrainGraph()
    keep = train.const("keep_prob", 0.8)
    train.add("Mul", "out", train.add("RealDiv", "div", "input", keep), _floor_mask(train, keep))
    (match,) = _found(train, "out")
    assert (match.kind, match.source, match.output) == (RandomLayer.DROPOUT, TensorRef("input"), TensorRef("out"))
    assert match.keep == pytest.approx(0.8, abs=1e-3)


def test_dropout_whose_probability_is_fed() -> None:
    train = TrainGraph()
    keep = train.add("Placeholder", "keep_prob", dtype=FLOAT)
    train.add("Mul", "out", train.add("RealDiv", "div", "input", keep), _floor_mask(train, keep))
    assert [match.kind for match in _found(train, "out")] == [RandomLayer.DROPOUT]


def test_another_placeholder_than_the_probability_is_no_scale() -> None:
    train = TrainGraph()
    keep = train.add("Placeholder", "keep_prob", dtype=FLOAT)
    other = train.add("Placeholder", "temperature", dtype=FLOAT)
    train.add("Mul", "out", train.add("RealDiv", "div", "input", other), _floor_mask(train, keep))
    assert _found(train, "out") == []


def test_dropout_with_a_comparison_and_a_select() -> None:
    train = TrainGraph()
    rate = train.const("rate", 0.3)
    keep = train.add("Sub", "keep", train.const("one", 1.0), rate)
    scaled = train.add("Mul", "x", "input", train.add("RealDiv", "scale", "one", keep))
    mask = train.add("GreaterEqual", "mask", _uniform(train), rate)
    train.add("SelectV2", "out", mask, scaled, train.const("zero", 0.0))
    (match,) = _found(train, "out")
    assert (match.kind, match.source) == (RandomLayer.DROPOUT, TensorRef("input"))


def test_a_mask_scaled_by_the_wrong_number_is_not_dropout() -> None:
    train = TrainGraph()
    train.add("Mul", "out", train.add("RealDiv", "div", "input", train.const("nine", 0.9)),
              _floor_mask(train, train.const("eight", 0.8)))  # fmt: skip
    assert _found(train, "out") == []


def test_a_mask_whose_dropped_elements_become_ones_is_not_dropout() -> None:
    train = TrainGraph()
    mask = train.add("GreaterEqual", "mask", _uniform(train), train.const("rate", 0.5))
    doubled = train.add("Mul", "doubled", "input", train.const("two", 2.0))
    train.add("SelectV2", "out", mask, doubled, train.const("one", 1.0))
    assert _found(train, "out") == []


@pytest.mark.parametrize(
    ("op", "deviation", "mean", "kind"),
    [
        ("Add", 0.2, 0.0, RandomLayer.ADDITIVE_NOISE),
        ("Mul", 0.5, 1.0, RandomLayer.MULTIPLICATIVE_NOISE),
        ("Sub", 0.2, 0.0, RandomLayer.ADDITIVE_NOISE),
    ],
)
def test_normal_noise_that_keeps_the_mean(op: str, deviation: float, mean: float, kind: RandomLayer) -> None:
    train = TrainGraph()
    train.add(op, "out", "input", _normal(train, deviation, mean))
    (match,) = _found(train, "out")
    assert (match.kind, match.source) == (kind, TensorRef("input"))


@pytest.mark.parametrize(("op", "deviation", "mean"), [("Add", 0.2, 0.1), ("Mul", 0.2, 0.9), ("Maximum", 1.0, 0.0)])
def test_normal_noise_that_shifts_the_mean_is_not_recognised(op: str, deviation: float, mean: float) -> None:
    train = TrainGraph()
    train.add(op, "out", "input", _normal(train, deviation, mean))
    assert _found(train, "out") == []


def test_the_mean_of_a_drawn_latent_is_no_input() -> None:
    train = TrainGraph()
    train.add("ConcatV2", "out", "input", _normal(train, 1.0, 0.0), train.const("axis", 1, np.int32))
    assert _found(train, "out") == []


def test_noise_with_a_learned_deviation_is_not_recognised() -> None:
    train = TrainGraph()
    drawn = train.add("RandomStandardNormal", "normal", train.const("shape", [2], np.int32), dtype=FLOAT)
    train.add("Add", "out", "input", train.add("Mul", "noise", drawn, train.variable("deviation")))
    assert _found(train, "out") == []


def test_uniform_noise_may_stand_for_rounding() -> None:
    train = TrainGraph()
    train.add("Add", "out", "input", train.add("Sub", "centred", _uniform(train), train.const("half", 0.5)))
    assert _found(train, "out") == []


def test_a_boolean_mask_that_chooses_between_tensors_is_not_dropout() -> None:
    train = TrainGraph()
    other = train.placeholder("other")
    mask = train.add("Less", "mask", _uniform(train), train.const("rate", 0.5), T=FLOAT)
    train.add("Select", "out", mask, "input", other, T=BOOL)
    found = list(find_random_layers(train.editor(), request("out", inputs=("input", "other"))))
    assert found == []


def _uniform_noise(train: TrainGraph, width: float, offset: float = 0.0) -> str:
    scaled = train.add("Mul", "scaled", _uniform(train), train.const("width", width))
    noise = train.add("Add", "noise", scaled, train.const("low", offset - width / 2))
    return train.add("Add", "out", "input", noise)


def test_uniform_noise_of_mean_zero() -> None:
    train = TrainGraph()
    (match,) = _found(train, _uniform_noise(train, 0.2))
    assert (match.kind, match.source) == (RandomLayer.ADDITIVE_NOISE, TensorRef("input"))


@pytest.mark.parametrize(("width", "offset"), [(1.0, 0.0), (0.2, 0.05), (1.0, 0.5)])
def test_uniform_noise_that_rounds_or_moves_the_mean_is_no_noise(width: float, offset: float) -> None:
    train = TrainGraph()
    assert _found(train, _uniform_noise(train, width, offset)) == []


def _noise_by_default(train: TrainGraph, default: float, draw: str = "RandomStandardNormal") -> str:
    deviation = train.add("PlaceholderWithDefault", "deviation", train.const("default", default), dtype=FLOAT)
    drawn = train.add(draw, "drawn", train.const("shape", [2], np.int32), dtype=FLOAT)
    return train.add("Add", "out", "input", train.add("Mul", "noise", drawn, deviation))


@pytest.mark.parametrize(
    ("draw", "kind"),
    [("RandomStandardNormal", RandomLayer.ADDITIVE_NOISE), ("RandomUniform", RandomLayer.DROPOUT)],
)
def test_noise_whose_deviation_is_zero_by_default(draw: str, kind: RandomLayer) -> None:
    """Of uniform numbers it looks like a dropout that keeps everything; either way the input is left as it is."""
    train = TrainGraph()
    (match,) = _found(train, _noise_by_default(train, 0.0, draw))
    assert (match.kind, match.source) == (kind, TensorRef("input"))


def test_a_deviation_that_is_fed_has_no_default() -> None:
    train = TrainGraph()
    output = _noise_by_default(train, 0.0)
    asked = request(output, inputs=("input", "deviation"))
    assert list(find_random_layers(train.editor(), asked)) == []
