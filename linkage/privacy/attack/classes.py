"""Records that an encoding shows to have the same value, however it was salted.

Equal encodings have equal inputs. Two records that share any one encoding that a value went into
have that value in common, and so have all records that a chain of such pairs joins: salts that are
not fine enough only make the chain longer. So every column in which the value took part is used.
"""

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from linkage.config.columns import provided
from linkage.privacy.attack.target import Whole
from linkage.privacy.schema import Band, Encoded, Filter, Token, stored

_ODD = np.uint64(0x9E3779B97F4A7C15)

_GIVES = ("first_name", "middle_name", "surname", "postcode")
"""Roles that stand in the records whole, beside what is made of them."""


def inputs(column: Encoded) -> tuple[str, ...]:
    """Return the standardised columns that are equal wherever two encodings are."""
    match column:
        case Filter():
            return (column.of, *column.salt)
        case Band():
            return column.joined
        case _:
            return (*column.of, *column.salt)


def readable(column: Encoded) -> bool:
    """Tell whether a column is one that the linkage unit is said to be able to read."""
    return isinstance(column, Token) and column.coarse


def shown(column: Encoded) -> frozenset[str]:
    """Return all columns that equal encodings show to be equal, also those made of the inputs."""
    found = set(inputs(column))
    for role in _GIVES:
        if role in found:
            found.update(provided(role))
    return frozenset(found)


def same(encoded: pa.Table, column: Encoded) -> Whole:
    """Return which records have the same encoding (n,), -1 where there is none."""
    words = [encoded.column(name).combine_chunks() for name in stored(column)]
    filled = words[0].is_valid().to_numpy(zero_copy_only=False)
    mixed = np.zeros(len(filled), np.uint64)
    for word in words:
        mixed = (mixed ^ word.fill_null(0).to_numpy()) * _ODD
        mixed ^= mixed >> np.uint64(29)
    return np.where(filled, np.unique(mixed, return_inverse=True)[1], -1)


def joined_classes(n: int, by_column: Iterable[Whole]) -> Whole:
    """Return the class of each of ``n`` records: those that chains of equal encodings join.

    -1 for a record without any of the encodings.
    """
    rows, columns, size = [], [], n
    for each in by_column:
        held = np.flatnonzero(each >= 0)
        rows.append(held)
        columns.append(each[held] + size)
        size += int(each.max(initial=-1)) + 1
    if not rows:
        return np.full(n, -1, np.int64)
    row, column = np.concatenate(rows), np.concatenate(columns)
    edges = coo_array((np.ones(len(row), np.int8), (row, column)), shape=(size, size))
    labels = connected_components(edges, directed=False)[1][:n].astype(np.int64)
    reached = np.zeros(n, bool)
    reached[row] = True
    return np.where(reached, labels, -1)
