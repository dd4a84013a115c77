"""Frequency alignment of one field, in every way that the encodings allow: the best is kept."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from linkage.privacy.attack.alignment import aligned
from linkage.privacy.attack.classes import inputs, joined_classes, readable, same, shown
from linkage.privacy.attack.target import Flags, Target, Whole, entries
from linkage.privacy.joining import Columns
from linkage.privacy.schema import Band, Encoded, Schema

LEAST_STRATUM = 200
"""Mean records under one salt from which the frequencies among them are worth a list."""


@dataclass(frozen=True)
class Named:
    """The value said of each record (n,), -1 for none; ``largest`` is the largest class of one."""

    values: Whole
    largest: int

    def right(self, target: Target) -> Flags:
        """Return for which records the value is the true one (n,)."""
        return np.equal(self.values, target.codes) & target.filled


@dataclass(frozen=True)
class View:
    """How records may be put into classes, and the classes into strata: (n,) each."""

    classes: Whole
    strata: Whole


@dataclass(frozen=True)
class Alike:
    """The columns of a schema, each with which records have the same encoding (n,)."""

    n: int
    same: tuple[tuple[Encoded, Whole], ...]


def alike(encoded: pa.Table, schema: Schema) -> Alike:
    """Return which records have the same encodings, column by column."""
    each = tuple((column, same(encoded, column)) for column in schema.columns)
    return Alike(encoded.num_rows, each)


def views(records: Columns, encoded: Alike, of: Collection[str]) -> Iterator[View]:
    """Yield the ways to see which records share the values of the columns ``of``.

    All that is joined by equal encodings; the same within what the linkage unit can read; and each
    salted column by itself within its salt, as if the attacker knew which records have which salt.
    """
    showing = [
        (column, classes)
        for column, classes in encoded.same
        if shown(column).issuperset(of) and not readable(column)
    ]
    if not showing:
        return
    whole = joined_classes(encoded.n, [classes for _, classes in showing])
    yield View(whole, np.zeros(encoded.n, np.int64))
    for column, classes in encoded.same:
        if readable(column) and set(of).isdisjoint(inputs(column)):
            yield View(whole, classes)
    for column, classes in showing:
        if isinstance(column, Band) or not column.salt or not set(of).isdisjoint(column.salt):
            continue
        strata = records.joined(column.salt).codes.astype(np.int64)
        if encoded.n >= LEAST_STRATUM * (int(strata.max(initial=0)) + 1):
            yield View(classes, strata)


def attacked(found: Iterable[View], target: Target, rng: np.random.Generator | None) -> Named:
    """Return what the best alignment says of a field.

    Parameters
    ----------
    rng
        Draws the list anew; None for one with the exact counts.
    """
    ties = np.random.default_rng(0) if rng is None else rng
    best, largest, most = Named(np.full(len(target.codes), -1, np.int64), 0), 0, -1
    for view in found:
        known = entries(target, view.strata, rng)
        named = Named(aligned(view.classes, view.strata, known, ties), 0)
        largest = max(largest, int(np.bincount(view.classes[view.classes >= 0], minlength=1).max()))
        if (n := int(named.right(target).sum())) > most:
            best, most = named, n
    return Named(best.values, largest)
