"""What is left of training on the path of the outputs blocks, naming its nodes."""

from __future__ import annotations

import numpy as np
import pytest
from tests.core.eval_graph.train_graphs import BOOL, FLOAT, TrainGraph, codes, request

from coldpress.eval_graph import leftovers
from coldpress.finding import Severity
from coldpress.formats.protos import FunctionDef, NodeDef
from coldpress.graph.graph import Graph
from coldpress.sentences import LANGUAGES, say_finding


@pytest.mark.parametrize(
    ("op", "code"),
    [
        ("RandomStandardNormal", "left_random"),
        ("StatelessMultinomial", "left_random"),
        ("LogUniformCandidateSampler", "left_random"),
        ("FusedBatchNormV2", "left_batch_norm"),
        ("AssignAdd", "left_assign"),
        ("ResourceApplyAdam", "left_optimizer"),
        ("QueueDequeueV2", "left_pipeline"),
        ("IteratorGetNextSync", "left_pipeline"),
        ("DecodePng", "left_pipeline"),
        ("PyFunc", "left_stateful"),
        ("LookupTableFindV2", "left_lookup"),
    ],
)
def test_it_blocks(op: str, code: str) -> None:
    train = TrainGraph()
    train.add("Relu", "out", train.add(op, "left", "input"))
    (finding,) = leftovers.apply(train.editor(), request("out")).findings
    assert (finding.code, finding.severity, finding.nodes) == (f"eval_graph.{code}", Severity.BLOCK, ("left",))
    for language in LANGUAGES:
        assert "left" in say_finding(finding, language=language).message


@pytest.mark.parametrize("op", ["Conv2D", "ReadVariableOp", "TensorArrayReadV3", "If", "ResourceGather", "ReluGrad"])
def test_it_does_not(op: str) -> None:
    train = TrainGraph()
    train.add("Relu", "out", train.add(op, "fine", "input"))
    assert codes(leftovers.apply(train.editor(), request("out"))) == []


def test_beside_the_path_nothing_matters() -> None:
    train = TrainGraph()
    train.add("Relu", "out", "input")
    train.add("RandomUniform", "beside", train.const("shape", [1], np.int32))
    assert codes(leftovers.apply(train.editor(), request("out"))) == []


def test_it_looks_into_functions() -> None:
    train = TrainGraph()
    train.add("While", "loop", "input")
    train.nodes[-1].attr["body"].func.name = "body"
    train.add("Relu", "out", "loop")
    function = FunctionDef()
    function.signature.name = "body"
    function.node_def.append(NodeDef(name="drawn", op="RandomUniform"))
    editor = type(train.editor())(Graph(train.nodes, functions=[function]))
    (finding,) = leftovers.apply(editor, request("out")).findings
    assert (finding.code, finding.nodes) == ("eval_graph.left_random", ("loop",))


def test_placeholders_that_nobody_feeds_block() -> None:
    train = TrainGraph()
    train.placeholder("labels")
    train.add("Mul", "out", "input", "labels")
    (finding,) = leftovers.apply(train.editor(), request("out")).findings
    assert (finding.code, finding.nodes) == ("eval_graph.left_placeholder", ("labels",))


def test_a_boolean_scalar_blocks_even_where_it_is_an_input() -> None:
    train = TrainGraph()
    train.add("Cast", "out", train.add("Placeholder", "flag", dtype=BOOL, shape=()), SrcT=BOOL, DstT=FLOAT)
    found = codes(leftovers.apply(train.editor(), request("out", inputs=("flag",))))
    assert found == ["eval_graph.left_bool_placeholder"]


def test_a_boolean_mask_that_is_fed_is_data() -> None:
    train = TrainGraph()
    train.add("Cast", "out", train.add("Placeholder", "mask", dtype=BOOL, shape=(-1, 8)), SrcT=BOOL, DstT=FLOAT)
    assert codes(leftovers.apply(train.editor(), request("out", inputs=("mask",)))) == []


def test_an_input_that_is_gone_was_never_needed() -> None:
    train = TrainGraph()
    train.add("Relu", "out", "input")
    found = leftovers.apply(train.editor(), request("out", inputs=("input", "gone"))).findings
    assert [(finding.code, finding.nodes) for finding in found] == [("eval_graph.input_unused", ("gone",))]
