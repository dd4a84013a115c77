"""The best partners of some records in the whole of another source, whatever rules they meet.

What no blocking rule brings together, no run has ever compared: a review that is to say how many
matches are lost there has to look without rules.
"""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from linkage.engines.protocol import Engine
from linkage.engines.sampling import Sought
from linkage.model.scoring import STREAM_FLOOR, Model, weights_of
from linkage.model.source_pairs import Side


def search(engine: Engine, model: Model, side: Side, records: Sequence[int], best: int) -> pa.Table:
    """Return the ``best`` heaviest pairs of each of ``records`` with the whole opposite source.

    Parameters
    ----------
    side
        The side of the two sources on which ``records`` stand.

    Returns
    -------
    pa.Table
        ``record``, ``candidate`` INTEGER, ``match_weight`` DOUBLE as in ``candidates``, and
        ``meets_rule``: whether a blocking rule or match-key brings the pair together.
    """
    (pair,) = model.pairs
    engine.prepare(model.method.comparisons, model.method.rules)
    sought = Sought(side, tuple(records), best)
    found = engine.search(pair, sought, model.method.rules, weights_of(model, STREAM_FLOOR))
    other = "r" if side == "l" else "l"
    return pa.table(
        {
            "record": found[f"record_{side}"],
            "candidate": found[f"record_{other}"],
            "match_weight": found["match_weight"],
            "meets_rule": pc.not_equal(found["rules"], 0),
        }
    )
