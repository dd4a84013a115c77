"""To which of several other sources a record is linked: joint patterns, not a product of rates."""

from collections.abc import Iterator
from itertools import product

from linkage.config.schema import Config
from linkage.runs.workspace import Workspace
from quality import links_made, measures
from quality.groupings import Grouping, count_by_group, held_by
from quality.missingness.patterns import AND
from quality.tally import Tally

NONE = "no other source"
MOST = 4
"""Of more other sources the patterns are too many to read; then none is counted."""


def link_pattern_tallies(workspace: Workspace, config: Config) -> Iterator[Tally]:
    """Yield how many focal records are linked to each combination of two or more other sources.

    Whoever is missed in one source is often missed in the next, so that the share linked to all of
    them is not the product of the link rates: only joint counts say it. The combinations add up to
    the focal records, of all and of every group.
    """
    others = [name for name in config.sources if name != config.focal]
    if config.linkage.type == "deduplicate" or not 2 <= len(others) <= MOST:
        return
    combinations = list(product((False, True), repeat=len(others)))
    conditions = [
        " AND ".join(f"{'' if has else 'NOT '}linked_{at}" for at, has in enumerate(each))
        for each in combinations
    ]
    groupings = held_by(config.focal, config.groups, [Grouping((name,)) for name in config.groups])
    bound: dict[str, object] = {"source": config.focal}
    bound |= {f"other_{at}": other for at, other in enumerate(others)}
    relation = _flagged(workspace, config, len(others))
    for each in count_by_group(workspace.connection, relation, groupings, conditions, bound):
        for combination, k in zip(combinations, each.counts, strict=True):
            named = [other for other, has in zip(others, combination, strict=True) if has]
            yield Tally(
                measure=measures.LINK_PATTERN,
                source=config.focal,
                characteristic=each.characteristic,
                group=each.group,
                variable=AND.join(named) or NONE,
                stage=measures.DECIDE,
                k=k,
                n=each.n,
            )


def _flagged(workspace: Workspace, config: Config, n_others: int) -> str:
    """Return the query of focal records with a flag for each other source."""
    linked = links_made.linked_records(workspace, config)
    flags = ", ".join(
        f"record_id IN ({linked.replace('$other', f'$other_{at}')}) AS linked_{at}"
        for at in range(n_others)
    )
    return f"SELECT *, {flags} FROM {workspace.view(f'records_{config.focal}')}"  # noqa: S608 - quoted
