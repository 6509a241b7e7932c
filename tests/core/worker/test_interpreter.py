"""Loading, running and timing ``.tflite`` files without TensorFlow."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

from coldpress.errors import ConverterError, InputError
from coldpress.worker import jobs
from coldpress.worker.requests.tflite import CheckModel, Kernels, MeasureLatency

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from coldpress.worker.supervisor import Worker


@pytest.fixture
def model(fixtures: Path) -> Path:
    return fixtures / "digits_qat" / "digits_uint8.tflite"


def test_what_a_file_is(interpreter_worker: Worker, model: Path) -> None:
    checked = interpreter_worker.run(CheckModel(str(model)))
    assert checked.nbytes == model.stat().st_size
    assert [operation.name for operation in checked.operations][-2:] == ["RESHAPE", "SOFTMAX"]
    first = checked.operations[0]
    # 12 kernels of 3 x 3 in a byte each, and 12 biases in four.
    assert first.constant_bytes == 12 * 9 + 12 * 4
    assert checked.inputs[0].shape == (1, 16, 16, 1)
    assert checked.outputs[0].scale == 0.00390625
    assert checked.missing == ()


def test_the_golden_outputs(interpreter_worker: Worker, model: Path, fixtures: Path) -> None:
    with np.load(fixtures / "digits_qat" / "golden.npz") as golden:
        images, expected = golden["images"][:, np.newaxis], golden["tflite_uint8"]
    result = jobs.run_model(interpreter_worker, model, [images], Kernels.REFERENCE)
    assert np.array_equal(result.outputs[0].values[:, 0], expected)
    assert result.clipped == (0.0,)


def test_real_values_are_quantized_as_the_input_says(
    interpreter_worker: Worker, model: Path, digits: NDArray[np.float32], fixtures: Path
) -> None:
    with np.load(fixtures / "digits_qat" / "test_data.npz") as data:
        raw = data["images"][:20, np.newaxis]
    real = jobs.run_model(interpreter_worker, model, [digits[:20]], Kernels.NO_DELEGATE)
    stored = jobs.run_model(interpreter_worker, model, [raw], Kernels.NO_DELEGATE)
    assert np.array_equal(real.outputs[0].values, stored.outputs[0].values)


def test_values_that_do_not_fit_are_counted(
    interpreter_worker: Worker, model: Path, digits: NDArray[np.float32]
) -> None:
    result = jobs.run_model(interpreter_worker, model, [digits[:4] * 255], Kernels.DEFAULT)
    assert result.clipped[0] > 0.5


def test_intermediate_tensors(interpreter_worker: Worker, model: Path, digits: NDArray[np.float32]) -> None:
    checked = interpreter_worker.run(CheckModel(str(model)))
    indices = [operation.outputs[0] for operation in checked.operations]
    result = jobs.run_model(interpreter_worker, model, [digits[:3]], Kernels.NO_DELEGATE, tensors=indices)
    assert sorted(result.tensors) == sorted(indices)
    first = result.tensors[indices[0]]
    assert first.values.shape == (3, 1, 16, 16, 12)
    assert np.array_equal(result.tensors[indices[-1]].values, result.outputs[0].values)


def test_timing(interpreter_worker: Worker, model: Path) -> None:
    latency = interpreter_worker.run(MeasureLatency(str(model), runs=7))
    assert len(latency.seconds) == 7
    assert all(0 < seconds < 1 for seconds in latency.seconds)
    hurried = interpreter_worker.run(MeasureLatency(str(model), Kernels.REFERENCE, threads=2, runs=10**6, budget=0.01))
    assert len(hurried.seconds) < 10**6


@pytest.mark.parametrize("content", [b"", b"not a model", b"TFL3" * 20, b"\x00" * 4000])
def test_a_file_that_is_no_model(interpreter_worker: Worker, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.tflite"
    path.write_bytes(content)
    with pytest.raises((InputError, ConverterError)) as caught:
        interpreter_worker.run(CheckModel(str(path)))
    assert caught.value.code in ("check.not_a_model", "model.segfault", "model.aborted")


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.9, 0.99])
def test_a_damaged_model_is_an_answer_not_an_end(
    interpreter_worker: Worker, model: Path, tmp_path: Path, cut: float
) -> None:
    path = tmp_path / "cut.tflite"
    content = model.read_bytes()
    path.write_bytes(content[: int(len(content) * cut)])
    with pytest.raises((InputError, ConverterError)) as caught:
        interpreter_worker.run(CheckModel(str(path)))
    assert caught.value.code.startswith(("check.", "model."))
    assert interpreter_worker.run(CheckModel(str(model))).nbytes == len(content)


def test_wrong_feeds_are_refused(interpreter_worker: Worker, model: Path, digits: NDArray[np.float32]) -> None:
    with pytest.raises(ConverterError) as caught:
        jobs.run_model(interpreter_worker, model, [], Kernels.DEFAULT)
    assert caught.value.code == "check.input_count"
    with pytest.raises(ConverterError) as caught:
        jobs.run_model(interpreter_worker, model, [digits[:2, :, :8]], Kernels.DEFAULT)
    assert caught.value.code == "check.input_shape"


def test_the_interpreters_process_never_imports_tensorflow() -> None:
    script = (
        "import sys\n"
        "from coldpress.worker import interpreter\n"
        "interpreter.handlers()\n"
        "assert 'tensorflow' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
