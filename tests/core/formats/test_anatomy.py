"""What a file is made of."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from coldpress.formats.anatomy import Part, anatomy
from coldpress.formats.graph_files import read_graph

SAMPLE = Path(str(files("coldpress_resources"))) / "sample"


def child(part: Part, name: str) -> Part:
    return next(entry for entry in part.parts if entry.name == name)


def test_a_meta_graph_is_told_field_by_field() -> None:
    whole = anatomy(read_graph(SAMPLE / "train" / "model.ckpt-2400.meta"))
    assert [part.name for part in whole.parts] == [
        "meta_info_def",
        "graph_def",
        "saver_def",
        "collection_def",
        "signature_def",
        "asset_file_def",
    ]
    assert child(child(whole, "graph_def"), "node").value == "2390"
    assert child(child(whole, "meta_info_def"), "tensorflow_version").value.startswith("1.15")
    assert child(child(whole, "saver_def"), "restore_op_name").value == "save/restore_all"
    trained = child(child(whole, "collection_def"), "trainable_variables")
    assert trained.value.startswith("bytes_list × ")


def test_a_bare_graph_has_nothing_but_its_graph() -> None:
    whole = anatomy(read_graph(SAMPLE / "eval_graph.pb"))
    assert whole.name == "GraphDef"
    nodes = child(whole, "node")
    assert len(nodes.parts) == 13
    assert nodes.parts[-1].name == "…"


def test_signatures_name_their_tensors() -> None:
    fixtures = Path(__file__).parents[2] / "fixtures"
    models = [path.parent for path in fixtures.rglob("saved_model.pb") if "broken" not in path.parts]
    whole = anatomy(read_graph(models[0]))
    (first, *_rest) = child(whole, "signature_def").parts
    assert any(part.name.startswith("inputs[") and ":" in part.value for part in first.parts)
    assert any(part.name.startswith("outputs[") for part in first.parts)
