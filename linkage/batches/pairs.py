"""Pairs as the spine keeps them: weighed once, found by either of their rows."""

import numpy as np
import pyarrow as pa

from linkage.batches.frozen import Frozen
from linkage.batches.mapped import numbers, write_mapped
from linkage.batches.spine import Spine


def write_pairs(spine: Spine, model: Frozen, pair: int, table: pa.Table) -> None:
    """Publish what a batch adds to a pair of sources.

    Parameters
    ----------
    table
        left, right, rules, code, log2_tf and log2_tf_household of every pair.
    """
    left, right = numbers(table, "left"), numbers(table, "right")
    order = pa.array(np.lexsort((right, left)))
    ordered = table.take(order).combine_chunks()
    weight, odds = model.weighed(ordered, pair)
    ordered = ordered.append_column("weight", pa.array(weight))
    ordered = ordered.append_column("odds", pa.array(odds))
    write_mapped(spine.path("pairs", pair, spine.batch), ordered)
    right = numbers(ordered, "right")
    place = np.argsort(right, kind="stable").astype(np.int32)
    by_right = {"right": right[place], "place": place}
    write_mapped(spine.path("pairs", pair, spine.batch, "right"), by_right)
