"""Thresholds that differ between groups of people: each candidate's own."""

import numpy as np
import pyarrow as pa

from linkage.config.group_names import UNKNOWN
from linkage.config.linkage_settings import ThresholdByGroup
from linkage.decide.deciding import Candidates
from linkage.errors import DataError, Fault
from linkage.model.normalise import Reals
from linkage.model.source_pairs import SourcePair, SourceSize
from linkage.runs.workspace import Workspace


def own_thresholds(
    workspace: Workspace,
    pair: SourcePair,
    focal: str,
    said: ThresholdByGroup | None,
    candidates: Candidates,
) -> Reals | None:
    """Return the threshold of each candidate's group (P,), not a number where it has none.

    Parameters
    ----------
    focal
        The source that holds the characteristic.

    Raises
    ------
    DataError
        D349 when nobody belongs to a group that has a threshold.
    """
    if said is None:
        return None
    source = pair.left if pair.left.name == focal else pair.right
    group = _groups(workspace, source, said.characteristic)
    held = set(group.to_pylist()) if len(group) else set()
    if unknown := sorted(said.thresholds.keys() - held):
        raise DataError(
            Fault(
                "D349",
                f"nobody belongs to {len(unknown)} of the groups that have thresholds",
                f"groups of {said.characteristic} are written as in the report; the group of "
                f"records without one is called {UNKNOWN}",
                path="linkage.decide.threshold_by_group.thresholds",
            )
        )
    limits = np.array([said.thresholds.get(name, np.nan) for name in group.dictionary.to_pylist()])
    record = candidates.left if source is pair.left else candidates.right
    own: Reals = limits[group.indices.to_numpy()][record - source.first]
    return own


def _groups(workspace: Workspace, source: SourceSize, characteristic: str) -> pa.DictionaryArray:
    """Return the group of each record of a source, in the order of their numbers."""
    column = f"group_{characteristic}"
    batches = workspace.row_groups(f"records_{source.name}", ["record", column])
    table = pa.Table.from_batches(batches).sort_by("record")
    known = pa.compute.fill_null(table[column].cast(pa.string()), UNKNOWN)
    return known.combine_chunks().dictionary_encode()
