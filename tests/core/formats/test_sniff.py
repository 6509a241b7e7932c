"""Kinds by content."""

from __future__ import annotations

import gzip
import os
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coldpress.formats.file_kind import FileKind
from coldpress.formats.sniff import sniff

EXPECTED = {
    "digits_qat/eval_graph.pb": "graph_def",
    "digits_qat/eval_graph.pbtxt": "graph_def_text",
    "digits_qat/eval.meta": "meta_graph",
    "digits_qat/frozen.pb": "graph_def",
    "digits_qat/saved_model": "saved_model_dir",
    "digits_qat/saved_model/saved_model.pb": "saved_model",
    "digits_qat/saved_model/variables/variables.index": "checkpoint_index",
    "digits_qat/saved_model/variables/variables.data-00000-of-00001": "checkpoint_data",
    "digits_qat/events/events.out.tfevents.1795460718.vm": "event_file",
    "digits_qat/train": "folder",
    "digits_qat/train/checkpoint": "checkpoint_state",
    "digits_qat/train_v1/model_v1.ckpt-2400": "checkpoint_v1",
    "digits_qat/digits_uint8.tflite": "tflite",
    "digits_qat/test_data.npz": "numpy",
    "digits_qat/MANIFEST.json": "json",
    "broken/misnamed/picture.tflite": "image",
    "broken/misnamed/text_graph.pb": "graph_def_text",
    "broken/misnamed/text.pb": "text",
    "broken/misnamed/empty.pb": "empty",
    "broken/graphs/non_utf8_name.pb": "graph_def",
    "broken/graphs/only_placeholder.pb": "graph_def",
    "broken/graphs/const_10mb.pb.gz": "gzip",
    "broken/truncated_meta_half/model.ckpt-7.meta": "meta_graph",
    "broken/truncated_index/model.ckpt-7.index": "unknown",
    "nothing": "missing",
}


@pytest.mark.parametrize(("name", "kind"), EXPECTED.items())
def test_real_files_are_told_apart(fixtures: Path, name: str, kind: str) -> None:
    assert sniff(fixtures / name) == kind


NOT_BY_CONTENT = ("missing", "checkpoint_data", "folder", "saved_model_dir")


@pytest.mark.parametrize("name", [name for name, kind in EXPECTED.items() if kind not in NOT_BY_CONTENT])
def test_the_name_decides_nothing(fixtures: Path, tmp_path: Path, name: str) -> None:
    for other in ("model.tflite", "saved_model.pb", "model.ckpt-1.index", "没有扩展名"):
        path = tmp_path / other
        path.write_bytes((fixtures / name).read_bytes())
        assert sniff(path) == EXPECTED[name]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\x89HDF\r\n\x1a\n" + bytes(100), "keras_h5"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 2\n", "git_lfs"),
        (b"\n\n<!DOCTYPE html>\n<html></html>", "html"),
        (b"<html>", "html"),
        (b'{"format": "layers-model"}', "json"),
        (b"\xff\xd8\xff\xe0" + bytes(50), "image"),
        (b"\x08\x07\x12\x07pytorch\x1a\x031.9", "onnx"),
        (b"meta_info_def {\n}\n", "meta_graph_text"),
        (b"\xef\xbb\xbf# comment\n\n  node {\n", "graph_def_text"),
        (b"node: <\n", "graph_def_text"),
        (b"saved_model_schema_version: 1\n", "saved_model_text"),
        (b'model_checkpoint_path: "x"\n', "checkpoint_state"),
        (b"item {\n  id: 1\n}\n", "text"),
        ("节点 {".encode(), "text"),
        ("路" * 3000 + "径", "text"),
        (bytes(1000), "unknown"),
        (b"\xff\xfen\0o\0d\0e\0", "unknown"),
    ],
)
def test_other_things_are_named(tmp_path: Path, content: bytes | str, kind: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    assert sniff(path) == kind


def test_archives_are_looked_into(tmp_path: Path) -> None:
    path = tmp_path / "file"
    for names, kind in ((["config.json", "metadata.json", "model.weights.h5"], "keras_zip"), (["a.txt"], "zip")):
        with zipfile.ZipFile(path, "w") as archive:
            for name in names:
                archive.writestr(name, "x")
        assert sniff(path) == kind
    np.savez(path.with_suffix(".npz"), a=np.zeros(3))
    assert sniff(path.with_suffix(".npz")) == "numpy"
    path.write_bytes(b"PK\x03\x04 and nothing more")
    assert sniff(path) == "zip"
    path.write_bytes(gzip.compress(b"x"))
    assert sniff(path) == "gzip"


def test_raw_values_are_known_by_their_name_only(tmp_path: Path) -> None:
    for content in (np.arange(100, dtype=np.float32).tobytes(), b"plain text"):
        data, other = tmp_path / "m.data-00000-of-00001", tmp_path / "m.data"
        data.write_bytes(content)
        other.write_bytes(content)
        assert sniff(data) is FileKind.CHECKPOINT_DATA
        assert sniff(other) is not FileKind.CHECKPOINT_DATA


@pytest.mark.parametrize(
    "start",
    [
        # A node, a MetaInfoDef, gzip, a bitmap: trained weights have started like each of the first two.
        b"\x0a\x06\x0a\x01a\x12\x01b",
        b"\x0a\x03\x2a\x01a\x66\xc1\xa2\x3c",
        b"\x1f\x8b\x12\x3d",
        b"BM\x01\x3d",
    ],
)
def test_raw_values_that_start_like_something_else_are_still_values(tmp_path: Path, start: bytes) -> None:
    data = tmp_path / "m.data-00000-of-00001"
    data.write_bytes(start + b"\x00\x00\x80\x3f" * 64)
    assert sniff(data) is FileKind.CHECKPOINT_DATA


def test_a_whole_graph_under_the_name_of_values_is_a_graph(tmp_path: Path, fixtures: Path) -> None:
    data = tmp_path / "m.data-00000-of-00001"
    data.write_bytes((fixtures / "digits_qat/frozen.pb").read_bytes())
    assert sniff(data) is FileKind.GRAPH_DEF


def test_pipes_do_not_block(tmp_path: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("no pipes here")
    os.mkfifo(tmp_path / "pipe")
    assert sniff(tmp_path / "pipe") is FileKind.UNKNOWN
    assert sniff("/dev/zero") is FileKind.UNKNOWN


@given(content=st.binary(max_size=300))
def test_nothing_is_ever_thrown(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "random"
    path.write_bytes(content)
    assert sniff(path) in FileKind


def test_odd_names_are_no_trouble() -> None:
    for name in ("", "a\0b", "x" * 5000, "/" * 10):
        assert sniff(Path(name) if "\0" not in name else name) in FileKind
