"""The requests by the names that they have on the pipe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coldpress.worker.requests.conversion import Convert
from coldpress.worker.requests.graph import AskSupport, FreezeWithTensorFlow, PropagateShapes, RunReference, RunTrained
from coldpress.worker.requests.request import Ping, Request
from coldpress.worker.requests.tflite import CheckModel, MeasureLatency, RunModel

if TYPE_CHECKING:
    from collections.abc import Mapping

REQUESTS: Mapping[str, type[Request[Any]]] = {
    kind.__name__: kind
    for kind in (
        Ping,
        Convert,
        RunReference,
        RunTrained,
        PropagateShapes,
        AskSupport,
        FreezeWithTensorFlow,
        CheckModel,
        RunModel,
        MeasureLatency,
    )
}
