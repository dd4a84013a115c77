"""What the page is about, and the main points that open its chapters."""

from collections.abc import Callable, Iterator, Sequence

from quality.estimate import Estimate
from quality.measures import (
    DUPLICATE_RATE,
    ERROR_GAPS,
    HIGHER,
    LINK_RATE,
    LOWER,
    MEASURED,
    MISSING_IDENTIFIER,
    NO_MATERIAL_GAP,
)
from quality.missingness.counts import NOT_HELD
from quality.report.lookup import Lookup, row_label
from quality.report.numbers import NOT_AVAILABLE, Cell, percent, points, unsigned_points
from quality.report.sections.estimate_cells import limit_cells
from quality.report.sections.gaps import MEASURES as GAPS
from quality.report.wording import group_label, listed, plain

_MOST_GROUPS = 3
_MOST_NAMES = 5
_BY_ITSELF = (
    ": an interval here and there leaves out zero by itself, as is expected beside {} comparisons"
)
_KNOWN = {"ok", "too_few_to_tell"}
RATES = {
    LINK_RATE: "of {source} records were linked to {other}",
    DUPLICATE_RATE: "of {source} records are thought to share their person with another record",
}


def subtitle(lookup: Lookup) -> str:
    """Return what was linked, and what for."""
    names = listed([lookup.source_label(name) for name in lookup.config.sources])
    kind = "Duplicates within" if lookup.config.linkage.type == "deduplicate" else "Linkage of"
    purpose = lookup.config.purpose.strip().rstrip(".")
    return f"{kind} {names}. Purpose: {purpose or 'not supplied'}."


def overall_rates(lookup: Lookup) -> Iterator[Estimate]:
    """Yield the link rate, or the rate of duplicates, of all records of every pair of sources."""
    for measure in RATES:
        for source, other in lookup.pairs(measure):
            found = lookup.overall(measure, source, other)
            if found is not None:
                yield found


def what(lookup: Lookup, estimate: Estimate) -> str:
    """Return what a rate of all records is of, to follow its figure."""
    return RATES[estimate.measure].format(
        source=lookup.source_label(estimate.source), other=lookup.source_label(estimate.other)
    )


def rate_points(lookup: Lookup) -> tuple[str, ...]:
    """Return the rates of all records, each in a sentence."""
    return tuple(_rates(lookup))


def _rates(lookup: Lookup) -> Iterator[str]:
    for each in overall_rates(lookup):
        of = what(lookup, each)
        if each.status == "ok":
            yield f"{with_interval(each, percent)} {of}."
        else:
            yield f"How many {of.removeprefix('of ')} cannot be shown: {plain(each.status)}."


def with_interval(estimate: Estimate, write: Callable[[float], Cell], unit: str = "") -> str:
    """Return a figure in a sentence, never without its interval."""
    value = NOT_AVAILABLE if estimate.estimate is None else write(estimate.estimate)
    return f"{value.text}{unit} ({limits(estimate, write)})"


def limits(estimate: Estimate, write: Callable[[float], Cell]) -> str:
    """Return the limits of a figure in a sentence, with the level of the interval."""
    lower, upper = limit_cells(estimate, write)
    level = "" if estimate.level is None else f"{estimate.level:.0%} "
    return f"{level}interval {lower.text} to {upper.text}"


def gap_points(lookup: Lookup) -> tuple[str, ...]:
    """Return the gaps that were told apart, and of whom nothing can be said."""
    return tuple(_gaps(lookup))


def _gaps(lookup: Lookup) -> Iterator[str]:
    yield from _error_gaps(lookup.by_method(*MEASURED))
    for measure in GAPS:
        pairs = lookup.pairs(measure)
        for source, other in pairs:
            for characteristic in lookup.characteristics(measure):
                rows = lookup.by_group(measure, source, other, characteristic)
                if rows and (characteristic in lookup.config.groups or _apart(rows)):
                    yield _gap_point(lookup, rows, one_pair=len(pairs) == 1)


