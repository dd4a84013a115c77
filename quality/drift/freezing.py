"""Reviewed pairs taken out of a finished run, for the sentinel set of the runs after it."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from linkage.config.group_names import UNKNOWN
from linkage.errors import LinkageError
from linkage.model.level_weights import SCORING
from linkage.runs.holding import is_accepted
from linkage.runs.storage import storage, undamaged
from linkage.sql import identifier, literal
from quality.drift import SENTINEL
from quality.drift.sentinel import followed, nobody, with_scores
from quality.drift.testing import LEAST_RECORDS
from quality.finished_run import FinishedRun, finished_run
from quality.review.cases import FOLDER
from quality.review.focal import sides
from quality.review.reviewed import read_review_of
from quality.uncertainty.review_labels import best_candidates, labels_of

_PAIRS = """
    SELECT labelled.match, pair.w_tf, {levels}{groups}
    FROM labelled
    JOIN {candidates} AS pair ON pair.{record} = labelled.record
        AND pair.{opposite} = labelled.candidate
    JOIN {patterns} AS levels USING (pattern)
    JOIN {focal} AS focal ON focal.record = labelled.record
    ORDER BY ALL
"""


def sentinel_of(run: Path | None) -> pa.Table:
    """Return the set that follows ``run``: its own, or of the review that was made of it.

    The first review with enough decisions makes the set, and it stays as it is. Where a person has
    accepted what the run said of it, that is what later runs are set against.
    """
    if run is None:
        return nobody()
    path = run / "restricted" / f"{SENTINEL}.parquet"
    held = nobody()
    if path.is_file():
        with storage(path, "reading the sentinel set"), undamaged(path):
            held = pq.read_table(path, page_checksum_verification=True)
    if not held.num_rows:
        return _frozen(run)
    return followed(held) if is_accepted(run) else held


def _frozen(run: Path) -> pa.Table:
    """Return the pairs that the review of a run decided on; nobody without one, or with few.

    A review that does not fit the run any more, or cannot be read, stops no batch.
    """
    try:
        with finished_run(run) as opened:
            folder = opened.config.quality.review or run / FOLDER
            if not (folder / "design.json").is_file():
                return nobody()
            pairs = _pairs(opened, folder)
    except LinkageError:
        return nobody()
    return pairs if pairs.num_rows >= LEAST_RECORDS else nobody()


def _pairs(run: FinishedRun, folder: Path) -> pa.Table:
    review = read_review_of(run, run.config, folder)
    best = best_candidates(run, run.config, review.focal)
    labels = labels_of(review, best)
    candidate = best.candidate[np.searchsorted(review.focal.record, labels.record)]
    labelled = pa.table({"record": labels.record, "candidate": candidate, "match": labels.match})
    run.connection.register("labelled", labelled)
    side, opposite = sides(run.config)
    patterns, focal = run.view("patterns"), run.view(f"records_{review.focal.source}")
    levels = [name for name in run.columns(patterns) if name.startswith("gamma_")]
    groups = [name for name in run.columns(focal) if name.startswith("group_")]
    query = _PAIRS.format(
        levels=", ".join(f"levels.{identifier(name)}" for name in levels),
        groups="".join(
            f", coalesce(focal.{identifier(name)}, {literal(UNKNOWN)}) AS {identifier(name)}"
            for name in groups
        ),
        candidates=run.view("candidates"),
        patterns=patterns,
        focal=focal,
        record=f"record_{side}",
        opposite=f"record_{opposite}",
    )
    table = run.connection.execute(query).to_arrow_table()
    by_group = run.config.linkage.decide.threshold_by_group
    return followed(with_scores(table, run.read_json(SCORING), by_group))
