"""A tally as an estimate: the share of records that have what its measure asks for."""

from quality import measures
from quality.estimate import Estimate, Status, revised
from quality.grades import grade_of
from quality.proportion import Interval, wilson
from quality.tally import Tally


def share(
    tally: Tally, measure: str, level: float, material_gap: float, assumptions: tuple[str, ...]
) -> Estimate:
    """Estimate the share k / n with Wilson's interval; a tally held back gives no figure.

    The count is of every record, so the interval is of chance alone: how far the share would move
    in other records of the same kind.
    """
    row = Estimate(
        measure=measure,
        method=measures.WILSON,
        source=tally.source,
        other=tally.other,
        characteristic=tally.characteristic,
        group=tally.group,
        variable=tally.variable,
        stage=tally.stage,
        level=level,
        interval_covers=measures.SAMPLING_ONLY,
        grade=grade_of(measures.WILSON),
        n_records=tally.n,
        status="suppressed",
        assumptions=assumptions,
    )
    if tally.k is None or not tally.n:
        return row
    interval = wilson(tally.k, tally.n, level)
    return revised(
        row,
        estimate=interval.value,
        lower=interval.lower,
        upper=interval.upper,
        status=status_of(interval, material_gap),
    )


def status_of(interval: Interval, material_gap: float) -> Status:
    """Say whether the interval is narrow enough to tell a material gap."""
    return "too_few_to_tell" if interval.half_width > material_gap else "ok"
