"""What a MetaGraphDef says beside its graph: tags, versions, collections, signatures, saver, assets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from google.protobuf.message import DecodeError

from coldpress.formats.protos import VariableDef

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coldpress.formats.protos import MetaGraphDef, SignatureDef


@dataclass(frozen=True, slots=True)
class MetaGraphInfo:
    """A MetaGraphDef without its ``graph_def``, which is in the graph.

    ``message`` is the whole rest, for whoever wants to show all of it; the properties name what the engine uses.
    """

    message: MetaGraphDef

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags of a SavedModel's MetaGraph (``serve``, ``train``)."""
        return tuple(self.message.meta_info_def.tags)

    @property
    def tensorflow_version(self) -> str:
        """The release that wrote the graph, empty where it does not say."""
        return self.message.meta_info_def.tensorflow_version

    @property
    def signatures(self) -> Mapping[str, SignatureDef]:
        """Signatures by key: named inputs and outputs that somebody declared."""
        return self.message.signature_def

    @property
    def collections(self) -> Mapping[str, int]:
        """Number of entries of each collection, by its key."""
        return {key: self._size(key) for key in sorted(self.message.collection_def)}

    @property
    def assets(self) -> tuple[str, ...]:
        """Names of the asset files of a SavedModel."""
        return tuple(asset.filename for asset in self.message.asset_file_def)

    @property
    def is_sharded_saver(self) -> bool:
        """Whether the graph's Saver writes one file a device."""
        return self.message.saver_def.sharded

    def _size(self, key: str) -> int:
        collection = self.message.collection_def[key]
        kind = collection.WhichOneof("kind")
        return len(getattr(collection, kind).value) if kind else 0

    def nodes_of(self, collection: str) -> tuple[str, ...]:
        """Return the names in a collection of nodes (``train_op``, ``losses``); none where it is of another kind."""
        if collection not in self.message.collection_def:
            return ()
        return tuple(self.message.collection_def[collection].node_list.value)

    def variables(self, collection: str = "variables") -> tuple[VariableDef, ...]:
        """Return the variables of a collection (``variables``, ``trainable_variables``, ``model_variables``)."""
        if collection not in self.message.collection_def:
            return ()
        try:
            return tuple(
                VariableDef.FromString(content) for content in self.message.collection_def[collection].bytes_list.value
            )
        except DecodeError:
            # A collection may hold anything; one of this name that holds no variables tells nothing.
            return ()
