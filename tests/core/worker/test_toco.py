"""Conversion in every mode, with the real converter."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from tests.core.worker.graphs import (
    GraphBuilder,
    float_graph,
    huge_constant_graph,
    trained_graph,
    training_batch_norm_graph,
)

from coldpress.errors import ColdpressError, ConverterError, UsageError
from coldpress.events import StepProgress
from coldpress.recipe import InferenceType, InputChoice, IoType
from coldpress.sentences import say_error
from coldpress.worker import jobs
from coldpress.worker.requests.conversion import Convert
from coldpress.worker.requests.tflite import CheckModel, Kernels
from coldpress.worker.result_check import check_result

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from coldpress.events import Event
    from coldpress.worker.supervisor import Worker

pytestmark = pytest.mark.tensorflow

_MEASURED = (InferenceType.INT8, InferenceType.INT16X8)
_X = InputChoice("x:0", (1, 8))
_TRAINED_X = InputChoice("x:0", (1, 8), 128, 127)


def _request(graph: str, target: Path, mode: InferenceType, **more: Any) -> Convert:
    return replace(Convert(graph, str(target), (_X,), ("y",), mode), **more)


@pytest.fixture(scope="module")
def digits_float(fixtures: Path) -> str:
    return str(fixtures / "digits_float" / "answer" / "tfdata" / "frozen.pb")


def _digits(frozen: str, target: Path, mode: InferenceType, output: str) -> Convert:
    return Convert(frozen, str(target), (InputChoice("input:0", (1, 16, 16, 1), 128, 127),), (output,), mode)


def test_the_digits_equal_the_file_of_tensorflow_1_15(
    tensorflow_worker: Worker,
    interpreter_worker: Worker,
    fixtures: Path,
    tmp_path: Path,
) -> None:
    target = tmp_path / "digits.tflite"
    frozen = str(fixtures / "digits_qat" / "frozen.pb")
    request = _digits(frozen, target, InferenceType.UINT8, "Net/Predictions/Reshape_1")
    done = jobs.convert(tensorflow_worker, request)
    assert done.nbytes == target.stat().st_size
    checked = interpreter_worker.run(CheckModel(str(target)))
    assert check_result(request, checked) == ()
    (taken,), (given,) = checked.inputs, checked.outputs
    assert (taken.dtype, taken.zero_point) == ("uint8", 128)
    assert taken.scale == pytest.approx(1 / 127)
    assert (given.dtype, given.scale, given.zero_point) == ("uint8", 0.00390625, 0)
    with np.load(fixtures / "digits_qat" / "test_data.npz") as data:
        images, labels = data["images"][:, np.newaxis], data["labels"]
    for kernels in Kernels:
        ours = jobs.run_model(interpreter_worker, target, [images], kernels).outputs[0].values
        theirs_file = fixtures / "digits_qat" / "digits_uint8.tflite"
        theirs = jobs.run_model(interpreter_worker, theirs_file, [images], kernels).outputs[0].values
        assert np.array_equal(ours, theirs), kernels
        assert np.mean(ours[:, 0].argmax(axis=1) == labels) == pytest.approx(0.95833, abs=1e-5)


@pytest.mark.parametrize("mode", [mode for mode in InferenceType if mode is not InferenceType.UINT8])
def test_every_mode_of_a_float_graph(
    tensorflow_worker: Worker,
    interpreter_worker: Worker,
    digits_float: str,
    digits: NDArray[np.float32],
    tmp_path: Path,
    mode: InferenceType,
) -> None:
    request = _digits(digits_float, tmp_path / "a.tflite", mode, "DigitsNet/Predictions/Reshape_1")
    samples = [digits[:50]] if mode in _MEASURED else []
    events: list[Event] = []
    done = jobs.convert(tensorflow_worker, request, samples, jobs.Call(events.append))
    again = jobs.convert(tensorflow_worker, replace(request, target=str(tmp_path / "b.tflite")), samples)
    assert done.sha256 == again.sha256
    checked = interpreter_worker.run(CheckModel(request.target))
    assert check_result(request, checked) == ()
    dtypes = {tensor.dtype for tensor in checked.tensors}
    wanted = {"float16": "float16", "dynamic": "int8", "int8": "int8", "int16x8": "int16"}.get(mode.value, "float32")
    assert wanted in dtypes
    if samples:
        assert [event.total for event in events if isinstance(event, StepProgress)][-1:] == [50]


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ((IoType.FLOAT32, IoType.FLOAT32), ("float32", "float32")),
        ((IoType.UINT8, IoType.FLOAT32), ("uint8", "float32")),
        ((None, IoType.UINT8), ("int8", "uint8")),
    ],
)
def test_types_of_inputs_and_outputs_of_int8(
    tensorflow_worker: Worker,
    interpreter_worker: Worker,
    random_runs: NDArray[np.float32],
    tmp_path: Path,
    asked: tuple[IoType | None, IoType | None],
    given: tuple[str, str],
) -> None:
    graph = float_graph().save(tmp_path / "g.pb")
    request = _request(
        graph, tmp_path / "r.tflite", InferenceType.INT8, input_type=asked[0], output_type=asked[1], measured=True
    )
    jobs.convert(tensorflow_worker, request, [random_runs])
    checked = interpreter_worker.run(CheckModel(request.target))
    assert (checked.inputs[0].dtype, checked.outputs[0].dtype) == given
    assert check_result(request, checked) == ()


def test_trained_int8_with_symmetric_weights(
    tensorflow_worker: Worker, interpreter_worker: Worker, tmp_path: Path
) -> None:
    graph = trained_graph(weights=(-3.0, 3.0), narrow=True).save(tmp_path / "g.pb")
    choice = InputChoice("x:0", (1, 8), 0, 127)
    request = _request(graph, tmp_path / "r.tflite", InferenceType.INT8, inputs=(choice,))
    jobs.convert(tensorflow_worker, request)
    assert check_result(request, interpreter_worker.run(CheckModel(request.target))) == ()


def test_trained_int8_with_weights_that_are_made_symmetric(
    tensorflow_worker: Worker,
    interpreter_worker: Worker,
    fixtures: Path,
    digits: NDArray[np.float32],
    tmp_path: Path,
) -> None:
    output = "Net/Predictions/Reshape_1"
    frozen = fixtures / "digits_qat" / "frozen.pb"
    request = replace(
        _digits(str(frozen), tmp_path / "r.tflite", InferenceType.INT8, output),
        inputs=(InputChoice("input:0", (1, 16, 16, 1), 0, 127),),
        accept=frozenset({"convert.int8_weights"}),
    )
    done = jobs.convert(tensorflow_worker, request)
    assert [widened.node.split("/")[1] for widened in done.widened] == ["c0", "dw1", "pw1", "dw2", "pw2", "Logits"]
    assert all(widened.limit == max(-widened.minimum, widened.maximum) for widened in done.widened)
    checked = interpreter_worker.run(CheckModel(request.target))
    assert check_result(request, checked) == ()
    assert not any(tensor.dtype == "float32" for tensor in checked.tensors)
    result = jobs.run_model(interpreter_worker, request.target, [digits], Kernels.DEFAULT).outputs[0]
    reference = jobs.run_reference(tensorflow_worker, frozen, {"input": digits}, [output])[f"{output}:0"]
    real = (result.values.astype(np.float64) - result.zero_points[0]) * result.scales[0]
    assert np.mean(real.argmax(axis=-1) == reference.argmax(axis=-1)) > 0.98


def test_default_ranges_are_there_for_those_who_ask(
    tensorflow_worker: Worker, interpreter_worker: Worker, tmp_path: Path
) -> None:
    graph = float_graph().save(tmp_path / "g.pb")
    request = _request(
        graph, tmp_path / "r.tflite", InferenceType.UINT8, inputs=(_TRAINED_X,), default_ranges=(-6.0, 6.0)
    )
    jobs.convert(tensorflow_worker, request)
    assert check_result(request, interpreter_worker.run(CheckModel(request.target))) == ()


def test_several_outputs_keep_their_order(
    tensorflow_worker: Worker, interpreter_worker: Worker, tmp_path: Path
) -> None:
    build = GraphBuilder()
    dense = build.dense("d", build.placeholder(), 8, 4)
    build.node("Split", "s", build.const("axis", 1, "int32"), dense, T="float32", num_split=2)
    build.unary("Neg", "n", dense)
    graph = build.save(tmp_path / "g.pb")
    request = _request(graph, tmp_path / "r.tflite", InferenceType.FLOAT32, outputs=("s:1", "n", "s:0"))
    jobs.convert(tensorflow_worker, request)
    checked = interpreter_worker.run(CheckModel(request.target))
    assert [tensor.name for tensor in checked.outputs] == ["s:1", "n", "s"]


def test_operations_that_no_interpreter_here_has(
    tensorflow_worker: Worker, interpreter_worker: Worker, tmp_path: Path
) -> None:
    build = GraphBuilder()
    build.unary("Erf", "y", build.dense("d", build.placeholder(), 8, 4))
    graph = build.save(tmp_path / "g.pb")
    request = _request(graph, tmp_path / "r.tflite", InferenceType.FLOAT32)
    with pytest.raises(ConverterError) as caught:
        jobs.convert(tensorflow_worker, request)
    assert caught.value.code == "convert.needs_select_ops"
    assert caught.value.facts["nodes"] == "y"
    assert caught.value.log
    selected = replace(request, select_tf_ops=True)
    jobs.convert(tensorflow_worker, selected)
    checked = interpreter_worker.run(CheckModel(request.target))
    assert checked.missing == ("FlexErf",)
    assert [finding.code for finding in check_result(selected, checked)] == ["check.cannot_run_here"]
    jobs.convert(tensorflow_worker, replace(request, allow_custom_ops=True))
    assert interpreter_worker.run(CheckModel(request.target)).missing == ("Erf",)


def _unknown_rank() -> GraphBuilder:
    build = GraphBuilder()
    build.unary("Relu", "y", build.placeholder(None))
    return build


def _variable() -> GraphBuilder:
    build = GraphBuilder()
    weights = build.node("VariableV2", "w", shape=(8, 4), dtype="float32")
    build.matmul("y", build.placeholder(), weights)
    return build


def _constant() -> GraphBuilder:
    build = GraphBuilder()
    build.placeholder()
    build.unary("Relu", "y", build.const("c", [[1.0, 2.0]]))
    return build


def _python() -> GraphBuilder:
    build = GraphBuilder()
    node = build.node("PyFuncStateless", "y", build.placeholder(), token=b"pyfunc_0")
    build.graph.node[-1].attr["Tin"].list.type.append(1)
    build.graph.node[-1].attr["Tout"].list.type.append(1)
    assert node == "y"
    return build


def _reads_file() -> GraphBuilder:
    build = GraphBuilder()
    build.node("ReadFile", "y", build.placeholder((), dtype="string"))
    return build


def _unknown_operation() -> GraphBuilder:
    build = GraphBuilder()
    build.unary("MyCompanyRelu", "y", build.placeholder())
    return build


def _narrow(shape: tuple[int, ...]) -> tuple[InputChoice, ...]:
    return (InputChoice("x:0", shape),)


_UINT8 = {"mode": InferenceType.UINT8, "inputs": (_TRAINED_X,)}
_NAN = np.full((4, 1, 8), np.nan, np.float32)
_INF = np.full((4, 1, 8), np.inf, np.float32)


@pytest.mark.parametrize(
    ("build", "more", "samples", "code"),
    [
        (lambda: trained_graph(low=-np.inf, high=np.inf), {}, None, "convert.range_not_finite"),
        (lambda: trained_graph(low=np.nan, high=np.nan), {}, None, "convert.range_not_finite"),
        (lambda: trained_graph(low=2.0, high=-2.0), _UINT8, None, "convert.range_reversed"),
        (lambda: trained_graph(low=0.0, high=0.0), _UINT8, None, "convert.range_empty"),
        (trained_graph, {"mode": InferenceType.UINT8}, None, "convert.needs_mean_std"),
        (trained_graph, {**_UINT8, "inputs": (InputChoice("x:0", (1, 8), 128, 0),)}, None, "convert.bad_std"),
        (trained_graph, {**_UINT8, "inputs": (InputChoice("x:0", (1, 8), 300, 127),)}, None, "convert.bad_mean"),
        (trained_graph, {"mode": InferenceType.DYNAMIC}, None, "convert.mode_on_qat"),
        (trained_graph, {"mode": InferenceType.FLOAT16}, None, "convert.mode_on_qat"),
        (
            trained_graph,
            {"mode": InferenceType.INT8, "inputs": (InputChoice("x:0", (1, 8), 0, 127),)},
            None,
            "convert.int8_weights",
        ),
        (trained_graph, {"mode": InferenceType.INT8}, np.zeros((4, 1, 8), np.float32), "convert.representative_on_qat"),
        (float_graph, _UINT8, None, "convert.no_ranges"),
        (float_graph, {"mode": InferenceType.INT8}, None, "convert.needs_representative_data"),
        (float_graph, {"mode": InferenceType.INT16X8}, None, "convert.needs_representative_data"),
        (float_graph, {"mode": InferenceType.INT8}, _NAN, "convert.representative_not_finite"),
        (float_graph, {"mode": InferenceType.INT8}, _INF, "convert.representative_not_finite"),
        (float_graph, {"mode": InferenceType.INT8}, np.zeros((4, 1, 5), np.float32), "convert.representative_shape"),
        (float_graph, {"mode": InferenceType.INT8}, np.zeros((0, 1, 8), np.float32), "convert.representative_empty"),
        (float_graph, {"outputs": ("nowhere",)}, None, "worker.no_such_tensor"),
        (float_graph, {"inputs": _narrow((1, 5))}, None, "convert.shapes"),
        (float_graph, {"inputs": (InputChoice("x:0", (1, None)),)}, None, "convert.unknown_size"),
        (_unknown_rank, {"inputs": (InputChoice("x:0"),)}, None, "convert.unknown_rank"),
        (training_batch_norm_graph, {"inputs": _narrow((1, 4, 4, 3))}, None, "convert.batch_norm_training"),
        (_variable, {}, None, "convert.not_frozen"),
        (huge_constant_graph, {}, None, "convert.huge_tensor"),
        (_constant, {}, None, "convert.constant_output"),
        (_python, {}, None, "worker.risky_operation"),
        (_reads_file, {"inputs": _narrow(())}, None, "worker.risky_operation"),
        (_unknown_operation, {}, None, "worker.unknown_operation"),
        (_unknown_operation, {"allow_custom_ops": True}, None, "convert.unknown_operation"),
        (float_graph, {"input_type": IoType.UINT8}, None, "convert.io_type"),
    ],
)
def test_what_would_crash_hang_or_be_quietly_wrong_is_refused_in_words(
    tensorflow_worker: Worker,
    tmp_path: Path,
    build: Callable[[], GraphBuilder],
    more: dict[str, Any],
    samples: NDArray[np.float32] | None,
    code: str,
) -> None:
    graph = build().save(tmp_path / "g.pb")
    more = {**more}
    request = _request(graph, tmp_path / "r.tflite", more.pop("mode", InferenceType.FLOAT32), **more)
    pid = tensorflow_worker.pid
    with pytest.raises(ColdpressError) as caught:
        jobs.convert(tensorflow_worker, request, [] if samples is None else [samples])
    assert isinstance(caught.value, ConverterError | UsageError)
    assert caught.value.code == code
    assert say_error(caught.value).remedy
    assert not (tmp_path / "r.tflite").exists()
    # Nothing crashed on the way.
    assert tensorflow_worker.pid == pid or pid is None


def test_a_file_that_is_no_graph(tensorflow_worker: Worker, tmp_path: Path) -> None:
    (tmp_path / "g.pb").write_bytes(b"\x0a\xffnot a graph")
    with pytest.raises(ColdpressError) as caught:
        tensorflow_worker.run(_request(str(tmp_path / "g.pb"), tmp_path / "r.tflite", InferenceType.FLOAT32))
    assert caught.value.code == "worker.not_a_graph"
    with pytest.raises(ColdpressError) as caught:
        tensorflow_worker.run(_request(str(tmp_path / "none.pb"), tmp_path / "r.tflite", InferenceType.FLOAT32))
    assert caught.value.code == "worker.file"


def test_a_target_that_cannot_be_written(tensorflow_worker: Worker, tmp_path: Path) -> None:
    graph = float_graph().save(tmp_path / "g.pb")
    with pytest.raises(ColdpressError) as caught:
        tensorflow_worker.run(_request(graph, tmp_path / "no folder" / "r.tflite", InferenceType.FLOAT32))
    assert caught.value.code == "worker.file"
    assert caught.value.status == 3


def test_quiet_failures_are_seen_in_the_file(
    tensorflow_worker: Worker, interpreter_worker: Worker, tmp_path: Path
) -> None:
    """Each is refused unless a person insists; then the file itself tells."""

    def codes(request: Convert, samples: list[NDArray[np.float32]]) -> set[str]:
        insisting = replace(
            request,
            accept=frozenset({"convert.representative_not_finite", "convert.no_ranges"}),
        )
        jobs.convert(tensorflow_worker, insisting, samples)
        return {finding.code for finding in check_result(request, interpreter_worker.run(CheckModel(request.target)))}

    graph = float_graph().save(tmp_path / "float.pb")
    target = tmp_path / "r.tflite"
    assert codes(_request(graph, target, InferenceType.INT8, measured=True), [_NAN]) >= {
        "check.not_quantized",
        "check.io_type",
    }
    unranged = _request(graph, target, InferenceType.UINT8, inputs=(_TRAINED_X,))
    assert codes(unranged, []) >= {"check.not_quantized", "check.io_type"}


def test_a_layer_that_training_missed_is_a_float_island(
    tensorflow_worker: Worker, interpreter_worker: Worker, tmp_path: Path
) -> None:
    build = trained_graph()
    axis = build.const("axis", [1], "int32")
    back = build.node("ReverseV2", "back", "y", axis, T="float32", Tidx="int32")
    added = build.node("AddV2", "added", "y", back, T="float32")
    weights = build.fake_quant("w2_quant", build.weights("w2", 4, 4), -2.0, 3.0)
    build.fake_quant("z", build.matmul("m2", added, weights), -4.0, 4.0)
    request = _request(
        build.save(tmp_path / "g.pb"), tmp_path / "r.tflite", InferenceType.UINT8, inputs=(_TRAINED_X,), outputs=("z",)
    )
    jobs.convert(tensorflow_worker, request)
    (finding,) = check_result(request, interpreter_worker.run(CheckModel(request.target)))
    assert finding.code == "check.float_island"
    assert "ADD" in str(finding.facts["operations"])


def test_the_crashes_of_tensorflow_are_survived_if_forced(
    tensorflow_worker: Worker, interpreter_worker: Worker, tmp_path: Path
) -> None:
    force = frozenset(
        {"convert.range_not_finite", "convert.representative_not_finite", "convert.unknown_rank", "convert.shapes"}
    )
    infinite = trained_graph(low=-np.inf, high=np.inf).save(tmp_path / "inf.pb")
    nan = trained_graph(low=np.nan, high=np.nan).save(tmp_path / "nan.pb")
    rank = _unknown_rank().save(tmp_path / "rank.pb")
    plain = float_graph().save(tmp_path / "plain.pb")
    target = tmp_path / "r.tflite"
    attempts: list[tuple[Convert, list[NDArray[np.float32]]]] = [
        (_request(infinite, target, InferenceType.FLOAT32, accept=force), []),
        (_request(plain, target, InferenceType.INT8, accept=force), [_INF]),
        (_request(nan, target, InferenceType.FLOAT32, accept=force), []),
        (_request(rank, target, InferenceType.FLOAT32, accept=force, inputs=(InputChoice("x:0"),)), []),
    ]
    errors = []
    for request, samples in attempts:
        try:
            jobs.convert(tensorflow_worker, request, samples)
            interpreter_worker.run(CheckModel(request.target))
        except ConverterError as error:
            errors.append(error)
    assert [error.code for error in errors if error.code.endswith("segfault")][1:]
    assert all(say_error(error).remedy and say_error(error).message != error.code for error in errors)
    jobs.convert(tensorflow_worker, _request(plain, target, InferenceType.FLOAT32))
    assert interpreter_worker.run(CheckModel(str(target))).nbytes > 0
