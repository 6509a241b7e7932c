"""What is frozen, what is refused, and how it is written; the comparison with TensorFlow is in another file."""

from __future__ import annotations

import resource
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.core.freeze.small_graphs import MemoryCheckpoint, graph, node, variable

from coldpress.cancel import CancelToken
from coldpress.errors import BlockedError, Cancelled, InputError
from coldpress.formats.checkpoint import open_checkpoint
from coldpress.formats.checkpoint_base import Variable
from coldpress.formats.graph_files import read_graph
from coldpress.formats.protos import FunctionDef, GraphDef, VersionDef
from coldpress.formats.tensors import to_array
from coldpress.freeze.freezer import freeze
from coldpress.freeze.graph_writer import write_graph
from coldpress.freeze.match import match
from coldpress.freeze.plan import LARGEST, plan_freeze
from coldpress.freeze.saved_as import SavedAs, Slice
from coldpress.freeze.unsupported import DirectFreezeUnsupported
from coldpress.graph.loading import graph_from
from coldpress.sentences import LANGUAGES, say_error, say_finding

if TYPE_CHECKING:
    from pathlib import Path

    from coldpress.formats.protos import NodeDef
    from coldpress.graph.graph import Graph


def _frozen(path: Path) -> dict[str, NodeDef]:
    return {node.name: node for node in GraphDef.FromString(path.read_bytes()).node}


def _value(nodes: dict[str, NodeDef], name: str) -> np.ndarray:
    return to_array(nodes[name].attr["value"].tensor)


def _read(name: str, source: str) -> NodeDef:
    return node("ReadVariableOp", name, source, dtype="float32")


def test_the_eval_graph_freezes_to_the_very_file_of_freeze_graph(fixtures: Path, tmp_path: Path) -> None:
    """The file is TF 1.15's, which leaves an empty library at its end, and forgets the versions."""
    folder = fixtures / "digits_qat"
    read = graph_from(read_graph(folder / "eval_graph.pb").parts)
    result = freeze(
        read, open_checkpoint(folder / "train" / "model.ckpt-2400"), ["Net/Predictions/Reshape_1"], tmp_path / "f.pb"
    )
    expected = GraphDef.FromString((folder / "frozen.pb").read_bytes())
    expected.ClearField("library")
    expected.versions.CopyFrom(read.versions)
    assert (tmp_path / "f.pb").read_bytes() == expected.SerializeToString(deterministic=True)
    assert (result.nodes, result.constants, result.variables) == (179, 59, 51)


def test_a_frozen_graph_freezes_without_a_checkpoint_to_itself(fixtures: Path, tmp_path: Path) -> None:
    source = fixtures / "digits_qat" / "frozen.pb"
    result = freeze(graph_from(read_graph(source).parts), None, ["Net/Predictions/Reshape_1:0"], tmp_path / "f.pb")
    expected = GraphDef.FromString(source.read_bytes())
    expected.ClearField("library")
    assert (tmp_path / "f.pb").read_bytes() == expected.SerializeToString(deterministic=True)
    assert result.variables == 0


@pytest.mark.parametrize(
    ("folder", "code", "fragments"),
    [
        ("ckpt_lacks_variable", "freeze.missing_variables", ["Tiny/extra_scale"]),
        ("ckpt_other_scope", "freeze.other_scope", ["Tiny/conv/weights", '"Small/"', '"Tiny/"']),
        ("ckpt_other_shape", "freeze.other_shape", ["Tiny/conv/weights", "[3, 3, 1, 3]", "[3, 3, 1, 5]"]),
        ("flipped_byte_data", "formats.variable_checksum", []),
    ],
)
def test_a_checkpoint_that_does_not_fit_is_refused(
    fixtures: Path, tmp_path: Path, folder: str, code: str, fragments: list[str]
) -> None:
    (meta,) = (fixtures / "broken" / folder).glob("*.meta")
    read = graph_from(read_graph(meta).parts)
    checkpoint = open_checkpoint(meta.with_suffix(""))
    with pytest.raises(InputError) as caught:
        freeze(read, checkpoint, ["Tiny/probs"], tmp_path / "f.pb", saved=match(read, checkpoint).saved)
    assert caught.value.code == code
    assert all(fragment in say_error(caught.value).message for fragment in fragments)
    assert list(tmp_path.iterdir()) == []


