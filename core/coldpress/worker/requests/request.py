"""What every request has in common, and the one that asks nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

R = TypeVar("R")


class Request(Generic[R]):
    """A job; ``R`` is the type of its answer."""

    __slots__ = ()


def answer_type(request: Request[R]) -> type[R]:
    """Return the dataclass that answers ``request``."""
    base = type(request).__orig_bases__[0]  # type: ignore[attr-defined]
    kind: type[R] = base.__args__[0]
    return kind


@dataclass(frozen=True, slots=True)
class Done:
    """The job is done, and there is nothing to say."""


@dataclass(frozen=True, slots=True)
class Ping(Request[Done]):
    """Answer at once; waits for the worker to be ready."""
