"""Operations that could do more than compute.

"TensorFlow models are programs" (TensorFlow's SECURITY.md): a node that reads files, opens a connection or calls back
into Python has no place on the path of an inference output. Findings say so before anything runs; this is the same
check once more, at the last door, with the registry of the TensorFlow that is about to run the graph.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from coldpress.errors import ConverterError

if TYPE_CHECKING:
    from collections.abc import Iterator

_HARMLESS: Final = re.compile(
    "|".join(
        (
            r"Variable|VariableV2|VarHandleOp|VariableShape|VarIsInitializedOp|ReadVariableOp|ResourceGather(Nd)?",
            r"TemporaryVariable|GuaranteeConst|Empty|DisableCopyOnRead",
            r"TensorArray\w*|Stack\w*|StackV2",
            r"(Mutable)?(Dense)?HashTable\w*|LookupTable(Find|Size|Insert|Import|Export)\w*|InitializeTable(V2)?",
            r"If|While|Case|StatefulPartitionedCall",
            r"Assert|CheckNumerics(V2)?",
            r"Random\w*|Multinomial|TruncatedNormal|ParameterizedTruncatedNormal|Stateful(Uniform|Standard|Truncated)\w*",
            r"CudnnRNN\w*",
            r"_Arg|_Retval",
        )
    )
)
"""Operations with state, or with chance, that only compute. Any other with state is refused."""

_HARMFUL: Final = re.compile(
    "|".join(
        (
            r"ReadFile|MatchingFiles|\w*SummaryV?\d*|Print\w*|PyFunc\w*|EagerPyFunc",
            r"Debug\w*|Copy|CopyHost|_Send|_Recv|_HostSend|_HostRecv|RandomDataset\w*",
            r"\w*Dataset(V\d)?|Save\w*|Restore\w*|InitializeTableFrom\w*|GenerateVocabRemapping|Xla\w*Call\w*",
        )
    )
)
"""Operations that are harmful although the registry calls them stateless, or although they match the list above."""


def is_risky(operation: str, *, stateful: bool) -> bool:
    """Tell whether an operation could do more than compute; ``stateful`` is what the registry says of it."""
    return bool(_HARMFUL.fullmatch(operation)) or (stateful and not _HARMLESS.fullmatch(operation))


def refuse_risky(graph: Any, *, allow_unknown: bool) -> None:
    """Raise ``ConverterError`` where a node, or one in a function of the library, does more than compute.

    An operation that this TensorFlow does not know can't run at all; ``allow_unknown`` lets it pass, for the converter.
    """
    from tensorflow.python.framework import op_def_registry

    functions = {function.signature.name for function in graph.library.function}
    for where, node in _all_nodes(graph):
        definition = op_def_registry.get(node.op)
        if definition is None:
            if node.op not in functions and not allow_unknown:
                raise ConverterError("worker.unknown_operation", node=where, operation=node.op)
        elif is_risky(node.op, stateful=definition.is_stateful):
            raise ConverterError("worker.risky_operation", node=where, operation=node.op)


def _all_nodes(graph: Any) -> Iterator[tuple[str, Any]]:
    for node in graph.node:
        yield node.name, node
    for function in graph.library.function:
        for node in function.node_def:
            yield f"{function.signature.name}/{node.name}", node
