"""What known truth says of a run, as rows: measured, for all records and every group."""

from collections.abc import Iterator
from pathlib import Path

from linkage.config.schema import Config
from linkage.errors import DataError
from linkage.runs.workspace import Workspace
from linkage.sql import literal
from quality import measures
from quality.errors.linked_clusters import linked_clusters
from quality.errors.outcome_rates import rates_of
from quality.errors.ratio import Reals, clustered_ratio
from quality.errors.scored_pairs import make_scored_pairs
from quality.errors.truth import Clusters, clusters, clusters_by_label, no_pair
from quality.errors.truth_file import read_truth
from quality.errors.truth_outcomes import TruthCell, truth_cells
from quality.estimate import Estimate
from quality.finished_run import FinishedRun
from quality.grades import grade_of
from quality.groupings import all_groupings, held_by
from quality.links_made import decided_by_links
from quality.proportion import Interval, wilson
from quality.share import status_of

_ASSUMPTIONS = (
    "the truth file names every match between records of the run",
    "records are independent of each other; limits say how far the figure would move in others of "
    "the same kind",
)

_MADE = """
    SELECT 1 FROM duckdb_tables() WHERE temporary AND table_name = 'clusters'
"""

# the pairs of a group are those with a record of it at either end, each once
_LABELLED = """
    WITH pairs AS ({pairs}), labels AS (SELECT record, {label} AS label FROM {records})
    SELECT pairs.*, label FROM pairs JOIN labels ON record = l
    UNION ALL
    SELECT pairs.*, right_.label FROM pairs JOIN labels AS right_ ON right_.record = r
    LEFT JOIN labels AS left_ ON left_.record = l
    WHERE left_.label IS DISTINCT FROM right_.label
"""

_ENDS = """
    SELECT min(record), max(record) FROM record_keys WHERE source = {source}
"""


def truth_rates(workspace: Workspace, config: Config) -> Iterator[Estimate]:
    """Yield precision, recall, blocking recall, losses and coverage against ``quality.truth``.

    Of every pair of sources that is linked (of one source, within it), for all records and for
    every group of the focal source. Which stage lost a match is said where links decide: a focal
    record that was linked to another record lost its partner in assignment, one that was not
    linked to the threshold. Coverage is given there too: the share of the focal records whom the
    other source holds.

    Raises
    ------
    DataError
        The truth file cannot be read, or holds no pair of the run.
    """
    if config.quality.truth is None:
        return
    run = scored_truth(workspace, config.quality.truth, config)
    if not clusters(run, "SELECT * FROM clusters").true.any():
        raise DataError(no_pair(config.quality.truth))
    if decided_by_links(config):
        other = next(name for name in config.sources if name != config.focal)
        for characteristic, group, counts in linked_clusters(run):
            yield from _rows(run, counts, (config.focal, other, characteristic, group))
        yield from (_coverage(run, cell) for cell in truth_cells(run))
        return
    for source, other in _pairs(config):
        yield from _of_pair(run, source, other)


def scored_truth(workspace: Workspace, truth: Path, config: Config) -> FinishedRun:
    """Return the run with its pairs scored against truth, in the table ``clusters``.

    They are scored once in a stage: the table is temporary, and goes with the stage.
    """
    run = FinishedRun(config, workspace.restricted, workspace.connection, workspace.scratch)
    if not run.connection.execute(_MADE).fetchall():
        read_truth(run, truth)
        make_scored_pairs(run)
    return run


def _coverage(run: FinishedRun, cell: TruthCell) -> Estimate:
    matched = round(float(rates_of(cell.outcomes)[measures.COVERAGE] * cell.n_records))
    other = next(name for name in run.config.sources if name != run.config.focal)
    return _row(
        measures.COVERAGE,
        (run.config.focal, other, cell.characteristic, cell.group),
        wilson(matched, cell.n_records, run.config.quality.level),
        cell.n_records,
        run.config.quality.material_gap,
    )


