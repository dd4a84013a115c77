"""What other rules would release of the same counts: small cells alone, and ACRO's.

Both hold back the counts that are small themselves and nothing beside them. ACRO pins an old pandas
and is not run: its rules for tables of counts are ours here, after its documentation and source
(AI-SDC/ACRO, `default.yaml` and `sdcchecks.py`, read in 2026).
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace

from quality import measures
from quality.release.cells import OF_RECORDS
from quality.tally import Tally

_PATTERNS = (measures.MISSING_PATTERN, measures.LINK_PATTERN)

ACRO_THRESHOLD = 10
NK_N, NK_K = 2, 0.9
P_RATIO = 0.1


def naive(tallies: Sequence[Tally], threshold: int) -> list[Tally]:
    """Return exact tallies without those of which the count, its rest or its whole is small."""
    return [_without(each, threshold, lambda k, t: k < t) for each in tallies]


def acro(tallies: Sequence[Tally]) -> list[Tally]:
    """Return what ACRO would show: each measure as a table of groups by yes and no.

    A cell goes when it holds fewer than 10 people, or when the largest two of its contributors make
    up nine tenths of it, or all but those two less than a tenth of the largest; each person counts
    as one. The total of a table is taken of what it shows, so it tells nothing where a cell is
    gone: that it then differs from the true one is ACRO's price. Its fourth rule, degrees of
    freedom, is for regressions.
    """
    shown = [_without(each, ACRO_THRESHOLD, _unsafe) for each in tallies]
    broken = {_table(each) for each in shown if each.k is None or each.n is None}
    tables: dict[tuple[object, ...], set[str | None]] = defaultdict(set)
    for each in shown:
        tables[_measure(each)].add(each.characteristic)
    found = []
    for each in shown:
        names = tables[_measure(each)] - {None} or {None}
        # the total is right, and told, if one of the measure's tables shows all its cells
        whole = any((*_measure(each), name) not in broken for name in names)
        told = each.characteristic is not None or whole
        found.append(each if told else replace(each, k=None, n=None))
    return found


def _unsafe(count: int, threshold: int) -> bool:
    """Say whether ACRO would hold back a cell of so many people."""
    dominated = count > 0 and min(NK_N, count) / count > NK_K
    few_others = count > 0 and max(count - 2, 0) < P_RATIO
    return count < threshold or dominated or few_others


def _without(tally: Tally, threshold: int, is_small: Callable[[int, int], bool]) -> Tally:
    k, n = tally.k or 0, tally.n or 0
    parts = [n, k] if tally.measure in (*OF_RECORDS, *_PATTERNS) else [n, k, n - k]
    if is_small(n, threshold):
        return replace(tally, k=None, n=None)
    return replace(tally, k=None) if any(is_small(each, threshold) for each in parts) else tally


def _measure(tally: Tally) -> tuple[object, ...]:
    return tally.measure, tally.source, tally.other, tally.variable, tally.stage


def _table(tally: Tally) -> tuple[object, ...]:
    return (*_measure(tally), tally.characteristic)
