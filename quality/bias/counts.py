"""How many records of each group found a candidate, and how many were linked."""

from collections.abc import Iterator

from linkage.config.schema import Config
from quality import links_made
from quality.groupings import all_groupings, count_by_group, held_by
from quality.measures import BLOCK, DECIDE, LINKED, WITH_CANDIDATE, WITH_DUPLICATE
from quality.run_tables import Tables
from quality.tally import Tally

_FLAGGED = """
    SELECT record.*, decided.record_id IS NOT NULL AS is_decided,
        candidate.record IS NOT NULL AS has_candidate
    FROM {records} AS record
    LEFT JOIN ({decided}) AS decided ON record.record_id = decided.record_id
    LEFT JOIN ({candidates}) AS candidate ON record.record = candidate.record
"""


def link_tallies(workspace: Tables, config: Config) -> Iterator[Tally]:
    """Yield tallies of records with a candidate and of linked records, by group.

    Linking counts the focal source's records, once for each other source. A link rate does not
    apply to records that are linked within their own source: for these, the records that share
    their entity with another of the source are counted instead.
    """
    if config.linkage.type != "deduplicate":
        decided = links_made.linked_records(workspace, config)
        for other in config.sources:
            if other != config.focal:
                yield from _tallies(workspace, config, config.focal, other, LINKED, decided)
    if config.linkage.type != "link":
        decided = links_made.duplicated_records(workspace)
        for source in config.sources:
            yield from _tallies(workspace, config, source, source, WITH_DUPLICATE, decided)


def _tallies(
    workspace: Tables, config: Config, source: str, other: str, measure: str, decided: str
) -> Iterator[Tally]:
    relation = _FLAGGED.format(
        records=workspace.view(f"records_{source}"),
        decided=decided,
        candidates=links_made.records_with_candidate(workspace),
    )
    groupings = all_groupings(config.groups, config.intersections)
    # a link by a match-key has no scored candidate, so it is counted as one here
    conditions = ("has_candidate OR is_decided", "is_decided")
    for each in count_by_group(
        workspace.connection,
        relation,
        held_by(source, config.groups, groupings),
        conditions,
        {"source": source, "other": other},
    ):
        for stage, name, k in zip(
            (BLOCK, DECIDE), (WITH_CANDIDATE, measure), each.counts, strict=True
        ):
            yield Tally(
                measure=name,
                source=source,
                other=None if other == source else other,
                characteristic=each.characteristic,
                group=each.group,
                stage=stage,
                k=k,
                n=each.n,
            )
