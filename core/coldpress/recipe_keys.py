"""The keys of a recipe file: where each decision is written, as what, and how it is read back.

A new field of ``Recipe`` needs a line here and its explanation under ``recipe.key`` in the message catalogue.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from coldpress.recipe import InferenceType, IoType, RangeChoice

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

E = TypeVar("E", bound=StrEnum)


class BadValueError(Exception):
    """A value that a key cannot have; ``code`` is the last part of a message code, ``facts`` fill the message."""

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Kind:
    """How values of one kind are written to TOML and read back; ``read`` raises ``BadValueError``."""

    read: Callable[[Any], Any]
    write: Callable[[Any], Any] = lambda value: value
    is_path: bool = False


@dataclass(frozen=True, slots=True)
class Key:
    """A key ``name`` in table ``section``; it holds ``field`` of the recipe. ``example`` is shown where it is unset."""

    section: str
    name: str
    field: str
    kind: Kind
    example: Any

    @property
    def path(self) -> str:
        """The dotted name, as in TOML."""
        return f"{self.section}.{self.name}" if self.section else self.name


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise BadValueError("not_text")
    return value


def _tensor(value: Any) -> str:
    """Read a tensor name; an empty one stands for the suggestion of the same position."""
    if not isinstance(value, str):
        raise BadValueError("not_text")
    return value


def _switch(value: Any) -> bool:
    if not isinstance(value, bool):
        raise BadValueError("not_switch")
    return value


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadValueError("not_whole_number")
    return value


def _number(value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or math.isnan(value):
        raise BadValueError("not_number")
    return float(value)


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise BadValueError("not_list")
    return value


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(_text(item) for item in _list(value))


def _range(value: Any) -> tuple[float, float]:
    numbers = [_number(item) for item in _list(value)]
    if len(numbers) != 2:
        raise BadValueError("not_range")
    return numbers[0], numbers[1]


def _ranges(value: Any) -> tuple[RangeChoice, ...]:
    try:
        return tuple(RangeChoice.parse(text) for text in _texts(value))
    except ValueError as error:
        raise BadValueError("not_ranges") from error


def _shape(value: Any) -> tuple[int | None, ...]:
    sizes = [_whole(item) for item in _list(value)]
    if any(size < -1 for size in sizes):
        raise BadValueError("not_shape")
    return tuple(None if size == -1 else size for size in sizes)


def _write_shape(shape: Sequence[int | None]) -> list[int]:
    return [-1 if size is None else size for size in shape]


def _one_of(kind: type[E]) -> Callable[[Any], E]:
    def read(value: Any) -> E:
        try:
            return kind(_text(value))
        except ValueError as error:
            raise BadValueError("not_one_of", allowed=", ".join(kind)) from error

    return read


TEXT = Kind(_text)
TENSOR = Kind(_tensor)
PATH = Kind(_text, is_path=True)
SWITCH = Kind(_switch)
WHOLE = Kind(_whole)
NUMBER = Kind(_number)
TEXTS = Kind(_texts, list)
CODES = Kind(lambda value: frozenset(_texts(value)), sorted)
RANGE = Kind(_range, list)
RANGES = Kind(_ranges, lambda value: [str(choice) for choice in value])
SHAPE = Kind(_shape, _write_shape)
INFERENCE_TYPE = Kind(_one_of(InferenceType), str)
IO_TYPE = Kind(_one_of(IoType), str)

RECIPE_KEYS = (
    Key("source", "path", "source", PATH, "train"),
    Key("source", "graph", "graph", PATH, "train/model.ckpt-2400.meta"),
    Key("source", "tags", "meta_graph_tags", TEXTS, ["serve"]),
    Key("source", "checkpoint", "checkpoint", PATH, "train/model.ckpt-2400"),
    Key("eval_graph", "as_is", "as_is", SWITCH, example=True),
    Key("eval_graph", "use_ema", "use_ema", SWITCH, example=True),
    Key("outputs", "tensors", "outputs", TEXTS, ["probabilities:0"]),
    Key("conversion", "inference_type", "inference_type", INFERENCE_TYPE, "uint8"),
    Key("conversion", "input_type", "inference_input_type", IO_TYPE, "uint8"),
    Key("conversion", "output_type", "inference_output_type", IO_TYPE, "uint8"),
    Key("conversion", "default_ranges", "default_ranges", RANGE, [0.0, 6.0]),
    Key("conversion", "ranges", "ranges", RANGES, ["Net/add:0=-1:6"]),
    Key("conversion", "representative_data", "representative_data", PATH, "images"),
    Key("conversion", "crop_images", "crop_images", SWITCH, example=True),
    Key("conversion", "allow_custom_ops", "allow_custom_ops", SWITCH, example=True),
    Key("conversion", "select_tf_ops", "select_tf_ops", SWITCH, example=True),
    Key("verification", "data", "data", PATH, "test_data.npz"),
    Key("verification", "seed", "seed", WHOLE, 0),
    Key("findings", "accept", "accept", CODES, ["convert.default_ranges"]),
    Key("output", "path", "output", PATH, "model.tflite"),
)

INPUT_KEYS = (
    Key("inputs", "tensor", "tensor", TENSOR, "input:0"),
    Key("inputs", "shape", "shape", SHAPE, [1, 224, 224, 3]),
    Key("inputs", "mean", "mean", NUMBER, 128.0),
    Key("inputs", "std", "std", NUMBER, 127.0),
)

LIMIT_KEYS = tuple(
    Key("verification.limits", name, name, NUMBER, example)
    for name, example in (
        ("max_abs_error", 0.05),
        ("max_lsb", 2.0),
        ("max_mean_lsb", 1.0),
        ("min_snr_db", 30.0),
        ("min_argmax_agreement", 0.98),
        ("min_top_k_agreement", 0.99),
        ("min_cosine", 0.999),
        ("max_accuracy_loss", 0.01),
        ("max_layer_loss_db", 9.5),
        ("max_input_clipped", 0.02),
    )
)

SECTIONS = (
    "source",
    "eval_graph",
    "inputs",
    "outputs",
    "conversion",
    "verification",
    "verification.limits",
    "findings",
    "output",
)
"""In the order in which they are written, which is that of the work."""
