"""What is weighed by group: link rates by survey weight, and mean match weights."""

from collections.abc import Iterator

from linkage.config.record_names import WEIGHT
from linkage.config.schema import Config
from linkage.runs.workspace import Workspace
from quality import links_made
from quality.bias.focal_counts import LINKED_RECORDS
from quality.bias.means import MEAN_BEST_WEIGHT, MEAN_LINK_WEIGHT, WEIGHTED_LINK_RATE, Kind
from quality.groupings import GroupSums, all_groupings, held_by, sum_by_group
from quality.review.focal import sides

_OF_LINKS = """
    SELECT record.*, link.match_weight AS x FROM {records} AS record
    JOIN {links} AS link ON link.record_id_{side} = record.record_id
    WHERE link.match_weight IS NOT NULL
"""
_OF_BEST = """
    SELECT record.*, best.x FROM {records} AS record
    JOIN (
        SELECT record_{side} AS record, max(match_weight) AS x FROM {candidates} GROUP BY ALL
    ) AS best ON best.record = record.record
"""
_MOMENTS = ("1", "x", "x * x")
_BY_WEIGHT = ("w", "w * w", "w * is_linked::INTEGER", "w * w * is_linked::INTEGER")


def weighed(
    workspace: Workspace, config: Config
) -> Iterator[tuple[Kind, tuple[str, str], list[GroupSums]]]:
    """Yield what is weighed, of which pair of sources, and its sums by group.

    Mean match weights are given where links of two sources decide: of the links, and of every
    record's best candidate above the floor of ``candidates``.
    """
    focal = config.focal
    records = workspace.view(f"records_{focal}")
    others = [name for name in config.sources if name != focal]
    if config.sources[focal].weight is not None and config.linkage.type != "deduplicate":
        decided = links_made.linked_records(workspace, config)
        relation = LINKED_RECORDS.format(records=records, decided=decided)
        by_weight = f"SELECT *, {WEIGHT} AS w FROM ({relation})"  # noqa: S608 - ours
        for other in others:
            pair = focal, other
            yield WEIGHTED_LINK_RATE, pair, _sums(workspace, config, by_weight, _BY_WEIGHT, pair)
    if links_made.decided_by_links(config):
        (other,), (side, _) = others, sides(config)
        places = {"links": workspace.view("links"), "candidates": workspace.view("candidates")}
        for kind, query in ((MEAN_LINK_WEIGHT, _OF_LINKS), (MEAN_BEST_WEIGHT, _OF_BEST)):
            relation = query.format(records=records, side=side, **places)
            yield kind, (focal, other), _sums(workspace, config, relation, _MOMENTS, None)


def _sums(
    workspace: Workspace,
    config: Config,
    relation: str,
    numbers: tuple[str, ...],
    pair: tuple[str, str] | None,
) -> list[GroupSums]:
    groupings = all_groupings(config.groups, config.intersections)
    own = held_by(config.focal, config.groups, groupings)
    bound = None if pair is None else dict(zip(("source", "other"), pair, strict=True))
    return list(sum_by_group(workspace.connection, relation, own, numbers, bound))
