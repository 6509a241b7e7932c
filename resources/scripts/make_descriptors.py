"""Make ``coldpress_resources/protos.binpb`` and ``op_defs.binpb`` from the installed TensorFlow.

``protos.binpb`` is a FileDescriptorSet of the messages that Coldpress reads; ``op_defs.binpb`` is TensorFlow's own
OpList (every registered operation, descriptions left out). Run it after changing the TensorFlow release::

    python resources/scripts/make_descriptors.py

``tests/resources/test_descriptors.py`` fails when the shipped files differ from what this script makes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

TARGET = Path(__file__).resolve().parent.parent / "coldpress_resources"


def descriptor_set() -> bytes:
    """Return the serialized FileDescriptorSet, dependencies first, so that a pool can add them in order."""
    from google.protobuf.descriptor_pb2 import FileDescriptorSet
    from tensorflow.core.framework import graph_pb2, op_def_pb2
    from tensorflow.core.protobuf import meta_graph_pb2, saved_model_pb2, tensor_bundle_pb2, trackable_object_graph_pb2
    from tensorflow.core.util import event_pb2, saved_tensor_slice_pb2
    from tensorflow.python.training import checkpoint_state_pb2

    roots = [
        graph_pb2,
        op_def_pb2,
        meta_graph_pb2,
        saved_model_pb2,
        tensor_bundle_pb2,
        trackable_object_graph_pb2,
        event_pb2,
        saved_tensor_slice_pb2,
        checkpoint_state_pb2,
    ]
    result = FileDescriptorSet()
    seen: set[str] = set()

    def add(file: Any) -> None:
        if file.name in seen:
            return
        seen.add(file.name)
        for dependency in file.dependencies:
            add(dependency)
        file.CopyToProto(result.file.add())

    for root in roots:
        add(root.DESCRIPTOR)
    return result.SerializeToString(deterministic=True)


def op_list() -> bytes:
    """Return the serialized OpList of the installed TensorFlow, sorted by name, without its prose."""
    from tensorflow.core.framework import op_def_pb2
    from tensorflow.python.client import pywrap_tf_session

    ops = op_def_pb2.OpList.FromString(pywrap_tf_session.TF_GetBuffer(pywrap_tf_session.TF_GetAllOpList()))
    kept = op_def_pb2.OpList()
    for op in sorted(ops.op, key=lambda op: op.name):
        _strip_prose(op)
        kept.op.append(op)
    return kept.SerializeToString(deterministic=True)


def _strip_prose(op: Any) -> None:
    op.ClearField("description")
    op.ClearField("summary")
    for part in (*op.input_arg, *op.output_arg, *op.attr):
        part.ClearField("description")


def main() -> None:
    """Write both files."""
    for name, content in (("protos.binpb", descriptor_set()), ("op_defs.binpb", op_list())):
        (TARGET / name).write_bytes(content)
        print(f"{name}: {len(content):,} bytes")


if __name__ == "__main__":
    main()
