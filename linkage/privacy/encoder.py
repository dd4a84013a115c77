"""Records as encodings: what leaves an owner, made column by column."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.privacy.bands import band
from linkage.privacy.filters import Hashing, bloom, salted_bloom
from linkage.privacy.grams import Grams, bigrams, neighbours
from linkage.privacy.hardening import Words, hardened, length_before
from linkage.privacy.joining import joined, texts
from linkage.privacy.keys import Key
from linkage.privacy.schema import BITS, Band, Encoded, Filter, Schema, Token
from linkage.privacy.tokens import gathered, tokens
from linkage.standardise.encoded import Encoded as Coded


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
    batches = records.to_batches() if isinstance(records, pa.Table) else records
    encoded = [_batch(batch, schema, key) for batch in batches]
    return pa.Table.from_batches(encoded, pa.schema([(c, pa.uint64()) for c in schema.stored]))


def _batch(batch: pa.RecordBatch, schema: Schema, key: Key) -> pa.RecordBatch:
    bound = schema.hash
    arrays = [array for column in schema.columns for array in _column(batch, column, key, bound)]
    return pa.RecordBatch.from_arrays(arrays, list(schema.stored))


def _column(batch: pa.RecordBatch, column: Encoded, key: Key, bound: str) -> list[pa.UInt64Array]:
    """Return the arrays of one column; ``bound`` is the hash of the schema."""
    match column:
        case Filter():
            return _filter(batch, column, key, bound)
        case Band():
            return [band(batch, column, key.derive(bound, column.name, "band"))]
        case Token():
            # a token's key is that of what it is made of: parts in another order can be compared
            made_of = "+".join(sorted((*column.salt, *column.of)))
            values = joined(batch, (*column.salt, *column.of))
            return [tokens(values, key.derive(bound, made_of, "token"))]


def _filter(batch: pa.RecordBatch, column: Filter, key: Key, bound: str) -> list[pa.UInt64Array]:
    """Return the words of a filter; each value is hashed once under each of its salts."""
    values = texts(batch, column.of)
    length = length_before(BITS, column.harden)
    hashing = Hashing(key.derive(bound, column.name, "filter"), column.bits_per_token, length)
    grams = neighbours(values.values, column.step) if column.step else bigrams(values.values)
    if column.salt:
        salts = joined(batch, column.salt)
        under = key.derive(bound, "+".join(column.salt), "salt")
        made, codes = _salted(values, grams, salts, hashing, under)
    else:
        made, codes = bloom(grams, hashing), values.codes.astype(np.intp)
    words = hardened(made, column.harden, key.derive(bound, column.name, "hardening"))
    return [gathered(word, codes) for word in words.T]


def _salted(
    values: Coded, grams: Grams, salts: Coded, hashing: Hashing, under: bytes
) -> tuple[Words, npt.NDArray[np.intp]]:
    """Return the filter of each value under each of its salts, and which of them a record has."""
    n = len(values.values)
    both = salts.codes.astype(np.int64) * n + values.codes
    pairs, codes = np.unique(np.where(values.filled & salts.filled, both, -1), return_inverse=True)
    missing = int(len(pairs) > 0 and pairs[0] < 0)
    salt, value = np.divmod(pairs[missing:], max(n, 1))
    made = salted_bloom(grams, value, salts.values.to_pylist(), salt, hashing, under)
    return made, codes - missing
