"""Opens a checkpoint of either format."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from coldpress.errors import InputError
from coldpress.formats.checkpoint_base import Checkpoint, Variable
from coldpress.formats.checkpoint_v1 import CheckpointV1
from coldpress.formats.checkpoint_v2 import CheckpointV2
from coldpress.formats.file_kind import FileKind
from coldpress.formats.sniff import sniff

if TYPE_CHECKING:
    from os import PathLike

_SUFFIX = re.compile(r"\.(?:index|meta|data-\d{5}-of-\d{5})$")
_DATA = r"\.data-\d{5}-of-\d{5}"
_V1_SHARD = re.compile(r"-(?:\d{5}|\?{5})-of-(?:\d{5}|\?{5})$")


def checkpoint_prefix(path: str | PathLike[str]) -> str:
    """Return the prefix that a checkpoint's file belongs to; a prefix stays as it is."""
    text = str(path)
    shorter = _SUFFIX.sub("", text)
    return shorter if shorter != text else _V1_SHARD.sub("", text)


def open_checkpoint(prefix: str | PathLike[str]) -> Checkpoint:
    """Open the checkpoint of that prefix (``model.ckpt-7``); any one of its files does as well.

    Raises ``InputError`` naming the file that is missing or damaged.
    """
    base = checkpoint_prefix(prefix)
    if Path(f"{base}.index").exists():
        return CheckpointV2(base)
    shards = v1_files(base)
    if shards:
        _check_shards(base, shards)
        return CheckpointV1(base, shards)
    if any(_siblings(base, _DATA)):
        raise InputError("formats.index_missing", path=f"{base}.index")
    if Path(base).is_file():
        raise InputError("formats.not_a_checkpoint", path=base)
    raise InputError("formats.no_checkpoint", path=base)


def checkpoint_exists(prefix: str) -> bool:
    """Tell whether any file of a checkpoint is there, whole or not."""
    return Path(f"{prefix}.index").exists() or bool(v1_files(prefix)) or any(_siblings(prefix, _DATA))


def v1_files(prefix: str) -> list[Path]:
    """Return the files of a V1 checkpoint: the one named by the prefix, or its shards; none where it is no V1."""
    single = Path(prefix)
    if single.is_file() and sniff(single) is FileKind.CHECKPOINT_V1:
        return [single]
    return [path for path in _siblings(prefix, r"-\d{5}-of-\d{5}") if sniff(path) is FileKind.CHECKPOINT_V1]


def _check_shards(prefix: str, shards: list[Path]) -> None:
    """Raise ``InputError`` where one of the shards that the names announce (``-00000-of-00003``) is missing."""
    count = shards[0].name.rpartition("-of-")[2]
    expected = [] if shards == [Path(prefix)] else [f"{prefix}-{number:05d}-of-{count}" for number in range(int(count))]
    missing = next((name for name in expected if Path(name) not in shards), None)
    if missing is not None:
        raise InputError("formats.shard_missing", path=missing, count=len(expected))


def _siblings(prefix: str, pattern: str) -> list[Path]:
    """Return the files called ``prefix`` followed by ``pattern``, in order."""
    place = Path(prefix)
    wanted = re.compile(re.escape(place.name) + pattern)
    try:
        return sorted(path for path in place.parent.iterdir() if wanted.fullmatch(path.name))
    except (OSError, ValueError):  # ValueError: no name of a file on this system
        return []


__all__ = ["Checkpoint", "Variable", "checkpoint_exists", "checkpoint_prefix", "open_checkpoint", "v1_files"]
