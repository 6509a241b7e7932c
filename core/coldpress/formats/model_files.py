"""Given any one of a model's files, or its folder: everything that belongs together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from coldpress.errors import InputError
from coldpress.finding import Finding, Severity
from coldpress.formats.checkpoint import checkpoint_exists, checkpoint_prefix
from coldpress.formats.file_kind import CHECKPOINT_KINDS, GRAPH_KINDS, FileKind
from coldpress.formats.graph_ranking import is_small, keys_of, rank_graphs, summaries_of, summarize
from coldpress.formats.model_folder import CheckpointEntry, FileEntry, checkpoints_in, scan, step_of, subfolders
from coldpress.formats.paths import tidy
from coldpress.formats.sniff import saved_model_file, sniff
from coldpress.formats.state_file import STATE_NAME, StateFile, read_state

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from os import PathLike


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """What lies there.

    ``graph_sources`` are the files that hold a graph, the best suggestion first; ``checkpoints`` the newest first.
    ``graph`` and ``checkpoint`` are what to take unless told otherwise; ``notes`` say what was not as expected.
    """

    path: Path
    files: tuple[FileEntry, ...]
    graph_sources: tuple[FileEntry, ...]
    checkpoints: tuple[CheckpointEntry, ...]
    notes: tuple[Finding, ...]
    graph: Path | None
    checkpoint: str | None


class _Target(NamedTuple):
    """What was asked for: the folder to look in; the graph file and the checkpoint, where the path names one."""

    folder: Path
    graph: Path | None = None
    checkpoint: str | None = None
    state: Path | None = None


def find_model_files(path: str | PathLike[str], *, checkpoint: str | None = None) -> ModelFiles:
    """Find what belongs with ``path``: a file of a model, its folder, or a checkpoint prefix.

    ``checkpoint`` is the prefix that the person chose. Only the folder itself is looked at, and the folders in it where
    something is missing. Raises ``InputError`` where nothing of a model lies there.
    """
    place = tidy(path)
    target = _target(place)
    wanted = None if checkpoint is None else _wanted(checkpoint, target.folder)
    files = _by_path(_look(target, place))
    states = [read_state(state) for state in _state_files(files.values(), target)]
    files |= _elsewhere(files, [*([wanted] if wanted else []), *(p for state in states for p in state.prefixes)])
    summaries = summaries_of(files.values())
    files |= _by_path(_frozen(files[path]) for path, summary in summaries.items() if summary.is_frozen)
    checkpoints = checkpoints_in(files.values())
    notes = [note for state in states for note in state.notes]
    asked = wanted or target.checkpoint
    chosen = asked or _own(target, files, checkpoints) or _newest(checkpoints, states, notes)
    graphs = rank_graphs(files.values(), summaries, folder=target.folder, given=target.graph, checkpoint=chosen)
    if not graphs and chosen is None:
        raise _nothing(place, files.values(), states)
    if asked is None and graphs and _is_frozen(graphs[0]):
        chosen = None
    if place.is_dir():
        notes += _misnamed(files.values())
    return ModelFiles(
        path=place,
        files=tuple(sorted(files.values(), key=lambda entry: str(entry.path))),
        graph_sources=tuple(graphs),
        checkpoints=tuple(checkpoints),
        notes=tuple(notes),
        graph=graphs[0].path if graphs else None,
        checkpoint=chosen,
    )


def _elsewhere(files: Mapping[Path, FileEntry], prefixes: Iterable[str]) -> dict[Path, FileEntry]:
    """Return the files of the folders where checkpoints lie that are not among ``files``."""
    known = {entry.prefix for entry in files.values()}
    folders = {Path(prefix).parent for prefix in prefixes if prefix not in known}
    return _by_path(entry for folder in sorted(folders) for entry in scan(folder))


def _nothing(place: Path, files: Iterable[FileEntry], states: Sequence[StateFile]) -> InputError:
    """Return what to say where there is neither a graph nor a checkpoint."""
    for note in _misnamed(files):
        return InputError(f"formats.is_{note.facts['kind']}", path=str(note.facts["path"]))
    return InputError("formats.state_names_nothing" if states else "formats.no_model", path=place)


def _misnamed(files: Iterable[FileEntry]) -> list[Finding]:
    """Return a note on each file that has the name of a model's file but is something else."""
    return [
        Finding("formats.misnamed", Severity.NOTE, facts={"path": str(entry.path), "kind": str(entry.kind)})
        for entry in files
        if not entry.writer_api
    ]


