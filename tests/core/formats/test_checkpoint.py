"""Checkpoints made by hand: other byte orders, hostile entries, missing and damaged files."""

from __future__ import annotations

import shutil
import struct
from typing import TYPE_CHECKING

import ml_dtypes
import numpy as np
import pytest
from tests.core.formats.bundles import Bundle, table

from coldpress.errors import InputError
from coldpress.formats.checkpoint import checkpoint_prefix, open_checkpoint
from coldpress.formats.crc import crc32c, masked
from coldpress.formats.protos import BundleHeaderProto, SavedTensorSlices
from coldpress.formats.slices import Extent, extents_of, slice_key

if TYPE_CHECKING:
    from pathlib import Path

ARRAYS = {
    "f": np.arange(6, dtype=np.float32).reshape(2, 3),
    "c": np.array([1 + 2j, 3 - 4j], np.complex64),
    "b": np.array([1.5, -2], ml_dtypes.bfloat16),
    "i": np.array(7, np.int64),
    "t": np.array([True, False]),
}


@pytest.mark.parametrize("big_endian", [False, True])
@pytest.mark.parametrize("snappy", [False, True])
def test_either_byte_order_is_read(tmp_path: Path, big_endian: bool, snappy: bool) -> None:  # noqa: FBT001
    bundle = Bundle(big_endian=big_endian, snappy=snappy)
    for name, array in ARRAYS.items():
        bundle.add(name, array)
    checkpoint = open_checkpoint(bundle.write(tmp_path / "m"))
    for name, array in ARRAYS.items():
        assert checkpoint.read(name).dtype == array.dtype
        assert checkpoint.read(name).tobytes() == array.tobytes()
        assert b"".join(checkpoint.chunks(name)) == array.tobytes()


def test_strings_of_a_big_endian_writer(tmp_path: Path) -> None:
    texts = [b"ab", b"", b"xyz"]
    lengths = crc32c(b"".join(struct.pack(">I", len(text)) for text in texts))
    stored = struct.pack(">I", masked(lengths))
    bundle = Bundle(big_endian=True)
    entry = bundle.add("s", np.zeros(3, np.uint8))
    content = bytes(map(len, texts)) + stored + b"".join(texts)
    bundle.data[0][:] = content
    entry.dtype, entry.size = 7, len(content)
    entry.crc32c = masked(crc32c(b"".join(texts), crc32c(stored, lengths)))
    assert open_checkpoint(bundle.write(tmp_path / "m")).read("s").tolist() == texts


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"offset": 1 << 60}, "variable_truncated"),
        ({"offset": -8}, "variable_entry"),
        ({"size": -24}, "variable_entry"),
        ({"size": 1 << 62}, "variable_entry"),
        ({"shard_id": 5}, "shard_number"),
        ({"shard_id": -1}, "shard_number"),
        ({"dtype": 20}, "variable_dtype"),
        ({"dtype": 99}, "variable_dtype"),
        ({"dtype": 7}, "variable_checksum"),
        ({"dtype": 2}, "variable_entry"),
        ({"crc32c": 1}, "variable_checksum"),
    ],
)
def test_an_entry_that_lies_is_refused(tmp_path: Path, changes: dict[str, int], code: str) -> None:
    bundle = Bundle()
    entry = bundle.add("v", ARRAYS["f"])
    for key, value in changes.items():
        setattr(entry, key, value)
    checkpoint = open_checkpoint(bundle.write(tmp_path / "m"))
    with pytest.raises(InputError, match=f"formats.{code}"):
        checkpoint.read("v")
    with pytest.raises(InputError, match="formats"):
        list(checkpoint.chunks("v"))


@pytest.mark.parametrize("shape", [[-1], [1 << 62, 1 << 62], [1] * 60])
def test_an_impossible_shape_is_refused(tmp_path: Path, shape: list[int]) -> None:
    bundle = Bundle()
    entry = bundle.add("v", np.zeros(1, np.float32))
    del entry.shape.dim[:]
    for size in shape:
        entry.shape.dim.add(size=size)
    with pytest.raises(InputError, match="variable_entry"):
        open_checkpoint(bundle.write(tmp_path / "m"))


