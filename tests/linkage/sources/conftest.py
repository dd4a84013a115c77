from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from linkage.config.schema import Source
from linkage.errors import DataError
from linkage.sources.reading import read_source
from linkage.sources.rows import rows_of
from linkage.sources.selection import selection

Rows = list[dict[str, object]]


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Source]:
    """Write bytes to a file and return the source that names it."""

    def source(content: bytes = b"", file: str = "people.csv", **settings: object) -> Source:
        path = tmp_path / file
        if content:
            path.write_bytes(content)
        said = {"path": path, "id": "id", "columns": {"surname": "surname"}, **settings}
        return Source.model_validate(said)

    return source


@pytest.fixture
def read() -> Callable[[Source], tuple[Rows, dict[str, int]]]:
    """Read a source; return its rows under the user's names, and the counts."""

    def rows(source: Source) -> tuple[Rows, dict[str, int]]:
        people = rows_of("people", source, selection("people", source, {}, ()))
        with duckdb.connect() as connection:
            counts = read_source(connection, people, "raw people").counts
            found = connection.execute('SELECT * FROM "raw people" ORDER BY c1').fetchall()
        return [dict(zip(people.columns.names, row, strict=True)) for row in found], counts

    return rows


@pytest.fixture
def faults(read: Callable[[Source], object]) -> Callable[[Source], list[tuple[str, int | None]]]:
    """Read a source that must be refused; return code and line of each fault."""

    def found(source: Source) -> list[tuple[str, int | None]]:
        with pytest.raises(DataError) as caught:
            read(source)
        return [(fault.code, fault.line) for fault in caught.value.faults]

    return found
