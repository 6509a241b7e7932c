"""Frozen dataclasses to JSON and back, guided by their annotations."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import PurePath
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")

Json = Any
"""What ``json`` reads and writes."""


def encode(value: object) -> Json:
    """Return ``value`` (dataclasses, tuples, sets, mappings, enums, paths, plain values) as JSON data."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: encode(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): encode(item) for key, item in value.items()}
    if isinstance(value, (frozenset, set)):
        return sorted(encode(item) for item in value)
    if isinstance(value, (tuple, list)):
        return [encode(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, PurePath):
        return str(value)
    return value


def decode(kind: type[T], data: Json) -> T:
    """Build a ``kind`` from what ``encode`` made of one."""
    return cast("T", _decode(kind, data))


def _decode(hint: Any, data: Json) -> Any:
    if is_dataclass(hint) and isinstance(hint, type):
        hints = get_type_hints(hint)
        return hint(**{field.name: _decode(hints[field.name], data[field.name]) for field in fields(hint)})
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _decode_union(get_args(hint), data)
    if origin is not None:
        return _decode_container(origin, get_args(hint), data)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(data)
    return float(data) if hint is float else data


def _decode_union(members: tuple[Any, ...], data: Json) -> Any:
    """Only ``X | None`` and unions of plain values are used in messages."""
    if data is None:
        return None
    others = [member for member in members if member is not type(None)]
    return _decode(others[0], data) if len(others) == 1 else data


def _decode_container(origin: Any, arguments: tuple[Any, ...], data: Json) -> Any:
    if origin is tuple:
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return tuple(_decode(arguments[0], item) for item in data)
        return tuple(_decode(hint, item) for hint, item in zip(arguments, data, strict=True))
    if origin is frozenset:
        return frozenset(_decode(arguments[0], item) for item in data)
    return {key: _decode(arguments[1], item) for key, item in data.items()}
