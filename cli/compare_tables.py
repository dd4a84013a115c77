"""A comparison of two runs as lines of text, to be read in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cli.columns import columns
from quality.compare.comparing import Comparison
from quality.compare.pairing import CHANGED, CHANGED_LITTLE, STATUSES, Pair
from quality.measures import CHANGED_RATES, UNBOUNDED
from quality.report.numbers import percent
from quality.report.wording import group_label, plain

_MOST = 40


def lines(found: Comparison) -> Iterator[str]:
    """Yield the lines: what differs in the making, all records, what changed, and how many did."""
    yield f"Change from {_named(found.before.run)} to {_named(found.after.run)}"
    yield from (f"Note: {each}" for each in found.warnings)
    yield from _noise(found)
    yield from _making(found)
    rates = [each for each in found.pairs if each.row.measure in CHANGED_RATES]
    overall = [each for each in rates if each.row.characteristic is None]
    yield from _table("All records", overall)
    changed = [each for each in found.pairs if each.status in {CHANGED, CHANGED_LITTLE}]
    yield from _table("What changed, by more than noise", changed[:_MOST])
    if len(changed) > _MOST:
        yield f"  and {len(changed) - _MOST} more: --out FILE.csv holds all"
    if not changed:
        yield ""
        yield "Nothing changed by more than noise."
    yield ""
    yield "Figures by what became of them"
    counts = found.counts
    yield from columns([(f"{counts[each]:,}", each) for each in STATUSES if counts[each]])


def _named(run: str | None) -> str:
    return "a release that does not say of which run" if run is None else f"run {run}"


def _noise(found: Comparison) -> Iterator[str]:
    settings = found.settings
    tests = max((each.n_tests or 0 for each in found.pairs), default=0)
    yield (
        f"{settings.level:.0%} intervals in brackets; {tests:,} tests seen together, of what is "
        f"called changed {1 - settings.level:.0%} is expected to be noise"
    )
    yield f"Changes inside {settings.material_gap:g} either way do not matter, as it is set"
    if found.same_records:
        yield (
            "Both read the same files: intervals are those of independent records, and so wider "
            "than they need be"
        )


def _making(found: Comparison) -> Iterator[str]:
    yield ""
    yield "What differs in how they were made"
    if not found.differences:
        yield "  nothing that the two folders say"
    yield from columns([(each.kind, each.name, each.how) for each in found.differences])


def _table(heading: str, shown: Sequence[Pair]) -> Iterator[str]:
    if not shown:
        return
    yield ""
    yield heading
    head = ("figure", "by", "of", "before", "after", "difference", "")
    yield from columns([head, *map(_row, shown)])


def _row(pair: Pair) -> tuple[str, ...]:
    row = pair.row
    variable = "" if row.variable is None else f" of {plain(row.variable)}"
    of = "all records" if row.characteristic is None else _group(row.characteristic, row.group)
    sides = (pair.before, pair.after)
    ends = [_figure(None if each is None else each.estimate, row.measure) for each in sides]
    status = pair.status
    if status == CHANGED:
        status = "higher" if (pair.difference or 0) > 0 else "lower"
    figure = f"{plain(row.measure)}{variable}"
    return figure, plain(row.method), of, *ends, _difference(pair), status


def _group(characteristic: str, group: str | None) -> str:
    return f"{plain(characteristic)}: {group_label(group or '')}"


def _figure(value: float | None, measure: str) -> str:
    if value is None:
        return "none"
    return f"{value:.3g}" if measure in UNBOUNDED else percent(value).text


def _difference(pair: Pair) -> str:
    if pair.change is None:
        return "" if pair.difference is None else f"{pair.difference:+.3f}"
    found = pair.change
    return f"{found.value:+.3f} [{found.lower:+.3f}, {found.upper:+.3f}]"
