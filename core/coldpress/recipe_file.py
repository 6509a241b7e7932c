"""Recipes as TOML files: every decision of a run, explained in comments, with paths relative to the file's folder.

A recipe moves together with its model: paths are written with ``/`` and read against the folder of the file.
"""

from __future__ import annotations

import difflib
import os
import re
import textwrap
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tomli_w

from coldpress.errors import InputError, OutputError
from coldpress.files import set_aside, write_text
from coldpress.recipe import RECIPE_VERSION, InputChoice, Limits, Recipe
from coldpress.recipe_keys import INPUT_KEYS, LIMIT_KEYS, RECIPE_KEYS, SECTIONS, BadValueError, Key
from coldpress.sentences import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LARGEST = 1 << 20
"""Bytes; a recipe has a few thousand, and a file that claims to be one is not read beyond this."""

_WIDTH = {"en": 100}
"""Columns of a comment; a language written without spaces is not wrapped."""

_POSITION = re.compile(r"\(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)")


def is_recipe(path: Path) -> bool:
    """Tell whether a file means to be a recipe: it is called one, or reads like one. Never raises."""
    if path.suffix.lower() == ".toml" and not path.is_dir():
        return True
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            table = tomllib.loads(file.read(_LARGEST).decode("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return False
    return {"version", "source"} <= table.keys()


def read_recipe(path: Path) -> Recipe:
    """Return the recipe in a file; its paths are against the file's folder. Raises ``InputError``."""
    table = _parse(path)
    _check_version(table, path)
    reader = _Reader(path)
    reader.check_names(table, "", [*dict.fromkeys(name.partition(".")[0] for name in SECTIONS), "version"])
    values = reader.values(table, RECIPE_KEYS, beside={"verification": ["limits"]})
    if "source" not in values:
        raise InputError("recipe.no_source", path=path)
    limits = reader.values(table, LIMIT_KEYS)
    rows = reader.rows(table, "inputs")
    inputs = tuple(InputChoice(**{"tensor": "", **reader.row(row, n, INPUT_KEYS)}) for n, row in enumerate(rows, 1))
    return Recipe(**values, inputs=inputs, limits=Limits(**limits))


def write_recipe(recipe: Recipe, path: Path, *, language: str = "en") -> Path | None:
    """Write a recipe, whole or not at all, with comments in ``language``.

    A file of that name that is no readable recipe is set aside, not overwritten; its new path is returned.
    Raises ``OutputError``.
    """
    text = recipe_text(recipe, path.absolute().parent, language=language)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise OutputError("recipe.path_not_utf8", path=path) from error
    aside = set_aside(path) if _is_something_else(path) else None
    write_text(path, text)
    return aside


def recipe_text(recipe: Recipe, folder: Path, *, language: str = "en") -> str:
    """Return a recipe as TOML whose paths are relative to ``folder``."""
    writer = _Writer(folder, language)
    parts = [writer.comment("recipe.head"), f"version = {RECIPE_VERSION}\n"]
    for section in SECTIONS:
        if section == "inputs":
            parts.append(writer.inputs(recipe.inputs))
        else:
            holder: Recipe | Limits = recipe.limits if section == "verification.limits" else recipe
            parts.append(writer.section(section, holder))
    return "\n".join(parts)


def _is_something_else(path: Path) -> bool:
    """Whether a file lies there that would be lost: one that is not empty and no recipe of this version."""
    if not path.is_file() or path.stat().st_size == 0:
        return False
    try:
        read_recipe(path)
    except InputError:
        return True
    return False


def _parse(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise InputError("recipe.too_large", path=path, bytes=_LARGEST)
        return tomllib.loads(content.decode("utf-8-sig"))
    except FileNotFoundError as error:
        raise InputError("recipe.missing", path=path) from error
    except OSError as error:
        raise InputError("recipe.unreadable", path=path, reason=error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise InputError("recipe.not_utf8", path=path, offset=error.start) from error
    except tomllib.TOMLDecodeError as error:
        raise _syntax_error(path, str(error)) from error


def _syntax_error(path: Path, said: str) -> InputError:
    position = _POSITION.search(said)
    reason = _POSITION.sub("", said).strip()
    if position is None or position["line"] is None:
        return InputError("recipe.syntax_at_end", path=path, reason=reason)
    return InputError(
        "recipe.syntax", path=path, line=int(position["line"]), column=int(position["column"]), reason=reason
    )


def _check_version(table: Mapping[str, Any], path: Path) -> None:
    version = table.get("version")
    if version is None:
        raise InputError("recipe.no_version", path=path, known=RECIPE_VERSION)
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise InputError("recipe.bad_version", path=path, known=RECIPE_VERSION)
    if version > RECIPE_VERSION:
        raise InputError("recipe.newer_version", path=path, version=version, known=RECIPE_VERSION)


class _Reader:
    """Reads tables of one file, and names the key in every complaint."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._folder = path.parent

    def values(
        self, table: Mapping[str, Any], keys: Sequence[Key], *, beside: Mapping[str, list[str]] | None = None
    ) -> dict[str, Any]:
        """Return field -> value of every key that is set. ``beside`` are names that a section has besides its keys."""
        found: dict[str, Any] = {}
        for section in dict.fromkeys(key.section for key in keys):
            mine = [key for key in keys if key.section == section]
            row = self._section(table, section)
            self.check_names(row, section, [key.name for key in mine] + (beside or {}).get(section, []))
            found |= {key.field: self._value(row[key.name], key, key.path) for key in mine if key.name in row}
        return found

    def rows(self, table: Mapping[str, Any], section: str) -> list[Mapping[str, Any]]:
        """Return the tables of ``[[section]]``."""
        rows = table.get(section, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise InputError("recipe.not_tables", path=self._path, key=section)
        return rows

    def row(self, row: Mapping[str, Any], number: int, keys: Sequence[Key]) -> dict[str, Any]:
        """Return field -> value of one of the tables of ``[[section]]``; ``number`` counts from 1."""
        name = f"{keys[0].section}[{number}]"
        self.check_names(row, name, [key.name for key in keys])
        return {key.field: self._value(row[key.name], key, f"{name}.{key.name}") for key in keys if key.name in row}

    def check_names(self, row: Mapping[str, Any], section: str, known: Sequence[str]) -> None:
        """Refuse a name that means nothing: a slip of the pen would otherwise be a decision that is not heeded."""
        for name in row:
            if name not in known:
                key = f"{section}.{name}" if section else name
                near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
                if near:
                    raise InputError("recipe.unknown_key_near", path=self._path, key=key, near=near[0])
                raise InputError("recipe.unknown_key", path=self._path, key=key, known=", ".join(known))

    def _section(self, table: Mapping[str, Any], section: str) -> Mapping[str, Any]:
        row = table
        for name in section.split("."):
            inner = row.get(name, {})
            if not isinstance(inner, dict):
                raise InputError("recipe.not_table", path=self._path, key=section)
            row = inner
        return row

    def _value(self, value: Any, key: Key, name: str) -> Any:
        try:
            result = key.kind.read(value)
        except BadValueError as error:
            shown = _shown(value)
            raise InputError(f"recipe.{error.code}", path=self._path, key=name, value=shown, **error.facts) from error
        return self._resolved(result) if key.kind.is_path else result

    def _resolved(self, text: str) -> str:
        return os.path.normpath(self._folder / text)


def _shown(value: Any) -> str:
    """Return a value as TOML shows it."""
    return tomli_w.dumps({"_": value}).strip().partition("= ")[2].replace("\n", " ") or str(value)


class _Writer:
    """Writes tables key by key, each below its explanation; what is not set is written as a comment."""

    def __init__(self, folder: Path, language: str) -> None:
        self._folder = folder
        self._language = language

    def section(self, section: str, holder: Recipe | Limits) -> str:
        """Return a table."""
        keys = [key for key in (*RECIPE_KEYS, *LIMIT_KEYS) if key.section == section]
        return f"[{section}]\n" + "".join(self._key(key, getattr(holder, key.field)) for key in keys)

    def inputs(self, inputs: Sequence[InputChoice]) -> str:
        """Return the table of every input, the first one with explanations; an example if there is none."""
        if not inputs:
            return "#[[inputs]]\n" + "".join(self._key(key, None) for key in INPUT_KEYS)
        return "\n".join(self._input(choice, explained=number == 0) for number, choice in enumerate(inputs))

    def comment(self, code: str) -> str:
        """Return a message as comment lines."""
        text = say(code, {"version": RECIPE_VERSION}, language=self._language).message
        lines = [line for part in text.split("\n") for line in self._wrapped(part)]
        return "".join(f"# {line}\n" for line in lines)

    def _wrapped(self, text: str) -> list[str]:
        width = _WIDTH.get(self._language)
        return [text] if width is None else textwrap.wrap(text, width)

    def _input(self, choice: InputChoice, *, explained: bool) -> str:
        lines = (self._key(key, getattr(choice, key.field), explained=explained) for key in INPUT_KEYS)
        return "[[inputs]]\n" + "".join(lines)

    def _key(self, key: Key, value: Any, *, explained: bool = True) -> str:
        comment = self.comment(f"recipe.key.{key.path}") if explained else ""
        if value is None:
            return comment + (f"#{_line(key, key.example)}" if explained else "")
        return comment + _line(key, self._relative(value) if key.kind.is_path else key.kind.write(value))

    def _relative(self, text: str) -> str:
        """Return a path relative to the recipe's folder, with ``/``; absolute where it is on another drive."""
        path = Path(text).absolute()
        try:
            return Path(os.path.relpath(path, self._folder)).as_posix()
        except ValueError:
            return path.as_posix()


def _line(key: Key, value: Any) -> str:
    """Return ``name = value``; lists stay on one line."""
    if isinstance(value, list):
        items = ", ".join(tomli_w.dumps({"_": item}).strip().partition("= ")[2] for item in value)
        return f"{key.name} = [{items}]\n"
    return tomli_w.dumps({key.name: value})
