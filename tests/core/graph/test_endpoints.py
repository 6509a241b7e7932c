"""The first suggestion is what the author of the model would have said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.core.graph.graphs import F32, const, graph, node, placeholder, read, repeated, variable

from coldpress.formats.graph_files import read_graph
from coldpress.formats.protos import SignatureDef
from coldpress.graph.endpoints import Endpoints, inputs_for, suggest
from coldpress.graph.inputs import InputReason
from coldpress.graph.loading import graph_from
from coldpress.graph.outputs import OutputReason
from coldpress.graph.tensor_ref import TensorRef
from coldpress.sentences import LANGUAGES, catalogue

FIXTURES = Path(__file__).parents[2] / "fixtures"
AUTHORS: dict[str, dict[str, list[str]]] = json.loads((FIXTURES / "endpoints/expected.json").read_text())
OLDER = sorted(FIXTURES.glob("older/*/*/MANIFEST.json"))


def _names(refs: tuple[TensorRef, ...]) -> list[str]:
    return [str(ref) for ref in refs]


def _outputs(found: Endpoints) -> list[str]:
    return [entry.tensor.node for entry in found.outputs]


@pytest.mark.parametrize("name", AUTHORS)
def test_small_models_of_every_habit(name: str) -> None:
    found = suggest(read(FIXTURES / f"endpoints/{name}.pb.gz"))
    assert sorted(_names(found.chosen_inputs)) == sorted(AUTHORS[name]["inputs"])
    assert sorted(_names(found.chosen_outputs)) == sorted(AUTHORS[name]["outputs"])


@pytest.mark.parametrize("name", AUTHORS)
def test_recorded_shapes_are_not_needed(name: str) -> None:
    bare = read(FIXTURES / f"endpoints/{name}.pb.gz")
    for each in bare:
        each.attr.pop("_output_shapes", None)
    assert sorted(_names(suggest(bare).chosen_outputs)) == sorted(AUTHORS[name]["outputs"])
    assert sorted(_names(suggest(bare).chosen_inputs)) == sorted(AUTHORS[name]["inputs"])


@pytest.mark.parametrize("manifest", OLDER, ids=[str(path.parent.relative_to(FIXTURES)) for path in OLDER])
def test_older_releases(manifest: Path) -> None:
    facts: dict[str, Any] = json.loads(manifest.read_text())
    (meta,) = manifest.parent.glob("train/*.meta")
    found = suggest(read(meta))
    assert _names(found.chosen_inputs) == facts["train_graph"]["true_input_cut_here"]
    logits, probabilities = facts["train_graph"]["outputs"]
    assert _outputs(found)[:2] == [probabilities, logits]
    for name in ("eval_graph.pb", "frozen.pb"):
        found = suggest(read(manifest.parent / name))
        assert _names(found.chosen_inputs) == facts["eval_graph"]["input"]
        logits, probabilities = facts["eval_graph"]["outputs"]
        assert _outputs(found)[:2] == [probabilities, logits]


@pytest.mark.parametrize("release", sorted(path.name for path in FIXTURES.glob("trained/*")))
def test_networks_of_every_release(release: str) -> None:
    """Every way of writing batch norm, dropout, flags, quantization: the ends are called the same in all of them."""
    for file in sorted(FIXTURES.glob(f"trained/{release}/*/*.meta.gz")):
        found = suggest(read(file))
        assert _names(found.chosen_inputs) == ["input:0"], file.parent.name
        assert _names(found.chosen_outputs) == ["probs:0"], file.parent.name
        assert found.outputs[0].reason is OutputReason.PROBABILITIES, file.parent.name


@pytest.mark.parametrize(
    ("file", "source", "scope"),
    [
        ("digits_qat/train/model.ckpt-2400.meta", "input:0", "Net"),
        ("digits_qat/eval.meta", "input:0", "Net"),
        ("digits_qat/frozen.pb", "input:0", "Net"),
        ("digits_float/tfdata/train/model.ckpt-900.meta", "IteratorGetNext:0", "DigitsNet"),
        ("digits_float/cond/train/model.ckpt-900.meta", "x:0", "DigitsNet"),
        ("digits_float/answer/cond/eval_graph.pb", "input:0", "DigitsNet"),
    ],
)
def test_digits(file: str, source: str, scope: str) -> None:
    found = suggest(read(FIXTURES / file))
    assert _names(found.chosen_inputs) == [source]
    assert found.inputs[0].dtype == "float32"
    assert found.inputs[0].shape is not None
    assert found.inputs[0].shape[1:] == (16, 16, 1)
    assert _outputs(found)[:2] == [f"{scope}/Predictions/Reshape_1", f"{scope}/Logits/SpatialSqueeze"]
    assert [entry.reason for entry in found.outputs[:2]] == [OutputReason.PROBABILITIES, OutputReason.LOGITS]
    assert _names(found.chosen_outputs) == [f"{scope}/Predictions/Reshape_1:0"]


def test_the_other_tower_is_offered_but_not_chosen() -> None:
    found = suggest(read(FIXTURES / "older/tf1.14.0/two_tower/train/model.ckpt-500.meta"))
    reasons = {entry.tensor.node: entry.reason for entry in found.outputs}
    assert reasons["clone_1/Net/probs"] is OutputReason.OTHER_TOWER
    assert [(str(e.tensor), e.reason) for e in found.inputs] == [
        ("split_images:0", InputReason.AFTER_SPLIT),
        ("input:0", InputReason.BEFORE_SPLIT),
    ]


def test_both_cuts_of_a_decoder_are_offered() -> None:
    found = suggest(read(FIXTURES / "endpoints/jpeg_in_the_graph.pb.gz"))
    offered = {str(entry.tensor): entry.reason for entry in found.inputs}
    assert offered["ResizeBilinear:0"] is InputReason.DECODED
    assert offered["DecodeJpeg/contents:0"] is InputReason.ENCODED
    assert "Mul:0" in offered
    found = suggest(read(FIXTURES / "endpoints/serialized_images.pb.gz"))
    assert "tf_example:0" in {str(entry.tensor) for entry in found.inputs}


def test_class_numbers_come_after_scores() -> None:
    found = suggest(read(FIXTURES / "endpoints/segmentation.pb.gz"))
    assert [(e.tensor.node, e.reason) for e in found.outputs] == [
        ("scores", OutputReason.LOGITS),
        ("classes", OutputReason.CLASSES),
    ]


def test_inputs_of_other_outputs() -> None:
    whole = read(FIXTURES / "endpoints/two_classes.pb.gz")
    found = inputs_for(whole, [TensorRef("Mean")])
    assert {str(entry.tensor) for entry in found if entry.chosen} == {"x:0", "t:0"}
    found = inputs_for(whole, [TensorRef("score/BiasAdd")])
    assert [str(entry.tensor) for entry in found] == ["x:0"]


def _signature(inputs: dict[str, str], outputs: dict[str, str]) -> SignatureDef:
    signature = SignatureDef()
    for key, name in inputs.items():
        signature.inputs.get_or_create(key).name = name
    for key, name in outputs.items():
        signature.outputs.get_or_create(key).name = name
    return signature


def test_a_signature_comes_first() -> None:
    file = read_graph(FIXTURES / "digits_qat/saved_model")
    assert file.meta is not None
    found = suggest(graph_from(file.parts), signatures=file.meta.signatures)
    assert found.outputs[0].reason is OutputReason.SIGNATURE
    assert found.inputs[0].reason is InputReason.SIGNATURE
    assert _names(found.chosen_inputs) == ["input:0"]
    whole = read(FIXTURES / "digits_qat/eval_graph.pb")
    named = _signature({"images": "input:0"}, {"scores": "Net/Logits/SpatialSqueeze:0"})
    found = suggest(whole, signatures={"serving_default": named})
    assert _names(found.chosen_outputs) == ["Net/Logits/SpatialSqueeze:0"]
    assert found.outputs[0].facts == {"name": "scores"}
    assert "Net/Predictions/Reshape_1" in _outputs(found)


def test_a_signature_that_wants_bytes_or_lies_is_not_followed() -> None:
    whole = read(FIXTURES / "endpoints/serialized_images.pb.gz")
    serving = _signature({"examples": "tf_example:0"}, {"probabilities": "probabilities:0"})
    found = suggest(whole, signatures={"serving_default": serving})
    assert _names(found.chosen_inputs) == AUTHORS["serialized_images"]["inputs"]
    gone = _signature({"x": "nowhere:0"}, {"y": "nowhere:0"})
    assert _names(suggest(whole, signatures={"serving_default": gone}).chosen_outputs) == ["probabilities:0"]


def test_batch_norms_left_by_quantization_are_no_outputs() -> None:
    found = suggest(read(FIXTURES / "digits_qat/eval_graph.pb"))
    assert not [name for name in _outputs(found) if "BatchNorm" in name]


def test_nothing_to_suggest() -> None:
    assert suggest(graph()) == Endpoints((), ())
    only = suggest(graph(placeholder("input", (1, 4))))
    assert only.outputs == ()
    assert suggest(graph(const("c", 1), node("i", "Identity", "c", T=F32))).outputs == ()


def test_damaged_graphs_do_no_harm() -> None:
    for file in sorted((FIXTURES / "broken/graphs").glob("*.pb")):
        if file.stem in {"duplicate_names", "non_utf8_name"}:
            continue
        found = suggest(read(file))
        if file.stem not in {"cycle", "only_placeholder"}:
            assert _names(found.chosen_inputs)[0].rpartition("/")[2] == "input:0", file.stem


def test_a_chain_of_thousands_of_layers() -> None:
    nodes = [placeholder("input", (1, 4)), variable("w", (4, 4)), node("r", "Identity", "w", T=F32)]
    before = "input"
    for number in range(5000):
        nodes.append(node(f"layer{number}", "MatMul", before, "r", T=F32))
        before = f"layer{number}"
    found = suggest(graph(*nodes))
    assert _names(found.chosen_outputs) == ["layer4999:0"]
    assert found.outputs[0].reason is OutputReason.UNREAD


def test_copies_of_a_model_keep_apart(qat: Any) -> None:
    found = suggest(repeated(qat, 3))
    assert _names(found.chosen_outputs) == [f"copy{number}/Net/Predictions/Reshape_1:0" for number in range(3)]
    assert _names(found.chosen_inputs) == [f"copy{number}/input:0" for number in range(3)]


def test_every_reason_has_a_sentence() -> None:
    for language in LANGUAGES:
        assert {*InputReason, *OutputReason} <= catalogue(language).keys()


def test_images_prepared_in_a_loop_can_be_fed_behind_it() -> None:
    """TensorFlow Lite has no such loop; Object Detection's own export cuts there too."""
    found = suggest(read(FIXTURES / "endpoints/resized_in_a_loop.pb.gz"))
    (behind,) = [entry for entry in found.inputs if entry.reason is InputReason.AFTER_LOOP]
    assert not behind.chosen
    assert behind.tensor.node.startswith("Preprocessor/map/")
    assert behind.shape is not None
    assert behind.shape[1:] == (16, 16, 3)


def test_corrections_of_folded_batch_norms_are_no_outputs() -> None:
    found = suggest(read(FIXTURES / "digits_qat/train/model.ckpt-2400.meta"))
    assert _outputs(found) == ["Net/Predictions/Reshape_1", "Net/Logits/SpatialSqueeze"]
