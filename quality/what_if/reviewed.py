"""Scenarios scored on the reviewed records: each has a known partner, or none, whoever it links to.

The strata of the design are parted by what becomes of their records: still linked to the partner
they had, linked to another, or not linked. How many there are of each is known of all records, and
those reviewed are a random sample of each part, as in a group that the design did not know.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from linkage.model.normalise import Index, Reals
from quality import measures
from quality.bias.gap import around
from quality.errors.audit import error_rates, joint_draws, point
from quality.errors.cell import ASSIGNMENT, BLOCKING, NOWHERE, RIGHT, THRESHOLD, Reviewed, merged
from quality.estimate import Estimate
from quality.proportion import Interval
from quality.review.reviewed import Review, cell_of, read_review_of
from quality.share import status_of
from quality.what_if.kept import Kept
from quality.what_if.outcome import NO_PARTNER, Outcome, cells, reference_of, row_of
from quality.what_if.scenario import Scenario

_UNKNOWN = -2
"""A partner that exists, and that the reviewer did not name."""

_GAPS = {measures.PRECISION: measures.PRECISION_GAP, measures.RECALL: measures.RECALL_GAP}
_DRAWS = 2_000
_SEED = 1


@dataclass(frozen=True)
class Findings:
    """What reviewers found: of each decided unit (U,) the true partner's number.

    ``met`` (U,) is the mask of the run's rules that bring the two together, 0 where none does.
    """

    review: Review
    partner: Index
    met: Index


def read_findings(kept: Kept, folder: Path) -> Findings:
    """Read the review in ``folder``.

    Raises
    ------
    ConfigError, DataError
        When the review does not fit the run: see :func:`quality.review.reviewed.read_review_of`.
    """
    review = read_review_of(kept.run, kept.run.config, folder)
    rows = review.final.to_pylist()
    partner = np.array([_partner(row) for row in rows], dtype=np.int64)
    listed = pq.read_table(folder / "candidates.parquet").to_pylist()
    meets = {(row["unit"], row["record"]): row["meets_rule"] for row in listed}
    in_blocks = np.array(
        [meets.get((row["unit"], to), True) for row, to in zip(rows, partner.tolist(), strict=True)]
    )
    record = review.focal.record[review.decided.row] - kept.focal.first
    return Findings(review, partner, np.where(in_blocks, _rules_met(kept, record, partner), 0))


def _partner(row: dict[str, object]) -> int:
    """Return the true partner that the decision on a unit names."""
    partner = row["partner_shown"] if _confirmed(row) else row["partner"]
    if isinstance(partner, int):
        return partner
    return _UNKNOWN if row["unit_type"] != "link" and row["decision"] == "match" else NO_PARTNER


def _confirmed(row: dict[str, object]) -> bool:
    return row["unit_type"] == "link" and row["decision"] == "match"


def _rules_met(kept: Kept, record: Index, partner: Index) -> Index:
    """Return the mask of the rules of each pair; of every rule where the run did not keep it."""
    focal, other = kept.records()
    width = np.int64(kept.other.first + kept.other.n)
    key = focal * width + other
    order = np.argsort(key)
    asked = record * width + partner
    place = order[np.minimum(np.searchsorted(key[order], asked), len(key) - 1)]
    every = (1 << len(kept.method.rules)) - 1
    met: Index = np.where(key[place] == asked, kept.table["rules"].to_numpy()[place], every)
    return met


def reviewed_rates(
    kept: Kept, scenario: Scenario, made: Outcome, findings: Findings
) -> Iterator[Estimate]:
    """Yield precision and recall of every group, and their gaps, as the review estimates them."""
    review = _under(scenario, made, findings)
    quality = kept.run.config.quality
    for groups, members in cells(kept):
        reference = reference_of(kept, groups)
        found = {at: merged(_cell(review, rows)) for at, rows in members.items()}
        for at, cell in found.items():
            row = replace(
                row_of(kept, groups, at),
                method=measures.REVIEW,
                n_reviewed=round(float(cell.reviewed.sum())),
            )
            for measure, interval in error_rates(
                cell, quality.level, reviewers=review.reviewers
            ).items():
                graded = replace(row, grade=review.grade(measure))
                yield _with(graded, measure, interval, quality.material_gap)
            if reference is not None and at != reference:
                name = groups.names[reference]
                for rate, gap in _gaps(review, cell, found[reference], quality.level):
                    against = replace(row, grade=review.grade(rate), reference=name)
                    yield _with(against, _GAPS[rate], gap, quality.material_gap)


def _cell(review: Review, rows: Index) -> Reviewed:
    member = np.zeros(len(review.stratum), dtype=bool)
    member[rows] = True
    return cell_of(review, member)


def _under(scenario: Scenario, made: Outcome, findings: Findings) -> Review:
    """Return the review as if it had been of the scenario: its strata parted, its outcomes anew."""
    review = findings.review
    before, now = review.focal.partner, made.partner
    part = np.where(now == NO_PARTNER, 0, np.where(now == before, 1, 2))
    n = len(review.linked)
    # linked parts first, and like strata side by side: they may be merged with a neighbour
    stratum = np.where(part == 0, 2 * n, (part - 1) * n) + review.stratum
    linked = np.repeat([True, True, False], n)
    rows = review.decided.row
    outcome = _outcomes(scenario, now[rows], findings)
    unsure = review.decided.unsure | (outcome < 0)
    decided = replace(review.decided, outcome=np.maximum(outcome, 0), unsure=unsure)
    return replace(review, stratum=stratum, linked=linked, decided=decided)


def _outcomes(scenario: Scenario, now: Index, findings: Findings) -> Index:
    """Return what each unit (U,) comes to; -1 where its partner is not known by name."""
    true, met = findings.partner, findings.met
    if scenario.mask is not None:
        met = met & scenario.mask
    linked = now != NO_PARTNER
    lost = np.where(met != 0, np.where(linked, ASSIGNMENT, THRESHOLD), BLOCKING)
    outcome: Index = np.select(
        [true >= 0, true == _UNKNOWN],
        [np.where(now == true, RIGHT, lost), np.where(linked, -1, THRESHOLD)],
        np.where(linked, NOWHERE, RIGHT),
    )
    return outcome


def _gaps(
    review: Review, cell: Reviewed, reference: Reviewed, level: float
) -> Iterator[tuple[str, Interval]]:
    """Yield by rate the gap between a cell and the cell of reference."""
    drawn, values = [], []
    for each in (cell, reference):
        drawn.append(joint_draws(each, _DRAWS, _SEED, review.reviewers))
        values.append(point(each, review.reviewers))
    for rate in _GAPS:
        difference: Reals = drawn[0][rate] - drawn[1][rate]
        if rate in values[0] and rate in values[1] and np.isfinite(difference).all():
            value = values[0][rate] - values[1][rate]
            yield rate, around(value, difference, level)


def _with(row: Estimate, measure: str, interval: Interval, material_gap: float) -> Estimate:
    return replace(
        row,
        measure=measure,
        estimate=interval.value,
        lower=interval.lower,
        upper=interval.upper,
        level=interval.level,
        status=status_of(interval, material_gap),
    )
