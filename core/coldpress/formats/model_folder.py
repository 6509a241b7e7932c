"""What lies in one folder: each file of a model, what it is and what it holds."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from coldpress.errors import InputError
from coldpress.formats.checkpoint import checkpoint_prefix
from coldpress.formats.file_kind import CHECKPOINT_KINDS, GRAPH_KINDS, FileKind
from coldpress.formats.mapped import map_file
from coldpress.formats.sniff import saved_model_file, sniff
from coldpress.formats.wire import WireError, fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from coldpress.facts import Fact

_MOST_FILES = 4096
"""A folder of a million images must not keep anybody waiting."""

_LIKELY = re.compile(r"\.(?:meta|index|pb|pbtxt)$|\.data-\d{5}-of-\d{5}$|ckpt|tfevents|^checkpoint$")
_MODEL_NAME = re.compile(r"\.(?:meta|index|pb)$|\.data-\d{5}-of-\d{5}$")
_NOT_A_FILE = {FileKind.EMPTY, FileKind.GIT_LFS, FileKind.HTML}
"""What a download or a copy that failed leaves under a model file's name."""
_STEP = re.compile(r"-(\d+)$")
_META_GRAPH_SIGNATURE = 5

_WRITERS = {
    FileKind.GRAPH_DEF: "write_graph",
    FileKind.GRAPH_DEF_TEXT: "write_graph",
    FileKind.META_GRAPH: "export_meta_graph",
    FileKind.META_GRAPH_TEXT: "export_meta_graph",
    FileKind.SAVED_MODEL: "saved_model_builder",
    FileKind.SAVED_MODEL_TEXT: "saved_model_builder",
    FileKind.EVENT_FILE: "summary_writer",
}
_SAVED_MODELS = {FileKind.SAVED_MODEL, FileKind.SAVED_MODEL_TEXT}


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One file of a model.

    ``writer_api`` is a code (``formats.writer.<code>`` in the catalogue) for the call that writes such a file;
    ``prefix`` is the checkpoint that the file belongs to; ``facts`` are figures worth showing (``bytes``, ``step``).
    """

    path: Path
    kind: FileKind
    writer_api: str
    prefix: str | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)
    has_structure: bool = False
    has_weights: bool = False
    has_signatures: bool = False


@dataclass(frozen=True, slots=True)
class CheckpointEntry:
    """A checkpoint by its prefix; ``step`` is the number at the prefix's end, None where there is none."""

    prefix: str
    step: int | None
    format: Literal["v1", "v2"]


def step_of(prefix: str) -> int | None:
    """Return the training step that a prefix ends in (``model.ckpt-7``: 7)."""
    found = _STEP.search(prefix)
    return int(found.group(1)) if found else None


def scan(folder: Path) -> list[FileEntry]:
    """Return the files of a model that lie in ``folder``; a SavedModel's ``variables`` are looked at too."""
    files = _files_of(folder)
    if saved_model_file(folder):
        files += _files_of(folder / "variables")
    kinds = {path: sniff(path) for path in files}
    prefixes = {
        checkpoint_prefix(path)
        for path, kind in kinds.items()
        if kind in (FileKind.CHECKPOINT_INDEX, FileKind.CHECKPOINT_DATA, FileKind.CHECKPOINT_V1)
    }
    entries = (_entry(path, kind, prefixes) for path, kind in kinds.items())
    return sorted((entry for entry in entries if entry is not None), key=lambda entry: str(entry.path))


def subfolders(folder: Path) -> list[Path]:
    """Return the folders in ``folder``, in order; hidden ones left out."""
    try:
        found = [path for path in folder.iterdir() if path.is_dir() and not path.name.startswith(".")]
    except OSError:
        return []
    return sorted(found)[:64]


def checkpoints_in(files: Iterable[FileEntry]) -> list[CheckpointEntry]:
    """Return the checkpoints that files belong to, the newest first: by step, then by the time they were written."""
    formats: dict[str, Literal["v1", "v2"]] = {}
    for entry in files:
        if entry.prefix is None or entry.has_structure:
            continue
        if entry.kind is FileKind.CHECKPOINT_V1:
            formats.setdefault(entry.prefix, "v1")
        else:
            formats[entry.prefix] = "v2"
    found = [CheckpointEntry(prefix, step_of(prefix), kind) for prefix, kind in formats.items()]
    return sorted(found, key=_age)


def _age(entry: CheckpointEntry) -> tuple[int, float, bool, str]:
    index = Path(f"{entry.prefix}.index")
    try:
        written = index.stat().st_mtime if index.exists() else 0.0
    except OSError:
        written = 0.0
    step = -1 if entry.step is None else entry.step
    return (-step, -written, entry.format == "v1", entry.prefix)


def _files_of(folder: Path) -> list[Path]:
    """Return the ordinary files of a folder, those with telling names first, no more than can be looked at."""
    try:
        with os.scandir(folder) as found:
            names = [entry.name for entry in found if entry.is_file()]
    except OSError:
        return []
    names.sort(key=lambda name: (_LIKELY.search(name) is None, name))
    return [folder / name for name in names[:_MOST_FILES]]


def _entry(path: Path, kind: FileKind, prefixes: set[str]) -> FileEntry | None:
    """Describe a file; None for one that is no part of a model."""
    if kind in GRAPH_KINDS:
        return _graph_entry(path, kind, prefixes)
    if kind is FileKind.CHECKPOINT_STATE or (kind is FileKind.EMPTY and path.name == "checkpoint"):
        return FileEntry(path, kind, "saver", None, _facts(path))
    prefix = checkpoint_prefix(path)
    if kind is FileKind.CHECKPOINT_INDEX and path.suffix != ".index":
        return None  # what a Saver writes until it is done (.index.tempstate…)
    if kind in CHECKPOINT_KINDS or (path.suffix == ".index" and prefix in prefixes):
        has_weights = kind in (FileKind.CHECKPOINT_DATA, FileKind.CHECKPOINT_V1)
        return FileEntry(path, kind, "saver", prefix, _facts(path, prefix), has_weights=has_weights)
    if kind in _NOT_A_FILE and _MODEL_NAME.search(path.name):
        return FileEntry(path, kind, "", None, _facts(path))
    return None


def _graph_entry(path: Path, kind: FileKind, prefixes: set[str]) -> FileEntry:
    prefix: str | None = checkpoint_prefix(path)
    writer = _WRITERS[kind]
    if kind in _SAVED_MODELS:
        variables = str(path.parent / "variables" / "variables")
        prefix = variables if variables in prefixes else None
    elif kind is FileKind.META_GRAPH and (prefix in prefixes or step_of(prefix or "") is not None):
        writer = "saver"
    else:
        prefix = None
    has_signatures = kind in _SAVED_MODELS or (kind is FileKind.META_GRAPH and _has_signatures(path))
    return FileEntry(
        path, kind, writer, prefix, _facts(path, prefix), has_structure=True, has_signatures=has_signatures
    )


def _has_signatures(path: Path) -> bool:
    try:
        return any(found.number == _META_GRAPH_SIGNATURE for found in fields(map_file(path)))
    except (InputError, WireError):
        return False


def _facts(path: Path, prefix: str | None = None) -> dict[str, Fact]:
    facts: dict[str, Fact] = {"bytes": path.stat().st_size}
    step = step_of(prefix) if prefix else None
    return facts if step is None else {**facts, "step": step}
