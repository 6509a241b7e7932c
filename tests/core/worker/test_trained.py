"""A train graph, run with its training switched off by what is fed, computes what its eval graph does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from coldpress.errors import ConverterError
from coldpress.formats.checkpoint import open_checkpoint
from coldpress.formats.graph_files import read_graph
from coldpress.formats.protos import GraphDef
from coldpress.worker import jobs

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from coldpress.worker.supervisor import Worker

pytestmark = pytest.mark.tensorflow

_DROPOUT = "Net/Logits/Dropout_1b/dropout"


@pytest.fixture
def trained(fixtures: Path, tmp_path: Path) -> jobs.TrainedGraph:
    """Return the digits' train graph with moving statistics, trained ranges and no dropout."""
    prefix = fixtures / "digits_qat" / "train" / "model.ckpt-2400"
    parts = read_graph(f"{prefix}.meta").parts
    graph = tmp_path / "train.pb"
    graph.write_bytes(GraphDef(node=parts.nodes).SerializeToString())
    checkpoint = open_checkpoint(prefix)
    fixed: dict[str, NDArray[np.generic]] = {
        f"{_DROPOUT}/random_uniform:0": np.array(1, np.float32),
        f"{_DROPOUT}/truediv:0": np.array(1, np.float32),
    }
    for node in parts.nodes:
        scope = node.name.rpartition("/")[0]
        if node.name.startswith("gradients/"):
            continue
        if node.op == "FusedBatchNormV3":
            fixed[f"{node.name}:1"] = checkpoint.read(f"{scope}/moving_mean")
            fixed[f"{scope}/Undo_Bessel_Correction:0"] = checkpoint.read(f"{scope}/moving_variance")
        elif node.op == "FakeQuantWithMinMaxVars":
            for position, end in ((1, "min"), (2, "max")):
                fixed[f"{node.input[position]}:0"] = checkpoint.read(f"{scope}/{end}")
    return jobs.TrainedGraph(graph, str(prefix), fixed)


def test_the_train_graph_equals_the_eval_graph(
    tensorflow_worker: Worker, trained: jobs.TrainedGraph, fixtures: Path, digits: NDArray[np.float32]
) -> None:
    wanted = ["Net/Predictions/Reshape_1", "Net/Logits/SpatialSqueeze"]
    feeds = {"input": digits[:20]}
    train = jobs.run_trained(tensorflow_worker, trained, feeds, wanted)
    frozen = jobs.run_reference(tensorflow_worker, fixtures / "digits_qat" / "frozen.pb", feeds, wanted)
    for name, values in train.items():
        np.testing.assert_allclose(values, frozen[name], atol=1e-5)


def test_a_checkpoint_that_does_not_belong(
    tensorflow_worker: Worker, trained: jobs.TrainedGraph, fixtures: Path, digits: NDArray[np.float32]
) -> None:
    other = fixtures / "digits_float" / "tfdata" / "train" / "model.ckpt-900"
    wrong = jobs.TrainedGraph(trained.graph, str(other), trained.fixed)
    with pytest.raises(ConverterError) as caught:
        jobs.run_trained(tensorflow_worker, wrong, {"input": digits[:2]}, ["Net/Predictions/Reshape_1"])
    assert caught.value.code == "worker.no_such_variable"


def test_what_is_not_switched_off_is_not_run(
    tensorflow_worker: Worker, trained: jobs.TrainedGraph, digits: NDArray[np.float32]
) -> None:
    """Nothing of the loss, the optimizer or the summaries is on the path of the outputs."""
    result = jobs.run_trained(tensorflow_worker, trained, {"input": digits[:1]}, ["Net/c0/Relu6"])
    assert result["Net/c0/Relu6:0"].shape == (1, 1, 16, 16, 12)
