"""Clusters of pairs by group where links decide: each is of one focal record, and has its group."""

from collections.abc import Iterator

import numpy as np

from quality.errors.truth import Clusters
from quality.finished_run import FinishedRun
from quality.groupings import all_groupings, count_by_group, held_by

_KINDS = """
    CREATE OR REPLACE TEMP TABLE record_kinds AS
    WITH counted AS (
        SELECT cluster_l AS record, count(*) FILTER (WHERE is_true AND is_found) AS correct,
            count(*) FILTER (WHERE is_found) AS found, count(*) FILTER (WHERE is_true) AS true_,
            count(*) FILTER (WHERE is_true AND is_blocked) AS blocked
        FROM clusters GROUP BY cluster_l
    )
    SELECT *, dense_rank() OVER (ORDER BY correct, found, true_, blocked) AS kind FROM counted
"""

_EACH_KIND = "SELECT DISTINCT kind, correct, found, true_, blocked FROM record_kinds ORDER BY kind"


def linked_clusters(run: FinishedRun) -> Iterator[tuple[str | None, str | None, Clusters]]:
    """Yield the clusters of all focal records, then of every group: characteristic, group, counts.

    In a pass over the records: they are as alike as their numbers of links and matches, so that
    only kinds of records are counted. Needs the table ``clusters``.
    """
    config, connection = run.config, run.connection
    connection.execute(_KINDS)
    kinds = connection.execute(_EACH_KIND).fetchall()
    records = run.view(f"records_{config.focal}")
    groupings = all_groupings(config.groups, config.intersections)
    each_number = np.array([counts for _, *counts in kinds], dtype=np.float64).reshape(-1, 4)
    for cell in count_by_group(
        connection,
        f"SELECT held.*, kind FROM {records} AS held JOIN record_kinds USING (record)",  # noqa: S608 - quoted
        held_by(config.focal, config.groups, groupings),
        [f"kind = {kind}" for kind, *_ in kinds],
    ):
        n = np.array(cell.counts, dtype=np.float64)
        correct, found, true, blocked = each_number[n > 0].T
        counts = Clusters(correct, found, true, blocked, n[n > 0])
        yield cell.characteristic, cell.group, counts