def test_another_dtype_is_refused(tmp_path: Path) -> None:
    checkpoint = MemoryCheckpoint(v=np.zeros(2, np.float64))
    with pytest.raises(InputError) as caught:
        freeze(graph(variable("v")), checkpoint, ["v"], tmp_path / "f.pb")
    assert caught.value.code == "freeze.other_dtype"
    assert "float64" in say_error(caught.value).message


def test_variables_without_a_checkpoint_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        freeze(graph(variable("v")), None, ["v"], tmp_path / "f.pb")
    assert caught.value.code == "freeze.no_checkpoint"


def test_a_missing_input_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        freeze(graph(node("Identity", "x", "gone:1")), None, ["x"], tmp_path / "f.pb")
    assert caught.value.facts == {"node": "x", "input": "gone:1"}


def test_a_value_that_is_shorter_than_it_says_leaves_no_file(tmp_path: Path) -> None:
    class Short(MemoryCheckpoint):
        def read(self, name: str) -> np.ndarray:
            return super().read(name)[:-1]

    with pytest.raises(InputError) as caught:
        freeze(graph(variable("v", [3])), Short.of({"v": [3]}), ["v"], tmp_path / "f.pb")
    assert caught.value.code == "freeze.wrong_size"
    assert list(tmp_path.iterdir()) == []


def test_more_than_protobuf_takes_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    nodes = [variable("small", [4]), variable("large", [16384, 16384]), variable("huge", [20000, 16384])]
    checkpoint = MemoryCheckpoint(
        small=np.zeros(4, np.float32),
        large=Variable("large", "float32", (16384, 16384), 1 << 30),
        huge=Variable("huge", "float32", (20000, 16384), 20000 << 16),
    )
    with pytest.raises(BlockedError) as caught:
        freeze(graph(nodes, node("Pack", "out", "small", "large", "huge")), checkpoint, ["out"], tmp_path / "f.pb")
    (finding,) = caught.value.findings
    assert finding.nodes[:2] == ("huge", "large")
    assert int(finding.facts["bytes"]) > LARGEST
    for language in LANGUAGES:
        assert "2,147,483,647" in say_finding(finding, language=language).message


def _handles() -> Graph:
    return graph(
        variable("h", op="VarHandleOp"),
        node("Enter", "enter", "h", T="resource", frame_name=b"w"),
        node("Placeholder", "flag", dtype="bool"),
        node("Switch", "switch", "enter", "flag", T="resource"),
        _read("off", "switch"),
        _read("on", "switch:1"),
        node("Merge", "merge", "off", "on", T="float32"),
        node("Exit", "out", "merge", T="float32"),
        versions=VersionDef(producer=9),
    )


def test_handles_are_followed_through_control_flow(tmp_path: Path) -> None:
    freeze(_handles(), MemoryCheckpoint.of({"h": [2]}), ["out"], tmp_path / "f.pb")
    nodes = _frozen(tmp_path / "f.pb")
    assert {name: n.op for name, n in nodes.items()} == {
        "h": "Const", "enter": "Enter", "flag": "Placeholder", "switch": "Switch", "off": "Identity",
        "on": "Identity", "merge": "Merge", "out": "Exit",
    }  # fmt: skip
    assert {n.attr["T"].type for n in nodes.values() if "T" in n.attr} == {1}
    assert GraphDef.FromString((tmp_path / "f.pb").read_bytes()).versions.producer == 9


def test_the_graph_that_was_given_stays_as_it_was(tmp_path: Path) -> None:
    given = _handles()
    before = [n.SerializeToString(deterministic=True) for n in given]
    freeze(given, MemoryCheckpoint.of({"h": [2]}), ["out"], tmp_path / "f.pb")
    assert [n.SerializeToString(deterministic=True) for n in given] == before


def test_devices_go_and_colocation_with_what_is_gone(tmp_path: Path) -> None:
    reader = node("Identity", "r", "v", T="float32")
    reader.device = "/job:worker/gpu:1"
    reader.attr["_class"].list.s.extend([b"loc:@v", b"loc:@gone"])
    lonely = node("Identity", "out", "r", T="float32")
    lonely.attr["_class"].list.s.append(b"loc:@gone")
    freeze(
        graph(variable("v"), node("NoOp", "gone"), reader, lonely), MemoryCheckpoint.of({"v": [2]}), ["out"],
        tmp_path / "f.pb",
    )  # fmt: skip
    nodes = _frozen(tmp_path / "f.pb")
    assert list(nodes) == ["v", "r", "out"]
    assert nodes["r"].device == ""
    assert list(nodes["r"].attr["_class"].list.s) == [b"loc:@v"]
    assert "_class" not in nodes["out"].attr


