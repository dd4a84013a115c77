"""Records as encodings: what leaves an owner, made column by column."""

from collections.abc import Iterable
from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.privacy.bands import band
from linkage.privacy.filters import Functions, Hashing, Positions, Salted, bloom, positions_of
from linkage.privacy.grams import neighbours
from linkage.privacy.hardening import hardened, length_before
from linkage.privacy.joining import Columns
from linkage.privacy.keys import Key
from linkage.privacy.schema import BITS, Band, Encoded, Filter, Schema, Token
from linkage.privacy.tokens import gathered, mixed, tokens
from linkage.standardise.encoded import Encoded as Coded

_Way = tuple[str, int, int, int | None, float | None]
"""How the values of a column set positions."""


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
        encoder.encode(batch)
        for table in tables
        for batch in table.to_batches(max_chunksize=Functions.MOST)
    ]
    return pa.Table.from_batches(encoded, pa.schema([(c, pa.uint64()) for c in schema.stored]))


def _table(batch: pa.RecordBatch) -> pa.Table:
    return pa.Table.from_batches([batch])


class _Encoder:
    """The keys of a schema's columns, and the functions of salts that batches have in common."""

    def __init__(self, schema: Schema, key: Key) -> None:
        self._schema = schema
        self._derive = partial(key.derive, schema.hash)
        self._functions: dict[tuple[tuple[str, ...], int], Functions] = {}

    def encode(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return the encodings of a batch of at most ``Functions.MOST`` records."""
        columns, known = Columns(batch, self._derive("", "parts")), dict[_Way, Positions]()
        arrays = [a for each in self._schema.columns for a in self._column(columns, each, known)]
        return pa.RecordBatch.from_arrays(arrays, list(self._schema.stored))

    def _column(
        self, columns: Columns, column: Encoded, known: dict[_Way, Positions]
    ) -> list[pa.UInt64Array]:
        match column:
            case Filter():
                return self._filter(columns, column, known)
            case Band():
                keys = [self._derive(column.name, purpose) for purpose in ("order", "band")]
                return [band(columns, column, *keys)]
            case Token():
                return [self._token(columns, column)]

    def _token(self, columns: Columns, column: Token) -> pa.UInt64Array:
        """Return a token. Its key is that of its parts: in another order they can be compared."""
        parts = (*column.salt, *column.of)
        own = self._derive("+".join(sorted(parts)), "token")
        if column.by == "siphash":
            filled = columns.filled(parts)
            hashed = [columns.hashes(each)[columns.texts(each).codes[filled]] for each in parts]
            return mixed(hashed, filled, own)
        return tokens(columns.joined(parts), own)

    def _filter(
        self, columns: Columns, column: Filter, known: dict[_Way, Positions]
    ) -> list[pa.UInt64Array]:
        """Return the words of a filter: each value hashed once, and moved by each of its salts."""
        length = length_before(BITS, column.harden)
        way = (column.of, length, column.bits_per_token, column.bits_per_value, column.step)
        values = columns.texts(column.of)
        if way not in known:  # the same in every filter of a column: salts move it differently
            step = column.step
            grams = neighbours(values.values, step) if step else columns.bigrams(column.of)
            known[way] = positions_of(grams, self._hashing(column, length))
        if column.salt:
            salted, codes = self._salted(values, columns.joined(column.salt), column.salt, length)
        else:
            salted, codes = None, values.codes.astype(np.intp)
        words = bloom(known[way], length, salted)
        words = hardened(words, column.harden, self._derive(column.name, "hardening"))
        return [gathered(word, codes) for word in words.T]

    def _hashing(self, column: Filter, length: int) -> Hashing:
        own = self._derive(column.of, "filter")
        return Hashing(own, length, column.bits_per_token, column.bits_per_value)

    def _salted(
        self, values: Coded, salts: Coded, salt: tuple[str, ...], length: int
    ) -> tuple[Salted, npt.NDArray[np.intp]]:
        """Return each value under each of its salts, and which of them a record has."""
        n = max(len(values.values), 1)
        both = salts.codes.astype(np.int64) * n + values.codes
        both[~(values.filled & salts.filled)] = -1
        pairs, codes = np.unique(both, return_inverse=True)
        missing = int(len(pairs) > 0 and pairs[0] < 0)
        of_salt, of_value = np.divmod(pairs[missing:], n)
        if (salt, length) not in self._functions:
            under = self._derive("+".join(salt), "salt")
            self._functions[salt, length] = Functions(under, length)
        functions = self._functions[salt, length]
        return Salted(of_value, of_salt, salts.values.to_pylist(), functions), codes - missing
