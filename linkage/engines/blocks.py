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

Keys = npt.NDArray[np.int64]
Index = npt.NDArray[np.intp]
Records = npt.NDArray[np.int32]

_MOST = 2**62


@dataclass(frozen=True)
class Sorted:
    """Records in the order of their keys, without those whose key misses."""

    key: Keys
    records: Records

    @classmethod
    def of(cls, key: Keys, records: Records) -> Self:
        """Sort ``records`` by their ``key``."""
        bits = len(key).bit_length()
        if int(key.max(initial=0)).bit_length() + bits > 62:
            order = np.argsort(key)
            found = _present(key.take(order))
            return cls(found, records.take(order[len(key) - len(found) :]))
        # a key and its place as one number: numbers are sorted several times faster than places
        both = _present(np.sort(np.where(key < 0, NONE, key << bits | np.arange(len(key)))))
        return cls(both >> bits, records.take(both & ((1 << bits) - 1)))

    def only(self, chosen: Flags) -> "Sorted":
        """Return those of the records that are ``chosen``, a flag for each record there is."""
        kept = chosen.take(self.records)
        return Sorted(self.key[kept], self.records[kept])

    @property
    def nbytes(self) -> int:
        """How much memory it takes."""
        return self.key.nbytes + self.records.nbytes


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
        (distinct, n), (met, m) = _runs(left.key), _runs(right.key)
        at, meets = _found(distinct, met)
        first, each = (np.cumsum(m) - m)[at[meets]], m[at[meets]]
        rows, n = np.repeat(meets, n), n[meets]
        ends = np.cumsum(np.repeat(each, n))
        return cls(left.records[rows], right.records, np.repeat(first, n), ends)

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


def number_of_pairs(left: Keys, right: Keys) -> int:
    """Return how many pairs of two sides hold the same key; the keys of each are sorted."""
    (key, n), (other, m) = (_runs(_present(side)) for side in (left, right))
    at, meets = _found(key, other)
    return int(n[meets] @ m[at[meets]])


def keys(
    columns: Columns, sides: Sequence[tuple[str, str]], left: Records, right: Records
) -> tuple[Keys, Keys]:
    """Return the keys of two sides: numbers that agree where all columns do, -1 where one misses.

    Parameters
    ----------
    sides
        The column that each term reads on the left and on the right.
    left, right
        The records of each side.
    """
    made, missing = (
        np.zeros(len(left) + len(right), np.int64),
        np.zeros(len(left) + len(right), bool),
    )
    n_keys = 1
    for one, other in sides:
        codes = np.concatenate([_of(columns.codes(one), left), _of(columns.codes(other), right)])
        n_values = max(len(columns.values(one)), 1)
        if n_keys * n_values > _MOST:
            distinct, made = np.unique(made, return_inverse=True)
            n_keys = len(distinct)
        made *= n_values
        made += codes
        missing |= codes < 0
        n_keys *= n_values
    made[missing] = NONE
    return made[: len(left)], made[len(left) :]


def _of(codes: Codes, records: Records) -> Codes:
    """Return the codes of ``records``, which are sorted and mostly follow each other."""
    if len(records) and records[-1] - records[0] + 1 == len(records):
        return codes[records[0] : records[-1] + 1]
    return codes.take(records)


def _present(key: Keys) -> Keys:
    """Return sorted keys without those that miss."""
    return key[int(np.searchsorted(key, 0)) :]


def _runs(key: Keys) -> tuple[Keys, npt.NDArray[np.int64]]:
    """Return the distinct ones of sorted keys, and how many there are of each."""
    starts = np.flatnonzero(np.append(len(key) > 0, key[1:] != key[:-1]))
    return key[starts], np.diff(np.append(starts, len(key)))


def _found(key: Keys, among: Keys) -> tuple[Index, npt.NDArray[np.bool_]]:
    """Return the place of each key among others, both sorted, and whether it is there."""
    at = np.searchsorted(among, key)
    there = at < len(among)
    there[there] = among[at[there]] == key[there]
    return at, there
