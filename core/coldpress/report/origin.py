"""Where a result comes from: versions of what made it, and the fingerprints of the files on the way."""

from __future__ import annotations

import hashlib
import platform
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from coldpress import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldpress.cancel import CancelToken
    from coldpress.pipeline.outcome import Outcome

_PIECE = 1 << 20
_PACKAGES = ("tensorflow", "ai-edge-litert", "numpy")


def versions() -> dict[str, str]:
    """Return the version of everything that a result depends on; TensorFlow is asked for, not imported."""
    found = {"Coldpress": __version__}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "–"
    system = f"{platform.system()} {platform.release()} ({platform.machine()})"
    return found | {"Python": platform.python_version(), "OS": system}


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A file's name, size and SHA-256; ``role`` says what it was for, ``files`` how many lie in a folder.

    A folder's is that of the list of its files' names and fingerprints. None: the file cannot be read any more.
    """

    role: str
    name: str
    nbytes: int
    sha256: str | None
    files: int = 1


def fingerprints(outcome: Outcome, *, cancel: CancelToken | None = None) -> tuple[Fingerprint, ...]:
    """Return those of every file that went in and of what came out. Raises ``Cancelled``."""
    on_the_way = tuple(_of(role, path, cancel) for role, path in _files(outcome))
    return (*on_the_way, result_fingerprint(outcome, cancel=cancel))


def result_fingerprint(outcome: Outcome, *, cancel: CancelToken | None = None) -> Fingerprint:
    """Return that of the result, called as the file that it became, or after its type."""
    found = _of("result", outcome.folder / "result.tflite", cancel)
    return replace(found, name=outcome.output.name if outcome.output else f"{outcome.choices.inference_type}.tflite")


def _files(outcome: Outcome) -> Iterator[tuple[str, Path]]:
    yield "graph", Path(outcome.model.required.source.path)
    prefix = outcome.recipe.checkpoint
    if prefix is not None:
        yield from (("checkpoint", path) for path in _checkpoint_files(Path(prefix)))
    for role in ("data", "representative_data"):
        path = getattr(outcome.recipe, role)
        if path is not None:
            yield role, Path(path)
    yield "frozen", outcome.frozen.path


def _checkpoint_files(prefix: Path) -> list[Path]:
    """Return the files of a checkpoint: one in the old format, an index and its shards in the new."""
    if prefix.is_file():
        return [prefix]
    begins = (f"{prefix.name}.index", f"{prefix.name}.data-")
    try:
        return sorted(path for path in prefix.parent.iterdir() if path.name.startswith(begins))
    except OSError:
        return []


def _of(role: str, path: Path, cancel: CancelToken | None) -> Fingerprint:
    try:
        if path.is_dir():
            return _of_folder(role, path, cancel)
        digest, nbytes = _digest(path, cancel)
    except OSError:
        # The report tells that the file has gone since.
        return Fingerprint(role, path.name, 0, None)
    return Fingerprint(role, path.name, nbytes, digest)


def _of_folder(role: str, folder: Path, cancel: CancelToken | None) -> Fingerprint:
    whole, nbytes = hashlib.sha256(), 0
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    for path in paths:
        digest, size = _digest(path, cancel)
        whole.update(f"{path.relative_to(folder).as_posix()}\0{digest}\n".encode("utf-8", "surrogateescape"))
        nbytes += size
    return Fingerprint(role, folder.name, nbytes, whole.hexdigest(), len(paths))


def _digest(path: Path, cancel: CancelToken | None) -> tuple[str, int]:
    digest, nbytes = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            if cancel is not None:
                cancel.check()
            digest.update(piece)
            nbytes += len(piece)
    return digest.hexdigest(), nbytes
