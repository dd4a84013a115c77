"""The file that says who is who: read strictly, its records found in the run."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb

from linkage.errors import DataError, Fault
from linkage.sql import identifier, literal
from quality.finished_run import FinishedRun

PAIR_COLUMNS = ("record_id_l", "record_id_r")
SOURCE_COLUMNS = ("source_l", "source_r")
PERSON_COLUMNS = ("source", "record_id", "person")

_READERS = {".parquet": "read_parquet({path})", ".csv": "read_csv({path}, {csv})"}
_CSV = "all_varchar = true, header = true, strict_mode = true, null_padding = false"


@dataclass(frozen=True)
class Truth:
    """What was found of the truth in the run.

    The table ``truth_pairs`` then holds the true pairs of records (``l`` < ``r``); ``truth_person``
    each record with its person, where the file says it so.
    """

    form: Literal["pairs", "persons"]
    n_not_in_run: int
    reversed: bool = False


def read_truth(run: FinishedRun, path: Path) -> Truth:
    """Read the truth in ``path`` and make ``truth_pairs`` in the run's database.

    The file holds true pairs (``record_id_l, record_id_r``, with ``source_l, source_r`` where an
    identifier does not say its source), or ``source, record_id, person``.

    Raises
    ------
    DataError
        When the file cannot be read as either.
    """
    run.view("record_keys")
    columns = _load(run, path)
    if set(PERSON_COLUMNS) <= columns.keys():
        return _persons(run)
    if not set(PAIR_COLUMNS) <= columns.keys():
        raise _fault(
            "D361",
            path,
            "the truth file has neither pairs nor persons",
            "give it columns record_id_l, record_id_r, or source, record_id, person",
        )
    if set(SOURCE_COLUMNS) <= columns.keys():
        return _pairs(run, _BY_SOURCE)
    if _ids_say_the_source(run):
        return _pairs(run, _BY_ID)
    if len(run.config.sources) != 2:
        raise _fault(
            "D362",
            path,
            "an identifier of the truth file may stand in more than one source",
            "add the columns source_l and source_r",
        )
    return _either_way_round(run)


def _load(run: FinishedRun, path: Path) -> Mapping[str, str]:
    """Read the file into the table ``truth``, every column as text; return its columns."""
    if path.suffix.lower() not in _READERS or not path.is_file():
        raise _fault(
            "D360",
            path,
            "the truth file does not exist, or is neither Parquet nor CSV",
            "give the path of a .parquet or .csv file",
        )
    reader = _READERS[path.suffix.lower()].format(path=literal(str(path.resolve())), csv=_CSV)
    try:
        columns = run.columns(reader)
        selected = ", ".join(_as_text(name, kind) for name, kind in columns.items())
        run.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE truth AS SELECT {selected} FROM {reader}"  # noqa: S608 - quoted
        )
    except duckdb.Error:  # its words may quote the file
        raise _fault(
            "D360", path, "the truth file is damaged, or not what its name says", "write it again"
        ) from None
    return columns


def _as_text(name: str, kind: str) -> str:
    """Return a column as text, a whole number without a decimal point: 3.0 is the identifier 3."""
    column = identifier(name)
    text = f"CAST({column} AS VARCHAR)"
    if kind in {"DOUBLE", "FLOAT"}:
        whole = f"{column} = trunc({column}) AND abs({column}) < 1e15"
        text = f"CASE WHEN {whole} THEN CAST(CAST({column} AS BIGINT) AS VARCHAR) ELSE {text} END"
    return f"{text} AS {column}"


_KEYS = "record_keys AS {side} ON {side}.record_id = truth.record_id_{end}"
_BY_ID = {"l": "", "r": ""}
_BY_SOURCE = {
    "l": " AND a.source = truth.source_l",
    "r": " AND b.source = truth.source_r",
}


def _pairs(run: FinishedRun, conditions: Mapping[str, str]) -> Truth:
    connection = run.connection
    left = _KEYS.format(side="a", end="l") + conditions["l"]
    right = _KEYS.format(side="b", end="r") + conditions["r"]
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE truth_found AS "  # noqa: S608 - static
        "SELECT least(a.record, b.record) AS l, greatest(a.record, b.record) AS r "
        f"FROM truth JOIN {left} JOIN {right}"
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE truth_pairs AS "
        "SELECT DISTINCT l, r FROM truth_found WHERE l <> r"
    )
    found = _number(run, "SELECT count(*) FROM truth_found")
    connection.execute("DROP TABLE truth_found")
    return Truth("pairs", _number(run, "SELECT count(*) FROM truth") - found)


def _either_way_round(run: FinishedRun) -> Truth:
    """Read l as the first source and r as the second, or the other way if that fits better."""
    first, second = run.config.sources
    ways = []
    for left, right in ((first, second), (second, first)):
        conditions = {
            "l": f" AND a.source = {literal(left)}",
            "r": f" AND b.source = {literal(right)}",
        }
        ways.append((_pairs(run, conditions).n_not_in_run, conditions))
    turned = ways[1][0] < ways[0][0]
    truth = _pairs(run, ways[turned][1])
    return Truth("pairs", truth.n_not_in_run, reversed=turned)


def _ids_say_the_source(run: FinishedRun) -> bool:
    return not _number(
        run,
        "SELECT count(*) FROM (SELECT record_id FROM record_keys GROUP BY record_id "
        "HAVING count(*) > 1)",
    )


def _persons(run: FinishedRun) -> Truth:
    connection = run.connection
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE truth_person AS "
        "SELECT record, any_value(person) AS person FROM truth "
        "JOIN record_keys USING (source, record_id) GROUP BY record"
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE truth_pairs AS SELECT a.record AS l, b.record AS r "
        "FROM truth_person AS a JOIN truth_person AS b "
        "ON a.person = b.person AND a.record < b.record"
    )
    missing = _number(
        run, "SELECT count(*) FROM truth ANTI JOIN record_keys USING (source, record_id)"
    )
    return Truth("persons", missing)


def _number(run: FinishedRun, query: str) -> int:
    row = run.connection.execute(query).fetchone()
    return int(row[0]) if row else 0


def _fault(code: str, path: Path, message: str, fix: str) -> DataError:
    return DataError(Fault(code, message, fix, file=path))
