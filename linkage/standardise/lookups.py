"""Each distinct value cleaned once, and found again by the batches that follow."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.standardise.cleaners import Cleaner
from linkage.standardise.encoded import Codes, Encoded

_CHUNK = 20_000
_HELD = 250_000
"""Values held from batch to batch; a column with more is cleaned anew from then on."""
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
        self._none = self._table([None], [tuple(gone)], [0])
        self._cleaned = self._none

    def distinct(self, values: pa.StringArray) -> Distinct:
        """Return what each of ``values``, all different, becomes, and at the end what none does.

        So code -1 finds what is said of a missing one.
        """
        at = self._positions(values)
        rows = self._cleaned.take(np.append(at, 0))
        columns = {name: Encoded.of(rows[name].combine_chunks()) for name in self.cleaner.columns}
        return columns, rows[_FIRED].to_numpy()

    def _positions(self, values: pa.StringArray) -> Codes:
        """Return where the cleaned values stand, once those that are new are cleaned."""
        at = pc.index_in(values, self._cleaned[_RAW])
        if at.null_count and self._cleaned.num_rows + at.null_count > _HELD:
            self._cleaned = self._none
            at = pc.index_in(values, self._cleaned[_RAW])
        positions: Codes = np.array(at.fill_null(-1), np.int32)
        (new,) = np.nonzero(positions < 0)
        if len(new):
            raw = values.take(new)
            known, cleaned = self._at_once(raw)
            order = np.concatenate([new[known], new[~known]])
            positions[order] = np.arange(len(new)) + self._cleaned.num_rows
            others = self._one_by_one(raw.filter(pa.array(~known)))
            self._cleaned = pa.concat_tables([self._cleaned, cleaned, *others]).combine_chunks()
        return positions

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
