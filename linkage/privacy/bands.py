"""Tokens that are likely to be equal where names are near: keyed min-hashes (Broder 1997).

Two sets of bigrams of Jaccard similarity s have the same minimum under a random order with
probability s, so a band of r minima agrees with probability s ** r (Leskovec, Rajaraman and
Ullman 2014, section 3.4): several bands find what an error in each name keeps from exact keys.
"""

from functools import reduce
from hashlib import blake2b

import numpy as np
import pyarrow as pa

from linkage.privacy.grams import bigrams
from linkage.privacy.joining import Columns
from linkage.privacy.schema import Band
from linkage.privacy.siphash import Numbers
from linkage.privacy.tokens import blocks, mixed

_NUMBER = 8
"""Bytes of the number by which an order sorts a bigram."""

MOST = 8
"""The most minima of one band: one digest of 64 bytes gives them all."""


def band(columns: Columns, column: Band, key: bytes) -> pa.UInt64Array:
    """Return the band of each record, missing where a name or a joined value is."""
    names = [columns.texts(each) for each in column.of]
    beside = [columns.texts(each) for each in column.joined]
    filled = np.logical_and.reduce([each.filled for each in (*names, *beside)])
    minima = [
        _minima(each.values, f"{i}", column.rows, key)[each.codes[filled]]
        for i, each in enumerate(names)
    ]
    lowest = reduce(np.minimum, minima)
    return mixed([*lowest.T, *blocks(beside, filled, key)], filled, key)


def _minima(names: pa.StringArray, which: str, rows: int, key: bytes) -> Numbers:
    """Return the lowest number among each name's bigrams in each of ``rows`` orders.

    ``which`` keeps the bigrams of different columns apart.
    """
    grams = bigrams(names)
    digests = (blake2b(which.encode() + name, key=key).digest() for name in grams.names)
    numbers = np.frombuffer(b"".join(digests), "<u8").reshape(len(grams.names), -1)[:, :rows]
    return np.minimum.reduceat(numbers[grams.parts], grams.starts[:-1], axis=0)
