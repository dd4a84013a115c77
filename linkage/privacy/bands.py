"""Tokens that are likely to be equal where names are near: keyed min-hashes (Broder 1997).

Two sets of bigrams of Jaccard similarity s have the same minimum under a random order with
probability s, so a band of r minima agrees with probability s ** r (Leskovec, Rajaraman and
Ullman 2014, section 3.4): several bands find what an error in each name keeps from exact keys.
"""

from functools import reduce
from hashlib import blake2b

import numpy as np
import pyarrow as pa

from linkage.privacy.joining import Columns
from linkage.privacy.schema import Band
from linkage.privacy.siphash import Numbers
from linkage.privacy.tokens import mixed

MOST = 8
"""The most minima of one band: one digest of 64 bytes gives them all."""


def band(columns: Columns, column: Band, ordered: bytes, key: bytes) -> pa.UInt64Array:
    """Return the band of each record, missing where a name or a joined value is.

    Parameters
    ----------
    ordered, key
        The keys of the orders of bigrams, and of the number that is made of the minima.
    """
    filled = columns.filled((*column.of, *column.joined))

    def held(name: str, of_values: Numbers) -> Numbers:
        return of_values[columns.texts(name).codes[filled]]

    minima = [held(each, _minima(columns, each, column.rows, ordered)) for each in column.of]
    beside = [held(each, columns.hashes(each)) for each in column.joined]
    return mixed([*reduce(np.minimum, minima).T, *beside], filled, key)


def _minima(columns: Columns, name: str, rows: int, key: bytes) -> Numbers:
    """Return the lowest number among the bigrams of each name, in each of ``rows`` orders.

    The name of the column keeps its bigrams apart from those of others.
    """
    grams = columns.bigrams(name)
    prefix = f"{name} ".encode()
    digests = b"".join(blake2b(prefix + each, key=key).digest() for each in grams.names)
    numbers = np.frombuffer(digests, "<u8").reshape(len(grams.names), MOST)[:, :rows]
    lowest: Numbers = np.minimum.reduceat(numbers[grams.parts], grams.starts[:-1], axis=0)
    return lowest
