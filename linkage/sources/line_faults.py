"""Which lines of a CSV file are wrong, found with the standard library once a file was refused."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class LineFault:
    """One line that is wrong: its number, what is wrong, and never what stands there."""

    line: int
    code: str
    message: str
    fix: str


class LineReader(Protocol):
    """What :func:`csv.reader` returns: rows, and the number of the line last read."""

    @property
    def line_num(self) -> int:
        """The number of the line last read."""
        ...

    def __iter__(self) -> Iterator[list[str]]:
        """Go through the rows."""
        ...

    def __next__(self) -> list[str]:
        """Return the next row."""
        ...


def line_faults(reader: LineReader) -> Iterator[LineFault]:
    """Yield the rows that are too short, too long, or badly quoted."""
    csv.field_size_limit(2**31 - 1)
    width: int | None = None
    start = 1
    while True:
        start = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield _badly_quoted(start, ended="end of data" in str(error))
            return
        if width is None:
            width = len(row)
        elif row and len(row) != width:
            yield _wrong_width(start, len(row), width)


def _badly_quoted(line: int, ended: bool) -> LineFault:
    message = (
        "a quote is opened on this line and never closed"
        if ended
        else "a quoted value goes on after its closing quote"
    )
    fix = "close the quote, or double the quotes that belong to the value"
    return LineFault(line, "D313", message, fix)


def _wrong_width(line: int, found: int, expected: int) -> LineFault:
    message = f"the line has {found} values where the header has {expected}"
    fix = "mend the line; a value that holds the delimiter must stand in quotes"
    return LineFault(line, "D312", message, fix)
