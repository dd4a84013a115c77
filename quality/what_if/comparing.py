"""A finished run as it is and as it might have been, side by side."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from linkage.errors import ConfigError, Fault
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


def what_if(folder: Path, asked: Callable[[Kept], Sequence[Scenario]]) -> tuple[Column, ...]:
    """Return every scenario of the run in ``folder`` that ``asked`` gives, the run as it is first.

    Rates are the link rate and its gaps, exact; precision and recall as the model expects them; and
    both as measured, where the run has truth or a review. Nothing is written.

    Raises
    ------
    ConfigError
        No finished run (R420), one that cannot be decided anew (R450), or something to try that it
        does not have (C136, C208).
    DataError
        When its truth or review no longer fits it.
    """
    with finished_run(folder) as run:
        truth = run.config.quality.truth
    with finished_run(folder, [] if truth is None else [truth]) as run:
        kept = read_kept(run)
        scorers = tuple(_scorers(kept))
        first = decided(kept, AS_IT_IS)
        return tuple(_column(kept, decided(kept, each), first, scorers) for each in asked(kept))


def rules_kept(kept: Kept, numbers: str) -> tuple[int, ...]:
    """Return the places of the rules with ``numbers``, counted from 1, as in ``1,3``.

    Raises
    ------
    ConfigError
        R452 when the run has no such rule.
    """
    names = [rule.name for rule in kept.method.rules]
    wanted = [each.strip() for each in numbers.split(",")]
    known = {str(at + 1): at for at in range(len(names))}
    if any(each not in known for each in wanted):
        listed = ", ".join(f"{at}: {name}" for at, name in enumerate(names, 1))
        fix = f"give numbers of rules to keep, as in --rules 1,2; the run has {listed}"
        raise ConfigError(Fault("R452", "the run has no such rule", fix))
    return tuple(sorted({known[each] for each in wanted}))


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
