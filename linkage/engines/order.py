"""The order of pairs: by their two records, however threads delivered them."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa


def in_order(pairs: pa.Table) -> pa.Table:
    """Return a table of pairs sorted by record_l and record_r, however threads delivered it."""
    key = pair_key(pairs)
    return pairs if (key[1:] > key[:-1]).all() else pairs.take(np.argsort(key))


def pair_key(pairs: pa.Table) -> npt.NDArray[np.int64]:
    """Return one number a pair, in the order of its two records."""
    left, right = (pairs[side].to_numpy().astype(np.int64) for side in ("record_l", "record_r"))
    key: npt.NDArray[np.int64] = left << 32 | right
    return key
