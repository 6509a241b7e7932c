"""What a report may not tell: where on a person's disk the files lie."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from coldpress.pipeline.outcome import Outcome
    from coldpress.recipe import Recipe

_PATHS = ("source", "graph", "checkpoint", "representative_data", "data", "output")


class Redaction:
    """Turns every path that a run knows of into a bare file name, in any text."""

    def __init__(self, outcome: Outcome) -> None:
        recipe = outcome.recipe
        known = [getattr(recipe, name) for name in _PATHS] + [outcome.output, outcome.folder / "result.tflite"]
        known += [outcome.frozen.path, outcome.model.files.path, outcome.model.required.source.path]
        folders = {str(folder) for path in known if path is not None for folder in _folders(str(path))}
        folders |= {str(Path.cwd()), str(Path.home())}
        # The longest first: a folder is named before the one that it lies in.
        longest = sorted((folder for folder in folders if len(folder) > 1), key=len, reverse=True)
        # Not within a node's name, which has slashes too.
        self._pattern = re.compile(rf"(?<![\w.-])(?:{'|'.join(map(re.escape, longest))})(?:[/\\]|(?![\w.-]))")

    def __call__(self, text: str) -> str:
        """Return ``text`` without the folders of the run's files."""
        return self._pattern.sub(_instead, text)

    def data(self, value: Any) -> Any:
        """Return data as JSON has it, every text in it without the folders of the run's files."""
        if isinstance(value, dict):
            return {key: self.data(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.data(item) for item in value]
        return self(value) if isinstance(value, str) else value


def _instead(match: re.Match[str]) -> str:
    """Return nothing for the folder before a file, its bare name where it stands alone; a home's is its owner's."""
    folder = match.group()
    if folder.endswith(("/", "\\")):
        return ""
    return "~" if folder == str(Path.home()) else PurePath(folder).name


def _folders(path: str) -> list[Path]:
    """Return a path's folder, absolute, and with links followed; a relative one could be any word of a sentence."""
    return [Path(path).absolute().parent, Path(os.path.realpath(path)).parent]


def without_paths(outcome: Outcome) -> Outcome:
    """Return a run whose recipe names files, not places."""
    named = {name: _bare(getattr(outcome.recipe, name)) for name in _PATHS}
    recipe: Recipe = outcome.recipe.with_(**named)
    return replace(outcome, recipe=recipe, output=None if outcome.output is None else Path(outcome.output.name))


def _bare(path: str | None) -> str | None:
    return None if path is None else PurePath(path).name or path
