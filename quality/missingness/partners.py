"""The partner of every focal record: as linked, and in each drawn linkage."""

from collections.abc import Iterator

import numpy as np

from linkage.config.schema import Config
from linkage.model.normalise import Index
from linkage.runs.workspace import Workspace
from quality.errors.drawn_rates import Draws

NONE = -1

_PAIRS = """
    SELECT focal.record AS focal, other.record AS other FROM {links} AS link
    JOIN {focal} AS focal ON focal.record_id = link.record_id_{side}
    JOIN {other} AS other ON other.record_id = link.record_id_{opposite} ORDER BY ALL
"""


def linked_partners(workspace: Workspace, config: Config, other: str, n: int, first: int) -> Index:
    """Return the number of each focal record's partner in ``other``, (n,); -1 for none.

    Parameters
    ----------
    n, first
        How many focal records there are, and the number of the first.
    """
    names = list(config.sources)
    side, opposite = "lr" if names.index(config.focal) < names.index(other) else "rl"
    query = _PAIRS.format(
        links=workspace.view("links"),
        focal=workspace.view(f"records_{config.focal}"),
        other=workspace.view(f"records_{other}"),
        side=side,
        opposite=opposite,
    )
    found = workspace.connection.execute(query).fetchnumpy()
    partner = np.full(n, NONE)
    partner[found["focal"].astype(np.int64) - first] = found["other"]
    return partner


def drawn_partners(linked: Index, first: int, draws: Draws, n: int) -> Iterator[Index]:
    """Yield the partners (focal records,) in ``n`` drawn linkages, evenly apart.

    Which source's records have one partner each is the linkage's choice. Where that is the other
    source, two of its records can be drawn to one focal record, which then has the later.
    """
    ends = first, first + len(linked)
    for draw in np.unique(np.linspace(1, draws.n, n).round().astype(np.int64)):
        differs = draws.draw == draw
        record, drawn = draws.record[differs], draws.partner[differs]
        partner = linked.copy()
        if ((record >= ends[0]) & (record < ends[1])).all():
            partner[record - first] = drawn
        else:
            partner[np.isin(linked, record)] = NONE
            partner[drawn[drawn >= 0] - first] = record[drawn >= 0]
        yield partner
