"""TensorFlow's own freezer, for resource variables that functions read."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

from coldpress.errors import ConverterError
from coldpress.formats.protos import GraphDef
from coldpress.worker import jobs
from coldpress.worker.requests.graph import FreezeWithTensorFlow

if TYPE_CHECKING:
    from pathlib import Path

    from coldpress.worker.supervisor import Worker

pytestmark = pytest.mark.tensorflow

_SCRIPT = """
import sys
import tensorflow as tf
v1 = tf.compat.v1
v1.disable_eager_execution()
v1.enable_control_flow_v2()
with tf.Graph().as_default() as graph:
    x = v1.placeholder(tf.float32, (None, 4), name="x")
    w = v1.get_variable("w", initializer=tf.constant([1.0, 2.0, 3.0, 4.0]), use_resource=True)
    r = v1.get_variable("r", initializer=tf.constant(0.5), use_resource=False)
    _, total = tf.while_loop(lambda i, a: i < 3, lambda i, a: (i + 1, a + w), [tf.constant(0), x])
    tf.multiply(total, r, name="y")
    saver = v1.train.Saver({"w": w, "other/r": r})
    with v1.Session() as session:
        session.run(v1.global_variables_initializer())
        saver.save(session, sys.argv[1] + "/model.ckpt", write_meta_graph=False)
    with open(sys.argv[1] + "/graph.pb", "wb") as file:
        file.write(graph.as_graph_def().SerializeToString())
"""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("freeze")
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, str(folder)], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return folder


def _request(model: Path, target: Path, keys: dict[str, str]) -> FreezeWithTensorFlow:
    return FreezeWithTensorFlow(str(model / "graph.pb"), str(model / "model.ckpt"), ("y",), str(target), keys)


def test_variables_inside_functions(tensorflow_worker: Worker, model: Path, tmp_path: Path) -> None:
    target = tmp_path / "frozen.pb"
    done = tensorflow_worker.run(_request(model, target, {"r": "other/r"}))
    graph = GraphDef.FromString(target.read_bytes())
    assert done.nbytes == target.stat().st_size
    assert done.nodes == len(graph.node)
    operations = {node.op for node in graph.node} | {n.op for f in graph.library.function for n in f.node_def}
    assert not {"VarHandleOp", "VariableV2", "ReadVariableOp", "AssignVariableOp"} & operations
    ones = np.ones((1, 1, 4), np.float32)
    result = jobs.run_reference(tensorflow_worker, target, {"x": ones}, ["y"])
    np.testing.assert_allclose(result["y:0"][0, 0], (1 + 3 * np.array([1, 2, 3, 4])) * 0.5)


def test_a_variable_that_the_checkpoint_lacks(tensorflow_worker: Worker, model: Path, tmp_path: Path) -> None:
    with pytest.raises(ConverterError) as caught:
        tensorflow_worker.run(_request(model, tmp_path / "frozen.pb", {}))
    assert caught.value.code == "worker.no_such_variable"
    assert caught.value.facts["variable"] == "r"
    assert not (tmp_path / "frozen.pb").exists()
