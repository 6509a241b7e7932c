"""Conditionals on training flags are folded, whatever the flag is and says; others stay or block."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.core.eval_graph.train_graphs import BOOL, FLOAT, INT, TrainGraph, codes, request

from coldpress.eval_graph import conditionals
from coldpress.eval_graph.change import ChangeKind
from coldpress.eval_graph.rewrite import to_eval_graph
from coldpress.formats.tensors import to_array
from coldpress.graph.tensor_ref import TensorRef

if TYPE_CHECKING:
    from tests.core.eval_graph.conftest import Programs

    from coldpress.eval_graph.editor import GraphEditor


def _flag(train: TrainGraph, name: str) -> str:
    return train.add("Placeholder", name, dtype=BOOL, shape=())


def _random(train: TrainGraph, name: str, value: str) -> str:
    shape = train.const(f"{name}/shape", [2], np.int32)
    drawn = train.add("RandomUniform", f"{name}/uniform", shape, dtype=FLOAT)
    return train.add("Mul", name, value, drawn)


def _cond(train: TrainGraph, predicate: str, name: str = "cond") -> str:
    """Add ``cond(predicate, lambda: input * random, lambda: identity(input))``."""
    train.add("Switch", f"{name}/Switch", "input", predicate)
    dropped = _random(train, f"{name}/drop", f"{name}/Switch:1")
    plain = train.add("Identity", f"{name}/plain", f"{name}/Switch")
    return train.add("Merge", f"{name}/Merge", plain, dropped)


def _folded(train: TrainGraph, output: str) -> GraphEditor:
    editor = train.editor()
    conditionals.apply(editor, request(output))
    return editor


def test_the_branch_without_training_is_taken() -> None:
    train = TrainGraph()
    train.add("Relu", "out", _cond(train, _flag(train, "anything")))
    editor = _folded(train, "out")
    assert editor.data_inputs("out") == (TensorRef("cond/plain"),)
    assert editor.data_inputs("cond/plain") == (TensorRef("input"),)
    assert editor["anything"].op == "Const"
    assert not to_array(editor["anything"].attr["value"].tensor)


def test_a_flag_that_says_inference_becomes_true() -> None:
    train = TrainGraph()
    not_quiet = train.add("LogicalNot", "not", _flag(train, "quiet"))
    train.add("Relu", "out", _cond(train, not_quiet))
    editor = _folded(train, "out")
    assert to_array(editor["quiet"].attr["value"].tensor)
    assert editor.data_inputs("out") == (TensorRef("cond/plain"),)


def test_a_constant_of_the_taken_branch_waits_for_nothing() -> None:
    """TOCO finds no node of a graph in which a Switch is reached by control inputs alone."""
    train = TrainGraph()
    flag = _flag(train, "anything")
    train.add("Switch", "cond/Switch", flag, flag)
    train.add("Identity", "cond/switch_t", "cond/Switch:1")
    train.add("Identity", "cond/switch_f", "cond/Switch")
    train.add("Switch", "cond/data", "input", flag)
    half = train.const("cond/half", np.float32(0.5))
    train.nodes[-1].input.append("^cond/switch_f")
    kept = train.add("Mul", "cond/kept", "cond/data", half)
    train.add("Relu", "out", train.add("Merge", "cond/Merge", kept, _random(train, "cond/drop", "cond/data:1")))
    made = to_eval_graph(train.graph(), request("out")).graph
    assert {node.op for node in made} == {"Placeholder", "Const", "Mul", "Relu"}
    assert not any(made.control_inputs(node.name) for node in made)


def test_a_misleading_name_does_not_decide_against_structure() -> None:
    train = TrainGraph()
    train.add("Relu", "out", _cond(train, train.add("LogicalNot", "not", _flag(train, "is_training"))))
    editor = _folded(train, "out")
    assert editor["is_training"].op == "Placeholder"
    assert editor.data_inputs("out") == (TensorRef("cond/Merge"),)


def test_a_branch_with_weights_of_its_own_is_no_training_branch() -> None:
    train = TrainGraph()
    weights = train.variable("weights")
    train.add("Switch", "cond/weights", weights, _flag(train, "wide"))
    train.add("Switch", "cond/Switch", "input", "wide")
    wide = train.add("Mul", "cond/wide", _random(train, "cond/drop", "cond/Switch:1"), "cond/weights:1")
    train.add("Merge", "out", train.add("Identity", "cond/plain", "cond/Switch"), wide)
    assert _folded(train, "out")["wide"].op == "Placeholder"


def test_a_constant_predicate_is_folded_as_it_is() -> None:
    train = TrainGraph()
    train.add("Relu", "out", _cond(train, train.const("yes", value=True, dtype=np.bool_)))
    editor = _folded(train, "out")
    assert editor.data_inputs("out") == (TensorRef("cond/drop"),)


def test_the_number_of_the_branch_is_a_constant_too() -> None:
    train = TrainGraph()
    merge = _cond(train, _flag(train, "flag"))
    train.add("Cast", "out", f"{merge}:1", SrcT=INT, DstT=FLOAT)
    train.add("Relu", "other", merge)
    editor = train.editor()
    conditionals.apply(editor, request("other", "out"))
    (index,) = editor.data_inputs("out")
    assert to_array(editor[index.node].attr["value"].tensor) == 0


def test_a_constant_belongs_to_its_branch_by_its_control_input() -> None:
    train = TrainGraph()
    flag = _flag(train, "flag")
    train.add("Switch", "cond/pivots", flag, flag, T=BOOL)
    for port, name, value in ((1, "shape", [2]), (0, "zero", [0, 0])):
        pivot = train.add("Identity", f"cond/pivot_{port}", f"cond/pivots:{port}", T=BOOL)
        train.const(f"cond/{name}", value, np.float32 if port == 0 else np.int32)
        train.nodes[-1].input.append(f"^{pivot}")
    drawn = train.add("RandomUniform", "cond/drawn", "cond/shape", dtype=FLOAT)
    train.add("Mul", "out", "input", train.add("Merge", "cond/Merge", "cond/zero", drawn))
    assert _folded(train, "out").data_inputs("out") == (TensorRef("input"), TensorRef("cond/zero"))


def test_a_conditional_on_data_stays() -> None:
    train = TrainGraph()
    positive = train.add("Greater", "positive", train.add("Sum", "sum", "input", train.const("axes", [0, 1, 2, 3],
                         np.int32)), train.const("zero", 0.0))  # fmt: skip
    train.add("Relu", "out", _cond(train, positive))
    assert _folded(train, "out").data_inputs("out") == (TensorRef("cond/Merge"),)


def test_an_output_of_the_training_branch_blocks() -> None:
    train = TrainGraph()
    _cond(train, train.const("never", value=False, dtype=np.bool_))
    result = conditionals.apply(train.editor(), request("cond/Merge", "cond/drop"))
    assert codes(result) == ["eval_graph.output_dead"]
    assert result.findings[0].nodes == ("cond/drop",)


def test_three_flags_that_count_only_together() -> None:
    train = TrainGraph()
    a, b, c = (_flag(train, name) for name in "abc")
    train.add("Relu", "out", _cond(train, train.add("LogicalOr", "or", train.add("LogicalOr", "ab", a, b), c)))
    editor = _folded(train, "out")
    assert editor.data_inputs("out") == (TensorRef("cond/plain"),)


@pytest.mark.tensorflow
@pytest.mark.parametrize("behaviour", ["make1", "make2"])
@pytest.mark.parametrize("name", ["cond_placeholder", "cond_nested", "cond_variable", "cond_integer_mode"])
def test_no_conditional_is_left(programs: Programs, name: str, behaviour: str) -> None:
    made = programs[name, behaviour]
    assert made.changes(ChangeKind.CONDITIONAL)
    left = {node.op for node in made.eval_graph.graph}
    assert left.isdisjoint({"Switch", "Merge", "If", "StatelessIf", "Placeholder_1"})


@pytest.mark.tensorflow
@pytest.mark.parametrize("name", ["flag_of_another_kind", "flag_without_training"])
def test_a_flag_of_the_model_blocks_by_name(programs: Programs, name: str) -> None:
    (finding,) = (found for found in programs[name, "make1"].eval_graph.findings if found.blocks)
    assert finding.nodes in (("use_side_branch",), ("mirrored",))
