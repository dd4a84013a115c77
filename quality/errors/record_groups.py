"""The group of every record of a source, by every characteristic and declared intersection."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow.compute as pc

from linkage.model.normalise import Index
from quality.groupings import Grouping
from quality.run_tables import Tables


@dataclass(frozen=True)
class RecordGroups:
    """Groups of a source's records: ``group`` (records,) below the number of ``names``.

    ``characteristic`` is None, and there is one group without a name, where all are one.
    """

    characteristic: str | None
    names: tuple[str | None, ...]
    group: Index

    @cached_property
    def n_records(self) -> Index:
        """How many records each group has, then all of them."""
        counts = np.bincount(self.group, minlength=len(self.names))
        return np.append(counts, counts.sum())


def everyone(n_records: int) -> RecordGroups:
    """Return all records as one group."""
    return RecordGroups(None, (None,), np.zeros(n_records, dtype=np.int64))


def record_groups(
    workspace: Tables, source: str, groupings: Sequence[Grouping]
) -> list[RecordGroups]:
    """Return the groups of the records of ``source``, in the order of their numbers."""
    if not groupings:
        return []
    labels = ", ".join(f"{each.label} AS label_{at}" for at, each in enumerate(groupings))
    table = workspace.connection.sql(
        f"SELECT {labels} FROM {workspace.view(f'records_{source}')} ORDER BY record"  # noqa: S608 - quoted
    ).to_arrow_table()
    made = []
    for at, grouping in enumerate(groupings):
        coded = pc.dictionary_encode(table[f"label_{at}"].combine_chunks())
        names = coded.dictionary.to_pylist()
        order = np.argsort(np.argsort(names, kind="stable"), kind="stable")
        group = order[coded.indices.to_numpy()].astype(np.int64)
        made.append(RecordGroups(grouping.name, tuple(sorted(names)), group))
    return made
