"""Pattern mining of the filters of one field, wherever many share a salt."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.privacy.attack.frequency import LEAST_STRATUM
from linkage.privacy.attack.mining import Seen, distinct, mined
from linkage.privacy.attack.target import Entries, Flags, Target, Whole, entries
from linkage.privacy.attack.undoing import Bits, bits_of, undone
from linkage.privacy.joining import Columns
from linkage.privacy.schema import Filter, Schema

STRATA = 10
"""Strata that are mined, drawn at random, where a salt has more."""


USUAL_BIGRAMS = 7
"""Bigrams of a name of six letters, the spaces around it among them."""


@dataclass(frozen=True)
class Mined:
    """The value said of each record (n,), -1 for none, and how many records each stands for (n,).

    Where a salt has many strata some are mined, and their records stand for the others too.
    """

    values: Whole
    weights: npt.NDArray[np.float64]

    def right(self, target: Target) -> Flags:
        """Return for which records the value is the true one (n,)."""
        return np.equal(self.values, target.codes) & target.filled

    def share(self, flags: Flags) -> float:
        """Return the share of all records that are flagged."""
        return float((self.weights * flags).sum() / max(len(flags), 1))


def attacked(
    records: Columns,
    encoded: pa.Table,
    schema: Schema,
    target: Target,
    rng: np.random.Generator,
) -> Mined:
    """Return what mining says of a field.

    A salt under which fewer than 200 records lie together leaves too few filters to mine: nothing
    is said of them.
    """
    n = encoded.num_rows
    best = Mined(np.full(n, -1, np.int64), np.ones(n))
    for column in schema.columns:
        if isinstance(column, Filter) and column.of == target.name and column.step is None:
            found = _column(records, encoded, column, target, rng)
            if found.share(found.right(target)) > best.share(best.right(target)):
                best = found
    return best


def _column(
    records: Columns,
    encoded: pa.Table,
    column: Filter,
    target: Target,
    rng: np.random.Generator,
) -> Mined:
    n = encoded.num_rows
    strata = np.zeros(n, np.int64)
    if column.salt:
        strata = records.joined(column.salt).codes.astype(np.int64)
    sizes = np.bincount(strata[strata >= 0], minlength=1)
    large = np.flatnonzero(sizes >= LEAST_STRATUM)
    chosen = large
    if len(large) > STRATA:  # the same for every field, so that their fields can be put together
        chosen = np.sort(np.random.default_rng(0).choice(large, STRATA, replace=False))
    said, weights = np.full(n, -1, np.int64), np.ones(n)
    if not len(chosen):
        return Mined(said, weights)
    known = entries(target, strata, rng, chosen)
    bits, held = bits_of(encoded, column)
    bits = undone(bits, column.harden)
    for stratum, rows in _rows(strata, held, chosen):
        said[rows] = _stratum(bits[rows], known, stratum, target, _per_gram(column))
    weights[np.isin(strata, large)] = 0.0
    weights[np.isin(strata, chosen)] = sizes[large].sum() / sizes[chosen].sum()
    return Mined(said, weights)


def _per_gram(column: Filter) -> float:
    """Return how many bits a bigram sets: of a value with a fixed number, that of a usual one."""
    return column.bits_per_token or (column.bits_per_value or 0) / USUAL_BIGRAMS


def _stratum(bits: Bits, known: Entries, stratum: int, target: Target, k: float) -> Whole:
    """Return the value said of each filter of one stratum."""
    here = known.strata == stratum
    if not len(bits) or not here.any():
        return np.full(len(bits), -1, np.int64)
    first, which, counts = distinct(bits)
    values = known.values[here]
    found = mined(
        Seen(bits[first], counts.astype(float), target.values[values], known.counts[here], k)
    )
    said: Whole = np.where(found >= 0, values[found], -1)[which]
    return said


def _rows(strata: Whole, held: Flags, chosen: Whole) -> Iterator[tuple[int, Whole]]:
    for stratum in chosen.tolist():
        yield stratum, np.flatnonzero(held & (strata == stratum))
