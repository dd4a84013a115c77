"""From a record's number back to its source and the user's identifier."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import pyarrow as pa

from linkage.model.normalise import Index
from linkage.model.source_pairs import SourcePair
from linkage.runs.workspace import Workspace


@dataclass(frozen=True)
class Crosswalk:
    """The sources and the number of the first record of each, and every record's identifier."""

    sources: tuple[str, ...]
    first: Index
    ids: pa.LargeStringArray

    @classmethod
    def read(cls, workspace: Workspace, pairs: Sequence[SourcePair]) -> Self:
        """Return the crosswalk of the sources that ``pairs`` are made of."""
        sources = dict.fromkeys(s for pair in pairs for s in (pair.left, pair.right))
        numbers, parts = [], []
        for batch in workspace.row_groups("record_keys", ["record", "record_id"]):
            numbers.append(batch["record"].to_numpy())
            parts.append(batch["record_id"].cast(pa.large_string()))
        ids, order = pa.concat_arrays(parts), np.concatenate(numbers)
        if (np.diff(order) != 1).any():
            ids = ids.take(np.argsort(order))
        names = tuple(source.name for source in sources)
        return cls(names, np.array([source.first for source in sources]), ids)

    def source(self, records: Index) -> pa.DictionaryArray:
        """Return the name of each record's source."""
        place = np.searchsorted(self.first, records, side="right") - 1
        return coded(place, self.sources)

    def record_id(self, records: Index) -> pa.StringArray:
        """Return the identifier of each record in its source."""
        return self.ids.take(records).cast(pa.string())


def coded(place: Index, values: Sequence[str]) -> pa.DictionaryArray:
    """Return a column of text of which only a few values occur, given by their places."""
    return pa.DictionaryArray.from_arrays(place.astype(np.int32), list(values))
