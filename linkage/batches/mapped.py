"""Columns in a file that is read where it lies: an Arrow file of one batch, mapped into memory.

What is looked for is read a page at a time: nobody loads the whole.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.runs.publish import publishing
from linkage.runs.storage import storage, undamaged

Columns = Mapping[str, Any]


def write_mapped(path: Path, columns: Columns | pa.Table) -> None:
    """Publish ``columns``, arrays of one length, as the Arrow file ``path``."""
    table = columns if isinstance(columns, pa.Table) else pa.table(dict(columns))
    table = table.unify_dictionaries().combine_chunks()
    batches = table.to_batches() or [pa.RecordBatch.from_pylist([], schema=table.schema)]
    with publishing(path) as file, pa.ipc.new_file(file, table.schema) as writer:
        for batch in batches:
            writer.write_batch(batch)


def read_mapped(path: Path) -> pa.Table:
    """Return the columns of ``path``; their values are read when they are looked at."""
    with storage(path, "reading the spine"), undamaged(path):
        return pa.ipc.open_file(pa.memory_map(str(path))).read_all()


def numbers(table: pa.Table, name: str) -> npt.NDArray[Any]:
    """Return a column of numbers as an array, not copied where it is one piece."""
    column = table[name]
    if column.num_chunks == 1:
        return np.asarray(column.chunk(0).to_numpy(zero_copy_only=False))
    return np.asarray(column.to_numpy())
