"""Lists of values and how often they occur, as an attacker would find them published."""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from linkage.errors import ConfigError, DataError, Fault
from linkage.privacy.attack.target import ValueList
from linkage.standardise import names
from linkage.standardise.rules import Row

_HEADER = ["value", "count"]
_CLEANED: dict[str, tuple[Callable[[str], Row], tuple[str, ...]]] = {
    "first_name": (names.first_name, ("first_name", "first_initial", "first_name_phonetic")),
    "middle_name": (names.middle_name, ("middle_name", "middle_initial")),
    "surname": (names.surname, ("surname", "surname_initial", "surname_phonetic")),
}
"""How the values of a role are cleaned, and what is made of each."""


def read_lists(given: Sequence[str]) -> dict[str, ValueList]:
    """Return the lists by standardised column, cleaned as records are.

    Parameters
    ----------
    given
        ``ROLE=FILE`` each; a file is CSV with the header ``value,count``.

    Raises
    ------
    ConfigError
        R521 for text in another form.
    DataError
        D420 for a file that is no such list; the line is told and never what stands there.
    """
    found: dict[str, ValueList] = {}
    for each in given:
        role, equals, path = each.partition("=")
        if not (role and equals and path):
            message = "a list is given as ROLE=FILE, and something else was"
            fix = "write  --list surname=surnames.csv"
            raise ConfigError(Fault("R521", message, fix, path="--list"))
        for column, counts in _read(role, Path(path)).items():
            found[column] = ValueList(dict(counts))
    return found


def _read(role: str, path: Path) -> dict[str, dict[str, float]]:
    clean, columns = _CLEANED.get(role, (None, (role,)))
    counts: dict[str, dict[str, float]] = {column: defaultdict(float) for column in columns}
    for value, count in _rows(path):
        made = (value.upper(),) if clean is None else clean(value).values
        for column, text in zip(columns, made, strict=False):
            if text is not None:
                counts[column][str(text)] += count
    return counts


def _rows(path: Path) -> Iterator[tuple[str, float]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file)
            if next(rows, None) != _HEADER:
                raise _fault(path, 1, "its header is not  value,count")
            for row in rows:
                yield _row(path, rows.line_num, row)
    except (OSError, UnicodeDecodeError, csv.Error):
        raise _fault(path, None, "it cannot be read as UTF-8 text") from None


def _row(path: Path, line: int, row: Sequence[str]) -> tuple[str, float]:
    if len(row) != len(_HEADER):
        raise _fault(path, line, "the line does not hold two fields")
    try:
        count = float(row[1])
    except ValueError:
        count = -1.0
    if not 0 <= count < float("inf"):
        raise _fault(path, line, "the count is not a number of 0 or more") from None
    return row[0].strip(), count


def _fault(path: Path, line: int | None, what: str) -> DataError:
    fix = "give a CSV file with the header  value,count  and a line a value"
    return DataError(Fault("D420", f"this is no list of values: {what}", fix, path, line))
