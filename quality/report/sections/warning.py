"""Whether any error rate was measured, by what, and what the intervals leave out."""

from collections.abc import Iterator, Sequence

from linkage.config.documentation_settings import TruthDocumentation
from quality.documents.items import ABSENT
from quality.estimate import Estimate
from quality.gates import pairs_of
from quality.measures import (
    PRECISION,
    RECALL,
    REVIEW,
    TRUTH,
)
from quality.report.lookup import Lookup
from quality.report.measured import (
    measured_by_group,
    measured_rates,
    modelled,
    unmeasured_pairs,
)
from quality.report.numbers import percent
from quality.report.sections.headline import limits, with_interval
from quality.report.wording import REVIEW_COVERS, listed

UNMEASURED = "No error rate on this page has been measured"
_NOTHING_KNOWN = (
    "Nobody has reviewed links of this run and no truth was supplied, so how many links are wrong "
    "(false links) and how many matches were missed is not known. A link rate counts links, right "
    "or wrong."
)
_ONLY_MODELLED = (
    "Where precision or recall is given, a model says it of its own links: for groups only a range "
    "over several models, which is no interval."
)
_COUNTED = (
    "Intervals of link rates cover chance in sampling only. They leave out error in the links, "
    "which may be larger."
)
_REVIEWED = (
    "Intervals of error rates cover {covers}. They leave out errors that two reviewers, or whoever "
    "settled what they called errors, made alike."
)
_BY_TRUTH = (
    "Rates against the truth file are as right as that file is. Made with the identifiers that "
    "link, it misses the people whom the links miss, and the rates then come out too good."
)
_PLAINLY = {
    PRECISION: "Links that are right (precision)",
    RECALL: "Matches that were found (recall)",
}


def warning_title(lookup: Lookup) -> str:
    """Return whether any error rate was measured, and how, in one line."""
    methods = {row.method for row in measured_rates(lookup)}
    if not methods:
        return UNMEASURED
    how = {REVIEW: "by a review of a sample", TRUTH: "against a truth file"}
    named = listed([words for method, words in how.items() if method in methods])
    return f"Error rates on this page were measured {named}"


def warning(lookup: Lookup) -> tuple[str, ...]:
    """Return what was measured, by how many reviews and for which groups, and what was not."""
    rows = measured_rates(lookup)
    if rows:
        return tuple(_measured(lookup, rows))
    return (_NOTHING_KNOWN, *((_ONLY_MODELLED,) if modelled(lookup) else ()))


def left_out(lookup: Lookup) -> tuple[str, ...]:
    """Return what the intervals of link rates and of measured error rates do not cover."""
    rows = measured_rates(lookup)
    covers = sorted({row.interval_covers for row in rows if row.interval_covers in REVIEW_COVERS})
    found = [_COUNTED]
    if any(row.method == REVIEW for row in rows):
        found.append(_REVIEWED.format(covers=listed([REVIEW_COVERS[each] for each in covers])))
    if any(row.method == TRUTH for row in rows):
        found.append(_BY_TRUTH)
    return tuple(found)


def _measured(lookup: Lookup, rows: Sequence[Estimate]) -> Iterator[str]:
    for row in rows:
        yield f"{_measured_rate(lookup, row)}."
    if any(row.method == TRUTH for row in rows):
        yield f"The truth file: {truth_words(lookup.config.documentation.truth)}."
    characteristics = measured_by_group(lookup)
    if characteristics:
        names = listed([lookup.characteristic_label(name) for name in characteristics])
        yield f"Measured by group, too: {names}."
    elif lookup.config.groups:
        yield "Nothing was measured by group: whether groups differ in error is not known."
    for measure in (PRECISION, RECALL):
        for pair in unmeasured_pairs(lookup, measure):
            yield f"Not measured: {measure} of {_pair(lookup, *pair)}."


def truth_words(said: TruthDocumentation) -> str:
    """Return what the configuration says of the truth file, what it does not say among it."""
    independent = {None: ABSENT, True: "yes", False: "no"}[said.independent]
    if said == TruthDocumentation():
        return "source, date, maker and independence of the identifiers that link are not supplied"
    return (
        f"made from: {said.source or ABSENT}; date: {said.date or ABSENT}; made by: "
        f"{said.made_by or ABSENT}; independent of the identifiers that link: {independent}"
    )


def _measured_rate(lookup: Lookup, row: Estimate) -> str:
    of = _PLAINLY[row.measure]
    if len(pairs_of(lookup.config)) > 1:
        of += f", {_pair(lookup, row.source, row.other)}"
    figure = (
        with_interval(row, percent)
        if row.status == "ok"
        else f"too few to tell ({limits(row, percent)})"
    )
    if row.method == REVIEW:
        return f"{of}: {figure}, from about {row.n_reviewed:,} reviewed records"
    return f"{of}: {figure}"


def _pair(lookup: Lookup, source: str | None, other: str | None) -> str:
    towards = "" if other is None else f" to {lookup.source_label(other)}"
    return f"{lookup.source_label(source)}{towards}"
