"""A graph that is not frozen, run with the values of its checkpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.core.eval_graph.train_graphs import TrainGraph

from coldpress.errors import ConverterError
from coldpress.eval_graph.held_graph import HeldGraph, held_graph
from coldpress.eval_graph.passes import EvalRequest
from coldpress.eval_graph.rewrite import to_eval_graph
from coldpress.formats.checkpoint import open_checkpoint
from coldpress.formats.graph_files import read_graph
from coldpress.formats.protos import GraphDef
from coldpress.freeze.graph_writer import write_graph
from coldpress.graph.loading import graph_from
from coldpress.graph.tensor_ref import TensorRef
from coldpress.worker import jobs

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from coldpress.worker.supervisor import Worker

pytestmark = pytest.mark.tensorflow

_OUTPUTS = ["Net/Predictions/Reshape_1", "Net/Logits/SpatialSqueeze"]


@pytest.fixture
def trained(fixtures: Path, tmp_path: Path) -> jobs.TrainedGraph:
    """Return the digits' train graph with its training held still."""
    prefix = fixtures / "digits_qat" / "train" / "model.ckpt-2400"
    graph, checkpoint = graph_from(read_graph(f"{prefix}.meta").parts), open_checkpoint(prefix)
    request = EvalRequest((TensorRef("input"),), tuple(TensorRef(name) for name in _OUTPUTS), checkpoint)
    held = held_graph(graph, request, to_eval_graph(graph, request).stand_ins, checkpoint.read)
    assert isinstance(held, HeldGraph)
    write_graph(held.graph, tmp_path / "train.pb")
    return jobs.TrainedGraph(tmp_path / "train.pb", str(prefix))


def test_the_train_graph_equals_the_eval_graph(
    tensorflow_worker: Worker, trained: jobs.TrainedGraph, fixtures: Path, digits: NDArray[np.float32]
) -> None:
    feeds = {"input": digits[:20]}
    train = jobs.run_trained(tensorflow_worker, trained, feeds, _OUTPUTS)
    frozen = jobs.run_reference(tensorflow_worker, fixtures / "digits_qat" / "frozen.pb", feeds, _OUTPUTS)
    for name, values in train.items():
        np.testing.assert_allclose(values, frozen[name], atol=1e-5)


def test_quantization_is_let_through(
    tensorflow_worker: Worker, trained: jobs.TrainedGraph, digits: NDArray[np.float32]
) -> None:
    feeds = {"input": digits[:4]}
    (fine,) = jobs.run_trained(tensorflow_worker, trained, feeds, _OUTPUTS[1:], fake_quant=False).values()
    (steps,) = jobs.run_trained(tensorflow_worker, trained, feeds, _OUTPUTS[1:]).values()
    assert len(np.unique(fine)) > len(np.unique(steps))


def test_a_checkpoint_that_does_not_belong(
    tensorflow_worker: Worker, trained: jobs.TrainedGraph, fixtures: Path, digits: NDArray[np.float32]
) -> None:
    other = fixtures / "digits_float" / "tfdata" / "train" / "model.ckpt-900"
    wrong = jobs.TrainedGraph(trained.graph, str(other))
    with pytest.raises(ConverterError) as caught:
        jobs.run_trained(tensorflow_worker, wrong, {"input": digits[:2]}, _OUTPUTS)
    assert caught.value.code == "worker.no_such_variable"


def test_a_part_of_a_partitioned_variable(tensorflow_worker: Worker, fixtures: Path, tmp_path: Path) -> None:
    """Two channels of a statistic, under another name than its key."""
    prefix = fixtures / "digits_qat" / "train" / "model.ckpt-2400"
    key = "Net/c0/BatchNorm/moving_mean"
    train = TrainGraph()
    train.variable("part", (2,))
    (tmp_path / "g.pb").write_bytes(GraphDef(node=train.nodes).SerializeToString())
    graph = jobs.TrainedGraph(tmp_path / "g.pb", str(prefix), {"part": key}, {"part": ((3, 2),)})
    answer = jobs.run_trained(tensorflow_worker, graph, {}, ["part/read"])
    np.testing.assert_array_equal(answer["part/read:0"], open_checkpoint(prefix).read(key)[np.newaxis, 3:5])
