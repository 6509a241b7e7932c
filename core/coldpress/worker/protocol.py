"""What the two sides of the pipe say: one JSON object a line.

To the child: ``{"type": "request", "request": "Convert", "value": {...}}`` for each job, ``{"type": "end"}`` at last.
From it: ``ready`` once, or an ``error`` marked ``fatal``; then, for each request, ``progress`` any number of times and
``result`` or ``error``, followed by the line ``END_OF_LOG`` on standard error, so that the parent knows it has seen
every line that the job printed.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from coldpress import errors
from coldpress.errors import ColdpressError, ConverterError, InternalError
from coldpress.worker.codec import decode, encode
from coldpress.worker.requests.names import REQUESTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coldpress.worker.requests.request import Request

END_OF_LOG: Final = "\x1e coldpress: end of job"

_ERRORS: Final[Mapping[str, type[ColdpressError]]] = {
    kind.__name__: kind
    for kind in (ConverterError, InternalError, errors.InputError, errors.OutputError, errors.UsageError)
}


def dump(message: dict[str, Any]) -> bytes:
    """Return a message as one line."""
    return json.dumps(message, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"


def load(line: bytes) -> dict[str, Any]:
    """Read a message; raise ``ValueError`` where the line is none."""
    message = json.loads(line)
    if not isinstance(message, dict) or "type" not in message:
        raise ValueError(line[:200])
    return message


def request_message(request: Request[Any]) -> dict[str, Any]:
    """Return a request as a message."""
    return {"type": "request", "request": type(request).__name__, "value": encode(request)}


def request_of(message: dict[str, Any]) -> Request[Any]:
    """Return the request that a message holds."""
    return decode(REQUESTS[message["request"]], message["value"])


def error_message(error: ColdpressError) -> dict[str, Any]:
    """Return an error as a message; one of a kind that the pipe does not carry becomes an ``InternalError``."""
    kind = type(error).__name__
    return {
        "type": "error",
        "kind": kind if kind in _ERRORS else InternalError.__name__,
        "code": error.code,
        "facts": {key: value for key, value in error.facts.items() if key != "path"},
        "path": error.path,
    }


def error_of(message: dict[str, Any], log: tuple[str, ...]) -> ColdpressError:
    """Return the error that a message holds, with the log of the job where it can carry one."""
    code, path, facts = message["code"], message["path"], message["facts"]
    if message["kind"] == ConverterError.__name__:
        return ConverterError(code, log=log, path=path, **facts)
    return _ERRORS[message["kind"]](code, path=path, **facts)
