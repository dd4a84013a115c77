"""Each distinct value cleaned once, and found again by the batches that follow."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.standardise.cleaners import Cleaner
from linkage.standardise.encoded import Encoded

_CHUNK = 20_000
_HELD = 250_000
"""Values held from batch to batch: those that come first; others are cleaned anew every time."""
_HELD_AT_ONCE = 125_000
"""The same, where most are cleaned at once: to find them among more would take as long."""
_RAW, _FIRED = "raw", "fired"

Distinct = tuple[dict[str, Encoded], npt.NDArray[np.uint64]]
"""What distinct values become, and a bit mask of the rules that each fired."""


@dataclass(frozen=True)
class Found:
    """What a batch's values of one column become: columns, and the rules that fired.

    ``fired`` holds a bit mask over the cleaner's rules for each distinct value, with none for a
    missing one at the end; ``codes`` find a record's.
    """

    cleaner: Cleaner
    columns: dict[str, Encoded]
    codes: npt.NDArray[np.intp]
    fired: npt.NDArray[np.uint64]


class Cleaned:
    """The cleaned values of one column, and of those of other sources that are cleaned alike.

    Parameters
    ----------
    blank
        What the columns ``missing_...`` say of an empty cell.
    """

    def __init__(self, cleaner: Cleaner, blank: str | None = "not_answered") -> None:
        self.cleaner = cleaner
        self._schema = pa.schema(
            [(_RAW, pa.string()), *cleaner.columns.items(), (_FIRED, pa.uint64())]
        )
        self._bit = {rule: 1 << at for at, rule in enumerate(cleaner.rules)}
        gone = [blank if name.startswith("missing_") else None for name in cleaner.columns]
        self._held = self._table([None], [tuple(gone)], [0])
        self._room = _HELD if cleaner.at_once is None else _HELD_AT_ONCE

    def distinct(self, values: pa.StringArray) -> Distinct:
        """Return what each of ``values``, all different, becomes, and at the end what none does.

        So code -1 finds what is said of a missing one.
        """
        at = _places(values, self._held[_RAW])
        (known,), (new,) = np.nonzero(at >= 0), np.nonzero(at < 0)
        raw = values.take(new)
        where, at_once = self._at_once(raw)
        one_by_one = pa.concat_tables(self._one_by_one(raw.filter(pa.array(~where))))
        found = self._held.drop_columns(_RAW).take(np.append(at[known], 0))
        cleaned = pa.concat_tables([at_once, one_by_one])
        rows = pa.concat_tables([cleaned.drop_columns(_RAW), found])
        place = np.empty(len(values) + 1, np.intp)
        place[np.concatenate([new[where], new[~where], known, [-1]])] = np.arange(len(place))
        columns = {
            name: Encoded.of(rows[name].combine_chunks()).at(place) for name in self.cleaner.columns
        }
        self._hold(cleaned, one_by_one)
        return columns, rows[_FIRED].to_numpy()[place]

    def _hold(self, cleaned: pa.Table, one_by_one: pa.Table) -> None:
        """Hold newly cleaned values; where there is no room, those that took the longest."""
        for new in (cleaned, one_by_one):
            if 0 < len(new) <= self._room - len(self._held):
                self._held = pa.concat_tables([self._held, new]).combine_chunks()
                return

    def _at_once(self, values: pa.StringArray) -> tuple[npt.NDArray[np.bool_], pa.Table]:
        """Return which values need no cleaning one by one, and what those become."""
        if self.cleaner.at_once is None:
            return np.zeros(len(values), bool), self._schema.empty_table()
        known = self.cleaner.at_once(values)
        raw = values.filter(known.where)
        fired = np.zeros(len(raw), np.uint64)
        for rule, changed in known.fired.items():
            fired[np.array(changed)] |= np.uint64(self._bit[rule])
        return np.array(known.where), pa.table([raw, *known.columns, fired], self._schema)

    def _one_by_one(self, values: pa.StringArray) -> Iterator[pa.Table]:
        for start in range(0, len(values), _CHUNK):
            raw = values[start : start + _CHUNK]
            rows = [self.cleaner.clean(value) for value in raw.to_pylist()]
            fired = [sum(self._bit[rule] for rule in row.fired) if row.fired else 0 for row in rows]
            yield self._table(raw, [row.values for row in rows], fired)
        yield self._schema.empty_table()

    def _table(
        self, raw: Sequence[str | None], rows: Sequence[tuple[object, ...]], fired: Sequence[int]
    ) -> pa.Table:
        columns = [raw, *zip(*rows, strict=True), fired]
        return pa.table(
            [
                pa.array(column, field.type)
                for column, field in zip(columns, self._schema, strict=True)
            ],
            schema=self._schema,
        )


def _places(values: pa.StringArray, held: pa.ChunkedArray) -> npt.NDArray[np.int32]:
    """Return the place of each of ``values``, all different, among those held, -1 for none.

    Arrow makes a table of those looked among: of the fewer, it is sooner made.
    """
    if len(held) <= len(values):
        return np.array(pc.index_in(values, held).fill_null(-1), np.int32)
    found = pc.index_in(held, values).fill_null(-1).to_numpy()
    (there,) = np.nonzero(found >= 0)
    places = np.full(len(values), -1, np.int32)
    places[found[there]] = there
    return places


class Lookup:
    """What the values of one column of one source become, a batch at a time."""

    def __init__(self, cleaned: Cleaned) -> None:
        self.cleaner = cleaned.cleaner
        self._cleaned = cleaned
        self._values = pa.array([], pa.string())
        self._found = cleaned.distinct(self._values)

    def find(self, raw: Encoded) -> Found:
        """Return what the values of a batch become."""
        if not self._values.equals(raw.values):  # a file's batches may share a dictionary
            self._values, self._found = raw.values, self._cleaned.distinct(raw.values)
        columns, fired = self._found
        codes = raw.codes.astype(np.intp)  # once, instead of for every column
        found = {name: column.at(codes) for name, column in columns.items()}
        return Found(self.cleaner, found, codes, fired)
