"""Why a pair of records has its weight, as parts of a page."""

from collections.abc import Iterator

from quality.explain.explanation import Explanation
from quality.explain.weights import Part as Contribution
from quality.report.numbers import NOT_AVAILABLE, Cell, probability, weight, words
from quality.report.page import Column, Fact, Part, Table
from quality.report.wording import title


def explanation_parts(found: Explanation) -> Iterator[Part]:
    """Yield what became of the pair, how its weight adds up, and which rules it meets.

    No value of a record is among it.
    """
    yield Part(
        heading=f"The pair is {found.decision.outcome}",
        bullets=tuple(found.decision.reasons),
        facts=tuple(_facts(found)),
    )
    yield Part(heading="How the weight adds up", table=_weights(found))
    yield Part(
        heading="Rules",
        bullets=tuple(
            f"{'Match-key' if n <= found.n_keys else 'Blocking rule'} {n}, {name}: "
            f"{'met' if met else 'not met'}"
            for n, (name, met) in enumerate(found.rules, 1)
        ),
    )


def _facts(found: Explanation) -> Iterator[Fact]:
    yield Fact("prior", "Prior, log2 odds", weight(found.log2_prior_odds))
    yield Fact("weight", "Match weight", weight(found.match_weight))
    yield Fact("alone", "Probability of the pair alone", probability(found.match_probability))
    if found.scored is not None:
        beside = probability(found.scored.p_record)
        yield Fact("beside", "Probability beside all other candidates", beside)
        if found.scored.p_unmatched is not None:
            none = probability(found.scored.p_unmatched)
            yield Fact("none", "Probability that there is no partner", none)


def _weights(found: Explanation) -> Table:
    return Table(
        id="weights",
        caption="What each comparison adds to the match weight",
        detail="The weights, the part for how frequent a value is and the prior add up to it",
        columns=(
            Column("comparison", "Comparison"),
            Column("level", "Level"),
            Column("m", "m", numeric=True),
            Column("u", "u", numeric=True),
            Column("weight", "Weight", numeric=True),
            Column("frequency", "For its frequency", numeric=True),
        ),
        rows=tuple(_row(each) for each in found.parts),
    )


def _row(part: Contribution) -> tuple[Cell, ...]:
    return (
        words(title(part.comparison.name)),
        words(part.level),
        *(NOT_AVAILABLE if each is None else probability(each) for each in (part.m, part.u)),
        weight(part.weight),
        words("none") if part.frequent is None else weight(part.frequency),
    )
