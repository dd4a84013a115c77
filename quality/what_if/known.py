"""Scenarios scored against known truth: every link is right or wrong, every match found or not."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from linkage.model.normalise import Index, Reals
from quality import measures
from quality.errors.ratio import clustered_ratio
from quality.errors.truth_file import read_truth
from quality.estimate import Estimate
from quality.grades import grade_of
from quality.proportion import newcombe
from quality.share import status_of
from quality.what_if.kept import Kept
from quality.what_if.outcome import Outcome, cells, reference_of, row_of

_GAPS = {measures.PRECISION: measures.PRECISION_GAP, measures.RECALL: measures.RECALL_GAP}


@dataclass(frozen=True)
class Known:
    """The true pairs of a run of two sources: ``focal`` records from the first, and ``other``."""

    focal: Index
    other: Index


def read_known(kept: Kept, path: Path) -> Known:
    """Read who is who from ``path``: see :func:`quality.errors.truth_file.read_truth`.

    Raises
    ------
    DataError
        When the file cannot be read as truth.
    """
    read_truth(kept.run, path)
    pairs = kept.run.connection.execute("SELECT l, r FROM truth_pairs").fetchnumpy()
    left, right = (np.asarray(pairs[side]).astype(np.int64) for side in "lr")
    inside = (left >= kept.pair.left.first) & (left < kept.pair.left.first + kept.pair.left.n)
    inside &= (right >= kept.pair.right.first) & (right < kept.pair.right.first + kept.pair.right.n)
    left, right = left[inside], right[inside]
    focal, other = (left, right) if kept.focal is kept.pair.left else (right, left)
    return Known(focal - kept.focal.first, other)


def known_rates(kept: Kept, made: Outcome, known: Known) -> Iterator[Estimate]:
    """Yield precision and recall of every group, and their gaps, against truth."""
    level, material_gap = kept.run.config.quality.level, kept.run.config.quality.material_gap
    parts = _by_record(kept, made, known)
    for groups, members in cells(kept):
        reference = reference_of(kept, groups)
        for at, rows in members.items():
            row = replace(
                row_of(kept, groups, at), method=measures.TRUTH, grade=grade_of(measures.TRUTH)
            )
            for measure, (part, whole) in parts.items():
                interval = clustered_ratio(part[rows], whole[rows], np.ones(len(rows)), level)
                if interval is None:
                    continue
                yield replace(
                    row,
                    measure=measure,
                    estimate=interval.value,
                    lower=interval.lower,
                    upper=interval.upper,
                    level=level,
                    status=status_of(interval, material_gap),
                )
                if reference is None or at == reference:
                    continue
                ends = [
                    (float(part[each].sum()), float(whole[each].sum()))
                    for each in (rows, members[reference])
                ]
                if ends[1][1]:
                    gap = newcombe(*ends[0], *ends[1], level)
                    yield replace(
                        row,
                        measure=_GAPS[measure],
                        estimate=gap.value,
                        lower=gap.lower,
                        upper=gap.upper,
                        level=level,
                        reference=groups.names[reference],
                        status=status_of(gap, material_gap),
                    )


def _by_record(kept: Kept, made: Outcome, known: Known) -> dict[str, tuple[Reals, Reals]]:
    """Return, by focal record (N,), right links of all links, and of all matches."""
    n, width = kept.focal.n, np.int64(kept.other.first + kept.other.n)
    right = np.isin(made.focal * width + made.other, known.focal * width + known.other)
    correct, links, true = (
        np.bincount(records, minlength=n).astype(np.float64)
        for records in (made.focal[right], made.focal, known.focal)
    )
    return {measures.PRECISION: (correct, links), measures.RECALL: (correct, true)}
