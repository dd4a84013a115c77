"""What each stage lost: counts of records read, dropped, kept, with a candidate and linked."""

from collections.abc import Iterator, Sequence

from linkage.config.schema import Config
from linkage.runs.workspace import Workspace
from quality import measures
from quality.estimate import Estimate
from quality.grades import grade_of
from quality.tally import Tally

_FILTERS = {"outside_keep": "keep", "named_in_drop": "drop"}
_FLOOR = "only candidates above the weight floor of the run are counted"


def ingest_tallies(workspace: Workspace, config: Config) -> Iterator[Tally]:
    """Yield the rows read from each source, and those that each configured filter left out."""
    rows = workspace.read("ingest_counts").to_pylist()
    counts = {(row["source"], row["reason"]): row["n"] for row in rows}
    for source, settings in config.sources.items():
        read = counts[source, "read"]
        yield _tally(measures.RECORDS_READ, source, None, read, read)
        for reason, name in _FILTERS.items():
            if getattr(settings, name):
                dropped = counts[source, reason]
                yield _tally(measures.RECORDS_DROPPED, source, name, dropped, read)


def _tally(measure: str, source: str, variable: str | None, k: int, n: int) -> Tally:
    return Tally(measure=measure, source=source, variable=variable, stage=measures.INGEST, k=k, n=n)


def flow(tallies: Sequence[Tally]) -> list[Estimate]:
    """Return the counts themselves: exact, so without an interval."""
    return [
        Estimate(
            measure=tally.measure,
            method=measures.COUNT,
            source=tally.source,
            other=tally.other,
            characteristic=tally.characteristic,
            group=tally.group,
            variable=tally.variable,
            stage=tally.stage,
            estimate=None if tally.k is None else float(tally.k),
            grade=grade_of(measures.COUNT),
            n_records=tally.n,
            status="suppressed" if tally.k is None else "ok",
            assumptions=(_FLOOR,) if tally.measure == measures.WITH_CANDIDATE else (),
        )
        for tally in tallies
        if tally.measure in measures.FLOW
    ]
