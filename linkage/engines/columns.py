"""The records as the engine holds them: a number for each value, one array a column.

Every distinct value has one integer code wherever it stands, so that joins and comparisons for
equality work on integers; what is worked out for a value, such as its term frequency, is worked out
once. Arrays are over the records of all sources, whose numbers are their places.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from linkage.engines.room import Room
from linkage.runs.storage import undamaged

Codes = npt.NDArray[np.int32]
Reals = npt.NDArray[np.float64]

NONE = -1
"""The code of a missing value; as a place in an array of values and one more, it is the last."""


_RECORDS_A_VALUE = 4
"""A column must hold fewer values than records by this, for another to be told from its values."""

_LOOKED_AT = 20_000
"""Records looked at first: most columns do not follow from another, and these show it."""


@dataclass(frozen=True)
class Following:
    """A column whose value follows from that of ``column``: its code for each code of that.

    So does an initial from a name, or a sector from a postcode. ``codes`` (V + 1,) ends with the
    code where that other value is missing.
    """

    column: str
    codes: Codes


Held = Callable[[], Sequence[pa.RecordBatch] | None]
"""Gives the batches of a table while they are held in memory, and None when not."""


class Records:
    """The records of one source in a Parquet file, or as they were written to it."""

    def __init__(self, path: Path, held: Held = lambda: None) -> None:
        self._path, self._held = path, held
        with undamaged(path):
            self._metadata = pq.read_metadata(path)
            self.schema: pa.Schema = pq.read_schema(path)

    def read(self, column: str) -> pa.ChunkedArray:
        """Return a column; texts as dictionaries, one a chunk. Several threads may read at once."""
        if batches := self._held():
            return pa.chunked_array([batch.column(column) for batch in batches])
        with undamaged(self._path), self._opened(column) as file:
            return file.read(columns=[column], use_threads=False)[column]

    def parts(self, column: str) -> Iterator[pa.Array]:
        """Yield a column some rows at a time, texts as themselves; those of a dictionary once."""
        with undamaged(self._path), self._opened(column) as file:
            for batch in file.iter_batches(_LOOKED_AT, columns=[column], use_threads=False):
                part = told_apart(pa.chunked_array([batch.column(0)])).unify_dictionaries()
                for chunk in part.chunks:
                    yield chunk.dictionary if pa.types.is_dictionary(chunk.type) else chunk

    @property
    def n(self) -> int:
        """The number of records."""
        return int(self._metadata.num_rows)

    def _opened(self, column: str) -> pq.ParquetFile:
        # opened anew each time: one that is open may not be read by two threads
        texts = [column] if pa.types.is_string(self.schema.field(column).type) else []
        return pq.ParquetFile(
            self._path,
            metadata=self._metadata,
            read_dictionary=texts,
            page_checksum_verification=True,
        )


class InMemory:
    """Records that are in memory already: what :class:`Records` is of a file."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table
        self.schema: pa.Schema = pa.schema(
            pa.field(f.name, f.type.value_type if pa.types.is_dictionary(f.type) else f.type)
            for f in table.schema
        )
        self.n: int = table.num_rows

    def read(self, column: str) -> pa.ChunkedArray:
        """Return a column."""
        return self._table[column]


@dataclass(frozen=True)
class Frequencies:
    """How often each value of a column occurred among all records when a model was fitted."""

    values: pa.Array
    n: npt.NDArray[np.int64]

    def worth(self, values: pa.Array) -> Reals:
        """Return the -log2 term frequency of values; one that did not occur counts once."""
        at = pc.index_in(values.cast(self.values.type), self.values).fill_null(NONE).to_numpy()
        n = np.append(self.n, 1)[at]
        return np.append(-np.log2(np.maximum(n, 1) / max(int(self.n.sum()), 1)), 0.0)


