"""Graphs out of every kind of file."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np
import pytest
from google.protobuf import text_format

from coldpress.cancel import CancelToken
from coldpress.errors import Cancelled, InputError
from coldpress.formats.crc import crc32c, masked
from coldpress.formats.file_kind import FileKind
from coldpress.formats.graph_files import read_graph
from coldpress.formats.protos import Event, GraphDef, MetaGraphDef, SavedModel
from coldpress.formats.spans import write_varint
from coldpress.formats.tensors import from_array
from coldpress.graph.loading import graph_from

if TYPE_CHECKING:
    from pathlib import Path

    from google.protobuf.message import Message


def graph(*names: str) -> GraphDef:
    return GraphDef(node=[{"name": name, "op": "NoOp"} for name in names])


def meta(*names: str, tags: tuple[str, ...] = ()) -> MetaGraphDef:
    return MetaGraphDef(graph_def=graph(*names), meta_info_def={"tags": tags, "tensorflow_version": "1.15.5"})


def record(content: bytes) -> bytes:
    length = struct.pack("<Q", len(content))
    return length + struct.pack("<I", masked(crc32c(length))) + content + struct.pack("<I", masked(crc32c(content)))


def events(*messages: Message) -> bytes:
    first = record(Event(wall_time=1.0, file_version="brain.Event:2").SerializeToString())
    return first + b"".join(record(message.SerializeToString()) for message in messages)


@pytest.mark.parametrize(
    ("name", "kind", "nodes"),
    [
        ("eval_graph.pb", FileKind.GRAPH_DEF, 400),
        ("eval_graph.pbtxt", FileKind.GRAPH_DEF_TEXT, 400),
        ("eval.meta", FileKind.META_GRAPH, 400),
        ("frozen.pb", FileKind.GRAPH_DEF, 179),
        ("train/model.ckpt-2400.meta", FileKind.META_GRAPH, 2390),
        ("saved_model", FileKind.SAVED_MODEL, 471),
        ("saved_model/saved_model.pb", FileKind.SAVED_MODEL, 471),
        ("events/events.out.tfevents.1795460718.vm", FileKind.EVENT_FILE, 2390),
    ],
)
def test_every_kind_of_file_gives_its_graph(fixtures: Path, name: str, kind: FileKind, nodes: int) -> None:
    found = read_graph(fixtures / "digits_qat" / name)
    assert (found.kind, len(graph_from(found.parts))) == (kind, nodes)


def test_binary_and_text_are_the_same_graph(fixtures: Path) -> None:
    binary = read_graph(fixtures / "digits_qat/eval_graph.pb").parts
    text = read_graph(fixtures / "digits_qat/eval_graph.pbtxt").parts
    assert list(binary.nodes) == list(text.nodes)
    assert binary.versions == text.versions


def test_the_rest_of_a_meta_graph_is_kept(fixtures: Path) -> None:
    info = read_graph(fixtures / "digits_qat/train/model.ckpt-2400.meta").meta
    assert info is not None
    assert not info.message.graph_def.node
    assert info.tensorflow_version == "1.15.5"
    assert info.collections["trainable_variables"] > 0
    variables = info.variables("trainable_variables")
    assert "Net/c0/weights:0" in [variable.variable_name for variable in variables]
    assert len(variables) == info.collections["trainable_variables"]
    assert info.message.saver_def.restore_op_name
    assert info.nodes_of("train_op")
    assert info.nodes_of("nothing") == ()
    assert info.variables("nothing") == info.variables("train_op") == ()


def test_signatures_and_tags_of_a_saved_model(fixtures: Path) -> None:
    found = read_graph(fixtures / "digits_qat/saved_model")
    assert found.meta is not None
    assert found.meta.tags == ("serve",)
    assert found.tag_sets == (("serve",),)
    assert list(found.meta.signatures) == ["serving_default"]
    assert found.meta.assets == ()


@pytest.mark.parametrize("text", [False, True])
def test_a_meta_graph_of_a_saved_model_is_chosen_by_its_tags(tmp_path: Path, text: bool) -> None:  # noqa: FBT001
    model = SavedModel(saved_model_schema_version=1)
    model.meta_graphs.extend([meta("t", tags=("train",)), meta("s", tags=("serve",)), meta("g", tags=("gpu", "serve"))])
    if text:
        (tmp_path / "saved_model.pbtxt").write_text(text_format.MessageToString(model))
    else:
        (tmp_path / "saved_model.pb").write_bytes(model.SerializeToString())

    def chosen(tags: list[str] | None) -> str:
        return read_graph(tmp_path, tags=tags).parts.nodes[0].name

    assert chosen(None) == "s"
    assert chosen(["train"]) == "t"
    assert chosen(["serve", "gpu"]) == "g"
    with pytest.raises(InputError, match="tags") as caught:
        chosen(["tpu"])
    assert caught.value.facts["available"] == "train; serve; gpu,serve"


def test_without_tags_the_meta_graph_for_inference_is_taken(tmp_path: Path) -> None:
    model = SavedModel(saved_model_schema_version=1)
    model.meta_graphs.extend([meta("t", tags=("train",)), meta("e", tags=("eval",))])
    (tmp_path / "saved_model.pb").write_bytes(model.SerializeToString())
    assert read_graph(tmp_path).parts.nodes[0].name == "e"


def test_a_saved_model_without_meta_graphs_is_refused(tmp_path: Path) -> None:
    (tmp_path / "saved_model.pbtxt").write_text("saved_model_schema_version: 1\n")
    with pytest.raises(InputError, match="no_meta_graph"):
        read_graph(tmp_path)


@pytest.mark.parametrize("kind", ["meta_graph", "saved_model"])
def test_text_forms_are_read(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "anything.at.all"
    message: Message = meta("a", tags=("serve",))
    if kind == "saved_model":
        message = SavedModel(saved_model_schema_version=1, meta_graphs=[message])
    path.write_text("# a comment\n\n" + text_format.MessageToString(message), encoding="utf-8-sig")
    found = read_graph(path)
    assert found.kind == f"{kind}_text"
    assert found.meta is not None
    assert found.meta.tensorflow_version == "1.15.5"
    assert not found.meta.message.graph_def.node


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (b'node {\n  name: "a"\n  op: "NoOp"\n', "text_syntax", None),
        (b'node {\n  name: "a"\n  nme: "NoOp"\n}\n', "text_syntax", 3),
        (b'node {\n  name: "a\n}\n', "text_syntax", 2),
        (
            b'node {\n  name: "a"\n}\nnode {\n attr { key: "v" value { i: 99999999999999999999 } }\n}\n',
            "text_syntax",
            5,
        ),
        (b'node {\n  name: "\xff\xfe"\n}\n' + b" " * 5000, "text_not_utf8", None),
        (b"node {" * 5000, "text_", None),
        (b'node { attr { key: "v" value { list { func { attr { key: "v" value {' * 300, "text_", None),
    ],
)
def test_bad_text_is_refused_with_its_line(tmp_path: Path, content: bytes, code: str, line: int | None) -> None:
    path = tmp_path / "graph.pbtxt"
    path.write_bytes(b'node { name: "first" op: "NoOp" }\n' * 200 + content)
    with pytest.raises(InputError, match=f"formats.{code}") as caught:
        read_graph(path)
    if line is not None:
        assert caught.value.facts["line"] == 200 + line


def test_text_shows_progress_and_stops(tmp_path: Path) -> None:
    path = tmp_path / "graph.pbtxt"
    path.write_text("".join(f'node {{\n  name: "n{n}"\n  op: "NoOp"\n}}\n' for n in range(2000)))
    seen: list[tuple[int, int]] = []
    read_graph(path, progress=lambda done, total: seen.append((done, total)))
    size = path.stat().st_size
    assert seen[-1] == (size, size)
    assert seen == sorted(seen)
    assert len(seen) > 5
    token = CancelToken()
    with pytest.raises(Cancelled):
        read_graph(path, progress=lambda done, _: token.cancel() if done > 0 else None, cancel=token)


def test_the_newest_graph_of_an_event_file_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "events"
    old, new = graph("old").SerializeToString(), graph("new").SerializeToString()
    path.write_bytes(events(Event(graph_def=old), Event(step=5), Event(graph_def=new)))
    found = read_graph(path)
    assert (found.kind, found.meta, found.notes) == (FileKind.EVENT_FILE, None, ())
    assert found.parts.nodes[0].name == "new"


def test_a_meta_graph_in_an_event_file_is_preferred(tmp_path: Path) -> None:
    path = tmp_path / "events"
    plain, full = graph("plain").SerializeToString(), meta("full").SerializeToString()
    path.write_bytes(events(Event(meta_graph_def=full), Event(graph_def=plain)))
    found = read_graph(path)
    assert found.parts.nodes[0].name == "full"
    assert found.meta is not None
    path.write_bytes(events(Event(meta_graph_def=MetaGraphDef().SerializeToString()), Event(graph_def=plain)))
    assert read_graph(path).parts.nodes[0].name == "plain"


def test_a_cut_tail_does_not_hide_a_whole_graph(tmp_path: Path) -> None:
    path = tmp_path / "events"
    content = events(Event(graph_def=graph("a").SerializeToString()))
    for tail in (b"\1\2\3", record(b"x" * 100)[:50], b"\xff" * 40):
        path.write_bytes(content + tail)
        found = read_graph(path)
        assert found.parts.nodes[0].name == "a"
        assert [note.code for note in found.notes] == ["formats.event_file_cut"]


def test_a_damaged_second_graph_does_not_hide_the_first(tmp_path: Path) -> None:
    path = tmp_path / "events"
    content = events(Event(graph_def=graph("a").SerializeToString()), Event(graph_def=graph("b").SerializeToString()))
    path.write_bytes(content[:-8] + bytes([content[-8] ^ 1]) + content[-7:])
    assert read_graph(path).parts.nodes[0].name == "a"


def test_a_record_that_is_no_event_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "events"
    path.write_bytes(record(b"\xff\xff") + events(Event(graph_def=graph("a").SerializeToString())))
    assert read_graph(path).parts.nodes[0].name == "a"


@pytest.mark.parametrize("keep", [30, 200])
def test_an_event_file_cut_before_its_graph_is_refused(tmp_path: Path, keep: int) -> None:
    path = tmp_path / "events"
    big = graph(*(f"node{n}" for n in range(100))).SerializeToString()
    path.write_bytes(events(Event(graph_def=big))[: keep + 40])
    with pytest.raises(InputError, match="event_file_damaged"):
        read_graph(path)


def test_an_event_file_without_a_graph_says_so(tmp_path: Path) -> None:
    path = tmp_path / "events"
    path.write_bytes(events(Event(step=1)))
    with pytest.raises(InputError, match="event_file_without_graph"):
        read_graph(path)


def test_an_empty_graph_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "g.pb"
    path.write_bytes(GraphDef(versions={"producer": 20}).SerializeToString())
    with pytest.raises(InputError, match="no_nodes"):
        read_graph(path)


def test_a_graph_cut_while_it_is_open_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "g.pb"
    message = graph("a")
    message.node[0].attr["value"].tensor.CopyFrom(from_array(np.zeros(100_000, np.float32)))
    path.write_bytes(message.SerializeToString())
    loaded = graph_from(read_graph(path).parts)
    value = loaded.attribute("a", "value")
    assert value is not None
    assert len(value.tensor.tensor_content) == 400_000
    path.write_bytes(b"")
    with pytest.raises(InputError, match=r"formats\.changed"):
        loaded.attribute("a", "value")


def test_a_damaged_value_is_an_input_error(tmp_path: Path) -> None:
    path = tmp_path / "g.pb"
    message = graph("a")
    message.node[0].attr["value"].tensor.CopyFrom(from_array(np.zeros(100_001, np.uint8)))
    content = message.SerializeToString()
    at = content.index(b"\x22" + write_varint(100_001))
    # The bytes become a packed list of floats, whose number they cannot be.
    path.write_bytes(content[:at] + b"\x2a" + content[at + 1 :])
    loaded = graph_from(read_graph(path).parts)
    with pytest.raises(InputError, match="undecodable"):
        loaded.attribute("a", "value")


@pytest.mark.parametrize("name", ["nothing", "nothing/at/all", "digits_qat/eval_graph.pb/below"])
def test_a_missing_file_says_so(fixtures: Path, name: str) -> None:
    with pytest.raises(InputError, match="missing"):
        read_graph(fixtures / name)


def test_a_long_event_file_shows_progress_and_stops(tmp_path: Path) -> None:
    path = tmp_path / "events"
    summary = record(b"\x09" + bytes(8) + b"\x10\xff\x05\x2a\x02ab")
    path.write_bytes(events(Event(graph_def=graph("a").SerializeToString())) + summary * 10_000)
    seen: list[tuple[int, int]] = []
    read_graph(path, progress=lambda done, total: seen.append((done, total)))
    assert len(seen) >= 3
    assert seen == sorted(seen)
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        read_graph(path, cancel=token)
