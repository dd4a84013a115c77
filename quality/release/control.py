"""Tallies made fit to leave: small counts and their neighbours held back, the rest rounded."""

from collections.abc import Sequence
from dataclasses import replace

from linkage.config.schema import Disclosure
from linkage.disclosure import Item, suppress, to_base
from quality.release.cells import OF_RECORDS, cells, cost, items
from quality.release.overlaps import Overlap
from quality.tally import Tally


def controlled(
    tallies: Sequence[Tally], overlaps: Sequence[Overlap], rules: Disclosure
) -> list[Tally]:
    """Return the tallies with what must not leave held back, and every other count rounded.

    Rates, gaps and intervals made from these tallies are then of rounded counts: no exact count
    can be had back from them.
    """
    hidden: frozenset[Item] = frozenset()
    # groups too small to name are settled first: every measure rests on the same records
    for part in ([each for each in tallies if each.measure in OF_RECORDS], tallies):
        published = cells(part, overlaps)
        hidden = suppress(published.counts, published.equations, rules.threshold, cost, hidden)
    return [_controlled(tally, hidden, rules.rounding) for tally in tallies]


def _controlled(tally: Tally, hidden: frozenset[Item], rounding: int) -> Tally:
    whole, *_ = named = items(tally)
    n = None if whole in hidden else to_base(tally.n or 0, rounding)
    held_back = not n or not hidden.isdisjoint(named)
    return replace(tally, k=None if held_back else to_base(tally.k or 0, rounding), n=n)