def test_only_what_the_outputs_need_is_kept_control_edges_included(tmp_path: Path) -> None:
    nodes = [
        variable("a"),
        variable("unsaved"),
        node("NoOp", "init"),
        node("Identity", "x", "a", "^init", T="float32"),
        node("Identity", "y", "unsaved", T="float32"),
    ]
    freeze(graph(nodes), MemoryCheckpoint.of({"a": [2]}), ["x"], tmp_path / "f.pb")
    assert list(_frozen(tmp_path / "f.pb")) == ["a", "init", "x"]


def test_parts_that_the_checkpoint_does_not_store_as_parts_are_cut_out(tmp_path: Path) -> None:
    whole = np.arange(12, dtype=np.float32).reshape(4, 3)
    nodes = [variable("p0", [4, 1]), variable("p1", [4, 2]), node("Pack", "out", "p0", "p1")]
    saved = {
        "p0": SavedAs("t", Slice((4, 3), (0, 0), (4, 1))),
        "p1": SavedAs("t", Slice((4, 3), (0, 1), (4, 2))),
    }
    freeze(graph(nodes), MemoryCheckpoint(t=whole), ["out"], tmp_path / "f.pb", saved=saved)
    frozen = _frozen(tmp_path / "f.pb")
    np.testing.assert_array_equal(_value(frozen, "p0"), whole[:, :1])
    np.testing.assert_array_equal(_value(frozen, "p1"), whole[:, 1:])


@pytest.mark.parametrize(
    ("op", "attributes", "reason"),
    [("StatefulPartitionedCall", {}, "function"), ("SomeCustomReader", {}, "reader")],
)
def test_what_only_tensorflow_can_freeze_is_told_apart(
    tmp_path: Path, op: str, attributes: dict[str, object], reason: str
) -> None:
    caller = node(op, "call", "h", **attributes)
    if op == "StatefulPartitionedCall":
        caller.attr["f"].func.name = "body"
    with pytest.raises(DirectFreezeUnsupported) as caught:
        freeze(
            graph(variable("h", op="VarHandleOp"), caller), MemoryCheckpoint.of({"h": [2]}), ["call"], tmp_path / "f"
        )
    assert (caught.value.reason, caught.value.nodes) == (reason, ("call",))
    for language in LANGUAGES:
        assert "call" in say_error(caught.value, language=language).message


def _function(name: str, *nodes: NodeDef) -> FunctionDef:
    function = FunctionDef(node_def=list(nodes))
    function.signature.name = name
    return function


def test_a_function_that_makes_a_variable_is_left_to_tensorflow(tmp_path: Path) -> None:
    body = _function("body", node("inner", "call_inner"))
    inner = _function("inner", variable("v", op="VarHandleOp"))
    with pytest.raises(DirectFreezeUnsupported) as caught:
        freeze(graph(node("body", "call"), functions=[body, inner]), None, ["call"], tmp_path / "f")
    assert (caught.value.reason, caught.value.nodes) == ("function_body", ("inner",))


def test_functions_inside_attributes_of_functions_are_kept(tmp_path: Path) -> None:
    caller = node("Map", "call")
    caller.attr["f"].func.name = "outer"
    caller.attr["f"].func.attr["g"].func.name = "inner"
    functions = [_function(name, node("NoOp", "n")) for name in ("unused", "outer", "inner")]
    freeze(graph(caller, functions=functions), None, ["call"], tmp_path / "f")
    library = GraphDef.FromString((tmp_path / "f").read_bytes()).library.function
    assert [function.signature.name for function in library] == ["outer", "inner"]


@pytest.mark.parametrize("op", ["Assign", "AssignAdd", "ScatterUpdate", "ApplyMomentum"])
def test_changing_a_reference_is_refused(tmp_path: Path, op: str) -> None:
    nodes = [variable("v"), node("Const", "one", dtype="float32", value=np.float32(1)), node(op, "change", "v", "one")]
    with pytest.raises(BlockedError) as caught:
        freeze(graph(nodes), MemoryCheckpoint.of({"v": [2]}), ["change"], tmp_path / "f")
    assert caught.value.findings[0].nodes == ("change",)


