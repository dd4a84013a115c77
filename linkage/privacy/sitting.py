"""At the review party: what each owner opened, put where a review in clear text has its values."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from linkage.errors import DataError, Fault
from linkage.privacy.manifest import RECORD_ID
from linkage.privacy.new_folder import new_folder, require_new
from linkage.privacy.opened import Opened, read_opened
from linkage.runs.parquet import PARQUET
from linkage.runs.publish import private_folder, publish, publishing
from linkage.runs.storage import damaged, storage

_SHOWN = "shown.parquet"
"""The table of a unit's review folder that holds record ids in place of values."""

_COPIED = ("units.parquet", "candidates.parquet", "design.json")
_WHAT = "for the review"


def join(asked: Path, opened: Sequence[Path], out: Path, place: Path) -> int:
    """Make ``out``, in which a review goes on as in the folder of a run; return its units.

    Values of records that were not sampled are left out.

    Parameters
    ----------
    asked
        The review folder that the unit sent: it holds record ids.
    opened
        What the owner of each source opened for it.
    place
        Where a review lies, from the folder of a run.

    Raises
    ------
    DataError
        D416 when one of ``opened`` is no such folder, D417 when it is not for this review.
    """
    require_new(out, _WHAT)
    review_id, shown = _review(asked)
    sheets = sheets_of(shown, _opened(review_id, shown, opened, asked))
    with new_folder(out, _WHAT) as building:
        folder = building / place
        private_folder(folder.parent)
        private_folder(folder)
        with publishing(folder / "sheets.parquet") as file:
            pq.write_table(sheets, file, **PARQUET)
        for name in _COPIED:
            publish(folder / name, (asked / name).read_bytes())
    return len(pc.unique(sheets["unit"]))


def sheets_of(shown: pa.Table, opened: Mapping[str, pa.Table]) -> pa.Table:
    """Return what reviewers see, a row for every record shown.

    Parameters
    ----------
    shown
        ``unit``, ``rank``, ``source``, ``rid``.
    opened
        By source: ``rid`` and a column of text for every field.
    """
    parts = []
    for source, values in opened.items():
        rows = shown.filter(pc.equal(shown["source"], source))
        place = pc.index_in(rows[RECORD_ID], value_set=values[RECORD_ID].combine_chunks())
        part = values.drop_columns(RECORD_ID).take(place)
        parts.append(part.add_column(0, "rank", rows["rank"]).add_column(0, "unit", rows["unit"]))
    return pa.concat_tables(parts, promote_options="default").sort_by(
        [("unit", "ascending"), ("rank", "ascending")]
    )


def _review(asked: Path) -> tuple[str, pa.Table]:
    """Return the name of the review in its requests, and the record ids that it shows."""
    if not all((asked / name).is_file() for name in (*_COPIED, _SHOWN)):
        message = "this is no review folder of a linkage unit"
        fix = "give the folder that link review sample printed for a run on encodings"
        raise DataError(Fault("D417", message, fix, file=asked))
    with storage(asked, "reading the review"):
        try:
            design = json.loads((asked / "design.json").read_bytes())
            table = pq.read_table(asked / _SHOWN)
            return str(design["review"]), table.select(["unit", "rank", "source", RECORD_ID])
        except (KeyError, TypeError, ValueError, pa.ArrowException):
            raise damaged(asked) from None


def _opened(
    review: str, shown: pa.Table, folders: Sequence[Path], asked: Path
) -> dict[str, pa.Table]:
    """Return the opened records by source, once they are all that the review shows."""
    found = {folder: read_opened(folder) for folder in folders}
    sources = pc.unique(shown["source"]).to_pylist()
    faults = [*_of_others(review, {folder: said for folder, (said, _) in found.items()})]
    tables = {said.source: table for said, table in found.values()}
    if not faults and (set(tables) != set(sources) or len(found) != len(sources)):
        message = f"the review is of {' and '.join(sources)}"
        fix = "give what the owner of each opened, each once"
        faults.append(Fault("D417", message, fix, file=asked))
    faults += [] if faults else _missing(shown, found)
    if faults:
        raise DataError(faults)
    return tables


def _of_others(review: str, said: Mapping[Path, Opened]) -> Iterator[Fault]:
    parties = {each.to for each in said.values()}
    for folder, each in said.items():
        if each.review != review:
            message = "these records were opened for another review"
            fix = "give what the owner opened for the request of this one"
            yield Fault("D417", message, fix, file=folder)
        elif len(parties) > 1:
            message = "the owners opened their records for different parties"
            fix = "let all owners agree on one review party, and open to that"
            yield Fault("D417", message, fix, file=folder)


def _missing(shown: pa.Table, found: Mapping[Path, tuple[Opened, pa.Table]]) -> Iterator[Fault]:
    for folder, (said, table) in found.items():
        wanted = shown.filter(pc.equal(shown["source"], said.source))[RECORD_ID]
        there = pc.is_in(wanted, value_set=table[RECORD_ID].combine_chunks())
        if not pc.all(there, min_count=0).as_py():
            message = "records that the review shows were not opened"
            fix = "ask the owner to open the whole request"
            yield Fault("D417", message, fix, file=folder)
