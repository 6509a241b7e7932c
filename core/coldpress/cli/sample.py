"""``coldpress sample DIR``: write the sample model out."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING

from coldpress.cli.answer import Answer
from coldpress.errors import OutputError

if TYPE_CHECKING:
    import argparse
    from importlib.resources.abc import Traversable

    from coldpress.cli.terminal import Terminal


def sample(arguments: argparse.Namespace, terminal: Terminal) -> Answer:  # noqa: ARG001 - a command's shape
    """Write the sample's files below ``arguments.folder``; files that are there already and differ stop it."""
    folder = Path(arguments.folder)
    written = write_sample(folder)

    def show(terminal: Terminal) -> None:
        terminal.print(terminal.text("cli.sample.written", count=len(written), folder=str(folder)))
        terminal.print(f"  coldpress convert {folder / 'digits.toml'}")

    data = {"folder": str(folder), "files": [str(path.relative_to(folder)) for path in written]}
    return Answer(0, data, show)


def write_sample(folder: Path) -> list[Path]:
    """Copy the sample model into ``folder`` and return the files, sorted."""
    content = dict(_walk(files("coldpress_resources") / "sample", Path()))
    for relative, file in content.items():
        target = folder / relative
        try:
            if target.exists() and target.read_bytes() != file.read_bytes():
                raise OutputError("cli.sample.exists", path=target)
            target.parent.mkdir(parents=True, exist_ok=True)
            with as_file(file) as source:
                target.write_bytes(source.read_bytes())
        except OSError as error:
            raise OutputError("cli.sample.unwritable", path=target, reason=error.strerror or str(error)) from error
    return sorted(folder / relative for relative in content)


def _walk(folder: Traversable, relative: Path) -> list[tuple[Path, Traversable]]:
    found: list[tuple[Path, Traversable]] = []
    for entry in folder.iterdir():
        if entry.is_dir():
            found += _walk(entry, relative / entry.name)
        elif not entry.name.endswith((".py", ".pyc")):
            found.append((relative / entry.name, entry))
    return found