def test_progress_ends_at_the_size_of_the_file_and_never_goes_back(tmp_path: Path) -> None:
    shapes = {f"v{i}": [1024, 1024] for i in range(4)}
    nodes = [variable(name, shape) for name, shape in shapes.items()]
    reports: list[tuple[int, int]] = []
    result = freeze(
        graph(nodes, node("Pack", "out", *shapes)), MemoryCheckpoint.of(shapes), ["out"], tmp_path / "f.pb",
        progress=lambda done, total: reports.append((done, total)),
    )  # fmt: skip
    assert reports[-1] == (result.bytes, result.bytes)
    assert reports == sorted(reports)
    assert len(reports) > 3
    assert (tmp_path / "f.pb").stat().st_size == result.bytes


def test_a_cancel_stops_between_chunks_and_leaves_the_old_file(tmp_path: Path) -> None:
    token = CancelToken()
    shapes = {f"v{i}": [1024, 1024] for i in range(8)}
    nodes = [variable(name, shape) for name, shape in shapes.items()]
    (tmp_path / "f.pb").write_bytes(b"old")
    with pytest.raises(Cancelled):
        freeze(
            graph(nodes, node("Pack", "out", *shapes)), MemoryCheckpoint.of(shapes), ["out"], tmp_path / "f.pb",
            progress=lambda _done, _total: token.cancel(), cancel=token,
        )  # fmt: skip
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"f.pb": b"old"}


def _big_constant(path: Path, megabytes: int) -> None:
    value = np.random.default_rng(0).standard_normal(megabytes << 18, np.float32)
    constant = node("Const", "big", dtype="float32", value=value)
    constant.device = "/cpu:0"
    content = GraphDef(node=[constant, node("Identity", "out", "big", T="float32"), node("NoOp", "gone")])
    path.write_bytes(content.SerializeToString(deterministic=True))


def test_constants_that_stayed_on_disk_are_copied(tmp_path: Path) -> None:
    _big_constant(tmp_path / "big.pb", 3)
    read = graph_from(read_graph(tmp_path / "big.pb").parts)
    assert "big" in read.payloads
    assert write_graph(read, tmp_path / "same.pb") == (tmp_path / "big.pb").stat().st_size
    assert (tmp_path / "same.pb").read_bytes() == (tmp_path / "big.pb").read_bytes()
    result = freeze(read, None, ["out"], tmp_path / "f.pb")
    expected = GraphDef.FromString((tmp_path / "big.pb").read_bytes())
    del expected.node[2]
    expected.node[0].device = ""
    assert (tmp_path / "f.pb").read_bytes() == expected.SerializeToString(deterministic=True)
    assert result.constants == 1


def test_the_size_is_known_before_anything_is_written(fixtures: Path, tmp_path: Path) -> None:
    folder = fixtures / "digits_float" / "answer" / "tfdata"
    checkpoint = open_checkpoint(fixtures / "digits_float" / "tfdata" / "train" / "model.ckpt-900")
    read = graph_from(read_graph(folder / "eval_graph.pb").parts)
    plan = plan_freeze(read, checkpoint, ["DigitsNet/Predictions/Reshape_1"])
    assert plan.stream.write(tmp_path / "f.pb") == plan.stream.nbytes == (tmp_path / "f.pb").stat().st_size


_MEMORY = """
import resource, sys
from pathlib import Path
from coldpress.formats.graph_files import read_graph
from coldpress.freeze.freezer import freeze
from coldpress.graph.loading import graph_from
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
freeze(graph_from(read_graph(sys.argv[1]).parts), None, ["out"], Path(sys.argv[2]))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.skipif(
    not hasattr(resource, "RUSAGE_SELF") or sys.platform != "linux", reason="counts pages as Linux does"
)
def test_memory_does_not_grow_with_the_constants(tmp_path: Path) -> None:
    _big_constant(tmp_path / "big.pb", 96)
    argv = [sys.executable, "-c", _MEMORY, str(tmp_path / "big.pb"), str(tmp_path / "f.pb")]
    grown = int(subprocess.run(argv, capture_output=True, text=True, check=True).stdout)
    assert grown < 24 << 10, "KiB"