def test_a_huge_shape_is_listed_but_not_believed(tmp_path: Path) -> None:
    bundle = Bundle()
    entry = bundle.add("v", np.zeros(1, np.float32))
    entry.shape.dim[0].size = 1 << 40
    checkpoint = open_checkpoint(bundle.write(tmp_path / "m"))
    with pytest.raises(InputError, match="variable_entry"):
        checkpoint.read("v")


def partitioned(bundle: Bundle, extents: list[tuple[int, int]]) -> None:
    """Add a variable of ten numbers, and slices of it."""
    whole = np.arange(10, dtype=np.float32)
    entry = bundle.add("v", whole)
    entry.size = entry.offset = 0
    for start, length in extents:
        proto = entry.slices.add()
        proto.extent.add(start=start, length=length)
        bundle.add("-", whole[start : start + length])
        bundle.entries[slice_key("v", extents_of(proto))] = bundle.entries.pop(b"-")


def test_slices_are_put_together(tmp_path: Path) -> None:
    bundle = Bundle()
    partitioned(bundle, [(6, 4), (0, 6)])
    checkpoint = open_checkpoint(bundle.write(tmp_path / "m"))
    assert checkpoint.variables["v"].parts == 2
    assert checkpoint.variables["v"].nbytes == 40
    assert checkpoint.read("v").tolist() == list(range(10))
    assert b"".join(checkpoint.chunks("v")) == np.arange(10, dtype=np.float32).tobytes()
    part = b"".join(checkpoint.part_chunks("v", [Extent(5, 3)]))
    assert np.frombuffer(part, np.float32).tolist() == [5, 6, 7]


@pytest.mark.parametrize("extents", [[(0, 5)], [(0, 5), (4, 5)], [(0, 5), (0, 5)], [(0, 11)], [(-1, 11)]])
def test_slices_that_do_not_add_up_are_refused(tmp_path: Path, extents: list[tuple[int, int]]) -> None:
    bundle = Bundle()
    partitioned(bundle, extents)
    checkpoint = open_checkpoint(bundle.write(tmp_path / "m"))
    with pytest.raises(InputError, match=r"slices_incomplete|variable_entry"):
        checkpoint.read("v")


def test_a_slice_of_another_shape_is_refused(tmp_path: Path) -> None:
    bundle = Bundle()
    partitioned(bundle, [(0, 6), (6, 4)])
    next(e for key, e in bundle.entries.items() if key[0] == 0).shape.dim[0].size = 5
    with pytest.raises(InputError, match="slices_incomplete"):
        open_checkpoint(bundle.write(tmp_path / "m")).read("v")


def test_an_index_without_header_is_refused(tmp_path: Path) -> None:
    (tmp_path / "m.index").write_bytes(table([(b"v", b"")]))
    with pytest.raises(InputError, match="not_an_index"):
        open_checkpoint(tmp_path / "m")


def test_an_index_of_garbage_is_refused(tmp_path: Path) -> None:
    header = BundleHeaderProto(num_shards=1).SerializeToString()
    (tmp_path / "m.index").write_bytes(table([(b"", header), (b"v", b"\xff\xff\xff")]))
    with pytest.raises(InputError, match="undecodable"):
        open_checkpoint(tmp_path / "m")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("m.index", b"", "is_empty"),
        ("m.index", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n", "is_git_lfs"),
        ("m.index", b"<!DOCTYPE html><html>", "is_html"),
        ("m.index", b"something else entirely", "not_an_index"),
        ("m.data-00000-of-00001", b"version https://git-lfs.github.com/spec/v1\n", "is_git_lfs"),
        ("m.data-00000-of-00001", b"", "is_empty"),
        ("m.data-00000-of-00001", b"short", "variable_truncated"),
    ],
)
def test_what_stands_in_the_place_of_a_file_is_said(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    bundle = Bundle()
    bundle.add("v", np.zeros(100, np.float32))
    prefix = bundle.write(tmp_path / "m")
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=f"formats.{code}.*{name}"):
        open_checkpoint(prefix).read("v")


def test_a_shard_cut_while_it_is_open_is_noticed(tmp_path: Path) -> None:
    bundle = Bundle()
    bundle.add("v", np.zeros(100_000, np.float32))
    checkpoint = open_checkpoint(bundle.write(tmp_path / "m"))
    checkpoint.read("v")
    (tmp_path / "m.data-00000-of-00001").write_bytes(b"")
    with pytest.raises(InputError, match=r"formats\.changed"):
        checkpoint.read("v")


