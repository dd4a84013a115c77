"""What known truth says of every focal record: counts of each kind of outcome, cell by cell."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from quality.errors.cell import ASSIGNMENT, BLOCKING, NOWHERE, RIGHT, THRESHOLD, Reals
from quality.errors.outcome_rates import Totals
from quality.finished_run import FinishedRun
from quality.groupings import all_groupings, count_by_group, held_by

_KINDS = (RIGHT, NOWHERE, BLOCKING, THRESHOLD, ASSIGNMENT)

_PLACES = [(linked, kind) for linked in (True, False) for kind in _KINDS]

_OUTCOMES = """
    WITH found AS (
        SELECT cluster_l AS record, bool_or(is_found) AS is_linked, bool_or(is_true) AS is_matched,
            bool_or(is_true AND is_found) AS is_correct,
            bool_or(is_true AND is_blocked) AS is_blocked
        FROM clusters GROUP BY cluster_l
    )
    SELECT held.*, coalesce(is_linked, false) AS is_linked, CASE
            WHEN coalesce(is_correct, false) THEN {right}
            WHEN NOT coalesce(is_matched, false)
                THEN CASE WHEN is_linked THEN {nowhere} ELSE {right} END
            WHEN NOT is_blocked THEN {blocking}
            WHEN is_linked THEN {assignment} ELSE {threshold}
        END AS kind
    FROM {records} AS held LEFT JOIN found ON held.record = found.record
"""


@dataclass(frozen=True)
class TruthCell:
    """The focal records of all, or of one group, by what became of each."""

    characteristic: str | None
    group: str | None
    outcomes: Totals

    @property
    def n_records(self) -> int:
        """How many records the cell holds."""
        return int(self.outcomes.linked.sum() + self.outcomes.unlinked.sum())

    def without(self, part: "TruthCell") -> "TruthCell":
        """Return everyone outside a group, at the place of that group."""
        mine, theirs = self.outcomes, part.outcomes
        outside = Totals(mine.linked - theirs.linked, mine.unlinked - theirs.unlinked)
        return TruthCell(part.characteristic, part.group, outside)


def record_outcomes(run: FinishedRun) -> str:
    """Return the query of the focal records with ``is_linked`` and ``kind``, what became of each.

    A kind is a number of :mod:`quality.errors.cell`. Needs the table ``clusters``.
    """
    return _OUTCOMES.format(
        right=RIGHT,
        nowhere=NOWHERE,
        blocking=BLOCKING,
        threshold=THRESHOLD,
        assignment=ASSIGNMENT,
        records=run.view(f"records_{run.config.focal}"),
    )


def truth_cells(run: FinishedRun) -> Iterator[TruthCell]:
    """Yield the cell of all focal records, then those of groups. Needs the table ``clusters``.

    A record that several of the other source match is right if any of them is its link. Which stage
    lost a partner is said as in ``truth_rates``.
    """
    config = run.config
    groupings = all_groupings(config.groups, config.intersections)
    for each in count_by_group(
        run.connection,
        record_outcomes(run),
        held_by(config.focal, config.groups, groupings),
        [f"is_linked = {linked} AND kind = {kind}" for linked, kind in _PLACES],
    ):
        counts: Reals = np.array(each.counts, dtype=np.float64).reshape(2, len(_KINDS))
        yield TruthCell(each.characteristic, each.group, Totals(counts[0], counts[1]))
