"""What the number of bits that a filter has set tells of a name, whatever its salt.

A long name has more bigrams. Whoever knows how many bits a bigram sets can encode a list under a
key of their own, and say of each filter the commonest name that has as many bits set.
"""

import os
from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from benchmarks.privacy.encodings import NAMES, PROJECT
from linkage.privacy.attack.target import Whole, target_of
from linkage.privacy.attack.undoing import bits_of
from linkage.privacy.encoder import encode
from linkage.privacy.joining import Columns
from linkage.privacy.keys import BYTES, Key
from linkage.privacy.schema import Filter, Schema

_BORN = ("birth_year", "birth_month", "birth_day")
_WAYS = {"15 bits a bigram": (15, None), "120 bits a name": (0, 120)}
_TOGETHER = 3
"""Numbers of bits that are taken together."""


def lengths(records: pa.Table) -> Iterator[dict[str, object]]:
    """Yield, by way of setting bits and by name, the share rightly said with it and without it."""
    batch = records.combine_chunks().to_batches()[0]
    sex = Columns(batch, b"").texts("sex").codes.astype(np.int64)
    for way, (per_bigram, per_name) in _WAYS.items():
        for name in NAMES:
            column = Filter(name, name, per_bigram, (), _BORN, (0.8,), bits_per_value=per_name)
            own, sent = (_bits_set(records, column) for _ in range(2))
            target = target_of(Columns(batch, b""), name, (name,), None)
            told = _said(sex * 1000 + own, sex * 1000 + sent, target.codes)
            without = _said(sex, sex, target.codes)
            yield {
                "encoding": f"salted by date of birth, {way}",
                "list": "own",
                "field": f"{name}, by its length",
                "group": "",
                "share": round(float((told & target.filled).mean()), 5),
                "guess": round(float((without & target.filled).mean()), 5),
            }


def _bits_set(records: pa.Table, column: Filter) -> Whole:
    """Return how many bits each filter has set under a key drawn for it, taken together by threes.

    -1 for a missing one.
    """
    schema = Schema(PROJECT, "standard", "1", (column,))
    bits, held = bits_of(encode(records, schema, Key(PROJECT, 1, os.urandom(BYTES))), column)
    return np.where(held, bits.sum(axis=1, dtype=np.int64) // _TOGETHER, -1)


def _said(learnt: Whole, seen: Whole, names: Whole) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return of which records the name is the commonest of those learnt with what is seen."""
    span = int(names.max()) + 2
    cells, counts = np.unique(learnt * span + names + 1, return_counts=True)
    order = np.lexsort((-counts, cells // span))
    kinds, first = np.unique((cells // span)[order], return_index=True)
    best = (cells % span)[order][first] - 1
    at = np.minimum(np.searchsorted(kinds, seen), len(kinds) - 1)
    said: np.ndarray[tuple[int], np.dtype[np.bool_]] = (kinds[at] == seen) & (best[at] == names)
    return said
