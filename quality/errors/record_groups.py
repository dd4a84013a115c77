"""The group of every record of a source, by every characteristic and declared intersection."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.model.normalise import Index
from linkage.sql import identifier
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
    columns = dict.fromkeys(name for each in groupings for name in each.characteristics)
    wanted = ", ".join(identifier(f"group_{name}") for name in columns)
    table = workspace.connection.sql(
        f"SELECT record, {wanted} FROM {workspace.view(f'records_{source}')}"  # noqa: S608 - quoted
    ).to_arrow_table()
    record = table["record"].to_numpy()
    if (np.diff(record) < 0).any():  # to put them in order takes longest, and they mostly are
        table = table.take(np.argsort(record, kind="stable"))
    coded = {name: _coded(table[f"group_{name}"]) for name in columns}
    return [_crossed(each, [coded[name] for name in each.characteristics]) for each in groupings]


def _coded(column: pa.ChunkedArray) -> tuple[list[str | None], Index]:
    """Return the groups of a characteristic, the last one missing, and which each record is of."""
    found = pc.dictionary_encode(column.combine_chunks())
    names = found.dictionary.to_pylist()
    return [*names, None], found.indices.fill_null(len(names)).to_numpy().astype(np.int64)


def _crossed(
    grouping: Grouping, coded: Sequence[tuple[Sequence[str | None], Index]]
) -> RecordGroups:
    """Return the groups in which there are records, by name."""
    kinds: list[tuple[str | None, ...]] = [()]
    kind = np.zeros(len(coded[0][1]), dtype=np.int64)
    for names, code in coded:
        seen, kind = _occurring(kind * len(names) + code, len(kinds) * len(names))
        kinds = [(*kinds[at // len(names)], names[at % len(names)]) for at in seen.tolist()]
    named = [grouping.group(each) for each in kinds]
    groups = sorted(set(named))  # a group may bear the name of those that are missing
    number = {name: at for at, name in enumerate(groups)}
    order = np.array([number[name] for name in named], dtype=np.int64)
    return RecordGroups(grouping.name, tuple(groups), order[kind])


def _occurring(code: Index, size: int) -> tuple[Index, Index]:
    """Return the codes that occur among those below ``size``, and which of them each is."""
    if size > len(code):
        seen, at = np.unique(code, return_inverse=True)
        return seen, at.astype(np.int64)
    seen = np.flatnonzero(np.bincount(code, minlength=size))
    place = np.zeros(size, dtype=np.int64)
    place[seen] = np.arange(len(seen))
    return seen, place[code]
