"""How it was done, step by step, and what the data do not say."""

from collections.abc import Iterator

from linkage.config.schema import Config
from quality.estimate import Estimate
from quality.report.inputs import Training
from quality.report.lookup import Lookup
from quality.report.numbers import words
from quality.report.page import Column, Part, Section, Table
from quality.report.wording import isolate, listed, plain, sentence, title


def methods_section(lookup: Lookup, training: Training) -> Section:
    """Return the method notes, and the figures that this run cannot give."""
    parts = [Part(bullets=tuple(notes(lookup.config, training)))]
    unknown = [
        each
        for each in lookup.estimates
        if each.status == "not_identified" and each.characteristic is None
    ]
    if unknown:
        parts.append(Part(heading="What this run cannot say", table=_unknown(lookup, unknown)))
    return Section("methods", "How it was done", tuple(parts))


def notes(config: Config, training: Training) -> Iterator[str]:
    """Yield the method step by step, a sentence or two each."""
    yield (
        "Values were brought to one form (names, dates, postcodes, codes of sex); values that "
        "cannot be, and stand-ins such as 1 January 1900, were set to missing with a reason."
    )
    if config.linkage.deterministic:
        keys = [listed([*map(plain, key)]) for key in config.linkage.deterministic]
        yield f"Match-keys were tried first, strictest first: {'; '.join(keys)}."
    yield (
        "Pairs were compared where they meet a blocking rule; the rules were "
        + ("chosen by the run." if config.linkage.blocking == "auto" else "set by the analyst.")
    )
    if training.comparisons:
        names = listed([plain(each.name) for each in training.comparisons])
        yield f"The model of Fellegi and Sunter weighs these comparisons: {names}."
        yield (
            "u was estimated from random pairs, m by expectation maximisation without labels. The "
            "model takes comparisons to be independent of each other, given match or not; where "
            "they are not, its probabilities are off."
        )
    if training.left_out:
        names = listed([plain(name) for name in training.left_out])
        yield f"Not compared, because it never varies: {names}."
    if training.household_share:
        yield "People of one household are a class of their own among the pairs that are no match."
    yield from _probabilities(config)


def _probabilities(config: Config) -> Iterator[str]:
    if config.assignment == "clusters":
        yield "Links were joined into entities; what entities imply is what counts as linked."
        return
    yield (
        "Probabilities were normalised over each record's candidates, as it can match one of them "
        "at most."
    )
    if config.assignment == "one_to_one":
        yield "Links were then assigned one to one, so that their total probability is largest."


def _unknown(lookup: Lookup, rows: list[Estimate]) -> Table:
    return Table(
        id="not-identified",
        caption="Figures that the data of this run do not identify",
        detail="No interval can be given.",
        columns=(
            Column("measure", "Figure"),
            Column("sources", "Sources"),
            Column("lower", "Lower limit", numeric=True),
            Column("upper", "Upper limit", numeric=True),
            Column("why", "Why, and what would identify it"),
        ),
        rows=tuple(
            (
                words(_figure(each)),
                words(_sources(lookup, each)),
                words("none"),
                words("none"),
                words(sentence("; ".join(each.assumptions))),
            )
            for each in rows
        ),
    )


def _figure(estimate: Estimate) -> str:
    """Return what a figure is called, with its variable and stage where it has them."""
    of = [plain(each) for each in (estimate.variable, estimate.stage) if estimate.variable and each]
    return title(estimate.measure) + (f" ({', '.join(map(isolate, of))})" if of else "")


def _sources(lookup: Lookup, estimate: Estimate) -> str:
    source = lookup.source_label(estimate.source)
    return (
        source if estimate.other is None else f"{source} to {lookup.source_label(estimate.other)}"
    )
