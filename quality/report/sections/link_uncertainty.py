"""How sure the run is of its links, and whether the draws of them can be trusted."""

from collections.abc import Iterator, Mapping

from quality import measures
from quality.gates import pairs_of
from quality.report.lookup import Lookup
from quality.report.numbers import SUPPRESSED, Cell, count, percent, words
from quality.report.page import Fact, Part

_MEANING = (
    "Whole linkages are drawn from the model, so that what rests on the links can carry their "
    "uncertainty. The draws know what the model knows and no more: they are grade C."
)
_SETTLED = (
    "R-hat near 1 and many effective draws say that the draws have settled; two drawn links that "
    "meet at one record of a source that holds each person once are a collision."
)


def link_uncertainty_part(
    lookup: Lookup, diagnostics: Mapping[str, float] | None
) -> Iterator[Part]:
    """Yield the share of uncertain links and, where links were drawn, how the drawing went."""
    facts = (*_uncertain(lookup), *_draws(diagnostics))
    if facts:
        drawn = (_MEANING, _SETTLED) if diagnostics is not None else ()
        yield Part(heading="How sure the links are", paragraphs=drawn, facts=facts)


def _uncertain(lookup: Lookup) -> Iterator[Fact]:
    for source, other in pairs_of(lookup.config):
        row = lookup.overall(measures.UNCERTAIN_LINKS, source, other)
        if row is not None:
            towards = "" if other is None else f" to {lookup.source_label(other)}"
            pair = f"{lookup.source_label(source)}{towards}"
            cell = SUPPRESSED if row.estimate is None else percent(row.estimate)
            yield Fact(
                f"uncertain_{source}_{other or source}",
                f"{pair}: links less than 90% likely (C: model only, no interval)",
                cell,
            )


def _draws(diagnostics: Mapping[str, float] | None) -> Iterator[Fact]:
    if diagnostics is None:
        return
    rhat = diagnostics["rhat"]
    yield Fact("rhat", "R-hat, the worst", Cell(f"{rhat:.3f}", round(rhat, 3)))
    yield Fact(
        "effective_draws", "Effective draws, the fewest", count(diagnostics["effective_draws"])
    )
    share = diagnostics["collisions"]
    cell = words("none") if share == 0 else percent(share)
    yield Fact("collisions", "Drawn links that meet at one record", cell)
