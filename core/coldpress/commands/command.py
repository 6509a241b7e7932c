"""A command line as data: arguments, and notes on what it cannot do. Quoting comes last, for the shell at hand."""

from __future__ import annotations

import re
import shlex
import subprocess
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from coldpress.sentences import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coldpress.facts import Fact

_CMD_SPECIAL = re.compile(r"[&|<>^()!,;=%'`~+\[\]{}]")


class Shell(StrEnum):
    """The shells that a command can be quoted for."""

    POSIX = "posix"
    WINDOWS = "windows"


@dataclass(frozen=True, slots=True)
class Note:
    """Something to know about a command; ``code`` is a key of the message catalogue."""

    code: str
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Command:
    """A command line; without ``argv`` there is none that does the job, and the notes say why."""

    argv: tuple[str, ...]
    notes: tuple[Note, ...] = ()

    def text(self, shell: Shell = Shell.POSIX, *, language: str = "en") -> str:
        """Return the command to paste into a shell, the notes before it as comments."""
        mark = "REM " if shell is Shell.WINDOWS else "# "
        lines = [mark + say(note.code, note.facts, language=language).message for note in self.notes]
        return "\n".join([*lines, *([quoted(self.argv, shell)] if self.argv else [])])


def quoted(argv: Sequence[str], shell: Shell) -> str:
    """Return arguments on one line, quoted for ``shell``."""
    if shell is Shell.POSIX:
        return shlex.join(argv)
    return " ".join(_for_cmd(argument) for argument in argv)


def _for_cmd(argument: str) -> str:
    r"""Quote for ``cmd.exe``: by the rules of ``CommandLineToArgvW``, and where the shell would act on a character.

    Quotation marks go around a value, never into it: ``--name="a b"`` is one argument ``--name=a b``.
    """
    plain = subprocess.list2cmdline([argument])
    if plain.startswith('"') or not _CMD_SPECIAL.search(argument.partition("=")[2] or argument):
        return plain
    trailing = len(argument) - len(argument.rstrip("\\"))
    return f'"{argument}' + "\\" * trailing + '"'
