"""Earlier releases sorted by what their counts have to do with those of a run.

A count of the same records in the same file is the same count, whoever releases it again. A count
under the same names in another file, or in the same file under other rules, is one from which the
new one can be subtracted. Links of another linkage of the same files are counts of their own.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from quality import measures
from quality.release.published import Published, Release, published
from quality.tally import Tally

_OF_LINKS = frozenset(
    {
        measures.WITH_CANDIDATE,
        measures.LINKED,
        measures.WITH_DUPLICATE,
        measures.LINKED_FINDABLE,
        measures.LINK_PATTERN,
        measures.VALUE_THROUGH_LINK,
    }
)
"""Measures that a linkage makes: the others are of files alone."""

_PATTERNS = frozenset({measures.MISSING_PATTERN, measures.LINK_PATTERN})

Table = tuple[str, str, str | None, str | None, str | None]
"""Measure, source, other source, variable and stage."""


@dataclass
class Before:
    """What was published earlier of the records of a run, and of those of other deliveries.

    Parameters
    ----------
    same
        Rows of the same counts, under the names of this run's sources.
    deliveries
        By release, rows whose counts can be subtracted from this run's.
    """

    same: list[Published] = field(default_factory=list)
    deliveries: dict[str, list[Published]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Say whether there is any."""
        return bool(self.same or self.deliveries)


def identity(tally: Tally) -> Tally:
    """Return what a tally counts, without the counts."""
    return replace(tally, k=None, n=None)


def before(
    releases: Sequence[Release], config: str, sources: Mapping[str, str], tallies: Iterable[Tally]
) -> Before:
    """Return what earlier releases say that has to do with this run.

    Parameters
    ----------
    config, sources
        The name of this run's configuration, and the sha256 of the file of each source.
    tallies
        The exact counts of this run.

    Notes
    -----
    A file is known by its content: another configuration may call its source by another name. Names
    of counts alone are not trusted. Where an exact count would have been published otherwise, the
    rows or the groups were made by other rules, and the table is taken for another delivery.
    """
    exact = {identity(each): each for each in tallies}
    patterns = {_pattern(each) for each in exact if each.measure in _PATTERNS}
    result = Before()
    for release in releases:
        names = {
            theirs: min((mine for mine in sources if sources[mine] == sha256), default=None)
            for theirs, sha256 in release.sources.items()
        }
        names |= {each: each for each in sources if release.sources.get(each) == sources[each]}
        same = {theirs: mine for theirs, mine in names.items() if mine is not None}
        split = set[tuple[str, str]]()
        for renamed, rows in _tables(published(release), same):
            if not renamed:
                delivery = list(_among(rows, sources)) if release.config == config else []
                _deliver(result, release, delivery)
            elif _agree(rows, exact) and not _is_further(rows[0].tally, patterns):
                result.same += rows
            elif not _is_of_links(rows) or not _agree_on_records(rows, exact):
                _deliver(result, release, rows)
                split.add((rows[0].tally.source, rows[0].tally.measure))
        _keep_splits_whole(result, release, split)
    return result


def _pattern(tally: Tally) -> tuple[str, str, str | None]:
    return tally.measure, tally.source, tally.variable


def _is_further(tally: Tally, patterns: Collection[tuple[str, str, str | None]]) -> bool:
    """Say whether a pattern is none of this run's, which has others: another way to split."""
    measure, source, _ = of = _pattern(tally)
    return of not in patterns and any(each[:2] == (measure, source) for each in patterns)


def _keep_splits_whole(
    result: Before, release: Release, split: Collection[tuple[str, str]]
) -> None:
    """Move the patterns of a release of which some are others than this run's to its delivery.

    Patterns split all records up: a set of them is the same as another, or is not.
    """
    moved = [
        row
        for row in result.same
        if row.tally.measure in _PATTERNS and (row.tally.source, row.tally.measure) in split
    ]
    _deliver(result, release, moved)
    result.same = [row for row in result.same if row not in moved]


def _tables(
    rows: Iterable[Published], names: Mapping[str, str]
) -> Iterator[tuple[bool, list[Published]]]:
    """Yield the rows of each table, and whether all its sources are files of this run."""
    tables: dict[Table, list[Published]] = {}
    for row in rows:
        each = row.tally
        table = each.measure, each.source, each.other, each.variable, each.stage
        tables.setdefault(table, []).append(row)
    for (_, source, other, *_), members in tables.items():
        renamed = source in names and (other is None or other in names)
        if renamed:
            to = None if other is None else names[other]
            yield (
                True,
                [
                    replace(row, tally=replace(row.tally, source=names[source], other=to))
                    for row in members
                ],
            )
        else:
            yield False, members


def _among(rows: Iterable[Published], sources: Iterable[str]) -> Iterator[Published]:
    named = {None, *sources}
    return (row for row in rows if {row.tally.source, row.tally.other} <= named)


def _deliver(result: Before, release: Release, rows: Sequence[Published]) -> None:
    if rows:
        result.deliveries.setdefault(release.folder.name, []).extend(rows)


def _is_of_links(rows: Sequence[Published]) -> bool:
    return rows[0].tally.measure in _OF_LINKS


def _agree(rows: Iterable[Published], exact: Mapping[Tally, Tally]) -> bool:
    """Say whether the counts of this run would have been published so, as far as it has them."""
    found = ((row, exact.get(identity(row.tally))) for row in rows)
    return all(row.is_of(each) for row, each in found if each is not None)


def _agree_on_records(rows: Iterable[Published], exact: Mapping[Tally, Tally]) -> bool:
    """Say whether the records are the same, whatever became of them."""
    return _agree((replace(row, tally=replace(row.tally, k=None)) for row in rows), exact)
