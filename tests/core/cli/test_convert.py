"""``coldpress convert``, as the contract has it, on real models."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.core.cli import contract
from tests.core.worker.graphs import GraphBuilder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.core.cli.conftest import Ran

pytestmark = pytest.mark.tensorflow


def test_the_train_folder_alone_becomes_a_verified_uint8_file(
    coldpress: Callable[..., Ran], fixtures: Path, tmp_path: Path
) -> None:
    model, target, kept = fixtures / "digits_qat", tmp_path / "model.tflite", tmp_path / "kept"
    stats = ("--mean-values", "128", "--std-dev-values", "127")
    words = ("convert", model / "train", "-o", target, *stats, "--data", model / "test_data.npz", "--keep", kept)
    ran = coldpress(*words, "--json")
    data = ran.json(contract.CONVERT)
    assert (ran.status, data["status"]) == (0, "verified")
    assert data["checkpoint"].endswith("model.ckpt-2400")
    assert data["chosen"] == {"inputs": ["input:0"], "outputs": ["Net/Predictions/Reshape_1:0"]}
    (taken,), (given,) = data["inputs"], data["outputs"]
    assert (taken["dtype"], taken["zero_point"], given["dtype"], given["zero_point"]) == ("uint8", 128, "uint8", 0)
    assert taken["scale"] == pytest.approx(1 / 127)
    assert given["scale"] == 0.00390625
    assert data["verification"]["accuracy_result"] == pytest.approx(0.9583, abs=5e-5)
    assert data["verification"]["samples"] == 360
    assert target.stat().st_size == data["bytes"]
    assert {p.name for p in kept.iterdir()} == {
        "eval_graph.pb",
        "eval_graph.meta",
        "frozen.pb",
        "report.html",
        "report.json",
        "recipe.toml",
    }

    again = tmp_path / "again.tflite"
    assert coldpress("convert", kept / "recipe.toml", "-o", again).status == 0
    assert again.read_bytes() == target.read_bytes()


def test_without_mean_and_std_a_quantized_input_stops_the_run(
    coldpress: Callable[..., Ran], fixtures: Path, tmp_path: Path
) -> None:
    target = tmp_path / "model.tflite"
    ran = coldpress("convert", fixtures / "digits_qat" / "train", "-o", target, "--json")
    data = ran.json(contract.FAILURE)
    assert ran.status == 4
    assert "inputs.mean_std_missing" in {finding["code"] for finding in data["findings"]}
    assert list(tmp_path.iterdir()) == []


def test_wrong_labels_are_no_reason_but_wrong_numbers_fail_with_status_6(
    coldpress: Callable[..., Ran], fixtures: Path, tmp_path: Path
) -> None:
    recipe = tmp_path / "strict.toml"
    source = fixtures / "digits_qat" / "train"
    recipe.write_text(
        f"version = 1\n[source]\npath = {str(source)!r}\n[[inputs]]\ntensor = 'input:0'\nmean = 128.0\nstd = 127.0\n"
        "[verification.limits]\nmax_lsb = 0.001\n",
        encoding="utf-8",
    )
    target = tmp_path / "model.tflite"
    target.write_bytes(b"an older file")
    ran = coldpress("convert", recipe, "-o", target, "--json")
    data = ran.json(contract.CONVERT)
    assert (ran.status, data["status"], data["output"]) == (6, "failed", None)
    assert target.read_bytes() == b"an older file"


def test_the_converter_failing_is_status_5(coldpress: Callable[..., Ran], fixtures: Path, tmp_path: Path) -> None:
    graph = fixtures / "broken" / "graphs" / "unknown_op.pb"
    ran = coldpress("convert", graph, "-o", tmp_path / "model.tflite", "--allow-custom-ops", "--json")
    assert (ran.status, ran.json(contract.FAILURE)["error"]["code"]) == (5, "convert.unknown_operation")
    assert list(tmp_path.iterdir()) == []


def test_a_target_that_cannot_be_written_is_said_before_the_work(
    coldpress: Callable[..., Ran], fixtures: Path, tmp_path: Path
) -> None:
    ran = coldpress(
        "convert", fixtures / "digits_float/tfdata/train", "-o", tmp_path / "no" / "such" / "m.tflite", "--json"
    )
    assert (ran.status, ran.json(contract.FAILURE)["error"]["code"]) == (3, "files.no_folder")


def test_float_with_and_without_moving_averages(coldpress: Callable[..., Ran], fixtures: Path, tmp_path: Path) -> None:
    model = fixtures / "digits_float"
    words = ("convert", model / "tfdata/train", "--data", model / "test_data.npz", "--mean-values", "128")
    for extra, accuracy in (((), 0.9583), (("--use-ema",), 0.9694)):
        ran = coldpress(*words, "--std-dev-values", "127", "-o", tmp_path / "m.tflite", *extra, "--json")
        data = ran.json(contract.CONVERT)
        assert (ran.status, data["inputs"][0]["dtype"]) == (0, "float32")
        assert data["verification"]["accuracy_result"] == pytest.approx(accuracy, abs=5e-5)


def test_the_sample_converts_by_its_recipe(coldpress: Callable[..., Ran], tmp_path: Path) -> None:
    assert coldpress("sample", tmp_path / "sample").status == 0
    ran = coldpress("convert", tmp_path / "sample" / "digits.toml", "--commands")
    assert ran.status == 0
    assert "Verified" in ran.out
    assert "freeze_graph" in ran.out
    assert (tmp_path / "sample" / "digits.tflite").stat().st_size > 5000


def test_types_side_by_side(coldpress: Callable[..., Ran], fixtures: Path, tmp_path: Path) -> None:
    model, report = fixtures / "digits_qat", tmp_path / "report.html"
    words = ("convert", model / "train", "--mean-values", "128", "--std-dev-values", "127", "-o", tmp_path / "m.tflite")
    ran = coldpress(*words, "--compare", "uint8,int8", "--report", report, "--json")
    data = ran.json(contract.COMPARE)
    assert (ran.status, data["status"]) == (4, "failed")
    statuses = [(row["inference_type"], row["status"]) for row in data["types"]]
    assert statuses == [("uint8", "verified"), ("int8", "unfit")]
    assert {path.name for path in tmp_path.iterdir()} == {"m_uint8.tflite", "report.html"}
    assert "int8" in report.read_text(encoding="utf-8")


def test_what_does_not_go_with_compare_is_wrong_usage(
    coldpress: Callable[..., Ran], fixtures: Path, tmp_path: Path
) -> None:
    words = ("convert", fixtures / "digits_qat" / "train", "--compare", "all", "--inference-type", "uint8")
    ran = coldpress(*words, "--json")
    assert (ran.status, ran.json(contract.FAILURE)["error"]["code"]) == (2, "cli.not_with_compare")
    assert coldpress("convert", tmp_path, "--compare", "float64").status == 2


_LISTENING = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from coldpress.cli.main import main
sys.exit(main())
"""
"""A shell that starts the tests in its background lets them ignore the interrupt, which their children inherit."""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for another process")
def test_ctrl_c_ends_it_within_a_second_and_leaves_nothing(fixtures: Path, tmp_path: Path) -> None:
    target = tmp_path / "model.tflite"
    command = [sys.executable, "-c", _LISTENING, "convert", str(fixtures / "digits_float/tfdata/train")]
    with subprocess.Popen(
        [*command, "-o", str(target), "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stderr is not None
        while "eval graph" not in running.stderr.readline():  # TensorFlow is being imported now, in the worker
            assert running.poll() is None
        asked = time.monotonic()
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=20)
        assert time.monotonic() - asked < 5  # a bound against hanging; how fast it is, the benchmarks say
    assert running.returncode == 130
    assert '"cancelled"' in out
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


def test_verify_compares_two_files(coldpress: Callable[..., Ran], fixtures: Path) -> None:
    model = fixtures / "digits_qat"
    words = (
        "verify",
        model / "frozen.pb",
        model / "digits_uint8.tflite",
        "--data",
        model / "test_data.npz",
        "--layers",
    )
    data = coldpress(*words, "--json")
    found = data.json(contract.VERIFY)
    assert data.status == 0
    assert found["verification"]["accuracy_result"] == pytest.approx(0.9583, abs=5e-5)
    assert len(found["layers"]) > 5


def test_verify_fails_another_model(coldpress: Callable[..., Ran], fixtures: Path) -> None:
    older = fixtures / "older" / "tf1.12.3"
    ran = coldpress("verify", older / "float_cond/frozen.pb", older / "float_cond/model_ema.tflite", "--json")
    assert ran.status == 6
    assert not ran.json(contract.VERIFY)["verification"]["passed"]


def test_frozen_equals_the_given_one_bit_for_bit(coldpress: Callable[..., Ran], fixtures: Path, tmp_path: Path) -> None:
    target = tmp_path / "frozen.pb"
    ran = coldpress("freeze", fixtures / "digits_qat/train", "-o", target, "--json")
    data = ran.json(contract.FREEZE)
    assert ran.status == 0
    assert data["bytes"] == target.stat().st_size
    assert np.isfinite(data["seconds"])


def test_a_shape_that_breaks_is_status_4_with_the_node_and_both_shapes(
    coldpress: Callable[..., Ran], tmp_path: Path
) -> None:
    build = GraphBuilder()
    build.dense("y", build.placeholder((None, None)), 8, 4)
    graph, target = build.save(tmp_path / "g.pb"), tmp_path / "model.tflite"
    ran = coldpress(
        "convert", graph, "-o", target, "--inputs", "x", "--outputs", "y", "--input-shapes", "1,5", "--json"
    )
    data = ran.json(contract.FAILURE)
    assert ran.status == 4
    (finding,) = [entry for entry in data["findings"] if entry["severity"] == "block"]
    assert (finding["code"], finding["nodes"]) == ("shapes.breaks", ["y/MatMul"])
    assert "x [1, 5], y/weights [8, 4]" in finding["message"]
    assert not target.exists()