class Columns:
    """Columns of the records of all sources, loaded when :meth:`hold` first asks for them.

    Parameters
    ----------
    records
        The records of each source.
    first
        The number of the first record of each source.
    room
        Where they are kept.
    frequencies
        Of columns whose term frequencies are not those of these records, but a model's.
    """

    def __init__(
        self,
        records: Mapping[str, "Records | InMemory"],
        first: Mapping[str, int],
        room: Room,
        frequencies: Mapping[str, Frequencies] | None = None,
    ) -> None:
        self._records, self._first, self._room = records, first, room
        self._frequencies = frequencies or {}
        self.n = max((first[name] + each.n for name, each in records.items()), default=0)
        self.types: dict[str, pa.DataType] = {
            field.name: field.type for each in records.values() for field in each.schema
        }
        self._family: dict[str, tuple[str, ...]] = {}
        self._values: dict[tuple[str, ...], pa.Array] = {}
        self._codes: dict[str, Codes] = {}
        self._following: dict[str, Following] = {}
        self._frequency: dict[str, npt.NDArray[np.int64]] = {}
        self._worth: dict[str, Reals] = {}
        self.version = 0
        """Changes when the codes of any column may have."""

    def hold(self, columns: Iterable[str], together: Iterable[frozenset[str]] = ()) -> None:
        """Load those of ``columns`` that are not held yet.

        Columns of one set of ``together`` are compared with each other, so that a value has the
        same code in all of them.
        """
        asked = [column for column in dict.fromkeys(columns) if column in self.types]
        families = _families([*self._family, *asked], [*self._values, *together])
        new = [family for family in families if family not in self._values]
        if not new:
            return
        self.version += 1
        for column, following in self._following.items():
            self._codes[column] = self._room.made(self.n)
            self._codes[column][:] = self._followed(following)
        self._following = {}
        for family in new:
            for column in family:
                self._values.pop(self._family.pop(column, ()), None)
                self._let_go(column)
                self._frequency.pop(column, None)
                self._worth.pop(column, None)
                self._codes[column] = self._room.made(self.n)
                self._family[column] = family
        with ThreadPoolExecutor(pa.cpu_count()) as pool:
            self._values |= zip(new, pool.map(self._read, new), strict=True)
            held = list(self._codes)
            found = zip(held, pool.map(self._leader, held), strict=True)
        self._following = {column: leader for column, leader in found if leader is not None}
        for column in self._following:
            self._let_go(column)

    def close(self) -> None:
        """Let go of all that is held."""
        for column in list(self._codes):
            self._let_go(column)

    def codes(self, column: str) -> Codes:
        """Return the code of each record's value."""
        following = self._following.get(column)
        if following is None:
            return self._codes[column]
        return self._followed(following)

    def following(self, column: str) -> "Following | None":
        """Return what ``column`` follows from, where it does."""
        return self._following.get(column)

    def values(self, column: str) -> pa.Array:
        """Return what the codes of ``column`` stand for."""
        return self._values[self._family[column]]

    def frequency(self, column: str) -> npt.NDArray[np.int64]:
        """Return how many records hold each value, by code."""
        if column not in self._frequency:
            counts = np.bincount(self.codes(column) + 1, minlength=len(self.values(column)) + 1)
            self._frequency[column] = counts[1:]
        return self._frequency[column]

    def worth(self, column: str) -> Reals:
        """Return the -log2 term frequency by code, 0 for a missing value.

        A term frequency is a value's share of all values of all sources, as splink counts them.
        """
        if column not in self._worth and column in self._frequencies:
            self._worth[column] = self._frequencies[column].worth(self.values(column))
        elif column not in self._worth:
            n = self.frequency(column)
            share = np.maximum(n, 1) / max(int(n.sum()), 1)
            self._worth[column] = np.append(-np.log2(share), 0.0)
        return self._worth[column]

    def _followed(self, following: "Following") -> Codes:
        return following.codes.take(self._codes[following.column].astype(np.intp))

    def _leader(self, column: str) -> "Following | None":
        """Look for a column of more values from each of which this one's value follows.

        Those with most values are tried first, so that none is found that follows from another.
        """
        codes, n_values = self._codes[column], len(self.values(column))
        others = sorted(self._codes, key=lambda other: -len(self.values(other)))
        for other in others:
            if n_values < (n := len(self.values(other))) <= self.n // _RECORDS_A_VALUE:
                table = np.full(n + 1, NONE, np.int32)
                for some in (slice(None, _LOOKED_AT), slice(None)):
                    places = self._codes[other][some].astype(np.intp)
                    table[places] = codes[some]
                    if (table.take(places) != codes[some]).any():
                        break
                else:
                    return Following(other, table)
        return None

    def _let_go(self, column: str) -> None:
        if column in self._codes:
            self._room.free(self._codes.pop(column))

    def _read(self, family: Sequence[str]) -> pa.Array:
        """Put the codes of a family's columns in place, and return what they stand for."""
        parts = []
        for name, each in self._records.items():
            for column in family:
                into = self._codes[column][self._first[name] :][: each.n]
                if column not in each.schema.names:
                    into[:] = NONE
                    continue
                for values, own in _encoded(each.read(column)):
                    parts.append((into[: len(own)], values, own))
                    into = into[len(own) :]
        kind = _common([values.type for _, values, _ in parts])
        every, places = _unified([values.cast(kind) for _, values, _ in parts])
        for (into, _, own), place in zip(parts, places, strict=True):
            into[:] = place.take(own)
        return every


