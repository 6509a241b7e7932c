"""The train graph held still: what is set in it, what is cut away, and when there is none."""

from __future__ import annotations

import numpy as np
from tests.core.eval_graph.train_graphs import BOOL, CHANNELS, FLOAT, INT, TrainGraph, request

from coldpress.eval_graph import batch_norm, conditionals, dropout, noise
from coldpress.eval_graph.held_graph import HeldGraph, NotHeld, held_graph
from coldpress.eval_graph.rewrite import to_eval_graph
from coldpress.eval_graph.stand_ins import StandIn, StandInKind, Stored
from coldpress.formats.tensors import to_array
from coldpress.graph.tensor_ref import TensorRef

_VALUES = {"bn/moving_mean": np.arange(CHANNELS, dtype=np.float32), "bn/moving_variance": np.ones(CHANNELS, np.float32)}


def _held(train: TrainGraph, output: str) -> HeldGraph:
    asked = request(output)
    passes = (conditionals.apply, batch_norm.apply, dropout.apply, noise.apply)
    made = to_eval_graph(train.graph(), asked, passes=passes)
    held = held_graph(train.graph(), asked, made.stand_ins, _VALUES.__getitem__)
    assert isinstance(held, HeldGraph), held
    return held


def _flag(train: TrainGraph) -> str:
    return train.add("Placeholder", "is_training", dtype=BOOL, shape=())


def test_a_batch_norm_is_given_the_moving_statistics() -> None:
    train = TrainGraph()
    held = _held(train, train.tracked_batch_norm("bn", "input"))
    norm = held.graph["bn/FusedBatchNorm"]
    assert not norm.attr["is_training"].b
    mean = to_array(held.graph[norm.input[3]].attr["value"].tensor)
    np.testing.assert_array_equal(mean, _VALUES["bn/moving_mean"])
    assert held.held[StandInKind.STATISTIC] == 2
    assert not any("AssignMovingAvg" in node.name for node in held.graph)


def test_a_conditional_stays_and_its_flag_is_off() -> None:
    train = TrainGraph()
    flag = _flag(train)
    train.add("Switch", "switch", "input", flag)
    noisy = train.add("Mul", "noisy", "switch:1", train.const("two", 2.0))
    held = _held(train, train.add("Merge", "merge", "switch", noisy, N=2))
    assert {node.op for node in held.graph} >= {"Switch", "Merge"}
    constant = held.graph[held.graph["switch"].input[1]]
    assert not to_array(constant.attr["value"].tensor)
    assert dict(held.held) == {StandInKind.FLAG: 1}


def test_what_leads_to_a_branch_that_is_never_taken_is_not_run() -> None:
    """Labels from a queue, read before the Switch that stops them."""
    train = TrainGraph()
    flag = _flag(train)
    train.add("Placeholder", "labels", dtype=FLOAT, shape=(-1, 8, 8, CHANNELS))
    train.add("Switch", "given", train.add("Square", "squared", "labels"), flag)
    train.add("Switch", "own", "input", flag)
    held = _held(train, train.add("Merge", "merge", "own", "given:1", N=2))
    names = {node.name for node in held.graph}
    assert "given" in names
    assert names.isdisjoint({"labels", "squared"})


def test_noise_is_drawn_at_its_mean_and_a_dropout_passed_over() -> None:
    train = TrainGraph()
    shape = train.add("Shape", "shape", "input", out_type=INT)
    drawn = train.add("RandomStandardNormal", "drawn", shape, dtype=FLOAT)
    noisy = train.add("Add", "noisy", "input", train.add("Mul", "scaled", drawn, train.const("deviation", 0.1)))
    keep = train.const("keep", 0.5)
    train.add("Floor", "mask", train.add("Add", "sum", keep, train.add("RandomUniform", "uniform", shape, dtype=FLOAT)))
    held = _held(train, train.add("Mul", "out", train.add("RealDiv", "div", noisy, keep), "mask"))
    assert not any("Random" in node.op for node in held.graph)
    assert [str(ref) for ref in held.outputs] == ["noisy:0"]
    fill = held.graph[held.graph["scaled"].input[0]]
    assert (fill.op, fill.input[0]) == ("Fill", "shape")
    assert dict(held.held) == {StandInKind.RANDOM: 1, StandInKind.PASSED: 1}


def test_an_update_on_the_path_is_not_run() -> None:
    train = TrainGraph()
    train.variable("count", ())
    counted = train.add("AssignAdd", "counted", "count", train.const("one", 1.0))
    output = train.add("Mul", "out", "input", counted)
    held = held_graph(train.graph(), request(output), (), _VALUES.__getitem__)
    assert isinstance(held, HeldGraph)
    assert list(held.graph["out"].input) == ["input", "count/read"]


def test_a_random_operation_that_is_left_makes_it_impossible() -> None:
    train = TrainGraph()
    drawn = train.add("RandomUniform", "drawn", train.const("shape", [2], np.int32), dtype=FLOAT)
    output = train.add("Mul", "out", "input", drawn)
    held = held_graph(train.graph(), request(output), (), _VALUES.__getitem__)
    assert held == NotHeld("proof.more_than_inference", ("drawn",))


def test_what_lies_inside_a_function_makes_it_impossible() -> None:
    train = TrainGraph()
    inside = StandIn(StandInKind.STATISTIC, TensorRef("call/mean"), Stored("bn/moving_mean"))
    output = train.add("Relu", "out", "input")
    held = held_graph(train.graph(), request(output), (inside,), _VALUES.__getitem__)
    assert held == NotHeld("proof.in_function", ("call/mean",))


def test_a_weight_has_the_value_of_its_average() -> None:
    train = TrainGraph()
    output = train.add("Mul", "out", "input", train.variable("weight", (CHANNELS,)))
    average = StandIn(StandInKind.AVERAGE, TensorRef("weight"), Stored("weight/ema"))
    held = held_graph(train.graph(), request(output), (average,), _VALUES.__getitem__)
    assert isinstance(held, HeldGraph)
    assert dict(held.averages) == {"weight": "weight/ema"}
    assert dict(held.held) == {StandInKind.AVERAGE: 1}
