"""What became of a variable of another source, for every record of the focal source."""

from collections.abc import Iterator, Sequence

from linkage.characteristics import MISSING_REASONS, NOT_ASKED
from linkage.config.group_names import CROSS
from linkage.config.schema import Config
from linkage.runs.workspace import Workspace
from linkage.sql import identifier, literal
from quality import links_made, measures
from quality.groupings import GroupCounts, all_groupings, count_by_group, held_by
from quality.tally import Tally

_WITH_VALUES = """
    SELECT record.*, attached.record_id IS NOT NULL AS is_linked, attached.* EXCLUDE (record_id)
    FROM {records} AS record
    LEFT JOIN (
        SELECT pair.record_id, {values}
        FROM ({partners}) AS pair JOIN {other} AS partner ON partner.record_id = pair.partner_id
        GROUP BY pair.record_id
    ) AS attached ON attached.record_id = record.record_id
"""


def attached_tallies(workspace: Workspace, config: Config) -> Iterator[Tally]:
    """Yield, for each variable of another source, how many focal records have it through a link.

    Of all focal records and of every group: those with a link whose partner's value is observed;
    those without a link; those whose partner lacks it, by reason; and, where some partner was
    never asked, those with one that was. Together they are all records. Of several partners the
    one with a value counts. Intersections are not split by reason: most of their cells would be
    too small to show. A link may be wrong: what is counted here is what a reader of the linked
    file sees.
    """
    if config.linkage.type == "deduplicate":
        return
    for other in config.sources:
        columns = attached_variables(config, other)
        if columns and other != config.focal:
            counted = _count(workspace, config, other, columns)
            for at, column in enumerate(columns):
                yield from _tallies(config.focal, other, column, at, counted)


def attached_variables(config: Config, other: str) -> tuple[str, ...]:
    """Return the columns of ``other`` whose missing values are reported."""
    return tuple(each.column for each in config.missingness.variables if each.source == other)


def _count(
    workspace: Workspace, config: Config, other: str, columns: Sequence[str]
) -> list[GroupCounts]:
    """Count records without a link, then for each column those of every outcome."""
    ranks = ", ".join(f"min({_rank(name)}) AS value_{at}" for at, name in enumerate(columns))
    relation = _WITH_VALUES.format(
        records=workspace.view(f"records_{config.focal}"),
        partners=links_made.partners(workspace, config),
        other=workspace.view(f"records_{other}"),
        values=ranks,
    )
    conditions = ["NOT is_linked"]
    for at in range(len(columns)):
        conditions += [f"value_{at} = {rank}" for rank in range(len(MISSING_REASONS) + 1)]
    groupings = all_groupings(config.groups, config.intersections)
    bound = {"source": config.focal, "other": other}
    counted = count_by_group(
        workspace.connection,
        relation,
        held_by(config.focal, config.groups, groupings),
        conditions,
        bound,
    )
    return sorted(counted, key=lambda each: each.characteristic is not None)


def _rank(column: str) -> str:
    """Return the SQL that numbers what became of a value: 0 observed, then by reason."""
    name = f"partner.{identifier(f'missing_variable_{column}')}"
    cases = " ".join(
        f"WHEN {literal(reason)} THEN {rank}" for rank, reason in enumerate(MISSING_REASONS, 1)
    )
    return f"CASE {name} {cases} ELSE 0 END"


def _tallies(
    source: str, other: str, column: str, at: int, counted: Sequence[GroupCounts]
) -> Iterator[Tally]:
    n_outcomes = len(MISSING_REASONS) + 1
    start = 1 + at * n_outcomes
    everyone = counted[0].counts[start : start + n_outcomes]
    occurring = [reason for reason, n in zip(MISSING_REASONS, everyone[1:], strict=True) if n]
    for each in counted:
        observed, *missing = each.counts[start : start + n_outcomes]
        by_reason = dict(zip(MISSING_REASONS, missing, strict=True))
        counts = {measures.NOT_LINKED: each.counts[0], measures.FROM_LINK: observed}
        if NOT_ASKED.intersection(occurring):
            unasked = sum(by_reason[reason] for reason in NOT_ASKED)
            counts[measures.ASKED] = each.n - each.counts[0] - unasked
        if each.characteristic is None or CROSS not in each.characteristic:
            counts |= {reason: by_reason[reason] for reason in occurring}
        for stage, k in counts.items():
            yield Tally(
                measure=measures.VALUE_THROUGH_LINK,
                source=source,
                other=other,
                characteristic=each.characteristic,
                group=each.group,
                variable=column,
                stage=stage,
                k=k,
                n=each.n,
            )
