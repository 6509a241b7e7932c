"""What a person sees while the work runs: a progress line on standard error, findings, one sentence on failure."""

from __future__ import annotations

import locale
import sys
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from coldpress.events import LogLine, Step, StepFinished, StepProgress, StepStarted, TypeStarted
from coldpress.sentences import Sentence, say, say_error, say_finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import Console
    from rich.progress import Progress, TaskID
    from rich.table import Table

    from coldpress.errors import ColdpressError
    from coldpress.events import Event
    from coldpress.facts import Fact
    from coldpress.finding import Finding

_TABLE_WIDTH = 140
_MARKS = {"block": "[red]✗[/]", "warning": "[yellow]![/]", "note": "[blue]i[/]"}


def system_language() -> str:
    """Return ``zh_CN`` where the system speaks Chinese, else ``en``."""
    name = locale.getlocale(locale.LC_MESSAGES)[0] if hasattr(locale, "LC_MESSAGES") else locale.getlocale()[0]
    return "zh_CN" if (name or "").lower().startswith(("zh", "chinese")) else "en"


class Terminal:
    """Speaks to a person in one language: results on standard output, everything else on standard error."""

    def __init__(self, *, language: str, verbose: bool = False) -> None:
        self.language = language
        self.verbose = verbose
        self._progress: Progress | None = None
        self._task: TaskID | None = None

    @cached_property
    def out(self) -> Console:
        """Standard output."""
        from rich.console import Console

        return Console(highlight=False, soft_wrap=True)

    @cached_property
    def err(self) -> Console:
        """Standard error."""
        from rich.console import Console

        return Console(stderr=True, highlight=False, soft_wrap=True)

    def text(self, code: str, **facts: Fact) -> str:
        """Return a sentence of the command line's own."""
        return say(code, facts, language=self.language).message

    def print(self, text: str = "", *, style: str | None = None) -> None:
        """Print a line of the result."""
        self.out.print(text, style=style, markup=False)

    def table(self, table: Table) -> None:
        """Print a table as wide as it needs: a row that a narrow terminal wraps beats figures that are cut."""
        from rich.console import Console

        Console(highlight=False, width=max(self.out.width, _TABLE_WIDTH)).print(table)

    def findings(self, findings: Iterable[Finding], *, console: Console | None = None) -> None:
        """Print findings, the blocking ones first."""
        order = {"block": 0, "warning": 1, "note": 2}
        for finding in sorted(findings, key=lambda finding: order[finding.severity]):
            sentence = say_finding(finding, language=self.language)
            self._sentence(_MARKS[finding.severity], sentence, f" ({finding.code})", console or self.err)

    def error(self, error: ColdpressError) -> None:
        """Print what failed and what to do."""
        self._sentence("[red]✗[/]", say_error(error, language=self.language), "", self.err)

    def _sentence(self, mark: str, sentence: Sentence, suffix: str, console: Console) -> None:
        from rich.markup import escape

        console.print(f"{mark} {escape(sentence.message)}[dim]{escape(suffix)}[/]")
        if sentence.remedy:
            console.print(f"  → {escape(sentence.remedy)}")

    @contextmanager
    def progress(self) -> Iterator[None]:
        """Draw progress while the block runs, where standard error is a terminal."""
        if not sys.stderr.isatty():
            yield
            return
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=30), TimeElapsedColumn())
        with Progress(*columns, console=self.err, transient=True) as progress:
            self._progress = progress
            try:
                yield
            finally:
                self._progress = None

    def listen(self, event: Event) -> None:
        """Draw one event."""
        match event:
            case StepStarted(step):
                self._start(step)
            case StepProgress(_, done, total) if self._progress and self._task is not None:
                self._progress.update(self._task, completed=done, total=total or None)
            case StepFinished():
                self._finish(event)
            case TypeStarted(kind, number, total):
                self.err.print(self.text("cli.type_started", type=kind, number=number + 1, total=total), style="bold")
            case LogLine(text) if self.verbose:
                self.err.print(text, style="dim", markup=False)
            case _:
                pass

    def _start(self, step: Step) -> None:
        if self._progress:
            self._task = self._progress.add_task(self.text(f"cli.step.{step}"), total=None)

    def _finish(self, event: StepFinished) -> None:
        if self._progress and self._task is not None:
            self._progress.remove_task(self._task)
            self._task = None
        from rich.markup import escape

        said = escape(self.text(f"cli.done.{event.step}", **event.facts))
        self.err.print(f"[green]✓[/] {said} [dim]{event.seconds:.2f} s[/]")


def is_display_there() -> bool:
    """Tell whether a window can be opened on this machine."""
    import os

    if sys.platform in {"win32", "darwin"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or os.environ.get("QT_QPA_PLATFORM"))
