"""The broken files: each has its error or its note, in words that name the file, the cause and what to do."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from coldpress.errors import InputError
from coldpress.formats.checkpoint import open_checkpoint
from coldpress.formats.file_kind import GRAPH_KINDS, FileKind
from coldpress.formats.graph_files import read_graph
from coldpress.formats.model_files import find_model_files
from coldpress.formats.model_folder import _WRITERS
from coldpress.graph.loading import graph_from
from coldpress.sentences import LANGUAGES, catalogue, say_error, say_finding

if TYPE_CHECKING:
    from pathlib import Path


def read_all(path: Path) -> int:
    """Do what reading a model does: find its files, read graph and checkpoint; return the number of nodes."""
    files = find_model_files(path)
    graph = None if files.graph is None else graph_from(read_graph(files.graph).parts)
    if files.checkpoint is not None:
        checkpoint = open_checkpoint(files.checkpoint)
        for name in checkpoint.variables:
            checkpoint.read(name)
    return 0 if graph is None else len(graph)


REFUSED = {
    "truncated_meta_half": ("truncated", "model.ckpt-7.meta is incomplete: at byte 2569"),
    "truncated_data": ("variable_truncated", "the variable Tiny/fc/weights needs 940 bytes of it, the file has 470"),
    "flipped_byte_data": ("variable_checksum", "the checksum of the variable Tiny/conv/BatchNorm/gamma does not match"),
    "missing_data": ("shard_missing", "there is no {folder}/model.ckpt-7.data-00000-of-00001"),
    "missing_index": ("index_missing", "there is no {folder}/model.ckpt-7.index"),
    "truncated_index": ("not_an_index", "model.ckpt-7.index is not a checkpoint index"),
    "wrong_shard_count": ("shard_missing", "there is no {folder}/model.ckpt-7.data-00000-of-00003"),
    "misnamed/text.pb": ("is_text", "text.pb is plain text, not a GraphDef"),
    "misnamed/empty.pb": ("is_empty", "empty.pb is empty (0 bytes)"),
    "misnamed/empty.meta": ("is_empty", "empty.meta is empty (0 bytes)"),
    "misnamed/picture.tflite": ("is_image", "picture.tflite is a picture, whatever its name says"),
    "graphs/non_utf8_name.pb": ("name_not_utf8", 'a name in node number 5 is not UTF-8 text: "ou\\xff\\xfeut"'),
    "graphs/const_10mb.pb.gz": ("is_gzip", "const_10mb.pb.gz is compressed with gzip"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_broken_file_is_refused_in_words(fixtures: Path, case: str) -> None:
    code, words = REFUSED[case]
    folder = fixtures / "broken" / case
    with pytest.raises(InputError, match=rf"^formats\.{code}\(") as caught:
        read_all(folder)
    english, chinese = (say_error(caught.value, language=language) for language in LANGUAGES)
    assert words.format(folder=folder) in english.message
    assert str(caught.value.path) in english.message
    assert str(caught.value.path) in chinese.message
    for sentence in (english, chinese):
        assert sentence.remedy
        assert "{" not in sentence.message
        assert "?" not in sentence.message


READ = {
    "good": (75, []),
    "misnamed/text_graph.pb": (75, []),
    "missing_meta": (0, []),
    "state_missing_file": (76, ["state_missing"]),
    "state_other_dir": (76, ["state_foreign_path"]),
    "state_relative_other_dir": (75, ["state_elsewhere"]),
    "state_empty": (76, ["state_empty"]),
    "路径 with spaces": (75, []),
    "路径 with spaces/模型 v1 (副本)": (75, []),
    "路径 with spaces/模型 v1 (副本)/模型 ckpt-7.meta": (76, []),
    "graphs/chinese_node_name.pb": (2, []),
    "graphs/deep_scopes_3000.pb": (2, []),
    "graphs/only_placeholder.pb": (1, []),
    "graphs/while_loop.pb": (22, []),
    "graphs/writefile_readfile_pyfunc.pb": (13, []),
    "graphs/cycle.pb": (5, []),
    "graphs/unknown_op.pb": (5, []),
}


@pytest.mark.parametrize("case", READ)
def test_what_can_be_read_is_read_with_a_note(fixtures: Path, case: str) -> None:
    nodes, codes = READ[case]
    path = fixtures / "broken" / case
    assert read_all(path) == nodes
    notes = find_model_files(path).notes
    assert [note.code for note in notes] == [f"formats.{code}" for code in codes]
    for note in notes:
        for language in LANGUAGES:
            assert "model.ckpt" in say_finding(note, language=language).message or codes == ["state_empty"]


def test_two_nodes_of_one_name_are_refused(fixtures: Path) -> None:
    with pytest.raises(InputError, match=r"duplicate_name\(node='a'\)"):
        read_all(fixtures / "broken/graphs/duplicate_names.pb")


def test_a_big_constant_stays_on_disk(fixtures: Path, tmp_path: Path) -> None:
    path = tmp_path / "const_10mb.pb"
    path.write_bytes(gzip.decompress((fixtures / "broken/graphs/const_10mb.pb.gz").read_bytes()))
    graph = graph_from(read_graph(path).parts)
    assert sum(payload.nbytes for payload in graph.payloads.values()) > 10_000_000
    assert max(node.ByteSize() for node in graph) < 4096


@pytest.mark.parametrize("part", ["checkpoint", "model.ckpt-7", "model.ckpt-7.data-00000-of-00001"])
def test_a_missing_index_is_named_from_any_part(fixtures: Path, part: str) -> None:
    with pytest.raises(InputError, match=r"index_missing.*model\.ckpt-7\.index"):
        read_all(fixtures / "broken/missing_index" / part)


def test_every_kind_and_writer_has_its_words() -> None:
    known = catalogue("en")
    for kind in FileKind:
        assert f"formats.kind.{kind}" in known
        assert kind in GRAPH_KINDS or f"formats.is_{kind}" in known
    for writer in ("saver", "freeze_graph", *_WRITERS.values()):
        assert f"formats.writer.{writer}" in known
