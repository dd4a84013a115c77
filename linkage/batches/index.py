"""Rows found again by a key: sorted hashes, each with its row, in files that are mapped.

A key is looked up by bisection, many at a time and in order, so that few pages are read.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from linkage.batches.hashes import Flags, Hashes
from linkage.batches.mapped import numbers, read_mapped, write_mapped

Index = npt.NDArray[np.int64]
Rows = npt.NDArray[np.int32]


def write_keys(path: Path, keys: Hashes, rows: Rows) -> None:
    """Publish the keys of ``rows``, sorted; equal keys stand in the order of their rows."""
    order = np.argsort(keys, kind="stable")
    write_mapped(path, {"key": keys[order], "row": rows[order].astype(np.int32)})


def write_keys_present(path: Path, keys: Hashes, present: Flags, first: int) -> None:
    """Publish the keys of the rows from ``first`` on, of those that have one."""
    at = np.flatnonzero(present)
    write_keys(path, keys[at], (at + first).astype(np.int32))


def matches(paths: Iterable[Path], keys: Hashes) -> tuple[Index, Rows]:
    """Return the place of each key that is found, and the row it is found at; once for each row."""
    order = np.argsort(keys)
    found = list(_found(paths, keys[order]))
    places = np.concatenate([np.zeros(0, np.int64), *(at for at, _ in found)])
    rows = np.concatenate([np.zeros(0, np.int32), *(rows for _, rows in found)])
    return order[places], rows


def _found(paths: Iterable[Path], ordered: Hashes) -> Iterator[tuple[Index, Rows]]:
    for path in paths:
        table = read_mapped(path)
        held, rows = numbers(table, "key"), numbers(table, "row")
        low = np.searchsorted(held, ordered, "left")
        at = np.flatnonzero(held[np.minimum(low, len(held) - 1)] == ordered) if len(held) else low
        at = at[:0] if not len(held) else at
        # only for keys that are there: most are not
        high = np.searchsorted(held, ordered[at], "right")
        n = high - low[at]
        yield np.repeat(at, n), rows[runs(low[at], n)]


def runs(first: Index, n: Index) -> Index:
    """Return first[0], first[0] + 1, ... n[0] of them, then those of first[1]."""
    ends = np.cumsum(n)
    total = int(ends[-1]) if len(ends) else 0
    found: Index = np.arange(total) + np.repeat(first - (ends - n), n)
    return found


def distinct(*numbers: Index | Rows) -> Index:
    """Return whole numbers, each once, rising; sorted, which for these is faster than hashing."""
    every = np.sort(np.concatenate(numbers))
    first = np.append(True, every[1:] != every[:-1])[: len(every)]
    found: Index = every[first].astype(np.int64, copy=False)
    return found


def grouped(numbers: Index) -> tuple[Index, Index]:
    """Return an order in which whole numbers rise, and the places in it where others begin."""
    order = np.argsort(numbers)
    every = numbers[order]
    return order, np.flatnonzero(np.append(True, every[1:] != every[:-1])[: len(every)])


def among(nodes: Index, known: Index) -> Flags:
    """Say which nodes are in ``known``, which rises."""
    if not len(known):
        return np.zeros(len(nodes), bool)
    at = np.minimum(np.searchsorted(known, nodes), len(known) - 1)
    found: Flags = known[at] == nodes
    return found
