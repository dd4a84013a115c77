"""CSV files: everything is text, nothing is guessed, and what does not fit is refused by line."""

import codecs
import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import duckdb
import pyarrow as pa

from linkage.config.schema import Source
from linkage.errors import DataError, Fault
from linkage.sources.faults import counted, fault
from linkage.sources.line_faults import LineFault, LineReader, line_faults

_ROWS = 245_760
_SHOWN = 5
_PYTHON_ENCODING = {"utf-8": "utf-8-sig", "latin-1": "latin-1", "utf-16": "utf-16"}
_READ = """
SELECT {wanted} FROM read_csv($path, auto_detect = false, all_varchar = true, header = true,
    columns = {columns}, strict_mode = true, null_padding = false, ignore_errors = false,
    delim = $delimiter, quote = $quote, escape = $quote, encoding = $encoding)
"""


def csv_schema(name: str, source: Source) -> pa.Schema:
    """Return the columns that the header line names, all of them text."""
    try:
        with source.path.open(encoding=_PYTHON_ENCODING[source.csv.encoding], newline="") as file:
            header = next(_reader(source, file), [])
    except UnicodeError:
        raise DataError(_text_faults(name, source)) from None
    except csv.Error:
        raise DataError(_row_faults(name, source)) from None
    if "\0" in "".join(header):
        raise DataError(_text_faults(name, source))
    return pa.schema([(column, pa.string()) for column in header])


def csv_batches(
    name: str, source: Source, positions: Sequence[int], rows: int = _ROWS
) -> Iterator[pa.RecordBatch]:
    """Yield the columns at ``positions``, so many ``rows`` at a time.

    The bytes are checked first, because the reader lets NUL bytes pass; its own words are never
    shown, because they quote the line.
    """
    if faults := _text_faults(name, source):
        raise DataError(faults)
    n_columns = len(csv_schema(name, source))
    columns = ", ".join(f"c{n}: 'VARCHAR'" for n in range(1, n_columns + 1))
    wanted = ", ".join(f"c{at + 1} AS k{n}" for n, at in enumerate(positions, 1))
    query = _READ.format(wanted=wanted, columns=f"{{{columns}}}")
    try:
        with duckdb.connect(":memory:", config={"autoload_known_extensions": False}) as connection:
            yield from connection.sql(query, params=_parameters(source)).to_arrow_reader(rows)
    except duckdb.Error as error:
        raise DataError(_row_faults(name, source, str(error))) from None


def _parameters(source: Source) -> dict[str, object]:
    path = re.sub(r"([*?\[])", r"[\1]", str(source.path))  # the reader would take it as a pattern
    return {
        "path": path,
        "delimiter": source.csv.delimiter,
        "quote": source.csv.quote,
        "encoding": source.csv.encoding,
    }


def _reader(source: Source, lines: Iterable[str]) -> LineReader:
    return csv.reader(
        lines, delimiter=source.csv.delimiter, quotechar=source.csv.quote, strict=True
    )


def _text_faults(name: str, source: Source) -> list[Fault]:
    """Return a fault where the bytes are not the text they are declared to be."""
    line = 1
    decoder = codecs.getincrementaldecoder(_PYTHON_ENCODING[source.csv.encoding])()
    with source.path.open("rb") as file:
        while True:
            chunk = file.read(1 << 20)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                return [_wrong_encoding(name, source, line + chunk[: error.start].count(b"\n"))]
            if "\0" in text:
                return [_nul(name, source, line + text[: text.index("\0")].count("\n"))]
            if not chunk:
                return []
            line += text.count("\n")


def _wrong_encoding(name: str, source: Source, line: int) -> Fault:
    return fault(
        "D310",
        name,
        source,
        f"a byte is not {source.csv.encoding} text",
        "declare how the file is written: csv: {encoding: latin-1} (or utf-8, utf-16)",
        line,
    )


def _nul(name: str, source: Source, line: int) -> Fault:
    return fault(
        "D311",
        name,
        source,
        "a NUL byte stands in the text",
        "the file is damaged, or its encoding is utf-16: csv: {encoding: utf-16}",
        line,
    )


def _row_faults(name: str, source: Source, said: str = "") -> list[Fault]:
    """Return the faults of a file that the strict reader refused, found by reading it again."""
    encoding = _PYTHON_ENCODING[source.csv.encoding]
    with source.path.open(encoding=encoding, newline="") as file:
        found: Iterator[LineFault] = line_faults(_reader(source, file))
        shown = [
            fault(each.code, name, source, each.message, each.fix, each.line)
            for each in islice(found, _SHOWN)
        ]
        more = sum(1 for _ in found)
    if more:
        shown.append(fault("D312", name, source, f"{counted(more, 'more line')} are as wrong"))
    return shown or [_refused(name, source, said)]


def _refused(name: str, source: Source, said: str) -> Fault:
    line = re.search(r"\bLine: (\d+)", said)
    return fault(
        "D314",
        name,
        source,
        "a line is not strict CSV (RFC 4180): line ends of two kinds, or a stray quote",
        "write the file again with one kind of line end and every quote doubled inside quotes",
        int(line[1]) if line else None,
    )
