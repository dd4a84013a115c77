"""Rows that only rise: proof that none stands twice, and that they need no sorting."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc


class Ascending:
    """Watches columns of whole numbers or text go by; ``holds`` while each row tops the last.

    Text is compared byte by byte; in a column of codes into a dictionary, the codes are.
    """

    def __init__(self) -> None:
        self.holds = True
        self._last: tuple[Any, ...] | None = None
        self._dictionaries: list[pa.Array] | None = None

    def see(self, *columns: pa.Array) -> None:
        """Look at the next rows: a column counts where those before it are equal."""
        if self.holds and len(columns[0]):
            values = [column.indices if _coded(column) else column for column in columns]
            self.holds = (
                all(map(_comparable, values)) and self._same(columns) and self._rises(values)
            )

    def _same(self, columns: Sequence[pa.Array]) -> bool:
        """Say whether codes still stand for what they stood for."""
        found = [column.dictionary for column in columns if _coded(column)]
        before, self._dictionaries = self._dictionaries or found, found
        return all(one.equals(other) for one, other in zip(before, found, strict=True))

    def _rises(self, columns: Sequence[pa.Array]) -> bool:
        first, last = (tuple(column[at].as_py() for column in columns) for at in (0, -1))
        before, self._last = self._last, last
        return (before is None or before < first) and _each_tops_the_last(columns)


def _each_tops_the_last(columns: Sequence[pa.Array]) -> bool:
    """Say so, looking at a column only where those before it do not settle it."""
    rises = pa.repeat(False, len(columns[0]) - 1)
    level = pa.repeat(True, len(rises))
    for column in columns:
        one, next_ = column[:-1], column[1:]
        rises = pc.or_(rises, pc.and_(level, pc.less(one, next_)))
        if _all(rises):
            return True
        level = pc.and_(level, pc.equal(one, next_))
        if not _all(pc.or_(rises, level)):
            return False
    return False


def _all(flags: pa.Array) -> bool:
    return bool(pc.all(flags, min_count=0).as_py())


def _coded(column: pa.Array) -> bool:
    return bool(pa.types.is_dictionary(column.type))


def _comparable(values: pa.Array) -> bool:
    kind = values.type
    return not values.null_count and (pa.types.is_integer(kind) or pa.types.is_string(kind))
