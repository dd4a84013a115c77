"""A review of encodings: which records its owners are asked to open.

The unit's folder holds record ids where that of a review in clear text holds values.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from linkage.errors import ConfigError, Fault
from quality.review.units import Units
from quality.run_tables import Tables

SHOWN = "shown"
"""The table that holds, in place of values, the record id of every record shown."""

Ask = Callable[[pa.Table, str], Mapping[Path, int]]
"""Given what is shown and the name of the review, asks the owner of each source to open its
records; returns the files of the requests, and how many records each asks for."""

_SHOWN = """
    SELECT unit, 0::INTEGER AS rank, source, record_id AS rid
    FROM units_shown JOIN {keys} USING (source, record)
    UNION ALL BY NAME
    SELECT c.unit, c.rank, u.other AS source, k.record_id AS rid
    FROM candidates_shown AS c JOIN units_shown AS u USING (unit)
    JOIN {keys} AS k ON k.source = u.other AND k.record = c.record
    ORDER BY unit, rank
"""


def shown_of(run: Tables, made: Units) -> pa.Table:
    """Return the record id of every record that reviewers are to see.

    Returns
    -------
    pa.Table
        ``unit``, ``rank`` (0 for the focal record), ``source``, ``rid``.
    """
    run.connection.register("units_shown", made.units)
    run.connection.register("candidates_shown", made.candidates)
    query = _SHOWN.format(keys=run.view("record_keys"))
    table = run.connection.sql(query).to_arrow_table()
    run.connection.unregister("units_shown")
    run.connection.unregister("candidates_shown")
    return table


def review_id(design: Mapping[str, Any]) -> str:
    """Return what names a review in its requests: it follows from links and design alone."""
    return hashlib.sha256(json.dumps(design, sort_keys=True).encode()).hexdigest()[:32]


def require_values(folder: Path) -> None:
    """Refuse to show a review whose values lie with owners of encodings.

    Raises
    ------
    ConfigError
        R447.
    """
    if (folder / f"{SHOWN}.parquet").is_file() and not (folder / "sheets.parquet").is_file():
        message = "the records of this review lie with their owners: it holds no values"
        fix = "give the folder that the review party made with link review join"
        raise ConfigError(Fault("R447", message, fix, file=folder))
