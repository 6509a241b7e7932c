"""The ``checkpoint`` state file: it names a folder's newest checkpoints, by the paths of the machine that wrote it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from google.protobuf import text_format

from coldpress.finding import Finding, Severity
from coldpress.formats.checkpoint import checkpoint_exists, checkpoint_prefix
from coldpress.formats.mapped import map_file
from coldpress.formats.paths import tidy
from coldpress.formats.protos import CheckpointState

if TYPE_CHECKING:
    from collections.abc import Sequence

STATE_NAME = "checkpoint"
"""What TensorFlow calls the file, unless told otherwise."""

_LARGEST = 16 << 20
_MOST_NAMES = 20
"""Names looked for, the newest first; a state file that kept all may hold thousands."""
_PATH_LINE = re.compile(r'^\s*(all_)?model_checkpoint_paths?\s*:\s*"(.*)"\s*$', re.MULTILINE)
_WINDOWS = re.compile(r"[A-Za-z]:[\\/]|\\\\|[^/]*\\")


@dataclass(frozen=True, slots=True)
class StateFile:
    """What a state file names, as far as it is there.

    ``current`` and ``prefixes`` are checkpoint prefixes that exist, ``notes`` say where they were not where the file
    says, and what it names in vain.
    """

    path: Path
    current: str | None
    prefixes: tuple[str, ...]
    notes: tuple[Finding, ...]


def read_state(path: Path) -> StateFile:
    """Read a state file and find what it names; an empty or damaged one names nothing, and a note says so."""
    names = _names(path)
    if not names:
        return StateFile(path, None, (), (_note("formats.state_empty", path),))
    found = {name: _resolve(name, path.parent) for name in list(dict.fromkeys(names))[:_MOST_NAMES]}
    prefixes = tuple(dict.fromkeys(prefix for prefix in found.values() if prefix))
    notes = [note for name, prefix in found.items() if (note := _comment(path, name, prefix)) is not None]
    return StateFile(path, found[names[0]], prefixes, _merged(path, found, notes))


def _names(path: Path) -> Sequence[str]:
    """Return what the file names, the current one first."""
    data = map_file(path)
    if len(data) > _LARGEST:
        return ()
    text = bytes(data).decode("utf-8-sig", errors="replace")
    try:
        state = text_format.Parse(text, CheckpointState(), allow_unknown_field=True)
    except (text_format.ParseError, UnicodeDecodeError, RecursionError):
        # Written by hand on Windows, single backslashes are no legal escapes: take the lines for what they mean.
        lines = sorted(_PATH_LINE.findall(text), key=lambda line: line[0] != "")
        return [name for _, name in lines if name]
    return [name for name in (state.model_checkpoint_path, *reversed(state.all_model_checkpoint_paths)) if name]


def _resolve(written: str, folder: Path) -> str | None:
    """Return the prefix that a name stands for, None where nothing of that name is there.

    A relative path is followed. An absolute one belongs to the machine it was written on: the checkpoint of that name
    beside the state file comes first, since folders are moved and copied.
    """
    name = checkpoint_prefix(written)
    beside = folder / re.split(r"[\\/]", name)[-1]
    literal = folder / (name.replace("\\", "/") if _WINDOWS.match(name) else name)
    candidates = (beside, literal) if _is_foreign(name) else (literal, beside)
    return next((str(tidy(place)) for place in candidates if checkpoint_exists(str(place))), None)


def _is_foreign(name: str) -> bool:
    return name.startswith(("/", "\\")) or "://" in name or re.match(r"[A-Za-z]:[\\/]", name) is not None


def _comment(path: Path, written: str, prefix: str | None) -> Finding | None:
    """Return a note where the checkpoint is not where the state file says, or not beside it."""
    if prefix is None:
        return None
    place = (path.parent / checkpoint_prefix(written)).resolve()
    if place != Path(prefix).resolve():
        return _note("formats.state_foreign_path", path, written=written, taken=prefix)
    if place.parent != path.parent.resolve():
        return _note("formats.state_elsewhere", path, taken=prefix)
    return None


def _merged(path: Path, found: dict[str, str | None], notes: list[Finding]) -> tuple[Finding, ...]:
    """Return one note of each kind, and one for all that is missing."""
    one_each = {note.code: note for note in reversed(notes)}
    missing = [re.split(r"[\\/]", name)[-1] for name, prefix in found.items() if prefix is None]
    if missing:
        one_each["missing"] = _note("formats.state_missing", path, missing=", ".join(missing[:5]))
    return tuple(one_each.values())


def _note(code: str, path: Path, **facts: str) -> Finding:
    return Finding(code, Severity.NOTE, facts={"path": str(path), **facts})
