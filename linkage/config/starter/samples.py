"""The first rows of a file, as counts of values by column: what guesses are made of."""

import codecs
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from linkage.config.schema import Column, Csv, Source
from linkage.errors import DataError
from linkage.sources.canonical import canonical, unusable
from linkage.sources.database import table_names
from linkage.sources.faults import fault
from linkage.sources.opening import opened

ROWS = 100_000
_DELIMITERS = ",;\t|"
_TEXT_FILES = (".csv", ".tsv", ".txt")
_DATABASES = (".duckdb", ".ddb", ".db")
_HEAD = 1 << 16


@dataclass(frozen=True)
class Sampled:
    """One column: how often each text stands in the first rows, and whether it holds real dates."""

    name: str
    rows: int
    texts: Counter[str]
    real_date: bool = False

    @property
    def filled(self) -> int:
        """How many rows hold a value."""
        return sum(self.texts.values())

    @property
    def is_unique(self) -> bool:
        """Whether every row holds a value of its own."""
        return 0 < self.rows == self.filled == len(self.texts)


@dataclass(frozen=True)
class Sample:
    """The columns of a file, and how the file has to be read."""

    path: Path
    table: str | None
    csv: Csv
    columns: tuple[Sampled, ...]


def sample(path: Path) -> Sample:
    """Read the first rows of the file at ``path``.

    Raises
    ------
    DataError
        When the file cannot be read, or is a database with more than one table.
    """
    source = _bare(path)
    label = path.name
    format_ = opened(label, source)
    if path.suffix.lower() in _DATABASES:
        source = source.model_copy(update={"table": _only_table(label, source)})
    schema = format_.schema(label, source)
    held = [at for at, each in enumerate(schema) if not unusable(each.type)]
    texts: list[Counter[str]] = [Counter() for _ in held]
    dates = [False] * len(held)
    rows = 0
    for batch in format_.batches(label, source, held):
        for at, column in enumerate(batch.columns):
            values = canonical(column)
            dates[at] = pa.types.is_date(values.type)
            texts[at].update(dict(_written(values)))
        rows += batch.num_rows
        if rows >= ROWS:
            break
    columns = (
        Sampled(schema.names[at], rows, counts, real)
        for at, counts, real in zip(held, texts, dates, strict=True)
    )
    if not rows:
        raise DataError(fault("D316", label, source, "the file holds no row", "fill it first"))
    once = {name for name in schema.names if schema.names.count(name) == 1}
    kept = tuple(each for each in columns if each.name in once)
    return Sample(path, source.table, source.csv, kept)


def _written(values: pa.Array) -> Iterator[tuple[str, int]]:
    """Yield each text that is not blank with its count."""
    for pair in pc.value_counts(values.cast(pa.string()).drop_null()).to_pylist():
        if pair["values"].strip():
            yield pair["values"], pair["counts"]


def _bare(path: Path) -> Source:
    """Return a source that says no more than where the file is and how it is written."""
    said = Csv()
    if path.suffix.lower() in _TEXT_FILES and path.is_file():
        said = _written_as(path)
    return Source(path=path, csv=said, id="?", columns={"unknown": Column(column="?")})


def _written_as(path: Path) -> Csv:
    """Return the encoding and the delimiter that the beginning of a CSV file suggests."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    else:
        encoding = "utf-8" if _is_utf_8(path) else "latin-1"
    header = head.decode(encoding, errors="replace").partition("\n")[0]
    delimiter = max(_DELIMITERS, key=header.count)
    return Csv.model_validate({"encoding": encoding, "delimiter": delimiter})


def _is_utf_8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while chunk := file.read(1 << 20):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _only_table(label: str, source: Source) -> str:
    tables = table_names(label, source)
    if len(tables) == 1:
        return tables[0]
    message = f"the database holds {len(tables)} tables"
    fix = "copy the one to link to a file of its own, or write its source by hand with  table: ..."
    raise DataError(fault("D307", label, source, message, fix))
