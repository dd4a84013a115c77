"""Whole linkages from a run folder: what ``draws`` tells from the links, put together again.

An analysis that is made on each of them, and its results put side by side, carries the uncertainty
of the links::

    linkages = read_linkages(Path("runs/census_ssa/latest/restricted"))
    rates = [len(record) / n_focal for record, partner in linkages]

Records are known by their numbers; ``record_keys`` has the identifier of each.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from linkage.model.normalise import Index
from linkage.uncertainty.differences import NONE, Differences


@dataclass(frozen=True)
class Linkages:
    """The links of a run, and ``n`` drawn linkages as their differences from these.

    ``record`` and ``partner`` (L,) are the numbers of the two records of each link: the first of
    the source called ``source``, whose records are in one link at most, the second of ``other``.

    Example
    -------
    >>> first, second = np.array([0, 1]), np.array([10, 11])
    >>> elsewhere = Differences(draw=np.array([2]), record=np.array([1]), partner=np.array([12]))
    >>> linkages = Linkages("census", "register", first, second, elsewhere, n=2)
    >>> [partner.tolist() for record, partner in linkages]
    [[10, 11], [10, 12]]
    """

    source: str
    other: str
    record: Index
    partner: Index
    differences: Differences
    n: int

    def __len__(self) -> int:
        """Return how many linkages were drawn."""
        return self.n

    def __iter__(self) -> Iterator[tuple[Index, Index]]:
        """Yield the record and the partner of every link, a drawn linkage at a time."""
        last = max(self.record.max(initial=-1), self.differences.record.max(initial=-1))
        linked = np.full(int(last) + 1, NONE)
        linked[self.record] = self.partner
        ends = np.searchsorted(self.differences.draw, np.arange(1, self.n + 2))
        for start, end in pairwise(ends.tolist()):
            drawn = linked.copy()
            drawn[self.differences.record[start:end]] = self.differences.partner[start:end]
            record = np.flatnonzero(drawn >= 0)
            yield record, drawn[record]


def read_linkages(restricted: Path) -> Linkages:
    """Return the links and the drawn linkages of the run whose ``restricted/`` folder this is.

    Raises
    ------
    ValueError
        The run drew no linkages: ``uncertainty.json`` says why.
    """
    made = json.loads((restricted / "uncertainty.json").read_text(encoding="utf-8"))
    if not made["draws"]:
        raise ValueError(f"this run holds no drawn linkages: {made['note']}")
    links = pq.read_table(
        restricted / "links.parquet",
        columns=["source_l", "record_id_l", "source_r", "record_id_r"],
    )
    keys = pq.read_table(restricted / "record_keys.parquet")
    sides = {links[f"source_{side}"][0].as_py(): side for side in "lr"} if len(links) else {}
    record, partner = (
        _numbers(links, sides.get(made[name]), keys, made[name]) for name in ("source", "other")
    )
    draws = pq.read_table(restricted / "draws.parquet")
    columns = (draws[name].fill_null(NONE) for name in ("draw", "record", "partner"))
    differences = Differences(*(column.to_numpy().astype(np.int64) for column in columns))
    return Linkages(made["source"], made["other"], record, partner, differences, made["draws"])


def _numbers(links: pa.Table, side: str | None, keys: pa.Table, source: str) -> Index:
    """Return the number of each link's record on one side."""
    if side is None:
        return np.zeros(0, dtype=np.int64)
    known = keys.filter(pc.equal(keys["source"], source))
    at = pc.index_in(links[f"record_id_{side}"], value_set=known["record_id"].combine_chunks())
    numbers: Index = known["record"].take(at).to_numpy().astype(np.int64)
    return numbers
