"""A finished run as it is and as it might have been, side by side."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from quality.estimate import Estimate
from quality.finished_run import finished_run
from quality.what_if.decided import Decided, decided
from quality.what_if.kept import Kept, read_kept
from quality.what_if.known import known_rates, read_known
from quality.what_if.outcome import Outcome, link_rates, outcome
from quality.what_if.reviewed import read_findings, reviewed_rates
from quality.what_if.scenario import AS_IT_IS, Scenario

Scorer = Callable[[Scenario, Outcome], Iterable[Estimate]]


@dataclass(frozen=True)
class Column:
    """One scenario: how many links it makes, and its rates for all records and every group."""

    made: Decided
    n_links: int
    n_new: int
    n_lost: int
    rates: tuple[Estimate, ...]

    def as_record(self) -> dict[str, object]:
        """Return the column as plain values, for ``--json``."""
        return {
            "scenario": self.made.scenario.name,
            "threshold": self.made.threshold,
            "thresholds_by_group": dict(self.made.thresholds),
            "m_concentration": dict(self.made.kappa),
            "links": self.n_links,
            "links_that_the_run_lacks": self.n_new,
            "links_of_the_run_that_are_gone": self.n_lost,
            "rates": [asdict(each) for each in self.rates],
        }


def what_if(folder: Path, tried: Sequence[Scenario], by: Sequence[str] = ()) -> tuple[Column, ...]:
    """Return the run in ``folder`` as it is, then each scenario that is ``tried``.

    Rates are the link rate and its gaps, exact; precision and recall as the model expects them; and
    both as measured, where the run has truth or a review. Nothing is written.

    Parameters
    ----------
    by
        The characteristics whose groups are shown; all, and intersections, when none is said.

    Raises
    ------
    ConfigError
        No finished run (R420), one that cannot be decided anew (R450), or something to try or to
        show that it does not have (C136, C208, R452).
    DataError
        When its truth or review no longer fits it.
    """
    with finished_run(folder) as run:
        truth = run.config.quality.truth
    with finished_run(folder, [] if truth is None else [truth]) as run:
        kept = read_kept(run)
        shown = tuple(kept.by(name) for name in by) or kept.groups
        scorers = tuple(_scorers(replace(kept, groups=shown)))
        first = decided(kept, AS_IT_IS)
        made = (first, *(decided(kept, each) for each in tried))
        return tuple(_column(kept, each, first, scorers) for each in made)


def _scorers(kept: Kept) -> Iterator[Scorer]:
    """Yield what gives the rates of a scenario: counts and model, then truth and review if any."""
    yield lambda _, made: link_rates(kept, made)
    quality = kept.run.config.quality
    if quality.truth is not None:
        known = read_known(kept, quality.truth)
        yield lambda _, made: known_rates(kept, made, known)
    if quality.review is not None:
        findings = read_findings(kept, quality.review)
        yield lambda scenario, made: reviewed_rates(kept, scenario, made, findings)


def _column(kept: Kept, made: Decided, first: Decided, scorers: Sequence[Scorer]) -> Column:
    result = outcome(kept, made)
    rates = [rate for scorer in scorers for rate in scorer(made.scenario, result)]
    return Column(
        made,
        int(made.links.sum()),
        int((made.links & ~first.links).sum()),
        int((first.links & ~made.links).sum()),
        tuple(rates),
    )
