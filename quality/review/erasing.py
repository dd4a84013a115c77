"""People taken out of a review: what was decided of them keeps its weight, and names nobody."""

import json
from collections.abc import Collection, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from linkage.runs.parquet import PARQUET
from linkage.runs.publish import publish, publishing
from linkage.runs.storage import storage, undamaged
from quality.review.cases import FOLDER, read_review
from quality.review.decisions import FOLDER as DECISIONS
from quality.review.decisions import read_decisions

KEPT = "kept_decisions.parquet"
"""Decisions whose unit was erased: stratum, its counts, the decision and its standing."""

_ERASING = "erasing.parquet"
"""The decisions that are on their way there, with their unit, until they have arrived."""

_N_KEPT = b"n_kept"
"""How many were kept before them."""

_COLUMNS = ["stratum", "n_stratum", "n_sampled", "unit_type", "decision", "adjudicated"]


def erase(run: Path, ids: Mapping[str, Collection[str]]) -> None:
    """Erase the units of a run's review that show any of these records, by source and identifier.

    What reviewers decided of them stays, without unit, record, partner, reviewer or time, beside
    the weight that its stratum gives it: once, however often this is interrupted and done again.
    """
    folder, keys = run / FOLDER, run / "restricted" / "record_keys.parquet"
    _finish(folder)
    if not (folder / "units.parquet").is_file() or not keys.is_file():
        return
    with storage(keys, "reading an intermediate table"), undamaged(keys):
        table = pq.read_table(keys, page_checksum_verification=True)
    gone = {
        number
        for source, of in ids.items()
        for number in table.filter(
            pc.and_(
                pc.equal(table["source"], source),
                pc.is_in(table["record_id"], pa.array(sorted(of), pa.string())),
            )
        )["record"].to_pylist()
    }
    review = read_review(folder)
    units = sorted(
        number
        for number, unit in review.units.items()
        if gone & {unit.record, unit.partner_shown, *review.listed[number]}
    )
    if not units:
        return
    named = pa.array(units, pa.int32())
    decided = read_decisions(folder)
    kept = decided.filter(pc.is_in(decided["unit"], named)).select(["unit", *_COLUMNS])
    n = len(_kept(folder, kept.schema))
    _write(folder / _ERASING, kept.replace_schema_metadata({_N_KEPT: str(n)}))
    _finish(folder)
    for name in ("sheets", "candidates", "units"):
        each = pq.read_table(folder / f"{name}.parquet")
        _write(folder / f"{name}.parquet", each.filter(pc.invert(pc.is_in(each["unit"], named))))


def _finish(folder: Path) -> None:
    """Move what is being erased from the logs of decisions to those kept, from wherever it is."""
    path = folder / _ERASING
    if not path.is_file():
        return
    erasing = pq.read_table(path)
    units = set(erasing["unit"].to_pylist())
    for log in sorted((folder / DECISIONS).glob("*.jsonl")):
        lines = log.read_bytes().splitlines(keepends=True)
        publish(log, b"".join(line for line in lines if _unit(line) not in units))
    before = _kept(folder, erasing.schema)[: int(erasing.schema.metadata[_N_KEPT])]
    _write(folder / KEPT, pa.concat_tables([before, erasing.select(_COLUMNS)]))
    path.unlink()


def _kept(folder: Path, schema: pa.Schema) -> pa.Table:
    """Return the decisions kept of erased units; none, of this schema, where nothing was erased."""
    path = folder / KEPT
    return (pq.read_table(path) if path.is_file() else schema.empty_table()).select(_COLUMNS)


def _unit(line: bytes) -> int | None:
    """Return the unit that a line speaks of, None where it was torn by a crash."""
    try:
        return int(json.loads(line)["unit"])
    except (ValueError, KeyError, TypeError):
        return None


def _write(path: Path, table: pa.Table) -> None:
    with publishing(path) as file:
        pq.write_table(table, file, **PARQUET)
