"""Types of the messages in ``protos.py``: the fields that Coldpress uses, as TensorFlow's ``.proto`` files say."""

from abc import ABCMeta
from collections.abc import Iterable, Mapping, MutableMapping, MutableSequence
from typing import Generic, Self, TypeVar

from google.protobuf.message import Message

_M = TypeVar("_M")

class _Repeated(MutableSequence[_M], Generic[_M], metaclass=ABCMeta):
    def add(self, **fields: object) -> _M: ...
    def MergeFrom(self, other: Iterable[_M]) -> None: ...

class _Map(MutableMapping[str, _M], Generic[_M], metaclass=ABCMeta):
    def get_or_create(self, key: str) -> _M: ...

class _Message(Message):
    def __init__(self, **fields: object) -> None: ...
    @classmethod
    def FromString(cls, s: bytes | memoryview) -> Self: ...

class _Dim(_Message):
    size: int
    name: str

class TensorShapeProto(_Message):
    dim: _Repeated[_Dim]
    unknown_rank: bool

class TensorProto(_Message):
    dtype: int
    tensor_shape: TensorShapeProto
    tensor_content: bytes
    half_val: _Repeated[int]
    float_val: _Repeated[float]
    double_val: _Repeated[float]
    int_val: _Repeated[int]
    string_val: _Repeated[bytes]
    scomplex_val: _Repeated[float]
    dcomplex_val: _Repeated[float]
    int64_val: _Repeated[int]
    bool_val: _Repeated[bool]
    uint32_val: _Repeated[int]
    uint64_val: _Repeated[int]
    float8_val: bytes

class NameAttrList(_Message):
    name: str
    attr: _Map[AttrValue]

class _ListValue(_Message):
    s: _Repeated[bytes]
    i: _Repeated[int]
    f: _Repeated[float]
    b: _Repeated[bool]
    type: _Repeated[int]
    shape: _Repeated[TensorShapeProto]
    tensor: _Repeated[TensorProto]
    func: _Repeated[NameAttrList]

class AttrValue(_Message):
    s: bytes
    i: int
    f: float
    b: bool
    type: int
    shape: TensorShapeProto
    tensor: TensorProto
    list: _ListValue
    func: NameAttrList
    placeholder: str

class NodeDef(_Message):
    name: str
    op: str
    input: _Repeated[str]
    device: str
    attr: _Map[AttrValue]

class VersionDef(_Message):
    producer: int
    min_consumer: int

class _ArgDef(_Message):
    name: str
    type: int
    type_attr: str
    number_attr: str
    type_list_attr: str
    is_ref: bool

class _AttrDef(_Message):
    name: str
    type: str
    default_value: AttrValue
    allowed_values: AttrValue

class OpDef(_Message):
    name: str
    input_arg: _Repeated[_ArgDef]
    output_arg: _Repeated[_ArgDef]
    control_output: _Repeated[str]
    attr: _Repeated[_AttrDef]
    is_stateful: bool

class OpList(_Message):
    op: _Repeated[OpDef]

class FunctionDef(_Message):
    signature: OpDef
    attr: _Map[AttrValue]
    node_def: _Repeated[NodeDef]
    ret: MutableMapping[str, str]

class GradientDef(_Message):
    function_name: str
    gradient_func: str

class FunctionDefLibrary(_Message):
    function: _Repeated[FunctionDef]
    gradient: _Repeated[GradientDef]

class GraphDef(_Message):
    node: _Repeated[NodeDef]
    versions: VersionDef
    library: FunctionDefLibrary

class _NodeList(_Message):
    value: _Repeated[str]

class _BytesList(_Message):
    value: _Repeated[bytes]

class _Int64List(_Message):
    value: _Repeated[int]

class CollectionDef(_Message):
    node_list: _NodeList
    bytes_list: _BytesList
    int64_list: _Int64List

class _TensorInfo(_Message):
    name: str
    dtype: int
    tensor_shape: TensorShapeProto

class SignatureDef(_Message):
    inputs: _Map[_TensorInfo]
    outputs: _Map[_TensorInfo]
    method_name: str

class _MetaInfoDef(_Message):
    meta_graph_version: str
    stripped_op_list: OpList
    tags: _Repeated[str]
    tensorflow_version: str
    tensorflow_git_version: str

class _SaverDef(_Message):
    filename_tensor_name: str
    save_tensor_name: str
    restore_op_name: str
    max_to_keep: int
    sharded: bool
    version: int

class _AssetFileDef(_Message):
    tensor_info: _TensorInfo
    filename: str

class MetaGraphDef(_Message):
    meta_info_def: _MetaInfoDef
    graph_def: GraphDef
    saver_def: _SaverDef
    collection_def: _Map[CollectionDef]
    signature_def: _Map[SignatureDef]
    asset_file_def: _Repeated[_AssetFileDef]

class SavedModel(_Message):
    saved_model_schema_version: int
    meta_graphs: _Repeated[MetaGraphDef]

class Event(_Message):
    wall_time: float
    step: int
    file_version: str
    graph_def: bytes
    meta_graph_def: bytes

class BundleHeaderProto(_Message):
    num_shards: int
    endianness: int
    version: VersionDef

class _Extent(_Message):
    start: int
    length: int

class TensorSliceProto(_Message):
    extent: _Repeated[_Extent]

class BundleEntryProto(_Message):
    dtype: int
    shape: TensorShapeProto
    shard_id: int
    offset: int
    size: int
    crc32c: int
    slices: _Repeated[TensorSliceProto]

class _SavedSliceMeta(_Message):
    name: str
    shape: TensorShapeProto
    type: int
    slice: _Repeated[TensorSliceProto]

class _SavedTensorSliceMeta(_Message):
    tensor: _Repeated[_SavedSliceMeta]
    versions: VersionDef

class _SavedSlice(_Message):
    name: str
    slice: TensorSliceProto
    data: TensorProto

class SavedTensorSlices(_Message):
    meta: _SavedTensorSliceMeta
    data: _SavedSlice

class CheckpointState(_Message):
    model_checkpoint_path: str
    all_model_checkpoint_paths: _Repeated[str]

class _SerializedTensor(_Message):
    name: str
    full_name: str
    checkpoint_key: str

class _ObjectReference(_Message):
    node_id: int
    local_name: str

class _TrackableObject(_Message):
    children: _Repeated[_ObjectReference]
    attributes: _Repeated[_SerializedTensor]

class TrackableObjectGraph(_Message):
    nodes: _Repeated[_TrackableObject]

class _SaveSliceInfoDef(_Message):
    full_name: str
    full_shape: _Repeated[int]
    var_offset: _Repeated[int]
    var_shape: _Repeated[int]

class VariableDef(_Message):
    variable_name: str
    initial_value_name: str
    initializer_name: str
    snapshot_name: str
    save_slice_info_def: _SaveSliceInfoDef
    is_resource: bool
    trainable: bool

DATA_TYPE_NAMES: Mapping[int, str]
DATA_TYPE_NUMBERS: Mapping[str, int]
