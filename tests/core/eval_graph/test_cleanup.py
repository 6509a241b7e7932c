"""The graph is pruned to its outputs; devices, private attributes and control inputs go, unless they gate a branch."""

from __future__ import annotations

import numpy as np
from tests.core.eval_graph.train_graphs import BOOL, FLOAT, INT, TrainGraph, request

from coldpress.eval_graph import cleanup


def test_what_no_output_needs_is_gone() -> None:
    train = TrainGraph()
    train.add("Relu", "out", "input")
    train.add("Relu", "other", "out")
    editor = train.editor()
    (change,) = cleanup.apply(editor, request("out")).changes
    assert [node.name for node in editor] == ["input", "out"]
    assert change.before == "1 nodes that the outputs do not need"


def test_devices_and_private_attributes_go_the_rest_stays() -> None:
    train = TrainGraph()
    train.add("Relu", "out", "input", _class="loc:@input", _output_shapes=(1,), kept="yes")
    train.nodes[-1].device = "/gpu:0"
    editor = train.editor()
    cleanup.apply(editor, request("out"))
    assert (editor["out"].device, sorted(editor["out"].attr)) == ("", ["T", "kept"])
    assert train.nodes[-1].device == "/gpu:0"


def test_control_inputs_of_training_go() -> None:
    train = TrainGraph()
    train.add("NoOp", "update")
    train.add("Relu", "out", "input", "^update")
    editor = train.editor()
    cleanup.apply(editor, request("out"))
    assert list(editor["out"].input) == ["input"]
    assert "update" not in editor


def test_a_constant_of_a_branch_that_stays_keeps_its_gate() -> None:
    train = TrainGraph()
    train.add("Placeholder", "choice", dtype=BOOL, shape=())
    train.add("Switch", "pivots", "choice", "choice", T=BOOL)
    train.add("Identity", "pivot", "pivots:1", T=BOOL)
    train.const("one", 1.0)
    train.nodes[-1].input.append("^pivot")
    train.add("Switch", "plain", "input", "choice")
    train.add("Merge", "out", "plain", "one")
    editor = train.editor()
    cleanup.apply(editor, request("out"))
    assert list(editor["one"].input) == ["^pivot"]
    assert "pivots" in editor


def test_a_constant_of_a_loop_keeps_its_place() -> None:
    train = TrainGraph()
    train.add("Enter", "enter", train.const("zero", 0, np.int32), T=INT, frame_name="loop")
    train.add("Merge", "merge", "enter", "next", T=INT)
    train.const("limit", 3, np.int32)
    train.nodes[-1].input.append("^merge")
    train.add("LoopCond", "loop_condition", train.add("Less", "less", "merge", "limit", T=INT))
    train.add("Switch", "switch", "merge", "loop_condition", T=INT)
    train.add("Exit", "exit", "switch", T=INT)
    train.add("NextIteration", "next", train.add("Identity", "body", "switch:1", T=INT), T=INT)
    train.add("NoOp", "update")
    train.add("Cast", "out", "exit", "^update", SrcT=INT, DstT=FLOAT)
    editor = train.editor()
    cleanup.apply(editor, request("out"))
    assert list(editor["limit"].input) == ["^merge"]
    assert list(editor["out"].input) == ["exit"]
    assert "next" in editor
