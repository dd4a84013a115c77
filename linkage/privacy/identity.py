"""Who is who: the random id under which a record leaves, and the map that stays with its owner."""

import secrets

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.privacy.manifest import RECORD_ID

BYTES = 16
"""Bytes of a record id: 128 random bits, so that none is ever given twice."""

LOCAL_ID = "local_id"
"""The column of ``map.parquet`` that holds the owner's own id."""

LAST = "delivery"
"""The column of ``map.parquet`` that holds the number of the last delivery with the record."""

MAP_SCHEMA = pa.schema([(RECORD_ID, pa.string()), (LOCAL_ID, pa.string()), (LAST, pa.int32())])
"""The columns of ``map.parquet``: one row a record that was ever delivered, sorted by rid."""


def new_ids(n: int) -> pa.StringArray:
    """Return ``n`` record ids (n,) of 32 hexadecimal digits, from the system's randomness."""
    digits = secrets.token_bytes(BYTES * n).hex().encode()
    ends = np.arange(0, len(digits) + 1, 2 * BYTES, dtype=np.int32)
    return pa.StringArray.from_buffers(n, pa.py_buffer(ends), pa.py_buffer(digits))


def identify(local_ids: pa.StringArray, earlier: pa.Table | None) -> pa.StringArray:
    """Return the record id of each local id (n,): the one it has had, or a new one.

    Parameters
    ----------
    local_ids
        The owner's own ids (n,), each once.
    earlier
        The map of the delivery before; None for the first one, and after a rotation.
    """
    if earlier is None:
        return new_ids(len(local_ids))
    known = pc.index_in(local_ids, value_set=earlier[LOCAL_ID].combine_chunks())
    kept = earlier[RECORD_ID].combine_chunks().take(known)
    return pc.if_else(kept.is_null(), new_ids(len(local_ids)), kept)


def id_map(
    rids: pa.StringArray, local_ids: pa.StringArray, delivery: int, earlier: pa.Table | None
) -> pa.Table:
    """Return the map after a delivery, sorted by rid.

    Whom an earlier delivery held and this one does not stays in it: they may come back, and what
    was linked before must still find its way to them.
    """
    numbers = pa.array(np.full(len(rids), delivery, np.int32))
    now = pa.Table.from_arrays([rids, local_ids, numbers], schema=MAP_SCHEMA)
    if earlier is not None:
        gone = pc.invert(pc.is_in(earlier[RECORD_ID], value_set=rids))
        now = pa.concat_tables([now, earlier.filter(gone)])
    return now.sort_by(RECORD_ID).combine_chunks()
