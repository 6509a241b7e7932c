"""The driver: names are checked, passes run in order, the result is pruned, damaged graphs are refused."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from tests.core.eval_graph.train_graphs import FLOAT, TrainGraph, request

from coldpress.errors import ColdpressError, UsageError
from coldpress.eval_graph.diagnose import diagnose
from coldpress.eval_graph.rewrite import to_eval_graph
from coldpress.formats.graph_files import read_graph
from coldpress.formats.protos import FunctionDef, NodeDef
from coldpress.graph.graph import Graph
from coldpress.graph.loading import graph_from

if TYPE_CHECKING:
    from pathlib import Path

MODELS = (
    ("digits_qat/train/model.ckpt-2400.meta", "input", "Net/Predictions/Reshape_1"),
    ("digits_float/tfdata/train/model.ckpt-900.meta", "IteratorGetNext", "DigitsNet/Predictions/Reshape_1"),
    ("older/tf1.12.3/float_cond/train/model.ckpt-500.meta", "input", "Net/probs"),
    ("older/tf1.8.0/float_queue/train/model.ckpt-500.meta", "reader/shuffle_batch", "scores"),
)


def _read(path: Path) -> Graph:
    return graph_from(read_graph(path).parts)


@pytest.mark.parametrize(("name", "outputs"), [("input", ("nowhere",)), ("nowhere", ("input",)), ("input", ())])
def test_names_are_checked(name: str, outputs: tuple[str, ...]) -> None:
    with pytest.raises(UsageError):
        to_eval_graph(TrainGraph().graph(), request(*outputs, inputs=(name,)))


@pytest.mark.parametrize(("path", "cut", "output"), MODELS)
def test_an_eval_graph_is_its_own_eval_graph(fixtures: Path, path: str, cut: str, output: str) -> None:
    first = to_eval_graph(_read(fixtures / path), request(output, inputs=(cut,)))
    again = to_eval_graph(first.graph, request(output, inputs=(cut,)))
    assert again.changes == ()
    assert [node.name for node in again.graph] == [node.name for node in first.graph]
    assert not diagnose(first.graph).training


def test_the_original_graph_is_not_touched(fixtures: Path) -> None:
    path, cut, output = MODELS[0]
    graph = _read(fixtures / path)
    before = [node.SerializeToString(deterministic=True) for node in graph]
    to_eval_graph(graph, request(output, inputs=(cut,)))
    assert [node.SerializeToString(deterministic=True) for node in graph] == before


def test_functions_that_nobody_calls_are_dropped() -> None:
    train = TrainGraph()
    train.add("Relu", "out", "input")
    function = FunctionDef()
    function.signature.name = "prepare"
    assert not to_eval_graph(Graph(train.nodes, functions=[function]), request("out")).graph.functions


def test_a_circle_blocks() -> None:
    train = TrainGraph()
    train.add("Add", "a", "b", "input")
    train.add("Identity", "b", "a")
    graph = train.graph()
    (finding,) = to_eval_graph(graph, request("a")).findings
    assert (finding.code, finding.blocks, set(finding.nodes)) == ("graph.cycle", True, {"a", "b"})
    assert not diagnose(graph).training


def test_a_circle_in_a_function_blocks() -> None:
    train = TrainGraph()
    train.add("PartitionedCall", "call", "input")
    train.nodes[-1].attr["f"].func.name = "body"
    function = FunctionDef()
    function.signature.name = "body"
    function.signature.input_arg.add(name="x", type=FLOAT)
    function.signature.output_arg.add(name="y", type=FLOAT)
    function.node_def.extend(
        [
            NodeDef(name="a", op="Identity", input=["b:output:0"]),
            NodeDef(name="b", op="Identity", input=["a:output:0"]),
            NodeDef(name="drawn", op="RandomUniform", input=["x"]),
        ]
    )
    function.ret["y"] = "a:output:0"
    made = to_eval_graph(Graph(train.nodes, functions=[function]), request("call"))
    assert [finding.code for finding in made.findings] == ["eval_graph.left_random"]


def _damaged(graph: Graph, keep: set[str], dice: random.Random) -> Graph:
    """Delete nodes, inputs and attributes, swap operations, rewire inputs, at random."""
    names = list(graph.ancestors(keep, control=True))
    nodes = {node.name: node for node in graph}
    for _ in range(dice.randint(1, 12)):
        name = dice.choice(names)
        if name not in nodes:
            continue
        node = NodeDef()
        node.CopyFrom(nodes[name])
        nodes[name] = node
        damage = dice.randrange(6)
        if damage == 0 and name not in keep:
            del nodes[name]
        elif damage == 1 and node.input:
            del node.input[dice.randrange(len(node.input))]
        elif damage == 2 and node.input:
            node.input[dice.randrange(len(node.input))] = dice.choice(names) + dice.choice(("", ":1", ":7"))
        elif damage == 3 and node.attr:
            del node.attr[dice.choice(sorted(node.attr))]
        elif damage == 4:
            node.op = graph[dice.choice(names)].op
        else:
            node.input.append(dice.choice(names))
    return Graph(nodes.values(), functions=graph.functions.values(), versions=graph.versions)


@pytest.mark.parametrize("seed", range(24))
def test_damage_ends_in_an_answer_or_an_error_of_ours(fixtures: Path, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - a reproducible draw, no secret
    path, cut, output = MODELS[seed % len(MODELS)]
    graph = _damaged(_read(fixtures / path), {cut, output}, dice)
    try:
        diagnose(graph)
        to_eval_graph(graph, request(output, inputs=(cut,)))
    except ColdpressError:
        pass
