"""Pairs of records by a common key: found by sorting, told in parts of any size.

Both sides are sorted by their key; each record then meets the run of records of the other side that
hold its key. How many pairs there are is known before one is made, and no table of them is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from linkage.engines.columns import NONE, Codes, Columns
from linkage.engines.pairs import Flags, Side
from linkage.runs.threads import spread

Keys = npt.NDArray[np.int64]
Index = npt.NDArray[np.intp]
Records = npt.NDArray[np.int32]

_MOST = 2**62


@dataclass(frozen=True)
class Sorted:
    """Records in the order of their keys, without those whose key misses.

    ``key`` (K,) are the distinct keys, rising; the records of key[i] are those up to ``ends[i]``
    from the end of the key before it.
    """

    key: Keys
    ends: Index
    records: Records

    @classmethod
    def of(cls, key: Keys, records: Records) -> Self:
        """Sort ``records`` by their ``key``."""
        bits = len(key).bit_length()
        if int(key.max(initial=0)).bit_length() + bits > 62:
            order = np.argsort(key)
            found = _present(key.take(order))
            return cls(*_runs(found), records.take(order[len(key) - len(found) :]))
        # a key and its place as one number: numbers are sorted several times faster than places
        both = _present(np.sort(np.where(key < 0, NONE, key << bits | np.arange(len(key)))))
        return cls(*_runs(both >> bits), records.take(both & ((1 << bits) - 1)))

    def only(self, chosen: Flags) -> "Sorted":
        """Return those of the records that are ``chosen``, a flag for each record there is."""
        kept = chosen.take(self.records)
        ends = np.append(0, np.cumsum(kept)).take(self.ends)
        left = np.diff(ends, prepend=0) > 0
        return Sorted(self.key[left], ends[left], self.records[kept])

    @property
    def n(self) -> Index:
        """How many records each key has (K,)."""
        return np.diff(self.ends, prepend=0)

    @property
    def nbytes(self) -> int:
        """How much memory it takes."""
        return self.key.nbytes + self.ends.nbytes + self.records.nbytes


@dataclass(frozen=True)
class Meeting:
    """The pairs of two sides that hold the same key.

    ``left`` (L,) are the records of one side that meet any, ``right`` those of the other sorted by
    key; the partners of left[i] are the ``ends[i] - ends[i - 1]`` from right[first[i]] on.
    """

    left: Records
    right: Records
    first: Index
    ends: Index

    @classmethod
    def of(cls, left: Sorted, right: Sorted) -> Self:
        """Let the records of two sides meet."""
        at, meets = _found(left.key, right.key)
        at, n, each = at[meets], left.n[meets], right.n
        first, each = (right.ends - each).take(at), each.take(at)
        ends = np.cumsum(np.repeat(each, n))
        return cls(left.records[np.repeat(meets, left.n)], right.records, np.repeat(first, n), ends)

    @property
    def n(self) -> int:
        """The number of pairs."""
        return int(self.ends[-1]) if len(self.ends) else 0

    def part(self, start: int, end: int) -> tuple[Side, Side]:
        """Return the two sides of the pairs from number ``start`` to before ``end``."""
        low = int(np.searchsorted(self.ends, start, "right"))
        high = int(np.searchsorted(self.ends, end, "left")) + 1
        ends, first = self.ends[low:high], self.first[low:high]
        begins = np.append(self.ends[low - 1] if low else 0, ends[:-1])
        n = np.minimum(ends, end) - np.maximum(begins, start)
        # a pair's number, less that of its record's first pair, is its partner's place
        place = np.arange(start, start + int(n.sum())) + np.repeat(first - begins, n)
        lowest, highest = int(place.min()), int(place.max()) + 1
        partners = self.right[lowest:highest].astype(np.intp)
        rows = np.repeat(np.arange(high - low), n)
        return Side(self.left[low:high].astype(np.intp), rows), Side(partners, place - lowest)


def number_of_pairs(left: Sorted, right: Sorted) -> int:
    """Return how many pairs of two sides hold the same key."""
    at, meets = _found(left.key, right.key)
    return int(left.n[meets] @ right.n[at[meets]])


def keys(
    columns: Columns,
    sides: Sequence[tuple[str, str]],
    records: tuple[Records, Records],
    threads: int,
) -> tuple[Keys, Keys]:
    """Return the keys of two sides: numbers that agree where all columns do, -1 where one misses.

    Parameters
    ----------
    sides
        The column that each term reads on the left and on the right.
    records
        The records of each side.
    """
    left, right = (np.zeros(len(each), np.int64) for each in records)
    missing = tuple(np.zeros(len(each), bool) for each in records)
    n_keys = 1
    for names in sides:
        n_values = max(len(columns.values(names[0])), 1)
        if n_keys * n_values > _MOST:
            distinct, both = np.unique(np.concatenate([left, right]), return_inverse=True)
            left, right, n_keys = both[: len(left)], both[len(left) :], len(distinct)

        def extend(key: Keys, misses: Flags, name: str, of: Records, n: int = n_values) -> None:
            codes = _of(columns.codes(name), of)
            key *= n
            key += codes
            np.logical_or(misses, codes < 0, out=misses)

        both_sides = zip((left, right), missing, names, records, strict=True)
        list(spread(lambda side: extend(*side), both_sides, threads))
        n_keys *= n_values
    left[missing[0]], right[missing[1]] = NONE, NONE
    return left, right


def _of(codes: Codes, records: Records) -> Codes:
    """Return the codes of ``records``, which are sorted and mostly follow each other."""
    if len(records) and records[-1] - records[0] + 1 == len(records):
        return codes[records[0] : records[-1] + 1]
    return codes.take(records)


def _present(key: Keys) -> Keys:
    """Return sorted keys without those that miss."""
    return key[int(np.searchsorted(key, 0)) :]


def _runs(key: Keys) -> tuple[Keys, Index]:
    """Return the distinct ones of sorted keys, and where each ends."""
    ends = np.flatnonzero(np.append(key[1:] != key[:-1], len(key) > 0)) + 1
    return key[ends - 1], ends


def _found(key: Keys, among: Keys) -> tuple[Index, npt.NDArray[np.bool_]]:
    """Return the place of each key among others, both sorted, and whether it is there."""
    at = np.searchsorted(among, key)
    there = at < len(among)
    there[there] = among[at[there]] == key[there]
    return at, there