def test_a_v1_checkpoint_is_read_as_its_v2_twin(fixtures: Path) -> None:
    new = open_checkpoint(fixtures / "digits_qat/train/model.ckpt-2400")
    old = open_checkpoint(fixtures / "digits_qat/train_v1/model_v1.ckpt-2400")
    assert (new.format, old.format) == ("v2", "v1")
    assert dict(new.variables) == dict(old.variables)
    for name in new.variables:
        assert new.read(name).tobytes() == old.read(name).tobytes() == b"".join(old.chunks(name))


def v1_table(count: int, values: list[float], shape: tuple[int, ...] = (3,)) -> bytes:
    """Return a V1 checkpoint of one variable ``v`` that holds ``values``."""
    meta, data = SavedTensorSlices(), SavedTensorSlices()
    tensor = meta.meta.tensor.add(name="v", type=1)
    for size in shape:
        tensor.shape.dim.add(size=size)
    for _ in range(count):
        piece = tensor.slice.add()
        for _ in shape:
            piece.extent.add()
    data.data.name = "v"
    data.data.data.float_val.extend(values)
    key = slice_key("v", extents_of(meta.meta.tensor[0].slice[0])) if count else b"x"
    return table([(b"", meta.SerializeToString()), (key, data.SerializeToString())])


def test_v1_values_must_be_as_many_as_the_shape_says(tmp_path: Path) -> None:
    path = tmp_path / "old"
    path.write_bytes(v1_table(1, [1, 2, 3]))
    assert open_checkpoint(path).read("v").tolist() == [1, 2, 3]
    for values in ([], [1], [1, 2], [1, 2, 3, 4]):
        path.write_bytes(v1_table(1, [float(value) for value in values]))
        with pytest.raises(InputError, match=r"variable_entry"):
            open_checkpoint(path).read("v")
        with pytest.raises(InputError, match=r"variable_entry"):
            list(open_checkpoint(path).chunks("v"))
    for count in (0, 2):
        path.write_bytes(v1_table(count, [1, 2, 3]))
        with pytest.raises(InputError, match="slices_incomplete"):
            open_checkpoint(path).read("v")


def test_a_v1_shape_is_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "old"
    path.write_bytes(v1_table(1, [1], (1 << 30, 1 << 20)))
    with pytest.raises(InputError, match="variable_entry"):
        open_checkpoint(path).read("v")
    path.write_bytes(v1_table(1, [1], (-5,)))
    with pytest.raises(InputError, match="variable_entry"):
        open_checkpoint(path)


def test_an_unknown_key_is_a_key_error(fixtures: Path) -> None:
    for prefix in ("train/model.ckpt-2400", "train_v1/model_v1.ckpt-2400"):
        checkpoint = open_checkpoint(fixtures / "digits_qat" / prefix)
        assert "nothing" not in checkpoint
        with pytest.raises(KeyError):
            checkpoint.read("nothing")


def test_a_name_that_is_no_checkpoint_is_said(tmp_path: Path, fixtures: Path) -> None:
    with pytest.raises(InputError, match="no_checkpoint"):
        open_checkpoint(tmp_path / "model.ckpt-1")
    with pytest.raises(InputError, match="no_checkpoint"):
        open_checkpoint(tmp_path / "nowhere" / "model.ckpt-1")
    with pytest.raises(InputError, match="not_a_checkpoint"):
        open_checkpoint(fixtures / "digits_qat/eval_graph.pb")


def test_odd_characters_in_a_prefix_are_names(tmp_path: Path) -> None:
    prefix = tmp_path / "模型 [v1] (副本)*" / "ckpt [a-z]?-7"
    prefix.parent.mkdir()
    bundle = Bundle(shards=2)
    bundle.add("v", ARRAYS["f"], shard=1)
    assert open_checkpoint(bundle.write(prefix)).read("v").tolist() == ARRAYS["f"].tolist()
    old = prefix.with_name("old [v1]-00000-of-00001")
    old.write_bytes(v1_table(1, [1, 2, 3]))
    assert open_checkpoint(checkpoint_prefix(old)).format == "v1"
    shutil.copy(old, prefix.with_name("other-00000-of-00001"))
