"""Shapes through a graph, and the first node that breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.core.worker.graphs import GraphBuilder, float_graph

from coldpress.errors import ConverterError
from coldpress.recipe import InputChoice
from coldpress.worker.requests.graph import PropagatedShapes, PropagateShapes

if TYPE_CHECKING:
    from pathlib import Path

    from coldpress.worker.supervisor import Worker

pytestmark = pytest.mark.tensorflow


def _propagate(worker: Worker, graph: str, shape: tuple[int | None, ...] | None, output: str = "y") -> PropagatedShapes:
    return worker.run(PropagateShapes(graph, (InputChoice("x:0", shape),), (output,)))


def test_shapes_and_types_of_every_tensor(tensorflow_worker: Worker, tmp_path: Path) -> None:
    result = _propagate(tensorflow_worker, float_graph().save(tmp_path / "g.pb"), (3, 8))
    assert result.broken is None
    assert result.shapes["x:0"] == (3, 8)
    assert result.shapes["d:0"] == (3, 16)
    assert result.shapes["y:0"] == (3, 4)
    assert result.dtypes["y:0"] == "float32"


def test_what_is_free_stays_free(tensorflow_worker: Worker, tmp_path: Path) -> None:
    graph = float_graph().save(tmp_path / "g.pb")
    assert _propagate(tensorflow_worker, graph, (None, 8)).shapes["y:0"] == (None, 4)
    build = GraphBuilder()
    build.unary("Relu", "y", build.placeholder(None))
    unknown = _propagate(tensorflow_worker, build.save(tmp_path / "n.pb"), None)
    assert unknown.shapes["y:0"] is None
    assert _propagate(tensorflow_worker, str(tmp_path / "n.pb"), (2, 3)).shapes["y:0"] == (2, 3)


def test_the_first_node_that_breaks_is_named_with_both_shapes(tensorflow_worker: Worker, tmp_path: Path) -> None:
    result = _propagate(tensorflow_worker, float_graph().save(tmp_path / "g.pb"), (1, 5))
    assert result.broken is not None
    assert result.broken.node == "d/MatMul"
    assert result.broken.operation == "MatMul"
    assert result.broken.inputs == ("x", "d/weights")
    assert result.broken.input_shapes == ((1, 5), (8, 16))
    assert result.broken.reason == "Dimensions must be equal, but are 5 and 8"


def test_a_batch_baked_into_a_reshape_is_found(tensorflow_worker: Worker, tmp_path: Path) -> None:
    build = GraphBuilder()
    dense = build.dense("d", build.placeholder((48, 8)), 8, 4)
    build.node("Reshape", "y", dense, build.const("to", [48, 2, 2], "int32"), T="float32")
    graph = build.save(tmp_path / "g.pb")
    assert _propagate(tensorflow_worker, graph, (48, 8)).shapes["y:0"] == (48, 2, 2)
    broken = _propagate(tensorflow_worker, graph, (1, 8)).broken
    assert broken is not None
    assert (broken.node, broken.operation, broken.input_shapes[0]) == ("y", "Reshape", (1, 4))


def test_variables_give_their_shapes_without_values(tensorflow_worker: Worker, tmp_path: Path) -> None:
    build = GraphBuilder()
    handle = build.node("VarHandleOp", "w", shape=(8, 4), dtype="float32")
    read = build.node("ReadVariableOp", "w/read", handle, dtype="float32")
    build.matmul("y", build.placeholder(), read)
    assert _propagate(tensorflow_worker, build.save(tmp_path / "g.pb"), (2, 8)).shapes["y:0"] == (2, 4)


def test_stale_shapes_in_the_file_do_not_count(tensorflow_worker: Worker, tmp_path: Path) -> None:
    build = float_graph()
    for node in build.graph.node:
        if node.name == "x":
            node.attr["_output_shapes"].list.shape.add().dim.add(size=99)
    assert _propagate(tensorflow_worker, build.save(tmp_path / "g.pb"), (3, 8)).shapes["y:0"] == (3, 4)


def test_a_graph_that_tensorflow_cannot_read(tensorflow_worker: Worker, tmp_path: Path) -> None:
    build = GraphBuilder()
    build.node("MatMul", "y", build.placeholder(), T="float32")
    with pytest.raises(ConverterError) as caught:
        _propagate(tensorflow_worker, build.save(tmp_path / "g.pb"), (1, 8))
    assert caught.value.code == "worker.import_failed"
