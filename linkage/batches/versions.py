"""Which version of a record holds: that of the highest number, in whatever order they came."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linkage.batches.hashes import Flags, Hashes, of_texts
from linkage.batches.taking import Taken

Index = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.int32]

DEAD = -1
"""In place of a version: the row holds no more."""


@dataclass(frozen=True)
class Ended:
    """Records that were withdrawn: hashes of their identifiers, rising, and by which number."""

    key: Hashes
    number: Numbers

    @classmethod
    def none(cls) -> "Ended":
        """Return that nobody was withdrawn."""
        return cls(np.zeros(0, np.uint64), np.zeros(0, np.int32))

    def of(self, keys: Hashes) -> Numbers:
        """Return the number by which each record was withdrawn, 0 where it was not."""
        if not len(self.key):
            return np.zeros(len(keys), np.int32)
        at = np.minimum(np.searchsorted(self.key, keys), len(self.key) - 1)
        return np.where(self.key[at] == keys, self.number[at], 0).astype(np.int32)

    def joined(self, key: Hashes, number: Numbers) -> "Ended":
        """Return all, each record with its highest number."""
        every, numbers = np.append(self.key, key), np.append(self.number, number)
        order = np.lexsort((-numbers, every))
        every, numbers = every[order], numbers[order]
        first = np.append(True, every[1:] != every[:-1])[: len(every)]
        return Ended(every[first], numbers[first])


@dataclass(frozen=True)
class Held:
    """What was held before of the records that rows came for: (n,) each, by their rows.

    ``row`` is the row of the record that holds, -1 for none; ``record`` its number, -1 for a record
    that is new; ``content`` the hash of that row.
    """

    row: Index
    record: Numbers
    content: Hashes


@dataclass(frozen=True)
class Outcome:
    """What becomes of a source.

    Parameters
    ----------
    versions
        (N,) the version of every old row, -1 of those that hold no more.
    added
        Which of the rows that came are added.
    died
        The old rows that held until now.
    ended
        All records withdrawn so far.
    """

    versions: Numbers
    added: Index
    died: Index
    ended: Ended
    full: int


def settle(
    taken: Taken, kept: Flags, held: Held, versions: Numbers, ended: Ended, full: int
) -> Outcome:
    """Return what the rows that came make of a source.

    Parameters
    ----------
    kept
        (n,) whether the filters of the source keep a row that came; one left out ends its record.
    held
        What was held of these records; ``held.row`` of the records of ``taken.ended`` follows.
    versions, ended, full
        The source before.
    """
    n = len(taken.ids)
    keys = taken.hashes
    came, number = slice(0, n), taken.number
    now = ended.joined(of_texts(taken.ended), taken.ended_number)
    after = versions.copy()
    known = held.row[came]
    before = np.where(known >= 0, versions[known], 0) if len(versions) else np.zeros(n, np.int32)
    holds = (number > before) & (number > now.of(keys)) & (number >= max(full, taken.full))
    same = holds & kept & (known >= 0) & (held.content[came] == taken.content)
    after[known[same]] = number[same]
    after[known[holds & ~same & (known >= 0)]] = DEAD
    out = holds & ~kept
    now = now.joined(keys[out], number[out])
    gone, by = held.row[n:], taken.ended_number
    there = gone >= 0
    stale = there & (by > np.where(there, after[gone], 0)) if len(after) else there
    after[gone[stale]] = DEAD
    after[(after >= 0) & (after < taken.full)] = DEAD
    died = np.flatnonzero((versions >= 0) & (after < 0))
    return Outcome(after, np.flatnonzero(holds & kept & ~same), died, now, max(full, taken.full))
