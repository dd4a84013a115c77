"""How sure each link is: the share of draws that hold it, and bounds on its match probability."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from linkage.decide.deciding import Candidates, Decision
from linkage.model.normalise import Index, Reals
from linkage.model.source_pairs import SourcePair
from linkage.runs.parquet import encoded_type
from linkage.runs.workspace import Workspace
from linkage.tables import DRAWS
from linkage.uncertainty.differences import Differences, batches, told_from_links

_ROWS = 122_880
"""Rows of a table that are made and written at a time."""

_CODED = frozenset({"source", "partner_source"})


@dataclass(frozen=True)
class Certainty:
    """Of each link (L,), in the order of the candidates: ``p_link``, and bounds as log2 odds.

    The bounds are None where the model was not refitted.
    """

    p_link: Reals
    bounds: tuple[Reals, Reals] | None

    def p_model(self, rows: slice) -> tuple[pa.Array, pa.Array]:
        """Return the lower and upper bounds of the match probability of some links."""
        if self.bounds is None:
            nothing = pa.nulls(len(self.p_link[rows]), pa.float64())
            return nothing, nothing
        lower, upper = (
            pa.array(1 / (1 + np.exp2(-np.clip(weight[rows], -1000, 1000))))
            for weight in self.bounds
        )
        return lower, upper


def certainty(
    workspace: Workspace,
    table: pa.Table,
    candidates: Candidates,
    decision: Decision,
    pairs: Sequence[SourcePair],
) -> Certainty:
    """Return how sure the links are, and write ``draws``.

    Parameters
    ----------
    table
        ``pattern`` and ``w_tf`` of the candidates.
    """
    links = np.flatnonzero(decision.links)
    drawn = int(workspace.read_json("uncertainty")["draws"])
    p_link, nothing = candidates.p[links], np.zeros(0, dtype=np.int64)
    differences = Differences(nothing, nothing, nothing)
    if drawn:
        left, right = candidates.left[links], candidates.right[links]
        focal, other = (left, right) if pairs[0].focal == "l" else (right, left)
        told = told_from_links(workspace.read("drawn"), drawn, focal, other)
        p_link, differences = told.share, told.differences
    schema = pa.schema(
        (name, encoded_type(kind) if name in _CODED else kind)
        for name, kind in DRAWS.columns.items()
    )
    made = batches(differences, pairs[0], schema, _ROWS)
    workspace.write_batches(DRAWS.name, schema, made, ("record",))
    return Certainty(p_link, _bounds(workspace, table, links))


def _bounds(workspace: Workspace, table: pa.Table, links: Index) -> tuple[Reals, Reals] | None:
    of_patterns = workspace.read("pattern_bounds")
    if not of_patterns.num_rows:
        return None
    pattern, w_tf = (table[name].to_numpy()[links] for name in ("pattern", "w_tf"))
    lower, upper = (
        of_patterns[f"w_{end}"].to_numpy()[pattern] + w_tf for end in ("lower", "upper")
    )
    return lower, upper
