"""Everything that does the same as a run, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldpress.commands.classic import freeze_graph_command, toco_command
from coldpress.commands.command import Shell
from coldpress.commands.script import python_script

if TYPE_CHECKING:
    from coldpress.commands.command import Command
    from coldpress.commands.job import Job


@dataclass(frozen=True, slots=True)
class Equivalents:
    """The commands of TF 1.15, and a script for the TensorFlow of today."""

    freeze_graph: Command
    toco: Command
    python: str

    def texts(self, shell: Shell = Shell.POSIX, *, language: str = "en") -> dict[str, str]:
        """Return each as text, by the name of the program that runs it."""
        return {
            "freeze_graph": self.freeze_graph.text(shell, language=language),
            "toco": self.toco.text(shell, language=language),
            "python": self.python,
        }


def equivalents(job: Job, *, language: str = "en") -> Equivalents:
    """Return what does the same as ``job``."""
    return Equivalents(freeze_graph_command(job), toco_command(job), python_script(job, language=language))
