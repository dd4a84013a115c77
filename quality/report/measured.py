"""What of the error rates was measured: settles how the page speaks of every other figure."""

from collections.abc import Iterator

from quality import measures
from quality.estimate import Estimate
from quality.gates import Pair, pairs_of
from quality.report.lookup import Lookup

SHOWN = frozenset({"ok", "too_few_to_tell"})


def measured_rates(lookup: Lookup) -> tuple[Estimate, ...]:
    """Return precision and recall of all records that a review or truth measured, if shown."""
    return tuple(
        row
        for pair in pairs_of(lookup.config)
        for measure in (measures.PRECISION, measures.RECALL)
        for row in _measured(lookup, measure, pair)
    )


def unmeasured_pairs(lookup: Lookup, measure: str) -> tuple[Pair, ...]:
    """Return the pairs of sources of which nothing measured a rate, or nothing may be shown."""
    return tuple(
        pair for pair in pairs_of(lookup.config) if not any(_measured(lookup, measure, pair))
    )


def measured_by_group(lookup: Lookup) -> tuple[str, ...]:
    """Return the characteristics by whose groups precision or recall was measured."""
    found = lookup.by_method(*measures.MEASURED)
    rates = (measures.PRECISION, measures.RECALL)
    names = dict.fromkeys(name for rate in rates for name in found.characteristics(rate))
    return tuple(names)


def modelled(lookup: Lookup) -> bool:
    """Say whether any error rate comes from a model."""
    return any(each.measure in measures.ERROR_RATES for each in _modelled(lookup).estimates)


def _modelled(lookup: Lookup) -> Lookup:
    bounds = (measures.CAPTURE_RECAPTURE, measures.IMPOSSIBLE_LINKS)
    return lookup.by_method(*measures.MODELLED, *bounds)


def _measured(lookup: Lookup, measure: str, pair: Pair) -> Iterator[Estimate]:
    for method in measures.MEASURED:
        row = lookup.by_method(method).overall(measure, *pair)
        if row is not None and row.status in SHOWN and row.lower is not None:
            yield row
