"""The errors of the engine, one tree.

::

    ColdpressError              status  meaning
    ├── UsageError                   2  the request makes no sense
    ├── InputError                   3  an input is missing, damaged, or not what it claims
    ├── BlockedError                 4  a finding stops the run before conversion
    ├── ConverterError               5  the converter failed or crashed
    ├── VerificationError            6  converted, but the numbers are bad
    ├── OutputError                  3  an output could not be written
    ├── InternalError                1  a fault of Coldpress itself
    └── Cancelled                  130  the person stopped it; not an error to show

An error holds a code and facts, never a sentence: ``coldpress.sentences`` turns both into words in either language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from os import PathLike

    from coldpress.facts import Fact
    from coldpress.finding import Finding


class ColdpressError(Exception):
    """What was being done failed; ``code`` says how, ``facts`` what was found.

    ``code`` is a key of the message catalogue (``formats.truncated``), ``facts`` fill its placeholders, ``path``
    is the file concerned (available to the sentence as ``{path}``).
    """

    status: ClassVar[int] = 1

    def __init__(self, code: str, *, path: str | PathLike[str] | None = None, **facts: Fact) -> None:
        super().__init__(code)
        self.code = code
        self.path = None if path is None else str(path)
        self.facts: Mapping[str, Fact] = facts if path is None else {"path": str(path), **facts}

    def __str__(self) -> str:
        facts = ", ".join(f"{key}={value!r}" for key, value in self.facts.items())
        return f"{self.code}({facts})"


class UsageError(ColdpressError):
    """The request makes no sense, whatever the files hold."""

    status = 2


class InputError(ColdpressError):
    """An input could not be read: missing, damaged, or not what it claims to be."""

    status = 3


class OutputError(ColdpressError):
    """An output could not be written."""

    status = 3


class BlockedError(ColdpressError):
    """Findings that block stop the run before conversion."""

    status = 4

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("findings.blocked", count=len(findings), codes=", ".join(f.code for f in findings))
        self.findings = tuple(findings)


class ConverterError(ColdpressError):
    """The converter, or the process it runs in, failed; ``log`` holds what it printed."""

    status = 5

    def __init__(
        self, code: str, *, log: Sequence[str] = (), path: str | PathLike[str] | None = None, **facts: Fact
    ) -> None:
        super().__init__(code, path=path, **facts)
        self.log = tuple(log)


class VerificationError(ColdpressError):
    """The file was made, but its numbers differ from the frozen graph's by more than the limits allow."""

    status = 6


class InternalError(ColdpressError):
    """A fault of Coldpress itself."""


class Cancelled(ColdpressError):  # noqa: N818 - being cancelled is no error
    """The person stopped the work."""

    status = 130

    def __init__(self) -> None:
        super().__init__("cancelled")