def _target(place: Path) -> _Target:
    """Return what a path asks for; raise ``InputError`` for a file that is no part of a model."""
    if place.is_dir():
        return _Target(place, graph=saved_model_file(place))
    kind = sniff(place)
    prefix = checkpoint_prefix(place)
    if kind is FileKind.MISSING and checkpoint_exists(prefix):
        return _Target(_model_folder(place), checkpoint=prefix)
    if kind in GRAPH_KINDS:
        return _Target(place.parent, graph=place)
    if kind is FileKind.CHECKPOINT_STATE or (kind is FileKind.EMPTY and place.name == STATE_NAME):
        return _Target(place.parent, state=place)
    if kind in CHECKPOINT_KINDS or place.suffix == ".index":
        return _Target(_model_folder(place), checkpoint=prefix)
    raise InputError("formats.missing" if kind is FileKind.MISSING else f"formats.is_{kind}", path=place)


def _model_folder(file: Path) -> Path:
    """Return the folder of the model that a checkpoint file belongs to: a SavedModel keeps them in ``variables``."""
    folder = file.parent
    return folder.parent if folder.name == "variables" and saved_model_file(folder.parent) else folder


def _look(target: _Target, place: Path) -> list[FileEntry]:
    """Return the files of the folder, and of those below it where structure or weights are missing."""
    found = scan(target.folder)
    has_weights = any(entry.prefix is not None and not entry.has_structure for entry in found)
    if place.is_dir() and not (has_weights and any(entry.has_structure for entry in found)):
        return found + [entry for folder in subfolders(target.folder) for entry in scan(folder)]
    if target.graph is not None and not has_weights:
        return found + _weights_below(next(entry for entry in found if entry.path == target.graph), target.folder)
    return found


def _weights_below(graph: FileEntry, folder: Path) -> list[FileEntry]:
    """Return the files of the checkpoints one folder down that have every variable of the graph."""
    summary = summarize(graph.path) if is_small(graph) else None
    if summary is None or not summary.variables:
        return []
    below = [entry for place in subfolders(folder) for entry in scan(place) if not entry.has_structure]
    fitting = {c.prefix for c in checkpoints_in(below) if summary.variables <= keys_of(c.prefix)}
    return [entry for entry in below if entry.prefix in fitting]


def _state_files(files: Iterable[FileEntry], target: _Target) -> list[Path]:
    if target.state is not None:
        return [target.state]
    return [
        entry.path
        for entry in files
        if entry.kind is FileKind.CHECKPOINT_STATE or (entry.kind is FileKind.EMPTY and entry.path.name == STATE_NAME)
    ]


def _wanted(checkpoint: str, folder: Path) -> str:
    """Return the prefix that was asked for by a path, or by its name in the folder."""
    for place in (tidy(checkpoint), folder / checkpoint):
        prefix = checkpoint_prefix(place)
        if checkpoint_exists(prefix):
            return prefix
    raise InputError("formats.no_checkpoint", path=checkpoint)


def _own(target: _Target, files: Mapping[Path, FileEntry], checkpoints: Iterable[CheckpointEntry]) -> str | None:
    """Return the checkpoint that was saved together with the graph asked for."""
    entry = files.get(target.graph) if target.graph is not None else None
    return next((c.prefix for c in checkpoints if entry is not None and c.prefix == entry.prefix), None)


def _newest(checkpoints: Sequence[CheckpointEntry], states: Iterable[StateFile], notes: list[Finding]) -> str | None:
    """Return the newest checkpoint by its step, noting where a state file calls another one the newest."""
    current = next((state.current for state in states if state.current is not None), None)
    newest = checkpoints[0] if checkpoints else None
    if newest is None or (current is not None and (newest.step is None or step_of(current) is None)):
        return current
    if current is not None and current != newest.prefix:
        facts = {"current": Path(current).name, "newest": Path(newest.prefix).name}
        notes.append(Finding("formats.state_not_newest", Severity.NOTE, facts=facts))
    return newest.prefix


def _is_frozen(entry: FileEntry) -> bool:
    return entry.has_structure and entry.has_weights


def _frozen(entry: FileEntry) -> FileEntry:
    """Return the entry of a graph that turned out to hold its own weights."""
    return replace(entry, has_weights=True, writer_api="freeze_graph")


def _by_path(entries: Iterable[FileEntry]) -> dict[Path, FileEntry]:
    return {entry.path: entry for entry in entries}
