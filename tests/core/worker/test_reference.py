"""What TensorFlow computes from a frozen graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.core.worker.graphs import GraphBuilder, float_graph, trained_graph

from coldpress.errors import ConverterError
from coldpress.worker import jobs

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from coldpress.worker.supervisor import Worker

pytestmark = pytest.mark.tensorflow


def test_the_golden_outputs_of_the_digits(
    tensorflow_worker: Worker, fixtures: Path, digits: NDArray[np.float32]
) -> None:
    with np.load(fixtures / "digits_qat" / "golden.npz") as golden:
        index, expected = golden["index"], golden["frozen_float"]
    frozen = fixtures / "digits_qat" / "frozen.pb"
    result = jobs.run_reference(tensorflow_worker, frozen, {"input": digits[index]}, ["Net/Predictions/Reshape_1"])
    np.testing.assert_allclose(result["Net/Predictions/Reshape_1:0"][:, 0], expected, atol=1e-5)


def test_the_same_inputs_give_the_same_bits(
    tensorflow_worker: Worker, random_runs: NDArray[np.float32], tmp_path: Path
) -> None:
    graph = float_graph().save(tmp_path / "g.pb")
    first = jobs.run_reference(tensorflow_worker, graph, {"x:0": random_runs}, ["y", "d"])
    again = jobs.run_reference(tensorflow_worker, graph, {"x:0": random_runs}, ["y", "d"])
    assert first["y:0"].shape == (10, 1, 4)
    assert first["d:0"].shape == (10, 1, 16)
    assert all(np.array_equal(first[name], again[name]) for name in first)


def test_any_batch_can_be_fed(tensorflow_worker: Worker, random_runs: NDArray[np.float32], tmp_path: Path) -> None:
    graph = float_graph().save(tmp_path / "g.pb")
    single = jobs.run_reference(tensorflow_worker, graph, {"x": random_runs}, ["y"])["y:0"]
    batched = jobs.run_reference(tensorflow_worker, graph, {"x": random_runs.reshape(2, 5, 8)}, ["y"])["y:0"]
    np.testing.assert_allclose(batched.reshape(10, 1, 4), single, rtol=1e-5)


def test_without_fake_quant_values_pass_through(
    tensorflow_worker: Worker, random_runs: NDArray[np.float32], tmp_path: Path
) -> None:
    graph = trained_graph(low=-0.1, high=0.1).save(tmp_path / "g.pb")
    quantized = jobs.run_reference(tensorflow_worker, graph, {"x": random_runs}, ["y"])["y:0"]
    plain = jobs.run_reference(tensorflow_worker, graph, {"x": random_runs}, ["y", "Relu"], fake_quant=False)
    assert float(quantized.max()) < 0.11
    assert float(plain["y:0"].max()) > 1
    assert np.array_equal(plain["y:0"], plain["Relu:0"])


def test_what_the_outputs_do_not_need_is_not_run(tensorflow_worker: Worker, tmp_path: Path) -> None:
    build = float_graph()
    build.node("ReadFile", "elsewhere", build.const("name", 0.0))
    graph = build.save(tmp_path / "g.pb")
    assert jobs.run_reference(tensorflow_worker, graph, {"x": np.zeros((1, 1, 8), np.float32)}, ["y"])


@pytest.mark.parametrize("operation", ["ReadFile", "MatchingFiles"])
def test_operations_that_do_more_than_compute_are_refused(
    tensorflow_worker: Worker, tmp_path: Path, operation: str
) -> None:
    build = GraphBuilder()
    build.node(operation, "y", build.placeholder((), dtype="string"))
    with pytest.raises(ConverterError) as caught:
        jobs.run_reference(tensorflow_worker, build.save(tmp_path / "g.pb"), {"x": np.zeros((1,))}, ["y"])
    assert caught.value.code == "worker.risky_operation"
    assert caught.value.facts["operation"] == operation


def test_a_graph_that_cannot_run_names_the_node(
    tensorflow_worker: Worker, random_runs: NDArray[np.float32], tmp_path: Path
) -> None:
    build = GraphBuilder()
    build.node("Reshape", "y", build.placeholder((None, None)), build.const("to", [48, 8], "int32"), T="float32")
    with pytest.raises(ConverterError) as caught:
        jobs.run_reference(tensorflow_worker, build.save(tmp_path / "g.pb"), {"x": random_runs}, ["y"])
    assert caught.value.code == "reference.failed"
    assert caught.value.facts["node"] == "y"
    assert "requested shape has 384" in str(caught.value.facts["line"])


def test_inputs_must_count_the_same_runs(tensorflow_worker: Worker, tmp_path: Path) -> None:
    build = GraphBuilder()
    build.node("AddV2", "y", build.placeholder(name="a"), build.placeholder(name="b"), T="float32")
    feeds = {"a": np.zeros((2, 1, 8), np.float32), "b": np.zeros((3, 1, 8), np.float32)}
    with pytest.raises(ConverterError) as caught:
        jobs.run_reference(tensorflow_worker, build.save(tmp_path / "g.pb"), feeds, ["y"])
    assert caught.value.code == "worker.run_counts"


def test_an_output_whose_shape_varies(tensorflow_worker: Worker, tmp_path: Path) -> None:
    build = GraphBuilder()
    build.node("Where", "y", build.placeholder(), T="float32")
    values = np.array([[[1.0] * 8], [[0.0] * 8]], np.float32)
    with pytest.raises(ConverterError) as caught:
        jobs.run_reference(tensorflow_worker, build.save(tmp_path / "g.pb"), {"x": values}, ["y"])
    assert caught.value.code == "worker.shape_varies"


def test_the_arrays_are_removed(tensorflow_worker: Worker, random_runs: NDArray[np.float32], tmp_path: Path) -> None:
    graph = float_graph().save(tmp_path / "g.pb")
    jobs.run_reference(tensorflow_worker, graph, {"x": random_runs}, ["y"])
    assert list(tensorflow_worker.folder.iterdir()) == []
