"""The rows of a source as its file holds them: the columns that are named, in canonical form."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from linkage.config.schema import Source
from linkage.errors import DataError, Fault
from linkage.runs.ascending import Ascending
from linkage.sources.canonical import canonical, canonical_type, unusable
from linkage.sources.faults import fault, instead
from linkage.sources.opening import Format, opened
from linkage.sources.selection import Selection


class UnorderedError(Exception):
    """Identifiers do not rise from row to row, or some may be blank, or there is no row."""


@dataclass(frozen=True)
class Rows:
    """The wanted columns of a source, called c1, c2, ...; c1 is the identifier.

    ``types`` are those of the columns: text, or days where the file holds real dates.
    """

    name: str
    source: Source
    columns: Selection
    format_: Format
    positions: tuple[int, ...]
    types: tuple[pa.DataType, ...]

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Read the file; text may come as codes into a dictionary, but for the identifier."""
        for batch in self.format_.batches(self.name, self.source, self.positions):
            ids, *others = map(self._form, batch.columns)
            if pa.types.is_dictionary(ids.type):
                ids = ids.dictionary_decode()
            yield pa.RecordBatch.from_arrays([ids, *others], self.columns.aliases)

    def _form(self, column: pa.Array) -> pa.Array:
        """Return a column in canonical form; encodings are in theirs already."""
        return canonical(column) if self.source.encoded is None else column


def rows_of(name: str, source: Source, columns: Selection) -> Rows:
    """Return the rows of the source called ``name``.

    Raises
    ------
    DataError
        With everything that keeps the columns from being read.
    """
    format_ = opened(name, source)
    schema = format_.schema(name, source)
    positions = _positions(name, source, columns, schema)
    types = [schema.field(position).type for position in positions]
    if source.encoded is None:
        types = [*map(canonical_type, types)]
    return Rows(name, source, columns, format_, positions, tuple(types))


def rising(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield ``batches`` while their identifiers rise: so none is there twice, or wants sorting.

    Raises
    ------
    UnorderedError
        At the first batch of which that does not hold.
    """
    ids = Ascending()
    empty = True
    for batch in batches:
        ids.see(batch.column(0))
        if not ids.holds or may_be_blank(batch.column(0)):
            raise UnorderedError
        empty = empty and not batch.num_rows
        yield batch
    if empty:
        raise UnorderedError


def may_be_blank(ids: pa.StringArray) -> bool:
    """Say whether an identifier is empty, or may hold nothing but spaces."""
    return bool(pc.any(pc.or_(pc.equal(ids, ""), pc.starts_with(ids, " "))).as_py())


def _positions(name: str, source: Source, columns: Selection, schema: pa.Schema) -> tuple[int, ...]:
    """Return where the wanted columns stand in the file."""
    faults: list[Fault] = []
    # a first line that names no column is a person, and is not told
    header = schema.names if not set(schema.names).isdisjoint(columns.names) else []
    for column in columns.names:
        if (n := schema.names.count(column)) == 0:
            message = f"there is no column called {column}"
            faults.append(fault("D308", name, source, message, instead(column, header)))
        elif n > 1:
            message = f"{n} columns are called {column}"
            faults.append(fault("D309", name, source, message, "give each its own name"))
        elif source.encoded is None and unusable(schema.field(column).type):
            message = f"column {column} holds {schema.field(column).type}, which is not one value"
            faults.append(fault("D318", name, source, message, "write it as text or as a list"))
    if faults:
        raise DataError(faults)
    return tuple(schema.names.index(column) for column in columns.names)
