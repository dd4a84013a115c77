"""How wrong the links are: the rows of every method, side by side, in one table.

Each method has a module of its own and knows nothing of the others. Here they are put together,
given what follows from them (a false-link rate is one less the precision), and nothing is chosen:
where methods disagree, a reader is to see it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from linkage.config.schema import Config
from linkage.runs.workspace import Workspace
from quality import measures
from quality.drawn import Drawn
from quality.errors.impossible import impossible_links
from quality.errors.modelled import modelled_rates
from quality.errors.truth_draws import truth_draws
from quality.errors.truth_rows import truth_rates
from quality.errors.uncertain_links import uncertain_links
from quality.estimate import Estimate, revised
from quality.review.drawn import review_draws
from quality.review.rates import reviewed_rates
from quality.uncertainty.calibrated import calibrated_matches

Source = Callable[[Workspace, Config], Iterable[Estimate]]

SOURCES: tuple[Source, ...] = (
    truth_rates,
    reviewed_rates,
    calibrated_matches,
    modelled_rates,
    impossible_links,
    uncertain_links,
)
"""Every method that gives rows; each yields nothing where the run has not what it needs."""

DRAWN: tuple[Callable[[Workspace, Config], Drawn | None], ...] = (truth_draws, review_draws)
"""Every method whose rows rest on draws that are kept, the best first."""

_COMPLEMENTS = {
    measures.PRECISION: measures.FALSE_LINK_RATE,
    measures.RECALL: measures.MISSED_MATCH_RATE,
}


def error_rate_rows(workspace: Workspace, config: Config) -> list[Estimate]:
    """Return the exact rows of every method, for all records and every group."""
    rows = [row for source in SOURCES for row in source(workspace, config)]
    return with_complements(rows)


def estimate_draws(workspace: Workspace, config: Config) -> Drawn:
    """Return the draws that gaps and corrections are formed of; empty where nothing was measured.

    Those of one method: truth makes a review of the same records idle.
    """
    return next((d for each in DRAWN if (d := each(workspace, config)) is not None), Drawn())


def with_complements(rows: Sequence[Estimate]) -> list[Estimate]:
    """Return the rows with the rate of error beside every rate of success that lacks it."""
    given = {_place(row) for row in rows}
    added = [each for each in _complements(rows) if _place(each) not in given]
    return [*rows, *added]


def measured(rows: Iterable[Estimate]) -> frozenset[tuple[str, str | None]]:
    """Return which measures of all records were measured, and towards which other source."""
    return frozenset(
        (row.measure, row.other)
        for row in rows
        if row.method in measures.MEASURED and row.characteristic is None
        if row.estimate is not None
    )


def _complements(rows: Iterable[Estimate]) -> Iterator[Estimate]:
    for row in rows:
        if row.measure in _COMPLEMENTS and row.status != "not_identified":
            yield revised(
                row,
                measure=_COMPLEMENTS[row.measure],
                estimate=_less(row.estimate),
                lower=_less(row.upper),
                upper=_less(row.lower),
            )


def _less(rate: float | None) -> float | None:
    return None if rate is None else 1.0 - rate


def _place(row: Estimate) -> tuple[str | None, ...]:
    return row.measure, row.method, row.source, row.other, row.characteristic, row.group, row.stage
