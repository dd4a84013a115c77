"""What earlier runs leave for the drift stage of the next: its inputs, beside the records."""

from pathlib import Path

from linkage.runs.fingerprints import file_hash
from linkage.runs.holding import ACCEPTED
from quality.drift import DRIFT, SENTINEL
from quality.drift.state import newest
from quality.review.cases import FOLDER
from quality.review.reviewed import files_hash


def earlier_hashes(home: Path) -> list[str | None]:
    """Return the hashes of all that a run in ``home`` would be set against."""
    run = newest(home)
    if run is None:
        return []
    names = (f"{DRIFT}.json", f"{ACCEPTED}.json", f"{SENTINEL}.parquet")
    paths = [run / "restricted" / name for name in names]
    hashes = [file_hash(path) if path.is_file() else None for path in paths]
    return [*hashes, files_hash(run / FOLDER)]
