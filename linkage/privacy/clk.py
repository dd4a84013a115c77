"""Records as one Bloom filter each, as clkhash makes them: for interchange with other tools.

A cryptographic long-term key (Schnell, Bachteler and Reiher 2011) holds all fields of a record. It
links less well than filters of single fields, and it is attacked as they are.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.errors import Fault, RefusedError
from linkage.privacy.clkhash_schema import ClkSchema, Comparison, Feature
from linkage.privacy.derive import hkdf
from linkage.privacy.filters import Hashing, bits_of, positions_of
from linkage.privacy.grams import Grams, ngrams
from linkage.standardise.encoded import Encoded

Clks = npt.NDArray[np.uint8]
"""(records, bytes): the filters, the first bit the highest of the first byte."""

T = TypeVar("T")

_AT_ONCE = 1 << 13
_HASHES = 2
"""Keys of each feature: clkhash derives two, and hashes with the first."""


def clks(records: pa.Table, schema: ClkSchema, secret: bytes) -> Clks:
    """Return the filter of each record.

    Parameters
    ----------
    records
        One column of text a feature, under the feature's name; a missing value is an empty text,
        and sets no bit unless the schema replaces it.
    secret
        What clkhash is given as the secret.

    Raises
    ------
    RefusedError
        R506 when a value is no date or number in the form that the schema says.

    Source: the code of clkhash 0.18.3, checked against vectors made by it.
    """
    wanted = len(schema.features) * _HASHES * schema.key_bytes
    drawn = hkdf(secret, schema.salt, schema.info, wanted, schema.digest)
    made = np.zeros((records.num_rows, schema.hashed_length // 8), np.uint8)
    for i, feature in enumerate(schema.features):
        if feature.comparison is not None:
            start = i * _HASHES * schema.key_bytes
            own = drawn[start : start + schema.key_bytes]
            column = Encoded.of(_whole(records.column(feature.name)))
            _add(made, column, feature, schema.hashed_length, own)
    for _ in range(schema.folds):
        half = made.shape[1] // 2
        made = made[:, :half] ^ made[:, half:]
    return made


def _whole(column: pa.ChunkedArray) -> pa.Array:
    texts = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return texts.cast(pa.string()).fill_null("")


def _add(made: Clks, column: Encoded, feature: Feature, length: int, key: bytes) -> None:
    """Set the bits of one feature in the filters that are made."""
    texts = [_formatted(value, feature) for value in column.values.to_pylist()]
    filled = np.flatnonzero([bool(text) for text in texts])
    if feature.comparison is None or not len(filled):
        return
    grams = _grams([texts[i] for i in filled], feature.comparison)
    hashing = Hashing(key, length, feature.per_token or 0, feature.per_feature)
    positions = positions_of(grams, hashing)
    places = np.full(len(texts), -1)
    places[filled] = np.arange(len(filled))
    codes = places[column.codes]
    filters = np.zeros((len(positions) + 1, length // 8), np.uint8)  # the last one for no value
    for first in range(0, len(positions), _AT_ONCE):
        bits = bits_of(positions[first : first + _AT_ONCE], length)
        filters[first : first + len(bits)] = np.packbits(bits, axis=1)
    made |= filters[codes]


def _grams(texts: Sequence[str], comparison: Comparison) -> Grams:
    """Return the tokens of texts."""
    match comparison.kind:
        case "ngram":
            return ngrams(texts, comparison.n, comparison.positional)
        case "exact":
            n = len(texts)
            return Grams(np.arange(n), np.arange(n + 1), tuple(text.encode() for text in texts))
        case "numeric":
            tokens = [token for text in texts for token in _around(text, comparison)]
            n, each = len(texts), 2 * comparison.resolution + 1
            return Grams(np.arange(n * each), np.arange(n + 1) * each, tuple(tokens))


def _around(text: str, comparison: Comparison) -> list[bytes]:
    """Return the numbers around one, in whole multiples of a distance (Vatsalan and Christen 2015).

    In whole numbers throughout, rounded as clkhash rounds.
    """
    scale = 10**comparison.fraction
    distance = round(comparison.distance * scale)
    value = _read(partial(_scaled, scale), text)
    value *= 2 * comparison.resolution
    rest = value % distance
    value += -rest if rest < distance / 2 else distance - rest
    reach = range(-comparison.resolution, comparison.resolution + 1)
    return [b"%d" % (value + i * distance) for i in reach]


def _scaled(scale: int, text: str) -> int:
    try:
        return int(text) * scale
    except ValueError:
        return round(float(text) * scale) if scale > 1 else int(float(text))


def _formatted(text: str, feature: Feature) -> str:
    """Return a value as it is encoded: dates and numbers in one form, what stands for none too."""
    if feature.missing is not None and text == feature.missing[0]:
        return feature.missing[1]
    if not text:
        return ""
    if feature.integer:
        return str(_read(int, text))
    if feature.date is not None:
        form = feature.date
        return _read(lambda day: datetime.strptime(day, form).strftime("%Y%m%d"), text)
    return text


def _read(read: Callable[[str], T], text: str) -> T:
    try:
        return read(text)
    except (ValueError, OverflowError):
        message = "a value is not in the form that the schema of clkhash says"
        fix = "clean the column first, or change the format of the feature"
        raise RefusedError(Fault("R506", message, fix)) from None
