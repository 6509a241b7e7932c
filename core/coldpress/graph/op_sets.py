"""Families of operations by what they are for: the words that kinds, endpoints and findings are written in."""

from __future__ import annotations


def ops(names: str) -> frozenset[str]:
    """Return a set of operations written as one text."""
    return frozenset(names.split())


PLACEHOLDERS = ops("Placeholder PlaceholderV2 PlaceholderWithDefault")

VARIABLES = ops("Variable VariableV2 VarHandleOp TemporaryVariable AutoReloadVariable")

CONSTANTS = ops("Const HostConst")

READS = ops("ReadVariableOp")

ITERATORS = ops(
    """
    IteratorGetNext IteratorGetNextSync IteratorGetNextAsOptional OptionalGetValue MultiDeviceIteratorGetNextFromShard
    """
)

DEQUEUES = ops(
    """
    QueueDequeue QueueDequeueV2 QueueDequeueMany QueueDequeueManyV2 QueueDequeueUpTo QueueDequeueUpToV2
    Unstage OrderedMapUnstage MapUnstage InfeedDequeue InfeedDequeueTuple RecordInput
    ReaderRead ReaderReadV2 ReaderReadUpTo ReaderReadUpToV2
    """
)

PARSERS = ops("ParseExample ParseExampleV2 ParseSingleExample ParseSequenceExample ParseSequenceExampleV2 ParseTensor")

DECODERS = ops(
    """
    DecodeJpeg DecodePng DecodeGif DecodeBmp DecodeImage DecodeAndCropJpeg DecodeRaw DecodeCSV DecodeWav DecodeWebP
    DecodeCompressed DecodeBase64 DecodePaddedRaw DecodeJSONExample ReadFile
    """
)

RANDOM = ops(
    """
    RandomUniform RandomUniformInt RandomStandardNormal TruncatedNormal ParameterizedTruncatedNormal Multinomial
    RandomGamma RandomPoisson RandomPoissonV2 RandomShuffle RandomCrop
    StatelessRandomUniform StatelessRandomNormal StatelessTruncatedNormal StatelessRandomUniformInt StatelessMultinomial
    StatelessRandomUniformFullInt StatelessRandomBinomial StatefulUniform StatefulUniformInt StatefulUniformFullInt
    StatefulStandardNormal StatefulStandardNormalV2 StatefulTruncatedNormal StatefulRandomBinomial
    StatelessRandomUniformV2 StatelessRandomNormalV2 StatelessTruncatedNormalV2 StatelessRandomUniformIntV2
    RandomDatasetV2 SampleDistortedBoundingBox SampleDistortedBoundingBoxV2 StatelessSampleDistortedBoundingBox
    LogUniformCandidateSampler UniformCandidateSampler LearnedUnigramCandidateSampler FixedUnigramCandidateSampler
    ThreadUnsafeUnigramCandidateSampler AllCandidateSampler
    """
)

ASSIGNS = ops(
    """
    Assign AssignAdd AssignSub AssignVariableOp AssignAddVariableOp AssignSubVariableOp
    ScatterUpdate ScatterAdd ScatterSub ScatterMul ScatterDiv ScatterMin ScatterMax ScatterNdUpdate ScatterNdAdd
    ScatterNdSub ResourceScatterUpdate ResourceScatterAdd ResourceScatterSub ResourceScatterMul ResourceScatterDiv
    ResourceScatterMin ResourceScatterMax ResourceScatterNdUpdate ResourceScatterNdAdd ResourceScatterNdSub
    StridedSliceAssign ResourceStridedSliceAssign CountUpTo ResourceCountUpTo DestroyTemporaryVariable
    """
)

SAVES = ops("Save SaveV2 SaveSlices Restore RestoreV2 RestoreSlice MergeV2Checkpoints ShardedFilename ShardedFilespec")