def _encoded(column: pa.ChunkedArray) -> Iterator[tuple[pa.Array, npt.NDArray[np.int32]]]:
    """Yield the distinct values of some rows of a column, and each row's place among them or -1."""
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    data = told_apart(column)
    if not pa.types.is_dictionary(data.type):
        data = data.dictionary_encode().unify_dictionaries().combine_chunks()
    for chunk in data.chunks if isinstance(data, pa.ChunkedArray) else [data]:
        places, values = chunk.indices.fill_null(NONE).to_numpy(), chunk.dictionary
        if pa.types.is_list(kind):
            seen, first = np.unique(places, return_index=True)
            values = column.combine_chunks().take(pa.array(first[seen >= 0]))
        yield values, places


def told_apart(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return ``values`` such that Arrow tells them apart just where the database does."""
    if pa.types.is_list(values.type):  # which Arrow cannot compare
        texts = [None if value is None else repr(value) for value in values.to_pylist()]
        return pa.chunked_array([pa.array(texts, pa.string())])
    return pc.add(values, 0.0) if pa.types.is_floating(values.type) else values  # -0 is 0


def _common(kinds: Sequence[pa.DataType]) -> pa.DataType:
    """Return the type in which values of all ``kinds`` can be told apart from each other."""
    distinct = list(dict.fromkeys(kinds))
    if len(distinct) == 1:
        return distinct[0]
    numbers = all(pa.types.is_integer(kind) or pa.types.is_floating(kind) for kind in distinct)
    return pa.float64() if numbers else pa.string()


def _unified(parts: Sequence[pa.Array]) -> tuple[pa.Array, list[npt.NDArray[np.int32]]]:
    """Return the distinct values of all parts, and the code of each part's values, -1 last."""
    compared = [told_apart(pa.chunked_array([each])).combine_chunks() for each in parts]
    encoded = pa.chunked_array(compared).dictionary_encode().unify_dictionaries().combine_chunks()
    codes, values = encoded.indices.to_numpy().astype(np.int32), encoded.dictionary
    if pa.types.is_list(parts[0].type):
        _, first = np.unique(codes, return_index=True)
        values = pa.concat_arrays(parts).take(pa.array(first))
    ends = np.cumsum([len(each) for each in parts])[:-1]
    return values, [np.append(each, np.int32(NONE)) for each in np.split(codes, ends)]


def _families(
    columns: Iterable[str], together: Iterable[Iterable[str]]
) -> tuple[tuple[str, ...], ...]:
    """Return the columns in groups that share their values: those compared with each other."""
    group = {column: {column} for column in columns}
    for family in together:
        merged = set().union(*(group[column] for column in family if column in group))
        group |= dict.fromkeys(merged, merged)
    distinct = {id(each): tuple(sorted(each)) for each in group.values()}
    return tuple(distinct.values())