def _pairs(config: Config) -> Iterator[tuple[str, str]]:
    if config.linkage.type != "deduplicate":
        yield from ((config.focal, other) for other in config.sources if other != config.focal)
    if config.linkage.type != "link":
        yield from ((source, source) for source in config.sources)


def _of_pair(run: FinishedRun, source: str, other: str) -> Iterator[Estimate]:
    config = run.config
    towards = None if other == source else other
    pairs = _between(run, source, other)
    yield from _rows(run, clusters(run, pairs), (source, towards, None, None))
    groupings = all_groupings(config.groups, config.intersections)
    for grouping in held_by(source, config.groups, groupings):
        labelled = _LABELLED.format(
            pairs=pairs, label=grouping.label, records=run.view(f"records_{source}")
        )
        for name, counts in clusters_by_label(run, labelled).items():
            yield from _rows(run, counts, (source, towards, grouping.name, name))


def _between(run: FinishedRun, source: str, other: str) -> str:
    """Return the query of the pairs of two sources: each has numbers of its own, in a row."""
    run.view("record_keys")
    inside = []
    for name in (source, other):
        found = run.connection.execute(_ENDS.format(source=literal(name))).fetchall()
        first, last = found[0]
        inside.append(f"{{end}} BETWEEN {int(first or 0)} AND {int(-1 if last is None else last)}")
    (a, b) = inside
    ways = (
        f"({a.format(end='l')} AND {b.format(end='r')})",
        f"({b.format(end='l')} AND {a.format(end='r')})",
    )
    return f"SELECT * FROM clusters WHERE {' OR '.join(ways)}"  # noqa: S608 - numbers


def _rows(
    run: FinishedRun, counts: Clusters, place: tuple[str, str | None, str | None, str | None]
) -> Iterator[Estimate]:
    level, by_link = run.config.quality.level, decided_by_links(run.config)
    gap = run.config.quality.material_gap
    for measure, (part, whole) in _ratios(counts, by_link).items():
        interval = clustered_ratio(part, whole, counts.n, level)
        if interval is not None:
            yield _row(measure, place, interval, round(float((counts.n * whole).sum())), gap)


def _ratios(counts: Clusters, by_link: bool) -> dict[str, tuple[Reals, Reals]]:
    """Return each measure as part and whole, (c,) each."""
    rates = {
        measures.PRECISION: (counts.correct, counts.found),
        measures.RECALL: (counts.correct, counts.true),
        measures.BLOCKING_RECALL: (counts.blocked, counts.true),
    }
    if not by_link:
        return rates
    unblocked = counts.true - counts.blocked
    missed = counts.blocked - counts.correct
    elsewhere = missed * (counts.found > counts.correct)
    return rates | {
        measures.BLOCKING_LOSS: (unblocked, counts.true),
        measures.ASSIGNMENT_LOSS: (elsewhere, counts.true),
        measures.THRESHOLD_LOSS: (missed - elsewhere, counts.true),
    }


def _row(
    measure: str,
    place: tuple[str, str | None, str | None, str | None],
    interval: Interval,
    n: int,
    material_gap: float,
) -> Estimate:
    source, other, characteristic, group = place
    at_blocking = measure in {measures.BLOCKING_RECALL, measures.BLOCKING_LOSS}
    return Estimate(
        measure=measure,
        method=measures.TRUTH,
        source=source,
        other=other,
        characteristic=characteristic,
        group=group,
        stage=measures.BLOCK if at_blocking else measures.DECIDE,
        estimate=interval.value,
        lower=interval.lower,
        upper=interval.upper,
        level=interval.level,
        interval_covers=measures.SAMPLING_ONLY,
        grade=grade_of(measures.TRUTH),
        n_records=n,
        status=status_of(interval, material_gap),
        assumptions=_ASSUMPTIONS,
    )
