"""Frozen graphs compared with those of TensorFlow's ``freeze_graph``, over every kind of variable."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from coldpress.errors import BlockedError, UsageError
from coldpress.formats.checkpoint import open_checkpoint
from coldpress.formats.graph_files import read_graph
from coldpress.formats.protos import GraphDef, NodeDef
from coldpress.formats.tensors import to_array
from coldpress.freeze.freezer import freeze
from coldpress.freeze.match import match
from coldpress.freeze.meta_writer import write_meta_graph
from coldpress.freeze.unsupported import DirectFreezeUnsupported
from coldpress.freeze.variables import graph_variables
from coldpress.graph.graph import Graph
from coldpress.graph.loading import graph_from
from coldpress.graph.op_defs import op_def

if TYPE_CHECKING:
    from coldpress.freeze.match import Match

pytestmark = pytest.mark.tensorflow

_SCRIPT = Path(__file__).parent / "tensorflow_models.py"
_ENVIRONMENT = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "", "TF_ENABLE_ONEDNN_OPTS": "0"}

FROZEN_BY_BOTH = [
    "reference", "reference_v1", "resource", "kinds_of_values", "partitioned_rows", "partitioned_rows_v1",
    "partitioned_columns", "embedding", "loops_and_branches", "renamed", "sharded", "functions_without_variables",
]  # fmt: skip
FROZEN_BY_US_ONLY = ["batched_gather", "references_handed_on", "string"]


def _python(command: str, folder: Path) -> str:
    argv = [sys.executable, "-W", "ignore", str(_SCRIPT), command, str(folder)]
    done = subprocess.run(argv, capture_output=True, text=True, env=_ENVIRONMENT, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    _python("make", folder)
    return folder


def _outputs(folder: Path) -> list[str]:
    names: list[str] = json.loads((folder / "model.json").read_text())["outputs"]
    return names


def _read(folder: Path, graph: str = "model.ckpt-1.meta") -> tuple[Graph, Match]:
    source = read_graph(folder / graph)
    definitions = source.meta.variables() if source.meta else ()
    read = graph_from(source.parts)
    return read, match(read, open_checkpoint(folder / "model.ckpt-1"), variable_defs=definitions)


def _freeze(folder: Path, graph: str = "model.ckpt-1.meta") -> GraphDef:
    read, matched = _read(folder, graph)
    checkpoint = open_checkpoint(folder / "model.ckpt-1")
    target = folder / "ours.pb"
    frozen = freeze(read, checkpoint, _outputs(folder), target, saved=matched.saved)
    content = target.read_bytes()
    definition = GraphDef.FromString(content)
    assert frozen.bytes == len(content)
    assert frozen.nodes == len(definition.node)
    assert frozen.constants == sum(node.op == "Const" for node in definition.node)
    return definition


def _plain(node: NodeDef) -> NodeDef:
    """Return a node without what a newer TensorFlow adds on import: defaults of attributes that the node lacks."""
    copy = NodeDef()
    copy.CopyFrom(node)
    definition = op_def(node.op)
    for attribute in definition.attr if definition else ():
        value = copy.attr.get(attribute.name)
        empty_list = value is not None and value.WhichOneof("value") == "list" and not value.list.ByteSize()
        if value is not None and (value == attribute.default_value or empty_list):
            del copy.attr[attribute.name]
    copy.attr.pop("_output_shapes", None)
    copy.attr.pop("_class", None)
    copy.attr.pop("value", None)
    return copy


def _same_node(ours: NodeDef, theirs: NodeDef) -> bool:
    if theirs.op == "Identity" and not any(text.startswith("^") for text in theirs.input):
        # freeze_graph forgets what a ReadVariableOp had to wait for; in a branch of a cond that is what guards it.
        ours.input[:] = [text for text in ours.input if not text.startswith("^")]
    return _plain(ours).SerializeToString(deterministic=True) == _plain(theirs).SerializeToString(deterministic=True)


def _same_value(ours: NodeDef, theirs: NodeDef) -> bool:
    mine, other = to_array(ours.attr["value"].tensor), to_array(theirs.attr["value"].tensor)
    if mine.dtype == object:
        return mine.shape == other.shape and mine.tolist() == other.tolist()
    return mine.shape == other.shape and mine.dtype == other.dtype and mine.tobytes() == other.tobytes()


@pytest.mark.parametrize("name", FROZEN_BY_BOTH)
def test_nodes_and_constants_are_those_of_freeze_graph(models: Path, name: str) -> None:
    folder = models / name
    theirs = GraphDef.FromString((folder / "frozen.pb").read_bytes())
    ours = _freeze(folder)
    assert [node.name for node in ours.node] == [node.name for node in theirs.node]
    for mine, other in zip(ours.node, theirs.node, strict=True):
        assert _same_node(mine, other), f"{mine}{other}"
        if mine.op == "Const":
            assert _same_value(mine, other), mine.name
    assert ours.versions == theirs.versions


@pytest.mark.parametrize("name", ["reference", "reference_v1", "resource", "renamed", "sharded"])
def test_constants_are_written_as_tensorflow_writes_them(models: Path, name: str) -> None:
    theirs = GraphDef.FromString((models / name / "frozen.pb").read_bytes())
    for mine, other in zip(_freeze(models / name).node, theirs.node, strict=True):
        if mine.op == "Const":
            assert mine.SerializeToString(deterministic=True) == other.SerializeToString(deterministic=True)


def _write_meta_graph(folder: Path) -> None:
    """Write what ``freeze_graph`` is given where names alone do not tell it where the variables are kept."""
    read, matched = _read(folder)
    kept = read.ancestors([name.partition(":")[0] for name in _outputs(folder)], control=True)
    pruned = Graph(
        [node for node in read if node.name in kept], functions=read.functions.values(), versions=read.versions
    )
    write_meta_graph(pruned, graph_variables(pruned, matched.saved), folder / "ours.meta")


def test_every_frozen_graph_computes_what_the_unfrozen_one_did(models: Path) -> None:
    """And ``freeze_graph`` makes the same of an eval graph with our Saver as of the graph with its own."""
    names = [*FROZEN_BY_BOTH, *FROZEN_BY_US_ONLY]
    for name in names:
        _freeze(models / name)
    for name in FROZEN_BY_BOTH:
        _write_meta_graph(models / name)
    answers = [tuple(line.split()) for line in _python("run", models).splitlines() if len(line.split()) == 2]
    assert sorted(answers) == sorted((name, "equal") for name in names)
    for name in FROZEN_BY_BOTH:
        again = GraphDef.FromString((models / name / "again.pb").read_bytes())
        theirs = GraphDef.FromString((models / name / "frozen.pb").read_bytes())
        assert list(again.node) == list(theirs.node), name


@pytest.mark.parametrize("name", ["reference", "resource", "partitioned_rows", "partitioned_columns", "embedding"])
def test_a_bare_graph_freezes_to_the_same(models: Path, name: str) -> None:
    """As ``write_graph`` leaves it before there is a Saver."""
    folder = models / name
    whole = GraphDef.FromString((folder / "graph.pb").read_bytes())
    bare = GraphDef(node=[n for n in whole.node if not n.name.startswith("save/")], versions=whole.versions)
    (folder / "bare.pb").write_bytes(bare.SerializeToString())
    with_saver = _freeze(folder, "graph.pb").SerializeToString(deterministic=True)
    assert _freeze(folder, "bare.pb").SerializeToString(deterministic=True) == with_saver


def test_savers_tell_renamed_variables(models: Path) -> None:
    _, matched = _read(models / "renamed")
    keys = {variable.name: variable.key for variable in matched.matched}
    assert keys == {"first": "second", "second": "first", "third": "old/name"}
    assert {variable.name for variable in matched.renamed} == {"first", "second", "third"}


def test_variable_defs_tell_partitions_where_the_saver_is_gone(models: Path) -> None:
    source = read_graph(models / "partitioned_columns" / "model.ckpt-1.meta")
    assert source.meta is not None
    parts = graph_from(source.parts)
    names = [node.name for node in parts if not node.name.startswith("save/")]
    bare = type(parts)(parts[name] for name in names)
    checkpoint = open_checkpoint(models / "partitioned_columns" / "model.ckpt-1")
    saved = match(bare, checkpoint, variable_defs=source.meta.variables()).saved
    assert saved == match(parts, checkpoint).saved
    assert [place.key for place in saved.values()] == ["net/table", "net/table"]


def test_a_handle_in_a_function_is_left_to_tensorflow(models: Path) -> None:
    with pytest.raises(DirectFreezeUnsupported) as caught:
        _freeze(models / "handles_in_functions")
    assert caught.value.reason == "function"
    assert caught.value.nodes == ("while",)


def test_what_changes_a_variable_is_refused_by_name(models: Path) -> None:
    with pytest.raises(BlockedError) as caught:
        _freeze(models / "training")
    (finding,) = caught.value.findings
    assert finding.code == "freeze.changes_variable"
    assert set(finding.nodes) == {"AssignAdd", "AssignSubVariableOp"}


def test_functions_that_nothing_calls_are_left_out(models: Path) -> None:
    functions = [f.signature.name for f in _freeze(models / "functions_without_variables").library.function]
    assert sorted(name.split("_")[3] for name in functions) == ["inner", "outer"]


def test_an_unknown_output_is_named(models: Path) -> None:
    graph, _ = _read(models / "reference")
    with pytest.raises(UsageError) as caught:
        freeze(graph, None, ["no/such"], models / "never.pb")
    assert caught.value.facts["name"] == "no/such"
    assert not (models / "never.pb").exists()
