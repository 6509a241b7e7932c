"""The whole verification, on real conversions; spoilt models fail, and the layer to blame ranks first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from coldpress.errors import ConverterError
from coldpress.formats.arrays import InputSlot, SampleSet, read_samples
from coldpress.formats.protos import GraphDef
from coldpress.formats.tensors import from_array, to_array
from coldpress.recipe import InferenceType, InputChoice
from coldpress.verify.layers import ranked
from coldpress.verify.limits import limits_for
from coldpress.verify.runs import into_runs
from coldpress.worker import jobs
from coldpress.worker.requests.conversion import Convert
from coldpress.worker.requests.tflite import CheckedModel, CheckModel, Kernels, TensorInfo
from coldpress.worker.verification import Manner, Subject, pair, random_set, verify

if TYPE_CHECKING:
    from coldpress.verify.report import Verification
    from coldpress.worker.supervisor import Worker

pytestmark = pytest.mark.tensorflow

_SLOT = InputSlot("input:0", "float32", (1, 16, 16, 1), 128, 127)


@dataclass(frozen=True)
class Desk:
    """Both workers and the digits."""

    tensorflow: Worker
    interpreter: Worker
    data: SampleSet
    folder: Path

    def convert(self, frozen: Path, output: str, mode: InferenceType, slot: InputSlot = _SLOT) -> Subject:
        target = self.folder / "result.tflite"
        choice = InputChoice(slot.tensor, slot.shape, slot.mean, slot.std)
        request = Convert(str(frozen), str(target), (choice,), (output,), mode)
        measured = mode in (InferenceType.INT8, InferenceType.INT16X8)
        samples = [into_runs(self.data.first(100).inputs[0].values, (1, 16, 16, 1))] if measured else []
        jobs.convert(self.tensorflow, request, samples)
        checked = self.interpreter.run(CheckModel(str(target)))
        return Subject(frozen, target, checked, (slot,), (output,))

    def verify(self, subject: Subject, mode: InferenceType, **manner: object) -> Verification:
        chosen = replace(Manner(limits_for(mode.value)), **manner)  # type: ignore[arg-type]
        return verify(self.tensorflow, self.interpreter, subject, self.data, chosen)


@pytest.fixture
def desk(tensorflow_worker: Worker, interpreter_worker: Worker, fixtures: Path, tmp_path: Path) -> Desk:
    data = read_samples(fixtures / "digits_qat" / "test_data.npz", [_SLOT])
    return Desk(tensorflow_worker, interpreter_worker, data, tmp_path)


@dataclass(frozen=True)
class Net:
    """A trained network and the name of its output."""

    frozen: Path
    output: str


@pytest.fixture(params=["digits_qat", "older"])
def trained(request: pytest.FixtureRequest, fixtures: Path) -> Net:
    """Return networks that contrib.quantize trained, in TF 1.15 and in TF 1.12 with quant_delay."""
    if request.param == "older":
        return Net(fixtures / "older" / "tf1.12.3" / "qat_delay" / "frozen.pb", "Net/probs")
    return Net(fixtures / "digits_qat" / "frozen.pb", "Net/Predictions/Reshape_1")


@pytest.fixture
def plain(fixtures: Path) -> Net:
    return Net(fixtures / "digits_float" / "answer" / "tfdata" / "frozen.pb", "DigitsNet/Predictions/Reshape_1")


def _codes(verification: Verification) -> set[str]:
    return {reason.code for reason in verification.reasons}


def _change_constant(
    source: Path, target: Path, names: tuple[str, ...], factor: float, channel: int | None = None
) -> None:
    """Write a copy of a graph with some constants multiplied, or one channel of them."""
    graph = GraphDef.FromString(source.read_bytes())
    for node in graph.node:
        if node.name in names:
            value = to_array(node.attr["value"].tensor).copy()
            value[... if channel is None else (..., channel)] *= factor
            node.attr["value"].tensor.CopyFrom(from_array(value))
    target.write_bytes(graph.SerializeToString())


def _activation_quants(frozen: Path) -> list[str]:
    graph = GraphDef.FromString(frozen.read_bytes())
    return [
        node.name.rpartition("/")[0]
        for node in graph.node
        if node.op == "FakeQuantWithMinMaxVars" and "weights_quant" not in node.name
    ]


def test_a_sound_trained_network_passes(desk: Desk, trained: Net) -> None:
    subject = desk.convert(trained.frozen, trained.output, InferenceType.UINT8)
    verification = desk.verify(subject, InferenceType.UINT8)
    assert verification.passed, verification.reasons
    assert verification.samples == 360
    assert verification.accuracy_result == verification.accuracy_reference
    assert verification.worst("argmax_agreement", lowest=True) == 1
    assert verification.input_clipped == (0.0,)
    assert len(verification.layers) >= 9
    (other,) = verification.other_kernels
    assert (verification.kernels, other.kernels, other.error) == ("default", "reference", "")
    assert 0 < other.samples <= 64
    assert other.differences[0].mean_lsb is None or other.differences[0].mean_lsb < 1
    assert other.outputs[0].argmax_agreement == 1
    assert verification.against_float is not None
    assert verification.against_float.accuracy == pytest.approx(verification.accuracy_reference or 0, abs=0.01)


def test_the_digits_have_the_accuracy_of_tensorflow_1_15(desk: Desk, fixtures: Path) -> None:
    subject = desk.convert(fixtures / "digits_qat" / "frozen.pb", "Net/Predictions/Reshape_1", InferenceType.UINT8)
    for kernels in Kernels:
        verification = desk.verify(subject, InferenceType.UINT8, kernels=kernels, layers=False)
        assert verification.accuracy_result == pytest.approx(0.95833, abs=1e-5)
        assert verification.kernels == kernels.value
    # The largest difference that TensorFlow 1.15's own file has from its frozen graph.
    assert verification.worst("max_abs_error") == pytest.approx(0.0569136, abs=1e-6)


@pytest.mark.parametrize("mode", [mode for mode in InferenceType if mode is not InferenceType.UINT8])
def test_a_sound_float_network_passes_in_every_mode(desk: Desk, plain: Net, mode: InferenceType) -> None:
    verification = desk.verify(desk.convert(plain.frozen, plain.output, mode), mode)
    assert verification.passed, verification.reasons
    assert verification.accuracy_reference == pytest.approx(0.95833, abs=1e-5)
    assert verification.accuracy_result == pytest.approx(0.95833, abs=0.01)
    assert verification.against_float is None


@pytest.mark.parametrize("given", [True, False])
def test_random_inputs_stand_in(desk: Desk, trained: Net, given: bool) -> None:  # noqa: FBT001 - a parameter
    slot = _SLOT if given else InputSlot("input:0", "float32", (1, 16, 16, 1))
    subject = replace(desk.convert(trained.frozen, trained.output, InferenceType.UINT8), slots=(slot,))
    samples = random_set(subject)
    assert samples.inputs[0].values.shape == (32, 16, 16, 1)
    assert samples.inputs[0].values.min() < -0.95
    made_up = replace(desk, data=samples)
    verification = made_up.verify(subject, InferenceType.UINT8, data="random")
    assert verification.passed, verification.reasons
    assert verification.accuracy_result is None
    assert verification.data == "random"


@pytest.mark.parametrize(("position", "factor"), [(0, 10), (3, 10), (-1, 10), (1, 0.2)])
def test_a_range_that_is_wrong_in_the_result_alone(
    desk: Desk, trained: Net, tmp_path: Path, position: int, factor: float
) -> None:
    """The file was made from a spoilt graph and is held against the sound one."""
    layer = _activation_quants(trained.frozen)[position]
    spoilt = tmp_path / "spoilt.pb"
    _change_constant(trained.frozen, spoilt, (f"{layer}/min", f"{layer}/max"), factor)
    subject = replace(desk.convert(spoilt, trained.output, InferenceType.UINT8), frozen=trained.frozen)
    verification = desk.verify(subject, InferenceType.UINT8)
    assert not verification.passed
    assert "verify.layer_loss" in _codes(verification)
    worst = ranked(verification.layers)[0]
    assert worst.name == f"{layer}/FakeQuantWithMinMaxVars"
    assert worst.reasons[0] == ("layer.range_too_wide" if factor > 1 else "layer.clipped")


@pytest.mark.parametrize("position", [1, -1])
def test_a_range_that_training_left_ten_times_too_wide(desk: Desk, trained: Net, tmp_path: Path, position: int) -> None:
    """Graph and file agree perfectly; the network without quantization shows what the range costs."""
    layer = _activation_quants(trained.frozen)[position]
    spoilt = tmp_path / "spoilt.pb"
    _change_constant(trained.frozen, spoilt, (f"{layer}/min", f"{layer}/max"), 10)
    verification = desk.verify(desk.convert(spoilt, trained.output, InferenceType.UINT8), InferenceType.UINT8)
    assert "verify.range_loss" in _codes(verification)
    assert ranked(verification.float_layers)[0].name == f"{layer}/FakeQuantWithMinMaxVars"


def test_mean_and_std_that_do_not_fit_the_data(desk: Desk, trained: Net) -> None:
    real = replace(desk.data, inputs=(replace(desk.data.inputs[0], raw=None),))
    for mean, std in ((0.0, 1.0), (0.0, 255.0), (128.0, 1270.0)):
        slot = replace(_SLOT, mean=mean, std=std)
        subject = desk.convert(trained.frozen, trained.output, InferenceType.UINT8, slot)
        verification = replace(desk, data=real).verify(subject, InferenceType.UINT8, layers=False)
        assert "verify.input_clipped" in _codes(verification), (mean, std)
    coarse = replace(_SLOT, mean=128.0, std=2.0)
    subject = desk.convert(trained.frozen, trained.output, InferenceType.UINT8, coarse)
    assert not replace(desk, data=real).verify(subject, InferenceType.UINT8).passed


def test_mean_and_std_that_do_not_fit_stored_images(desk: Desk, trained: Net, fixtures: Path) -> None:
    slot = replace(_SLOT, mean=0.0, std=1.0)
    data = read_samples(fixtures / "digits_qat" / "test_data.npz", [slot])
    subject = desk.convert(trained.frozen, trained.output, InferenceType.UINT8, slot)
    verification = replace(desk, data=data).verify(subject, InferenceType.UINT8)
    # Both sides are fed the same nonsense; that it is far beyond the trained ranges gives it away.
    assert "verify.range_loss" in _codes(verification)


def test_one_channel_that_takes_all_the_steps(desk: Desk, plain: Net, tmp_path: Path) -> None:
    mode = InferenceType.INT8
    spoilt = tmp_path / "spoilt.pb"
    name = "DigitsNet/Logits/Conv2d_1c_1x1/weights"
    _change_constant(plain.frozen, spoilt, (name,), 1000, channel=3)
    logits = "DigitsNet/Logits/SpatialSqueeze"
    sound = desk.verify(desk.convert(plain.frozen, logits, mode), mode)
    assert sound.passed, sound.reasons
    verification = desk.verify(desk.convert(spoilt, logits, mode), mode)
    assert "verify.layer_loss" in _codes(verification)
    layer = ranked(verification.layers)[0]
    assert layer.name == "DigitsNet/Logits/Conv2d_1c_1x1/BiasAdd"
    assert layer.reasons[0] == "layer.one_channel"


def test_weights_that_are_wrong_in_the_result_alone(desk: Desk, plain: Net, tmp_path: Path) -> None:
    spoilt = tmp_path / "spoilt.pb"
    _change_constant(plain.frozen, spoilt, ("DigitsNet/Conv2d_1_pointwise/weights",), 1.5, channel=3)
    subject = desk.convert(spoilt, plain.output, InferenceType.FLOAT32)
    verification = desk.verify(replace(subject, frozen=plain.frozen), InferenceType.FLOAT32)
    assert {"verify.max_abs_error", "verify.snr"} <= _codes(verification)
    assert ranked(verification.layers)[0].name == "DigitsNet/Conv2d_1_pointwise/Relu6"


def test_layers_of_a_network_with_a_dense_layer(desk: Desk, fixtures: Path) -> None:
    """A fully connected layer is called after its MatMul; its bias belongs to it all the same."""
    frozen = fixtures / "older" / "tf1.14.0" / "keras_graph" / "frozen.pb"
    slot = replace(_SLOT, tensor="conv2d_input:0")
    data = replace(desk.data, inputs=(replace(desk.data.inputs[0], tensor="conv2d_input:0"),))
    moved = replace(desk, data=data)
    verification = moved.verify(
        moved.convert(frozen, "activation_2/Softmax", InferenceType.FLOAT32, slot), InferenceType.FLOAT32
    )
    assert verification.passed, verification.reasons
    assert "dense/BiasAdd" in [layer.name for layer in verification.layers]
    assert all(layer.snr_db is None or layer.snr_db > 100 for layer in verification.layers)


def test_labels_that_do_not_fit(desk: Desk, plain: Net) -> None:
    assert desk.data.labels is not None
    shuffled = replace(desk.data, labels=(desk.data.labels + 3) % 10)
    verification = replace(desk, data=shuffled).verify(
        desk.convert(plain.frozen, plain.output, InferenceType.FLOAT32), InferenceType.FLOAT32
    )
    assert _codes(verification) == {"verify.reference_guesses"}


def test_reasons_can_be_accepted(desk: Desk, plain: Net) -> None:
    assert desk.data.labels is not None
    shuffled = replace(desk.data, labels=(desk.data.labels + 3) % 10)
    subject = desk.convert(plain.frozen, plain.output, InferenceType.FLOAT32)
    accept = frozenset({"verify.reference_guesses"})
    assert replace(desk, data=shuffled).verify(subject, InferenceType.FLOAT32, accept=accept).passed


def test_a_batch_of_several(desk: Desk, plain: Net) -> None:
    slot = replace(_SLOT, shape=(7, 16, 16, 1))
    subject = desk.convert(plain.frozen, plain.output, InferenceType.FLOAT32, slot)
    verification = desk.verify(subject, InferenceType.FLOAT32)
    assert verification.passed, verification.reasons
    assert verification.samples == 360
    assert verification.accuracy_result == pytest.approx(0.95833, abs=1e-5)


def _info(index: int, name: str) -> TensorInfo:
    return TensorInfo(index, name, "float32", (1,), (1,), (), (), 0)


def test_tensors_are_paired_by_name_or_else_by_order() -> None:
    infos = [_info(0, "b"), _info(1, "serving_default_a:0")]
    assert pair(["a:0", "b"], infos) == [infos[1], infos[0]]
    assert pair(["x:0", "y:0"], infos) == infos
    with pytest.raises(ConverterError) as caught:
        pair(["x"], infos)
    assert caught.value.code == "verify.counts"


def test_random_inputs_for_several_inputs() -> None:
    infos = (_info(0, "a"), replace(_info(1, "b"), dtype="int32", shape=(3, 4)))
    checked = CheckedModel(1, infos, (), (), ())
    slots = (InputSlot("a:0", "float32", (1,)), InputSlot("b:0", "int32", (3, 4)))
    samples = random_set(Subject(Path(), Path(), checked, slots, ()), 5)
    assert samples.inputs[0].values.shape == (5,)
    assert samples.inputs[1].values.shape == (6, 4)
    assert set(np.unique(samples.inputs[1].values).tolist()) == {0, 1}
