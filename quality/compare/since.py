"""What changed since the newest approved release of the same configuration, as estimates."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from linkage.config.schema import Config
from quality import measures
from quality.compare.pairing import (
    CHANGED,
    CHANGED_LITTLE,
    SUPPRESSED,
    SUPPRESSED_IN_ONE,
    TOO_FEW,
    Pair,
    Settings,
    pairs,
)
from quality.compare.released import ESTIMATES_FILE, read_estimates
from quality.estimate import Estimate
from quality.grades import grade_of
from quality.release.register import Released

_DIGITS = 6
LAST = 5
"""So many earlier releases are shown beside each other."""

_ASSUMED = (
    "the records of the two runs are taken for independent samples: of the same people the "
    "interval is wider than it need be",
    "made of what was released of both: its interval covers the rounding of their counts too",
)


def changes_since(
    releases: Sequence[Released], config: Config, rows: Sequence[Estimate]
) -> list[Estimate]:
    """Return how much each rate changed since the newest release, and what the last ones said.

    Nothing where nothing of this configuration was approved before.

    Parameters
    ----------
    releases
        Every release that was approved, the oldest first.
    rows
        What is to be released of this run.

    Raises
    ------
    DataError
        R471 for estimates of a release that cannot be read.
    """
    found = _last_of(releases, config.name)
    if not found:
        return []
    said = {each.run: read_estimates(each.folder / ESTIMATES_FILE) for each in found}
    last = found[-1].run
    settings = Settings(config.quality.level, config.quality.material_gap)
    return [
        *_changes(said[last], rows, last, settings),
        *(row for run, released in said.items() for row in _earlier(released, run)),
    ]


def _last_of(releases: Sequence[Released], config: str) -> tuple[Released, ...]:
    """Return the last releases of a configuration, the newest last: tables asked for are none."""
    whole = [
        each
        for each in releases
        if each.config == config and (each.folder / ESTIMATES_FILE).is_file()
    ]
    return tuple(whole[-LAST:])


def _changes(
    before: Sequence[Estimate], after: Sequence[Estimate], run: str, settings: Settings
) -> Iterator[Estimate]:
    first, second = (
        [row for row in rows if row.measure in measures.CHANGED_RATES] for rows in (before, after)
    )
    for pair in pairs(first, second, settings):
        if pair.change is not None or pair.status in {SUPPRESSED, SUPPRESSED_IN_ONE}:
            yield _row(pair, run)


def _row(pair: Pair, run: str) -> Estimate:
    """Return the change of one rate; what is held back in either run has no figure."""
    of = pair.row
    method = measures.NEWCOMBE if of.method == measures.WILSON else of.method
    row = Estimate(
        measure=measures.comparison(of.measure, measures.CHANGE),
        method=method,
        source=of.source,
        other=of.other,
        characteristic=of.characteristic,
        group=of.group,
        stage=of.stage,
        reference=run,
        grade=grade_of(method),
        status="suppressed",
    )
    found = pair.change
    if found is None or pair.before is None:
        return row
    return replace(
        row,
        estimate=_fine(found.value),
        lower=_fine(found.lower),
        upper=_fine(found.upper),
        level=found.level,
        interval_covers=of.interval_covers,
        grade=max(pair.before.grade, of.grade),
        n_records=of.n_records,
        n_reviewed=of.n_reviewed,
        n_tests=pair.n_tests,
        p_adjusted=None if pair.p_adjusted is None else round(pair.p_adjusted, 3),
        finding=_finding(pair),
        status="too_few_to_tell" if pair.status == TOO_FEW else "ok",
        assumptions=_ASSUMED,
    )


def _fine(value: float) -> float:
    """Return a figure no finer than what was released is written."""
    return round(value, _DIGITS) + 0.0  # no minus before nothing


def _finding(pair: Pair) -> str:
    direction = measures.HIGHER if (pair.difference or 0.0) > 0 else measures.LOWER
    said = {CHANGED: direction, CHANGED_LITTLE: f"{direction}, by less than matters"}
    return said.get(pair.status, pair.status)


def _earlier(released: Sequence[Estimate], run: str) -> Iterator[Estimate]:
    """Yield what an earlier release said of the rates that are followed."""
    for row in released:
        if row.measure in measures.EARLIER and row.variable is None and row.grade in {"A", "B"}:
            yield replace(row, measure=measures.EARLIER[row.measure], variable=run, assumptions=())
