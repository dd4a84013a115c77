"""The linkage spine: one entity for every record, named by nothing about anyone."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.model.normalise import Index

_HEX = np.frombuffer(np.arange(2**16, dtype=np.uint16).tobytes().hex().encode(), dtype=np.uint32)
"""The four hexadecimal digits of every two bytes."""

_PLACES = (0, 4, 9, 14, 19, 24, 28, 32)
"""Where such four digits stand in an identifier; hyphens stand between."""

_NAMES = 8192
"""Names spelt at a time: as many as a processor's own cache holds."""

Octets = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Spine:
    """The entity of every record: its number (n,), and the bytes (E or more, 16) of its name."""

    number: npt.NDArray[np.int32]
    drawn: Octets

    def names(self, records: Index) -> pa.StringArray:
        """Return the identifiers of the entities of ``records``, each a version 4 UUID as text."""
        text = np.full((len(records), 36), ord("-"), dtype=np.uint8)
        for start in range(0, len(records), _NAMES):
            named = slice(start, start + _NAMES)
            drawn = self.drawn.take(self.number[records[named]], axis=0)
            for place, two in zip(_PLACES, drawn.view(np.uint16).T, strict=True):
                text[named, place : place + 4].view(np.uint32)[:, 0] = _HEX.take(two)
        ends = np.arange(0, text.size + 1, 36, dtype=np.int32)
        return pa.StringArray.from_buffers(len(records), pa.py_buffer(ends), pa.py_buffer(text))


def draw_names(n: int, seed: int) -> Octets:
    """Return the random bytes (n, 16) of ``n`` names; those of fewer are the first of these.

    Drawn from the run's seed, they are the same when the run is repeated.
    """
    return _drawn(_names_from(0, seed), n)


def draw_some(numbers: Index, seed: int) -> Octets:
    """Return the bytes (n, 16) of the names with these ``numbers``, which rise.

    They are those of :func:`draw_names`, of which only the parts that hold them are drawn.
    """
    found = np.empty((len(numbers), 16), dtype=np.uint8)
    for start in np.unique(numbers // _NAMES * _NAMES).tolist():
        low, high = np.searchsorted(numbers, (start, start + _NAMES))
        found[low:high] = _drawn(_names_from(start, seed), _NAMES)[numbers[low:high] - start]
    return found


def _names_from(first: int, seed: int) -> np.random.Generator:
    """Return what draws the names from the ``first`` on."""
    bits = np.random.PCG64([seed, 0x5F1E])
    bits.advance(2 * first)  # a name takes two draws of 64 bits
    return np.random.Generator(bits)


def _drawn(random: np.random.Generator, n: int) -> Octets:
    drawn = random.integers(2**64, size=(n, 2), dtype=np.uint64).view(np.uint8)
    drawn[:, 6] = drawn[:, 6] & 0x0F | 0x40  # version 4, random
    drawn[:, 8] = drawn[:, 8] & 0x3F | 0x80  # variant of RFC 9562
    return drawn


def name_groups(group: Index, drawn: Octets) -> Spine:
    """Return the spine of records that are of one entity where ``group`` (n,) is equal.

    The names say nothing of the records: they are given in the order of each group's first record.

    Parameters
    ----------
    group
        Any number from 0 to n - 1 for each group.
    drawn
        See :func:`draw_names`: as many as there are groups, or more.
    """
    n = len(group)
    first = np.zeros(n, dtype=np.int32)
    # of equal groups, what is written last stays
    first[group[::-1]] = np.arange(n - 1, -1, -1, dtype=np.int32)
    first = first.take(group)
    opens = first == np.arange(n, dtype=np.int32)
    return Spine((np.cumsum(opens, dtype=np.int32) - 1).take(first), drawn)
