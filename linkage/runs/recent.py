"""Tables as they were written, held in memory until the stage that follows is done."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

import pyarrow as pa

Writing = AbstractContextManager[Callable[[pa.RecordBatch], None]]
"""Gives a function that writes a batch."""

_Tables = dict[str, list[pa.RecordBatch] | None]
"""Batches by the name of their table; None where there was no room for all."""


class Recent:
    """What the stage under way and the one before it wrote, in no more than ``nbytes``.

    It spares the next stage the reading of files that hold the same. A table that finds no room is
    read from its file.
    """

    def __init__(self, nbytes: int) -> None:
        self._left = nbytes
        self._now: _Tables = {}
        self._before: _Tables = {}

    def table(self, name: str) -> Sequence[pa.RecordBatch] | None:
        """Return the batches of the table called ``name``, None where it is not held."""
        return self._now.get(name, self._before.get(name))

    @contextmanager
    def keeping(self, name: str, writing: Writing) -> Iterator[Callable[[pa.RecordBatch], None]]:
        """Give a function that writes a batch of a table as ``writing`` does, and holds it."""
        with writing as write:

            def put(batch: pa.RecordBatch) -> None:
                write(batch)
                self._add(name, batch)

            yield put

    def _add(self, name: str, batch: pa.RecordBatch) -> None:
        """Hold one more batch of a table; none of it any more, where there is no room."""
        held = self._now.setdefault(name, [])
        if held is None:
            return
        if batch.nbytes > self._left:
            self.let_go(name)
            self._now[name] = None
        else:
            self._left -= batch.nbytes
            held.append(batch)

    def let_go(self, name: str) -> None:
        """Forget a table: it is written anew, or removed."""
        for tables in (self._now, self._before):
            self._left += sum(batch.nbytes for batch in tables.pop(name, None) or ())

    def turn(self) -> None:
        """Hear that a stage is done: what the one before it wrote is forgotten."""
        for name in list(self._before):
            self.let_go(name)
        self._before, self._now = self._now, {}


def as_read(
    batch: pa.RecordBatch, columns: Sequence[str] | None, encoded: Collection[str]
) -> pa.RecordBatch:
    """Return columns of a batch as a file of ours gives them back.

    Parameters
    ----------
    encoded
        Columns whose text comes as codes into its distinct values.
    """
    names = batch.schema.names if columns is None else list(columns)
    return pa.RecordBatch.from_arrays(
        [_as_read(batch.column(name), name in encoded) for name in names], names
    )


def _as_read(column: pa.Array, encoded: bool) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        return column if encoded else column.dictionary_decode()
    return column.dictionary_encode() if encoded and pa.types.is_string(column.type) else column
