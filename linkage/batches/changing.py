"""Values of all rows that batches change: written once of all rows, then what each batch changed.

So are kept the entity of each row of a source, and the sums of each row of a pair of sources.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from linkage.batches.index import Index
from linkage.batches.mapped import numbers, read_mapped, write_mapped
from linkage.batches.spine import Spine

Values = npt.NDArray[Any]

Kind = tuple[object, ...]
"""What the names of its files begin with: ("entity", "census"), ("sums", 0, "focal")."""

_MOST = 16
"""So many batches say what they changed before the values of all rows are written again."""


def told_anew(before: Spine | None) -> bool:
    """Say whether the next batch writes the values of all rows; None: there is none before."""
    return before is None or len(before.told) > _MOST


def write_values(spine: Spine, kind: Kind, values: Values, rows: Index | None = None) -> None:
    """Publish values (n,) of all rows, or of ``rows``, rising, by the batch of ``spine``."""
    said = {"value": values} if rows is None else {"row": rows.astype(np.int32), "value": values}
    write_mapped(spine.path(*kind, spine.batch), said)


def values(spine: Spine, kind: Kind, n: int, nothing: float) -> Values:
    """Return the values of ``n`` rows, an array of its own; ``nothing`` where none was said."""
    first, *later = (read_mapped(spine.path(*kind, batch)) for batch in spine.told)
    held = numbers(first, "value")
    found = np.full(n, nothing, held.dtype)
    found[: len(held)] = held
    for table in later:
        found[numbers(table, "row")] = numbers(table, "value")
    return found


def values_of(spine: Spine, kind: Kind, rows: Index, nothing: float) -> Values:
    """Return the values of ``rows`` alone."""
    first, *later = (read_mapped(spine.path(*kind, batch)) for batch in spine.told)
    held = numbers(first, "value")
    found = np.full(len(rows), nothing, held.dtype)
    old = rows < len(held)
    found[old] = held[rows[old]]
    for table in later:
        row = numbers(table, "row")
        at = np.minimum(np.searchsorted(row, rows), max(len(row) - 1, 0))
        hit = np.flatnonzero(row[at] == rows) if len(row) else at[:0]
        found[hit] = numbers(table, "value")[at[hit]]
    return found