def _error_gaps(measured: Lookup) -> Iterator[str]:
    """Yield the gaps in error that were told apart, and by what else none was, in a line."""
    for measure in ERROR_GAPS:
        alike: dict[str, None] = {}
        n_tests = 0
        pairs = measured.pairs(measure)
        for source, other in pairs:
            for characteristic in measured.characteristics(measure):
                rows = measured.by_group(measure, source, other, characteristic)
                if _apart(rows):
                    yield _gap_point(measured, rows, one_pair=len(pairs) == 1)
                elif rows:
                    alike[measured.characteristic_label(characteristic)] = None
                    if any(map(_leaves_out_zero, rows)):
                        n_tests = max(row.n_tests or 0 for row in rows)
        if alike:
            rate = plain(measure.removesuffix("_gap"))
            many = _BY_ITSELF.format(n_tests) if n_tests else ""
            yield f"No gap in the {rate} stands out from chance by {listed([*alike])}{many}."


def _leaves_out_zero(row: Estimate) -> bool:
    if row.status not in _KNOWN or row.lower is None or row.upper is None:
        return False
    return row.lower > 0 or row.upper < 0


def _gap_point(lookup: Lookup, rows: Sequence[Estimate], *, one_pair: bool) -> str:
    first = rows[0]
    label = lookup.characteristic_label(first.characteristic or "")
    reference = group_label(first.reference or "the reference group")
    what = plain(first.measure.removesuffix("_gap"))
    if not one_pair:
        what = f"{what} of {lookup.source_label(first.source)}"
        what += "" if first.other is None else f" to {lookup.source_label(first.other)}"
    opening = f"By {label}, against {reference}"
    known = [each for each in rows if each.status in _KNOWN]
    apart = _apart(rows)
    if not known:
        return f"{opening}, no gap in the {what} can be shown."
    if apart:
        return f"{opening}, the {what} differs most for {_differing(apart)}{_untold(rows)}"
    if all(each.finding == NO_MATERIAL_GAP for each in known):
        limit = unsigned_points(lookup.config.quality.material_gap).text
        return f"{opening}, gaps in the {what} are smaller than {limit} points{_untold(rows)}"
    return f"{opening}, no gap in the {what} stands out from chance{_untold(rows)}"


def _apart(rows: Sequence[Estimate]) -> list[Estimate]:
    """Return the groups whose rate was found to differ, and may be shown."""
    return [each for each in rows if each.finding in {LOWER, HIGHER} and each.status in _KNOWN]


def _differing(apart: list[Estimate]) -> str:
    """Name the groups with the largest gaps; a gap too wide for one figure by its limits."""
    apart = sorted(apart, key=lambda each: -abs(each.estimate or 0))
    named = [
        f"{row_label(each)}: {limits(each, points)} points"
        if each.status == "too_few_to_tell"
        else f"{row_label(each)}: {with_interval(each, points, ' points')}"
        for each in apart[:_MOST_GROUPS]
    ]
    more = len(apart) - len(named)
    return "; ".join(named) + (f"; and {more} more" if more else "")


def _untold(rows: Sequence[Estimate]) -> str:
    """End the sentence, then name the groups of which nothing can be said."""
    untold = [
        row_label(each)
        for each in rows
        if each.status == "suppressed"
        or (each.status == "too_few_to_tell" and each.finding not in {LOWER, HIGHER})
    ]
    if not untold:
        return "."
    named = listed(untold) if len(untold) <= _MOST_NAMES else f"{len(untold)} of {len(rows)} groups"
    return f". Too few to tell or to show: {named}."


def missing_points(lookup: Lookup) -> tuple[str, ...]:
    """Return the identifier that is missing most often in each source."""
    return tuple(_missing(lookup))


def _missing(lookup: Lookup) -> Iterator[str]:
    rows = [each for each in lookup.of(MISSING_IDENTIFIER) if each.characteristic is None]
    not_held = {(each.source, each.variable) for each in rows if each.stage == NOT_HELD}
    for source in lookup.config.sources:
        found = [
            each
            for each in rows
            if each.source == source and each.stage is None and each.status == "ok"
            if (source, each.variable) not in not_held
        ]
        if found:
            most = max(found, key=lambda each: each.estimate or 0)
            yield (
                f"In {lookup.source_label(source)} the identifier missing most often is "
                f"{plain(most.variable or '')}: {with_interval(most, percent)} of records."
            )