QUEUES = ops(
    """
    FIFOQueue FIFOQueueV2 RandomShuffleQueue RandomShuffleQueueV2 PaddingFIFOQueue PaddingFIFOQueueV2 PriorityQueue
    PriorityQueueV2 QueueEnqueue QueueEnqueueV2 QueueEnqueueMany QueueEnqueueManyV2 QueueClose QueueCloseV2 QueueSize
    QueueSizeV2 QueueIsClosed QueueIsClosedV2 Stage StageSize StageClear Barrier
    """
)

CHECKS = ops("Assert Print PrintV2 CheckNumerics CheckNumericsV2 Abort IsVariableInitialized VarIsInitializedOp")

LOSSES = ops(
    """
    SparseSoftmaxCrossEntropyWithLogits SoftmaxCrossEntropyWithLogits CTCLoss CTCLossV2 L2Loss
    """
)

METRICS = ops("InTopK InTopKV2")

CLASS_PICKERS = ops("ArgMax ArgMin TopK TopKV2")

PASS_THROUGH = ops(
    """
    Identity IdentityN Snapshot StopGradient PreventGradient CheckNumerics CheckNumericsV2 DebugIdentity Print
    RefIdentity EnsureShape GuaranteeConst DeepCopy
    """
)

FAKE_QUANT = ops("FakeQuantWithMinMaxArgs FakeQuantWithMinMaxVars FakeQuantWithMinMaxVarsPerChannel")

QUANTIZATION = FAKE_QUANT | ops(
    """
    QuantizeAndDequantize QuantizeAndDequantizeV2 QuantizeAndDequantizeV3 QuantizeAndDequantizeV4 QuantizeV2 Dequantize
    Requantize RequantizationRange QuantizeDownAndShrinkRange
    """
)

BATCH_NORMS = ops("FusedBatchNorm FusedBatchNormV2 FusedBatchNormV3 BatchNormWithGlobalNormalization")

CONVOLUTIONS = ops(
    """
    Conv2D Conv3D DepthwiseConv2dNative Conv2DBackpropInput Conv3DBackpropInput Conv3DBackpropInputV2 Dilation2D
    """
)

PRODUCTS = ops("MatMul BatchMatMul BatchMatMulV2 BatchMatMulV3 SparseMatMul SparseTensorDenseMatMul Einsum")

RECURRENT = ops(
    """
    LSTMBlockCell BlockLSTM BlockLSTMV2 GRUBlockCell CudnnRNN CudnnRNNV2 CudnnRNNV3 TfLiteUnidirectionalSequenceLstm
    """
)

EMBEDDINGS = ops("Gather GatherV2 ResourceGather SparseSegmentSum SparseSegmentMean SparseSegmentSqrtN")

PROBABILITIES = ops("Softmax Sigmoid LogSoftmax")

ACTIVATIONS = PROBABILITIES | ops("Relu Relu6 Elu Selu LeakyRelu Tanh Softplus Softsign")

CONTROL_FLOW = ops(
    """
    Switch RefSwitch Merge RefMerge Enter RefEnter Exit RefExit NextIteration RefNextIteration LoopCond
    If StatelessIf While StatelessWhile Case StatelessCase
    """
)

CALLS = ops("PartitionedCall StatefulPartitionedCall RemoteCall SymbolicGradient TPUPartitionedCall XlaLaunch")


SUMMARIES = ops(
    """
    ScalarSummary HistogramSummary ImageSummary AudioSummary AudioSummaryV2 TensorSummary TensorSummaryV2 MergeSummary
    WriteScalarSummary WriteHistogramSummary WriteImageSummary WriteSummary WriteAudioSummary
    """
)

TENSOR_ARRAY_FLOWS = ops(
    """
    TensorArray TensorArrayV2 TensorArrayV3 TensorArrayWrite TensorArrayWriteV2 TensorArrayWriteV3
    TensorArrayScatter TensorArrayScatterV2 TensorArrayScatterV3 TensorArraySplit TensorArraySplitV2 TensorArraySplitV3
    TensorArrayUnpack TensorArrayGrad TensorArrayGradV2 TensorArrayGradV3
    """
)
"""These give a handle, or a flow: a float that says nothing but what has to come first."""
