"""How sure the run is of its links, and whether the draws of them can be trusted."""

from collections.abc import Iterator

from quality import measures
from quality.gates import pairs_of
from quality.report.inputs import Draws, Uncertainty
from quality.report.lookup import Lookup
from quality.report.numbers import SUPPRESSED, Cell, count, percent, words
from quality.report.page import Fact, Part
from quality.report.wording import sentence

_MEANING = (
    "Whole linkages are drawn from the model, so that what rests on the links can carry their "
    "uncertainty. The draws know what the model knows and no more: they are grade C. R-hat near 1 "
    "and many effective draws say that they have settled; two drawn links that meet at one record "
    "of a source that holds each person once are a collision."
)
_LABEL = "(C: model only, no interval)"


def link_uncertainty_part(lookup: Lookup, uncertainty: Uncertainty) -> Iterator[Part]:
    """Yield the share of uncertain links and, where links were drawn, how the drawing went."""
    draws = uncertainty.draws
    facts = (*_uncertain(lookup), *(() if draws is None else _facts(draws)))
    said = _MEANING if draws is not None else uncertainty.note
    if facts or said:
        paragraphs = (sentence(said),) if said else ()
        yield Part(heading="How sure the links are", paragraphs=paragraphs, facts=facts)


def _uncertain(lookup: Lookup) -> Iterator[Fact]:
    for source, other in pairs_of(lookup.config):
        row = lookup.overall(measures.UNCERTAIN_LINKS, source, other)
        if row is not None:
            towards = "" if other is None else f" to {lookup.source_label(other)}"
            label = f"{lookup.source_label(source)}{towards}: links less than 90% likely {_LABEL}"
            cell = SUPPRESSED if row.estimate is None else percent(row.estimate)
            yield Fact(f"uncertain_{source}_{other or source}", label, cell)


def _facts(draws: Draws) -> Iterator[Fact]:
    yield Fact("draws", "Linkages drawn", count(draws.n))
    yield Fact("rhat", "R-hat, the worst", Cell(f"{draws.rhat:.3f}", round(draws.rhat, 3)))
    yield Fact("effective_draws", "Effective draws, the fewest", count(draws.effective))
    collisions = words("none") if draws.collisions == 0 else percent(draws.collisions)
    yield Fact("collisions", "Drawn links that meet at one record", collisions)
