"""Encodings need no cleaning: their owner cleaned what they are made of."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from linkage.config.source_settings import Column
from linkage.sources.encodings import FILTER, TOKEN
from linkage.standardise.cleaners import Cleaner
from linkage.standardise.encoded import Encoded
from linkage.standardise.lookups import Found
from linkage.standardise.rules import Row


@dataclass(frozen=True)
class Unchanged:
    """An encoded column that becomes one of the records as it is; ``find`` is a lookup's."""

    cleaner: Cleaner

    @classmethod
    def of(cls, name: str, column: Column) -> "Unchanged":
        """Return how the column called ``name`` is handed on, and said to be missing."""
        kind = FILTER if column.kind == "filter" else TOKEN
        return cls(Cleaner(name, {name: kind, f"missing_{name}": pa.string()}, (), _not_text))

    def find(self, raw: Encoded) -> Found:
        """Return a batch's values, and that those which are missing are blank."""
        name, missing = self.cleaner.columns
        why = Encoded.same("not_answered", len(raw.codes)).only(~raw.filled)
        fired = np.zeros(len(raw.values) + 1, np.uint64)
        columns = {name: raw, missing: why}
        return Found(self.cleaner, columns, raw.codes.astype(np.intp), fired)


def _not_text(raw: str) -> Row:
    """Return that a text stands where an encoding should."""
    return Row((None, "invalid"))
