"""A review of encodings: which records its owners are asked to open, and of whom the unit asks it.

The unit's folder holds record ids where that of a review in clear text holds values.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from linkage.config.schema import Config
from linkage.errors import ConfigError, Fault
from linkage.privacy.manifest import RECORD_ID
from linkage.privacy.requests import request_of, with_decoys, write_request
from linkage.runs.publish import private_folder
from linkage.runs.secret import output_secret
from quality.finished_run import FinishedRun
from quality.review.units import Units

SHOWN = "shown"
"""The table that holds, in place of values, the record id of every record shown."""

REQUESTS = Path("restricted") / "requests"
"""Where the requests to the owners lie, from the folder of the run."""

_SHOWN = """
    SELECT unit, 0::INTEGER AS rank, source, record_id AS rid
    FROM units_shown JOIN {keys} USING (source, record)
    UNION ALL BY NAME
    SELECT c.unit, c.rank, u.other AS source, k.record_id AS rid
    FROM candidates_shown AS c JOIN units_shown AS u USING (unit)
    JOIN {keys} AS k ON k.source = u.other AND k.record = c.record
    ORDER BY unit, rank
"""


def shown_of(run: FinishedRun, made: Units) -> pa.Table:
    """Return ``unit``, ``rank`` (0 for the focal record), ``source`` and ``rid`` of every record
    that reviewers are to see.
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


def ask_owners(run: FinishedRun, shown: pa.Table, review: str) -> dict[Path, int]:
    """Write a request to the owner of each source; return how many records each asks for."""
    root, config = run.restricted.parent, run.config
    secret = output_secret(root.parent.parent)
    private_folder(root / REQUESTS)
    asked = {}
    for name in config.sources:
        rids = _distinct(shown.filter(pa.compute.equal(shown["source"], name))[RECORD_ID])
        ids = with_decoys(rids, _all_ids(run, name), secret, f"{review}|{name}")
        path = root / REQUESTS / f"{name}.parquet"
        write_request(path, request_of(review, name, config.sources[name]), ids)
        asked[path] = len(ids)
    return asked


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


def _all_ids(run: FinishedRun, source: str) -> pa.StringArray:
    path = run.restricted / "record_keys.parquet"
    table = pq.read_table(path, filters=[("source", "=", source)], columns=["record_id"])
    return _distinct(table["record_id"])


def _distinct(ids: pa.ChunkedArray) -> pa.StringArray:
    return pa.compute.unique(ids).cast(pa.string()).sort()
