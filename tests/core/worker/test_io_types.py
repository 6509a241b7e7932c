"""Which types a result can take and give."""

from __future__ import annotations

import pytest

from coldpress.errors import UsageError
from coldpress.recipe import InferenceType, IoType
from coldpress.worker.io_types import io_types

_U8, _I8, _I16, _F32 = IoType.UINT8, IoType.INT8, IoType.INT16, IoType.FLOAT32


@pytest.mark.parametrize(
    ("mode", "asked", "trained", "given"),
    [
        (InferenceType.FLOAT32, (None, None), False, (_F32, _F32)),
        (InferenceType.UINT8, (None, None), False, (_U8, _U8)),
        (InferenceType.UINT8, (_F32, None), False, (_F32, _F32)),
        (InferenceType.UINT8, (None, _F32), False, (_F32, _F32)),
        (InferenceType.INT8, (None, None), False, (_I8, _I8)),
        (InferenceType.INT8, (_U8, _F32), False, (_U8, _F32)),
        (InferenceType.INT8, (None, None), True, (_I8, _I8)),
        (InferenceType.INT16X8, (None, _F32), False, (_I16, _F32)),
    ],
)
def test_types_of_inputs_and_outputs(
    mode: InferenceType,
    asked: tuple[IoType | None, IoType | None],
    trained: bool,  # noqa: FBT001 - a parameter of the test
    given: tuple[IoType, IoType],
) -> None:
    assert io_types(mode, *asked, trained=trained) == given


@pytest.mark.parametrize(
    ("mode", "asked", "trained", "code"),
    [
        (InferenceType.FLOAT32, (_U8, None), False, "convert.io_type"),
        (InferenceType.DYNAMIC, (None, _I8), False, "convert.io_type"),
        (InferenceType.UINT8, (_I8, None), False, "convert.io_type"),
        (InferenceType.UINT8, (_U8, _F32), False, "convert.io_differ"),
        # Asked for this the converter quietly writes a uint8 model.
        (InferenceType.INT8, (_U8, None), True, "convert.io_type"),
        (InferenceType.INT16X8, (_I8, None), False, "convert.io_type"),
    ],
)
def test_wrong_combinations_are_refused(
    mode: InferenceType,
    asked: tuple[IoType | None, IoType | None],
    trained: bool,  # noqa: FBT001 - a parameter of the test
    code: str,
) -> None:
    with pytest.raises(UsageError) as caught:
        io_types(mode, *asked, trained=trained)
    assert caught.value.code == code
