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


def first_of_each(pairs: pa.Table, focal: str, n: int) -> pa.Table:
    """Return the ``n`` pairs of the highest match_weight of each record of the side ``focal``.

    Sorted as :func:`in_order` does. Of pairs as heavy those of the lower records are taken.
    """
    weight = np.round(pairs["match_weight"].to_numpy(), 9)
    record = pairs[f"record_{focal}"].to_numpy()
    order = np.lexsort((pair_key(pairs), -weight, record))
    starts = np.searchsorted(record[order], record[order])
    return in_order(pairs.take(order[np.arange(len(order)) - starts < n]))
