"""The console script: read the arguments, run the command, turn every outcome into words and a status."""

from __future__ import annotations

import contextlib
import gc
import json
import os
import signal
import sys
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from coldpress.cli.arguments import parse
from coldpress.errors import BlockedError, Cancelled, ColdpressError, ConverterError, InternalError
from coldpress.sentences import say_error

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from types import FrameType

    from coldpress.cli.answer import Answer
    from coldpress.cli.terminal import Terminal


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status; no traceback ever reaches a person."""
    words = sys.argv[1:] if argv is None else list(argv)
    _make_streams_tolerant()
    # Reading a graph makes hundreds of thousands of objects that stay; collecting among them costs a tenth of the time.
    gc.set_threshold(200_000)
    # NumPy's linear algebra, which nothing here asks for, starts a thread for each core when it is imported.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    as_json, language = "--json" in words, _language(words)
    try:
        with _termination_as_interrupt():
            return _run(parse(words))
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our output has gone; nobody is left to tell
        return 0
    except KeyboardInterrupt:
        return _fail(Cancelled(), as_json=as_json, language=language)
    except ColdpressError as error:
        return _fail(error, as_json=as_json, language=language)
    except Exception as error:  # noqa: BLE001 - the last resort: a fault of ours becomes a sentence and a log
        from coldpress.cli.crash import write_crash_log

        fault = InternalError("cli.internal", kind=type(error).__name__, log=str(write_crash_log(error)))
        return _fail(fault, as_json=as_json, language=language)


def _run(arguments: argparse.Namespace) -> int:
    from coldpress.cli.terminal import Terminal, system_language

    terminal = Terminal(language=arguments.lang or system_language(), verbose=arguments.verbose)
    answer = _answer(arguments, terminal)
    if arguments.json:
        print(json.dumps(answer.data, ensure_ascii=False, allow_nan=False))
    else:
        answer.show(terminal)
    sys.stdout.flush()
    return answer.status


def _answer(arguments: argparse.Namespace, terminal: Terminal) -> Answer:
    """Import and run just the command that was asked for, so that a quick one stays quick."""
    match arguments.command:
        case "inspect":
            from coldpress.cli.inspect import inspect as command
        case "eval-graph":
            from coldpress.cli.eval_graph import eval_graph as command
        case "freeze":
            from coldpress.cli.freeze import freeze as command
        case "convert":
            from coldpress.cli.convert import convert as command
        case "verify":
            from coldpress.cli.verify import verify as command
        case "sample":
            from coldpress.cli.sample import sample as command
        case _:
            from coldpress.cli.wizard import wizard as command
    return command(arguments, terminal)


def _fail(error: ColdpressError, *, as_json: bool, language: str) -> int:
    from coldpress.cli.terminal import Terminal

    if as_json:
        print(json.dumps(failure(error, language=language), ensure_ascii=False))
        return error.status
    terminal = Terminal(language=language)
    if isinstance(error, BlockedError):
        terminal.findings(error.findings)
    terminal.error(error)
    if isinstance(error, ConverterError):
        for line in error.log[-12:]:
            terminal.err.print(f"  {line}", style="dim", markup=False)
    return error.status


def failure(error: ColdpressError, *, language: str) -> dict[str, Any]:
    """Return the JSON object of a failure."""
    from coldpress.report.findings import findings_json

    sentence = say_error(error, language=language)
    data: dict[str, Any] = {
        "error": {"code": error.code, "message": sentence.message, "remedy": sentence.remedy, "path": error.path}
    }
    if isinstance(error, BlockedError):
        data |= {"status": "failed", "findings": findings_json(error.findings, language=language)}
    if isinstance(error, ConverterError):
        data |= {"status": "failed", "log": list(error.log)}
    return data


def _language(words: Sequence[str]) -> str:
    """Find the language even where the arguments could not be read."""
    from coldpress.cli.terminal import system_language

    for word, following in pairwise([*words, ""]):
        if word.startswith("--lang="):
            return word.removeprefix("--lang=")
        if word == "--lang" and following:
            return following
    return system_language()


def _make_streams_tolerant() -> None:
    """Let a terminal that cannot show a character show its escape instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError):  # a replaced stream need not be reconfigurable
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]


@contextlib.contextmanager
def _termination_as_interrupt() -> Any:
    """Treat SIGTERM as Ctrl-C, so that child processes and partial files go on either."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    try:
        before = signal.signal(signal.SIGTERM, interrupt)
    except ValueError:  # not in the main thread: signals are somebody else's business
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


if __name__ == "__main__":
    sys.exit(main())
