"""What else is counted of focal records: those that should be found, and those hard to link."""

from collections.abc import Iterator

from linkage.config.record_names import findable
from linkage.config.schema import Config, Source
from linkage.runs.workspace import Workspace
from linkage.sql import identifier
from quality import links_made, measures
from quality.groupings import all_groupings, count_by_group, held_by
from quality.tally import Tally

LINKED_RECORDS = """
    SELECT record.*, decided.record_id IS NOT NULL AS is_linked
    FROM {records} AS record
    LEFT JOIN ({decided}) AS decided ON record.record_id = decided.record_id
"""
"""The focal records, each with whether it is linked."""


def focal_tallies(workspace: Workspace, config: Config) -> Iterator[Tally]:
    """Yield tallies of the focal records with an identifier missing, and of findable links.

    Findable are those that ``findable`` of the focal source describes; towards each other source.
    """
    source, held = config.focal, config.sources[config.focal]
    view = workspace.view(f"records_{source}")
    columns = workspace.connection.execute(f"DESCRIBE {view}").fetchall()
    reasons = {f"missing_{role}" for role in held.columns} & {name for name, *_ in columns}
    if reasons:
        missing = " OR ".join(
            f"coalesce({identifier(reason)} <> 'does_not_apply', false)"
            for reason in sorted(reasons)
        )
        records = f"SELECT * FROM {view}"  # noqa: S608 - quoted
        yield from _counted(
            workspace, config, records, (missing, "true"), measures.WITH_MISSING, None
        )
    if held.findable and config.linkage.type != "deduplicate":
        expected = findable_condition(held)
        linked = LINKED_RECORDS.format(
            records=view, decided=links_made.linked_records(workspace, config)
        )
        conditions = (f"is_linked AND {expected}", expected)
        for other in config.sources:
            if other != source:
                yield from _counted(
                    workspace, config, linked, conditions, measures.LINKED_FINDABLE, other
                )


def findable_condition(source: Source) -> str:
    """Return the condition on a record that says whether it should be found."""
    parts = (
        f"coalesce({identifier(findable(column))}, {None in values})"
        for column, values in source.findable.items()
    )
    return f"({' AND '.join(parts)})"


def _counted(
    workspace: Workspace,
    config: Config,
    relation: str,
    conditions: tuple[str, str],
    measure: str,
    other: str | None,
) -> Iterator[Tally]:
    groupings = all_groupings(config.groups, config.intersections)
    for each in count_by_group(
        workspace.connection,
        relation,
        held_by(config.focal, config.groups, groupings),
        conditions,
        None if other is None else {"source": config.focal, "other": other},
    ):
        k, n = each.counts
        yield Tally(
            measure=measure,
            source=config.focal,
            other=other,
            characteristic=each.characteristic,
            group=each.group,
            stage=measures.INGEST if other is None else measures.DECIDE,
            k=k,
            n=n,
        )
