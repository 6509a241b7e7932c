"""The JSON objects that scripts rely on, as schemas: at least these keys, of these types."""

from __future__ import annotations

from typing import Any

_STRING = {"type": "string"}
_STRINGS = {"type": "array", "items": _STRING}
_INTEGER = {"type": "integer", "minimum": 0}
_NUMBER = {"type": "number"}
_MAYBE_NUMBER = {"type": ["number", "null"]}
_SHAPE = {"type": "array", "items": {"type": ["integer", "null"]}}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _maybe(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}


def _list(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": schema}


FINDINGS = _list(
    _object(
        code=_STRING,
        severity={"enum": ["block", "warning", "note"]},
        message={"type": "string", "minLength": 8},
        remedy=_STRING,
        nodes=_STRINGS,
    )
)
TENSORS = _list(
    _object(name=_STRING, dtype=_STRING, shape=_SHAPE, scale=_MAYBE_NUMBER, zero_point={"type": ["integer", "null"]})
)
VERIFICATION = _object(
    samples={"type": "integer", "minimum": 1},
    kernels={"enum": ["default", "no_delegate", "reference"]},
    max_abs_error=_NUMBER,
    mean_abs_error=_NUMBER,
    rmse=_NUMBER,
    cosine=_MAYBE_NUMBER,
    snr_db=_MAYBE_NUMBER,
    argmax_agreement=_MAYBE_NUMBER,
    max_lsb=_MAYBE_NUMBER,
    accuracy_reference=_MAYBE_NUMBER,
    accuracy_result=_MAYBE_NUMBER,
    passed={"type": "boolean"},
)

INSPECT = _object(
    path=_STRING,
    kind=_STRING,
    graph=_maybe(
        _object(
            nodes=_INTEGER,
            operations={"type": "object", "additionalProperties": _INTEGER},
            training={"type": "boolean"},
            quantized={"type": "boolean"},
            evidence={"type": "array"},
        )
    ),
    checkpoint=_maybe(
        _object(
            prefix=_STRING,
            format={"enum": ["v1", "v2"]},
            variables=_INTEGER,
            bytes=_INTEGER,
            matched=_INTEGER,
            missing=_STRINGS,
            unused=_INTEGER,
        )
    ),
    inputs=_list(_object(tensor=_STRING, dtype={"type": ["string", "null"]}, shape=_maybe(_SHAPE), reason=_STRING)),
    outputs=_list(_object(operation=_STRING, reason=_STRING)),
    findings=FINDINGS,
)
EVAL_GRAPH = _object(
    output=_STRING,
    nodes_before=_INTEGER,
    nodes_after=_INTEGER,
    changes=_list(_object(kind=_STRING, node=_STRING, before=_STRING, after=_STRING)),
    findings=FINDINGS,
)
FREEZE = _object(output=_STRING, nodes=_INTEGER, constants=_INTEGER, bytes=_INTEGER, seconds=_NUMBER, findings=FINDINGS)
LATENCY = _list(_object(kernels=_STRING, threads=_INTEGER, runs=_INTEGER, median=_NUMBER, low=_NUMBER, high=_NUMBER))
CONVERT = _object(
    status={"enum": ["verified", "unverified", "failed"]},
    output={"type": ["string", "null"]},
    bytes=_INTEGER,
    steps=_list(_object(name=_STRING, status=_STRING, seconds=_NUMBER)),
    inputs=TENSORS,
    outputs=TENSORS,
    verification=_maybe(VERIFICATION),
    latency=LATENCY,
    size=_object(
        bytes=_INTEGER, structure=_INTEGER, layers=_list(_object(bytes=_INTEGER)), operations=_list(_object())
    ),
    float32=_maybe(_object(bytes=_INTEGER, latency=LATENCY)),
    findings=FINDINGS,
)
COMPARE = _object(
    status={"enum": ["verified", "failed"]},
    types=_list(
        _object(
            inference_type=_STRING,
            status={"enum": ["verified", "unverified", "failed", "unfit", "error"]},
            output={"type": ["string", "null"]},
            findings=FINDINGS,
        )
    ),
)
LAYERS = _list(_object(name=_STRING, rmse=_NUMBER, cosine=_MAYBE_NUMBER, snr_db=_MAYBE_NUMBER))
VERIFY = _object(verification=VERIFICATION)
FAILURE = _object(
    error=_object(
        code=_STRING, message={"type": "string", "minLength": 8}, remedy=_STRING, path={"type": ["string", "null"]}
    )
)
