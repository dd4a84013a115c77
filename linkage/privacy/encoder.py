"""Records as encodings: what leaves an owner, made column by column."""

from collections import defaultdict
from collections.abc import Iterable
from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.privacy.bands import band
from linkage.privacy.filters import Hashing, Positions, Salted, bloom, positions_of, salted
from linkage.privacy.grams import neighbours
from linkage.privacy.hardening import hardened, length_before
from linkage.privacy.joining import Columns
from linkage.privacy.keys import Key
from linkage.privacy.schema import BITS, Band, Filter, Schema, Token
from linkage.privacy.tokens import gathered, mixed, tokens, tokens_of_each
from linkage.standardise.encoded import Encoded as Coded

_MOST = 1 << 17
"""Records that are encoded at once: not fewer than a run keeps together."""

_Way = tuple[str, int, int, int | None, float | None]
"""How the values of a column set positions."""

_Alike = tuple[tuple[str, ...], int]
"""The salt of filters, and their length: those that agree in both are made together."""

Places = npt.NDArray[np.int64]
"""Where what a record has stands, -1 for nothing."""


def encode(records: pa.Table | Iterable[pa.RecordBatch], schema: Schema, key: Key) -> pa.Table:
    """Return the encodings of standardised records, row by row as they stand.

    Parameters
    ----------
    records
        Standardised columns; one that the schema names and the records have not is missing in all.
    key
        The key of the schema's project.

    Returns
    -------
    pa.Table
        The columns of :attr:`Schema.stored`, unsigned integers of 64 bits: NULL where the value,
        a part of it, or its salt is missing.

    Raises
    ------
    RefusedError
        R504 when the key is of another project.
    """
    key.require(schema.project)
    tables = [records] if isinstance(records, pa.Table) else map(_table, records)
    encoder = _Encoder(schema, key)
    encoded = [
        encoder.encode(batch) for table in tables for batch in table.to_batches(max_chunksize=_MOST)
    ]
    return pa.Table.from_batches(encoded, pa.schema([(c, pa.uint64()) for c in schema.stored]))


def _table(batch: pa.RecordBatch) -> pa.Table:
    return pa.Table.from_batches([batch])


class _Encoder:
    """The columns of a schema, and the keys that each is made with."""

    def __init__(self, schema: Schema, key: Key) -> None:
        self._schema = schema
        self._derive = partial(key.derive, schema.hash)
        self._alike = defaultdict[_Alike, list[Filter]](list)
        for column in schema.columns:
            if isinstance(column, Filter):
                self._alike[column.salt, length_before(BITS, column.harden)].append(column)

    def encode(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return the encodings of a batch."""
        columns = Columns(batch, self._derive("", "parts"))
        filters = self._filters(columns)
        arrays = [
            array
            for each in self._schema.columns
            for array in (
                filters[each.name] if isinstance(each, Filter) else [self._one(columns, each)]
            )
        ]
        return pa.RecordBatch.from_arrays(arrays, list(self._schema.stored))

    def _one(self, columns: Columns, column: Token | Band) -> pa.UInt64Array:
        """Return what is a single column."""
        if isinstance(column, Token):
            return self._token(columns, column)
        keys = [self._derive(column.name, purpose) for purpose in ("order", "band")]
        return band(columns, column, *keys)

    def _token(self, columns: Columns, column: Token) -> pa.UInt64Array:
        """Return a token. Its key is that of its parts: in another order they can be compared."""
        parts = (*column.salt, *column.of)
        own = self._derive("+".join(sorted(parts)), "token")
        if column.by == "siphash":
            filled = columns.filled(parts)
            hashed = [columns.hashes(each)[columns.texts(each).codes[filled]] for each in parts]
            return mixed(hashed, filled, own)
        if len(parts) > 1:
            return tokens_of_each(columns.written(parts), own)
        return tokens(columns.texts(parts[0]), own)

    def _filters(self, columns: Columns) -> dict[str, list[pa.UInt64Array]]:
        """Return the words of each filter, those under one salt made together."""
        known, made = dict[_Way, Positions](), dict[str, list[pa.UInt64Array]]()
        for (salt, length), alike in self._alike.items():
            values = [columns.texts(each.of) for each in alike]
            positions = [self._positions(columns, each, length, known) for each in alike]
            if salt:
                salts, under = columns.joined(salt), self._derive("+".join(salt), "salt")
                pairs = [_under(salts, *each) for each in zip(values, positions, strict=True)]
                found = salted([pair for pair, _ in pairs], salts.values, under, length)
                codes = [places for _, places in pairs]
            else:
                found = [bloom(each, length) for each in positions]
                codes = [each.codes.astype(np.int64) for each in values]
            for column, soft, held in zip(alike, found, codes, strict=True):
                words = hardened(soft, column.harden, self._derive(column.name, "hardening"))
                made[column.name] = [gathered(word, held) for word in words.T]
        return made

    def _positions(
        self, columns: Columns, column: Filter, length: int, known: dict[_Way, Positions]
    ) -> Positions:
        """Return the positions of a column's values, which its filters have in common."""
        way = (column.of, length, column.bits_per_token, column.bits_per_value, column.step)
        if way not in known:
            step = column.step
            values = columns.texts(column.of).values
            grams = neighbours(values, step) if step else columns.bigrams(column.of)
            known[way] = positions_of(grams, self._hashing(column, length))
        return known[way]

    def _hashing(self, column: Filter, length: int) -> Hashing:
        own = self._derive(column.of, "filter")
        return Hashing(own, length, column.bits_per_token, column.bits_per_value)


def _under(salts: Coded, values: Coded, positions: Positions) -> tuple[Salted, Places]:
    """Return each value under each of its salts, and which of them a record has."""
    n = max(len(values.values), 1)
    both = salts.codes.astype(np.int64) * n + values.codes
    both[~(values.filled & salts.filled)] = -1
    pairs, codes = np.unique(both, return_inverse=True)
    missing = int(len(pairs) > 0 and pairs[0] < 0)
    of_salt, of_value = np.divmod(pairs[missing:], n)
    return Salted(positions, of_value, of_salt), codes - missing
