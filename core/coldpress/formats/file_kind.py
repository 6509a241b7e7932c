"""The kinds of file that Coldpress can tell apart."""

from __future__ import annotations

from enum import StrEnum


class FileKind(StrEnum):
    """What a file is, by its content."""

    GRAPH_DEF = "graph_def"
    GRAPH_DEF_TEXT = "graph_def_text"
    META_GRAPH = "meta_graph"
    META_GRAPH_TEXT = "meta_graph_text"
    SAVED_MODEL = "saved_model"
    SAVED_MODEL_TEXT = "saved_model_text"
    SAVED_MODEL_DIR = "saved_model_dir"
    EVENT_FILE = "event_file"
    CHECKPOINT_V1 = "checkpoint_v1"
    CHECKPOINT_INDEX = "checkpoint_index"
    CHECKPOINT_DATA = "checkpoint_data"
    CHECKPOINT_STATE = "checkpoint_state"
    KERAS_H5 = "keras_h5"
    KERAS_ZIP = "keras_zip"
    TFLITE = "tflite"
    ONNX = "onnx"
    NUMPY = "numpy"
    GIT_LFS = "git_lfs"
    HTML = "html"
    JSON = "json"
    IMAGE = "image"
    ZIP = "zip"
    GZIP = "gzip"
    TEXT = "text"
    FOLDER = "folder"
    EMPTY = "empty"
    MISSING = "missing"
    UNKNOWN = "unknown"


BINARY_OF_TEXT = {
    FileKind.GRAPH_DEF_TEXT: FileKind.GRAPH_DEF,
    FileKind.META_GRAPH_TEXT: FileKind.META_GRAPH,
    FileKind.SAVED_MODEL_TEXT: FileKind.SAVED_MODEL,
}

GRAPH_KINDS = frozenset(
    {
        *BINARY_OF_TEXT,
        *BINARY_OF_TEXT.values(),
        FileKind.SAVED_MODEL_DIR,
        FileKind.EVENT_FILE,
    }
)
"""Kinds that hold a graph, or may."""

CHECKPOINT_KINDS = frozenset(
    {
        FileKind.CHECKPOINT_V1,
        FileKind.CHECKPOINT_INDEX,
        FileKind.CHECKPOINT_DATA,
        FileKind.CHECKPOINT_STATE,
    }
)
"""Kinds that belong to a checkpoint."""
