"""Which cells of a table asked for may be shown, beside all that was released before.

The check takes every count as if it were published exactly; the noise comes on top.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from linkage.config.schema import Config
from linkage.disclosure import Audit, Beyond, Item, Limits, suppress
from quality import measures
from quality.asked.released import released_counts
from quality.asked.request import Counted, Request, counted
from quality.bias.counts import link_tallies
from quality.finished_run import FinishedRun
from quality.groupings import Grouping, all_groupings, held_by
from quality.missingness.counts import missing_tallies
from quality.release.cell import Cells, Place
from quality.release.cells import cells, cost, items, sparse_tables
from quality.release.overlaps import Overlap, overlaps
from quality.release.roll_up import roll_ups, rolled_up
from quality.tally import Tally, from_table


@dataclass(frozen=True)
class Passed:
    """The places of a table that may be shown, and what the run released itself."""

    places: frozenset[Place]
    released: Sequence[Tally]


def passed(run: FinishedRun, request: Request, before: Mapping[Request, Set[Place]]) -> Passed:
    """Return what of the table ``request`` may be shown.

    Small counts are held back, and those that would tell one together with what is out: the run's
    release, releases of the same files that were approved, and the tables asked for before. What is
    out stays out; what it tells already, no table can protect.

    Parameters
    ----------
    before
        The places that earlier tables of this run show.
    """
    threshold = run.config.disclosure.threshold
    own, groupings = _of_run(run)
    made = _asked(run, (*before, request), own)
    beyond = [each for each in _groupings(run.config, (*before, request)) if each not in groupings]
    rows = [*own, *made]
    published = cells(rows, _overlaps(run, [*groupings, *beyond]))
    released = released_counts(run, rows)
    visible = _told(released)
    for earlier, places in before.items():
        shown = (each for place, each in _rows(run, rows, earlier).items() if place in places)
        visible |= {item for tally in shown for item in items(tally)}
    visible = _with_what_follows(published, visible)
    wanted = {place: set(items(each)) for place, each in _rows(run, rows, request).items()}
    every = set[Item]().union(*wanted.values())
    hidden = published.counts.keys() - visible - every
    hidden |= (sparse_tables(published.counts, threshold) & every) - visible
    out = {item: (published.counts[item],) * 2 for item in visible}
    held = _held_back(published, hidden, out, threshold)
    if every - visible <= held:  # what is told already takes all down with it: it is past helping
        held = _held_back(published, hidden, out, threshold, past_helping=True)
    places = frozenset(place for place, told in wanted.items() if not told & held)
    return Passed(places, released)


def _held_back(
    published: Cells,
    hidden: Set[Item],
    out: Mapping[Item, Limits],
    threshold: int,
    past_helping: bool = False,
) -> frozenset[Item]:
    """Return the counts to hold back; where asked so, without those that what is out tells."""
    counts, equations = published.counts, published.equations
    known = {**published.known, **out}
    small = {item for item, count in counts.items() if count < threshold} - published.slack
    told = Audit(counts, equations, small, threshold, known).told() if past_helping else frozenset()
    beyond = Beyond(known, outside=published.slack, told=told)
    return suppress(counts, equations, threshold, cost, hidden, beyond)


def _of_run(run: FinishedRun) -> tuple[list[Tally], list[Grouping]]:
    """Return the tallies that the run's release rests on, and all that they are grouped by."""
    config = run.config
    found = from_table(
        run.connection.sql(f"SELECT * FROM {run.view('tallies')}").to_arrow_table()  # noqa: S608 - quoted
    )
    together = roll_ups(found, config)
    groupings = [*all_groupings(config.groups, config.intersections)]
    groupings += [each.grouping for each in together]
    return [*found, *rolled_up(found, together)], groupings


def _groupings(config: Config, requests: Iterable[Request]) -> list[Grouping]:
    every = (grouping for each in requests for grouping in each.groupings(config))
    return list(dict.fromkeys(every))


def _overlaps(run: FinishedRun, groupings: Sequence[Grouping]) -> list[Overlap]:
    return [
        overlap
        for source in run.config.sources
        for overlap in overlaps(
            run.connection,
            source,
            run.view(f"records_{source}"),
            held_by(source, run.config.groups, groupings),
        )
    ]


def _asked(run: FinishedRun, requests: Sequence[Request], own: Sequence[Tally]) -> list[Tally]:
    """Return the tallies of the tables asked for that the run itself does not have.

    Of links with those of candidates, which are released nowhere but tie into the same sums.
    """
    config = run.config
    crossed = [
        each.characteristics
        for each in _groupings(config, requests)
        if len(each.characteristics) > 1
    ]
    wider = config.model_copy(update={"intersections": (*config.intersections, *crossed)})
    wanted = {
        (request.source, grouping.name, measure)
        for request in requests
        for grouping in request.groupings(config)
        for measure in _measures(counted(run, request.source)[request.measure])
    }
    had = {replace(each, k=None, n=None) for each in own}
    return [
        each
        for each in (*missing_tallies(run, wider), *link_tallies(run, wider))
        if (each.source, each.characteristic, (each.measure, each.variable)) in wanted
        and replace(each, k=None, n=None) not in had
    ]


def _measures(asked: Counted) -> list[tuple[str, str | None]]:
    """Return the measures, with their variables, that a table of this one rests on."""
    with_candidates = [(measures.WITH_CANDIDATE, None)] if asked.measure == measures.LINKED else []
    return [(measures.RECORDS, None), (asked.measure, asked.variable), *with_candidates]


def _rows(run: FinishedRun, tallies: Iterable[Tally], request: Request) -> dict[Place, Tally]:
    """Return the tally of each row of the table, by place."""
    asked = counted(run, request.source)[request.measure]
    names = {None, *(each.name for each in request.groupings(run.config))}
    of_reasons = asked.variable is not None
    return {
        (each.characteristic, each.group): each
        for each in tallies
        if (each.measure, each.variable) == (asked.measure, asked.variable)
        and (each.source, each.other) == (request.source, request.other)
        and each.characteristic in names
        and not (of_reasons and each.stage is not None)
    }


def _told(released: Iterable[Tally]) -> set[Item]:
    """Return the counts that rows of a release show; one that is held back is None."""
    known: set[Item] = set()
    for tally in released:
        whole, *others = items(tally)
        known |= set() if tally.n is None else {whole}
        known |= set() if tally.k is None else {whole, *others}
    return known


def _with_what_follows(published: Cells, visible: Set[Item]) -> set[Item]:
    """Return the counts that are known, and what follows from them by one sum after another."""
    known = visible & published.counts.keys()
    while True:
        follows = {
            left[0]
            for each in published.equations
            if len(left := [item for item in each.items if item not in known]) == 1
        }
        if not follows:
            return known
        known |= follows
