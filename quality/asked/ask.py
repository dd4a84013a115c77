"""A table asked of a finished run: logged, counted, checked, perturbed, and written to be approved.

The same table asked for again is the one that is there: nothing new is told.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from linkage.disclosure.cell_key import MOST, VARIANCE
from linkage.errors import Fault, RefusedError
from linkage.runs.audit import append_audit
from linkage.runs.events import Event, now
from linkage.runs.publish import private_folder, publish, sync_folder
from linkage.runs.secret import output_secret
from linkage.runs.sharing import share_release
from linkage.runs.storage import storage
from quality.asked.before import (
    FOLDER,
    REQUEST,
    as_json,
    asked_before,
    free_folder,
    read_table,
    shown_places,
)
from quality.asked.counting import cells_of, parts_of, require_kept
from quality.asked.passing import passed
from quality.asked.request import Request, read_request
from quality.asked.table import OK, TABLE, Made, table_of
from quality.finished_run import FinishedRun, finished_run, require_readable
from quality.release.files import as_csv
from quality.release.manifest import about, write_manifest

RULES = {
    "counts": "perturbed, not rounded",
    "exact": "what may be shown was settled as if every count were published exactly, together "
    "with the run's release and the tables asked for before",
    "perturbation": "each count has cell-key noise of mean zero: the same records have the same "
    f"noise in every table; it is {MOST} at most, of variance {VARIANCE:g}, and moves no count "
    "under the threshold",
    "margins": "totals have noise of their own, so parts do not add up to them",
    "figures": "rates and intervals are made from perturbed counts; intervals do not cover the "
    "noise",
}
"""What the manifest of a table says beside the rules of every release."""


@dataclass(frozen=True)
class Asked:
    """A table that was asked for: where it lies, and its rows as text."""

    folder: Path
    request: Request
    columns: tuple[str, ...]
    rows: Sequence[dict[str, str]]

    @property
    def table(self) -> Path:
        """The file of the table."""
        return self.folder / TABLE


def ask(
    folder: Path, by: Sequence[str], measure: str, source: str | None, other: str | None
) -> Asked:
    """Make the table, write it to ``asked/<id>/for_release/`` of the run, and return it.

    Parameters
    ----------
    folder
        Of a finished run.
    by, measure, source, other
        As :func:`quality.asked.request.read_request` takes them.

    Raises
    ------
    ConfigError
        R420, and R480 to R484: not a finished run, not what the run has, or not what it kept.
    RefusedError
        R485 where nothing of the table may be shown, R488 where the run may not be read.
    """
    require_readable(folder)
    with finished_run(folder) as run:
        require_kept(run)
        request = read_request(run, by, measure, source, other)
        root = run.restricted.parent
        with _one_at_a_time(root / FOLDER):
            log = run.restricted / "audit.jsonl"
            append_audit(log, Event("table_asked", root.name, asked=request.names))
            same = [each for each in asked_before(root) if each.request == request]
            written = same[0].folder if same else _write(root, run, request)
    rows = read_table(written / TABLE)
    return Asked(written, request, tuple(rows[0]), rows)


def _make(run: FinishedRun, root: Path, request: Request) -> Made:
    before = {each.request: shown_places(each, run.config) for each in asked_before(root)}
    allowed = passed(run, request, before)
    cells = cells_of(run, request, output_secret(root.parents[1]))
    made = table_of(request, run.config, cells, parts_of(run, request), allowed)
    if all(row["status"] != OK for row in made.rows):
        raise RefusedError(
            Fault(
                "R485",
                "its counts are small, or would tell a small "
                "one together with what was released before",
                "ask by fewer characteristics, or by ones with larger groups",
            )
        )
    return made


def _write(root: Path, run: FinishedRun, request: Request) -> Path:
    """Write the table beside the request, whole or not at all."""
    # whoever asks is who may not approve, and what was approved until now is taken into account
    asked_by = replace(about(root), runner=os.getuid(), started=now())
    made = _make(run, root, request)
    building = root / FOLDER / ".building"
    shutil.rmtree(building, ignore_errors=True)
    publish(building / REQUEST, as_json(request))
    publish(building / TABLE, as_csv(made.rows, made.columns))
    release = (building / TABLE).parent
    write_manifest(release, asked_by, run.config.disclosure, RULES)
    final = free_folder(root)
    with storage(final, "writing the table"):
        building.rename(final)
        sync_folder(final.parent)
    share_release(root, (final / TABLE).parent, run.config.disclosure.release_group)
    return final


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    """Let one process ask at a time: each has to know what the one before was shown."""
    with storage(folder, "making the folder of tables"):
        private_folder(folder)
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(folder / ".lock", flags, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
