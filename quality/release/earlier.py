"""What a reader who holds earlier releases could work out of a new one, as systems to audit.

Counts that were published before lie within what they were rounded to; what was held back then is
protected still. Of another delivery of a source a reader may suppose that it holds all records of
the earlier one, or the other way round: then each difference of two counts is one of people.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from linkage.disclosure import Audit, Beyond, Equation, Item, Limits, completed
from quality.release.before import Before, identity
from quality.release.cell import Cell, Cells
from quality.release.cells import cells, items
from quality.release.naming import TOO_SMALL
from quality.release.nested import Headings, nested
from quality.release.overlaps import Overlap
from quality.release.published import Published
from quality.tally import Tally

_TIED = ("k", "rest")


@dataclass(frozen=True)
class System:
    """Counts and sums of several releases, as a reader may suppose them to hang together.

    ``counts`` of other releases are one world that fits; ``close`` are counts of this run that have
    to be held back, since they differ by few people from what was published.
    """

    counts: Mapping[Item, int]
    equations: Sequence[Equation]
    beyond: Beyond
    close: frozenset[Item]


@dataclass(frozen=True)
class Run:
    """The run that is to be released: its counts, and what they are made of."""

    own: Cells
    tallies: Sequence[Tally]
    overlaps: Sequence[Overlap]
    headings: Headings


@dataclass
class _Supposed:
    """What a reader knows and supposes, besides what the run says itself."""

    equations: list[Equation] = field(default_factory=list)
    known: dict[Item, Limits] = field(default_factory=dict)
    protected: set[Item] = field(default_factory=set)

    def learn(self, row: Published) -> None:
        """Take the limits of what a row publishes; what it holds back is to be protected."""
        n, *rest = items(row.tally)
        k = rest[0] if rest else n
        for item, count in ((n, row.tally.n), (k, row.tally.k)):
            if count is not None:
                low, high = self.known.get(item, (0, float("inf")))
                least, greatest = row.limits(count)
                self.known[item] = max(low, least), min(high, greatest)
        held_back = rest or [n] if row.tally.k is None else []
        self.protected.update([*held_back, *([n] if row.tally.n is None else [])])

    def with_(self, other: "_Supposed") -> "_Supposed":
        """Return all of both."""
        return _Supposed(
            [*self.equations, *other.equations],
            {**self.known, **other.known},
            self.protected | other.protected,
        )


def systems(run: Run, found: Before, threshold: int) -> Iterator[System]:
    """Yield what has to be audited besides the run alone: nothing where nothing was published.

    One system for each direction in which deliveries may hold one another, where what was published
    leaves it open. Where it contradicts both, sums of different deliveries say nothing of each
    other, and the counts of the same files stand alone.

    Parameters
    ----------
    found
        What was published before.
    threshold
        Differences under it are small.
    """
    if not found:
        return
    same = _of_same_files(run, found.same)
    close = frozenset(_close(run.own, found, threshold))
    made = []
    for up in (True, False) if found.deliveries else ():
        ties = [_of_delivery(run, name, rows, up=up) for name, rows in found.deliveries.items()]
        supposed = same
        for tie in ties:
            wider = supposed.with_(tie)
            supposed = supposed if _world(run.own, wider) is None else wider
        if supposed is not same:
            made.append(supposed)
    for supposed in made or [same]:
        if (counts := _world(run.own, supposed)) is not None:
            yield _system(run.own, supposed, counts, close, threshold)
        else:  # the same names, and yet other groups: only what is close is minded
            yield _system(run.own, _Supposed(), run.own.counts, close, threshold)


def _system(
    own: Cells,
    supposed: _Supposed,
    counts: Mapping[Item, int],
    close: frozenset[Item],
    threshold: int,
) -> System:
    outside = (counts.keys() - own.counts.keys()) | own.slack
    known = {**own.known, **supposed.known}
    equations = list(dict.fromkeys([*own.equations, *supposed.equations]))
    small = {item for item in own.counts.keys() - own.slack if own.counts[item] < threshold}
    protected = small | close | (supposed.protected & counts.keys())
    told = Audit(counts, equations, protected, threshold, known).told()
    return System(counts, equations, Beyond(known, outside, frozenset(protected), told), close)


def _world(own: Cells, supposed: _Supposed) -> dict[Item, int] | None:
    named = [*supposed.known, *supposed.protected]
    return completed(own.counts, supposed.equations, supposed.known, named)


def _of_same_files(run: Run, rows: Iterable[Published]) -> _Supposed:
    """Return what was published of the same records: the run's own counts, and further ones."""
    exact = {identity(each) for each in run.tallies}
    held = {(each.source, each.characteristic) for each in run.tallies}
    found, further = _Supposed(), dict[Tally, Tally]()
    for row in rows:
        of = identity(row.tally)
        if of in exact:
            n, *rest = items(row.tally)
            found.learn(row)
            found.protected -= {n, *rest}  # what is small of it is known exactly
        elif (of.source, of.characteristic) not in held or not _is_joint(of):
            found.learn(row)
            further[of] = _placeholder(row)
    if further:
        tallies = [*run.tallies, *further.values()]
        overlaps = [*run.overlaps, *nested(tallies, run.headings, held)]
        found.equations += cells(tallies, overlaps).equations
    return found


def _is_joint(tally: Tally) -> bool:
    """Say whether a row stands for the groups that are too small to name, each a row of its own."""
    return (tally.group or "").endswith(TOO_SMALL)


def _of_delivery(run: Run, name: str, rows: Iterable[Published], *, up: bool) -> _Supposed:
    """Return what was published of another delivery, tied to the run's counts.

    Parameters
    ----------
    up
        Whether the run is supposed to hold all records of the delivery; else it is held by it.
    """
    found, tallies = _Supposed(), list[Tally]()
    for row in rows:
        there = replace(row, tally=replace(row.tally, source=f"{row.tally.source} of {name}"))
        found.learn(there)
        tallies.append(_placeholder(there))
        for mine, theirs in zip(items(row.tally), items(there.tally), strict=True):
            if mine in run.own.counts and mine.kind in _TIED:
                more = Cell(f"more {theirs.kind}", theirs.family, theirs.place)
                small, large = (theirs, mine) if up else (mine, theirs)
                found.equations.append(Equation((large,), (small, more)))
                if theirs in found.protected:  # else what is close says so of itself
                    found.protected.add(more)
    overlaps = nested(tallies, run.headings, set())
    found.equations += cells(tallies, list(overlaps)).equations
    found.equations = list(dict.fromkeys(found.equations))
    return found


def _placeholder(row: Published) -> Tally:
    """Return a tally of which counts are not known: they stand for nothing."""
    return replace(row.tally, n=row.tally.n or 0, k=row.tally.k or 0)


def _close(own: Cells, found: Before, threshold: int) -> Iterator[Item]:
    """Yield the counts that may differ by few people from those of another delivery."""
    for row in (row for rows in found.deliveries.values() for row in rows):
        n, *rest = named = items(row.tally)
        said = {n: row.tally.n, (rest or [n])[0]: row.tally.k}
        limits = {item: row.limits(count) for item, count in said.items() if count is not None}
        if len(named) == 3 and len(limits) == 2:
            (least, greatest), (low, high) = limits[n], limits[named[1]]
            limits[named[2]] = (max(0, least - high), greatest - low)
        for item, (low, high) in limits.items():
            count = own.counts.get(item)
            if count is not None and max(low - count, count - high) < threshold:
                yield item
