"""Our checkpoint reader against TensorFlow's own: every dtype, partitioned variables, shards, V1 and V2."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import numpy as np
import pytest

from coldpress.errors import InputError
from coldpress.formats.checkpoint import open_checkpoint
from coldpress.formats.slices import Extent

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.tensorflow

NAMES = [
    "dtypes_v1", "dtypes_v2", "partitioned_v1", "partitioned_v2", "sharded_v1", "sharded_v2", "many_v1", "many_v2",
    "object_based",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_every_value_is_what_tensorflow_reads(tensorflow_checkpoints: Path, name: str) -> None:
    expected = pickle.loads((tensorflow_checkpoints / f"{name}.expected").read_bytes())  # noqa: S301 - made by us
    checkpoint = open_checkpoint(tensorflow_checkpoints / name)
    assert checkpoint.format == ("v1" if name.endswith("v1") else "v2")
    assert set(checkpoint.variables) == set(expected)
    for key, (dtype, shape, content) in expected.items():
        variable = checkpoint.variables[key]
        assert (variable.dtype, variable.shape) == (dtype, shape)
        array = checkpoint.read(key)
        assert array.shape == shape
        if dtype == "string":
            assert array.ravel().tolist() == content
            with pytest.raises(InputError, match="variable_dtype"):
                list(checkpoint.chunks(key))
        else:
            assert array.tobytes() == content
            assert b"".join(checkpoint.chunks(key)) == content
            assert variable.nbytes == len(content)


def test_shards_and_parts_are_what_was_written(tensorflow_checkpoints: Path) -> None:
    assert len(list(tensorflow_checkpoints.glob("sharded_v1-0000?-of-00003"))) == 3
    assert len(list(tensorflow_checkpoints.glob("sharded_v2.data-0000?-of-00003"))) == 3
    for name in ("sharded_v1", "sharded_v2"):
        variables = open_checkpoint(tensorflow_checkpoints / name).variables
        assert variables["part_float32_1_2"].parts == 3
        assert variables["d0/v0"].parts == 1


@pytest.mark.parametrize("name", ["partitioned_v1", "partitioned_v2"])
def test_a_part_is_streamed_as_it_lies_in_the_whole(tensorflow_checkpoints: Path, name: str) -> None:
    checkpoint = open_checkpoint(tensorflow_checkpoints / name)
    whole = checkpoint.read("part_float64_1_2")
    for columns in (slice(0, 3), slice(1, 4)):  # one that is stored as such, and one across two parts
        part = [Extent(0, 5), Extent(columns.start, columns.stop - columns.start)]
        assert b"".join(checkpoint.part_chunks("part_float64_1_2", part)) == whole[:, columns].tobytes()


@pytest.mark.parametrize("suffix", [".index", ".data-00000-of-00003", ".meta", "-00001-of-00003", "-?????-of-00003"])
def test_any_file_of_a_checkpoint_names_it(tensorflow_checkpoints: Path, suffix: str) -> None:
    name = "sharded_v1" if "-of-" in suffix and not suffix.startswith(".") else "sharded_v2"
    checkpoint = open_checkpoint(f"{tensorflow_checkpoints / name}{suffix}")
    assert np.array_equal(checkpoint.read("d0/v0").shape, (3, 1))


def test_a_missing_shard_is_named(tensorflow_checkpoints: Path, tmp_path: Path) -> None:
    for file in tensorflow_checkpoints.glob("sharded_v2.*"):
        if "00001-of" not in file.name:
            (tmp_path / file.name).write_bytes(file.read_bytes())
    checkpoint = open_checkpoint(tmp_path / "sharded_v2")
    with pytest.raises(InputError, match=r"shard_missing.*sharded_v2\.data-00001-of-00003"):
        _ = [checkpoint.read(key) for key in checkpoint.variables]


def test_a_missing_v1_shard_is_named(tensorflow_checkpoints: Path, tmp_path: Path) -> None:
    for file in tensorflow_checkpoints.glob("sharded_v1-*"):
        if "00001-of" not in file.name:
            (tmp_path / file.name).write_bytes(file.read_bytes())
    with pytest.raises(InputError, match=r"shard_missing.*sharded_v1-00001-of-00003"):
        open_checkpoint(tmp_path / "sharded_v1")
