"""Links that cannot be right: an event after a death, a birth after the event.

They cost no label. How many other false links there are they do not say: most false links join
people of whom nothing impossible is known.
"""

from collections.abc import Iterator

from linkage.config.schema import Config, DateOrder
from linkage.runs.workspace import Workspace
from linkage.sql import identifier
from quality import measures
from quality.errors.scored_pairs import found_by_entity, found_by_link
from quality.estimate import Estimate
from quality.grades import grade_of
from quality.groupings import GroupCounts, all_groupings, count_by_group, held_by
from quality.links_made import decided_by_links

_ASSUMPTIONS = (
    "a floor: links that break no order of dates may be false too",
    "dates are right as they stand",
)

# a link with a missing date breaks nothing
_LINKED = """
    SELECT focal.*, {orders} AS broken FROM ({found}) AS link
    JOIN {focal} AS focal ON focal.record = link.{focal_end}
    JOIN {other} AS other ON other.record = link.{other_end}
"""


def impossible_links(workspace: Workspace, config: Config) -> Iterator[Estimate]:
    """Yield the share of links whose dates come in an order that no person can have.

    Of every other source that ``quality.impossible`` names with the focal one; of all links and by
    group of the focal source.
    """
    if config.linkage.type == "deduplicate":
        return
    for other in config.sources:
        orders = [
            order
            for order in config.quality.impossible
            if {order.earlier.source, order.later.source} == {config.focal, other}
        ]
        if other != config.focal and orders:
            yield from _of_pair(workspace, config, other, orders)


def _of_pair(
    workspace: Workspace, config: Config, other: str, orders: list[DateOrder]
) -> Iterator[Estimate]:
    groupings = all_groupings(config.groups, config.intersections)
    own = held_by(config.focal, config.groups, groupings)
    relation = _relation(workspace, config, other, orders)
    for each in count_by_group(workspace.connection, relation, own, ("broken",)):
        if each.n:
            yield _row(config, other, each)


def _relation(workspace: Workspace, config: Config, other: str, orders: list[DateOrder]) -> str:
    """Return the query of the links of a pair of sources: the focal record, and ``broken``."""
    keys = workspace.view("record_keys")
    if decided_by_links(config):
        found = found_by_link(workspace.view("links"), keys)
    else:
        found = found_by_entity(workspace.view("entities"), keys)
    sides = {config.focal: "focal", other: "other"}
    broken = " OR ".join(
        "coalesce({} > {}, false)".format(
            *(
                f"{sides[end.source]}.{identifier(end.column)}"
                for end in (order.earlier, order.later)
            )
        )
        for order in orders
    )
    first = list(config.sources).index(config.focal) < list(config.sources).index(other)
    return _LINKED.format(
        orders=f"({broken})",
        found=found,
        focal=workspace.view(f"records_{config.focal}"),
        other=workspace.view(f"records_{other}"),
        focal_end="l" if first else "r",
        other_end="r" if first else "l",
    )


def _row(config: Config, other: str, counts: GroupCounts) -> Estimate:
    share = counts.counts[0] / counts.n
    return Estimate(
        measure=measures.FALSE_LINK_RATE,
        method=measures.IMPOSSIBLE_LINKS,
        source=config.focal,
        other=other,
        characteristic=counts.characteristic,
        group=counts.group,
        stage=measures.DECIDE,
        estimate=share,
        lower=share,
        grade=grade_of(measures.IMPOSSIBLE_LINKS),
        n_records=counts.n,
        status="ok",
        assumptions=_ASSUMPTIONS,
    )
