"""How a group's matches agree: each candidate counted by its probability of being one."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from linkage.config.schema import Config
from linkage.decide.assignment import Flags
from linkage.model.comparisons import Comparison
from linkage.model.evidence import gammas_of
from linkage.model.fitting import from_fitted_record
from linkage.model.method import from_record, paired
from linkage.model.normalise import Index, Reals
from linkage.model.parameters import Gammas, Parameters
from linkage.model.source_pairs import SourcePair
from linkage.runs.workspace import Workspace
from quality.errors.record_groups import RecordGroups, record_groups
from quality.errors.run_blocks import links_of
from quality.groupings import Grouping, held_by

_READ = ("record_l", "record_r", "pattern", "p_record")


@dataclass(frozen=True)
class Matched:
    """Agreement patterns of a source's matches with another, by its groups of a characteristic.

    ``expected`` and ``linked`` (groups, patterns): candidates counted by their probability of being
    a match, and links counted as one each. ``gammas`` (patterns, comparisons).
    """

    source: str
    other: str
    groups: RecordGroups
    comparisons: tuple[Comparison, ...]
    parameters: Parameters
    gammas: Gammas
    expected: Reals
    linked: Reals

    def levels(self, counts: Reals, k: int) -> Reals:
        """Return counts (groups, levels + 1) of comparison ``k`` by gamma, missing last."""
        n = len(self.comparisons[k].scored)
        gamma = self.gammas[:, k]
        summed = np.zeros((len(counts), n + 1))
        for level in range(-1, n):
            summed[:, level] = counts[:, gamma == level].sum(axis=1)
        return summed


@dataclass(frozen=True)
class _Pairs:
    """The candidates of the focal source with another: (P,) each; ``record`` is the focal one."""

    record: Index
    pattern: Index
    p: Reals
    linked: Reals


def matched_patterns(workspace: Workspace, config: Config) -> Iterator[Matched]:
    """Yield the matched patterns of every characteristic of the focal source, for each other one.

    Intersections are left out: their cells are small, and levels of agreement many.
    """
    singles = [Grouping((name,)) for name in config.groups]
    groups = record_groups(workspace, config.focal, held_by(config.focal, config.groups, singles))
    scored = workspace.exists("patterns")  # not in a run whose links others made
    if config.linkage.type == "deduplicate" or not groups or not scored:
        return
    method = from_record(workspace.read_json("method"))
    parameters = from_fitted_record(workspace.read_json("fitted")).parameters
    gammas = gammas_of(workspace.read("patterns"), method.comparisons)
    links = links_of(workspace, config)
    table = pa.Table.from_batches(workspace.row_groups("candidates", _READ))
    for pair in paired(workspace, config.sources, config.linkage.type):
        if config.focal not in {pair.left.name, pair.right.name} or pair.within:
            continue
        pairs = _pairs(table, links, pair, config.focal)
        other = pair.right.name if pair.left.name == config.focal else pair.left.name
        for each in groups:
            expected, linked = (_counted(pairs, each, w, len(gammas)) for w in _weights(pairs))
            yield Matched(
                config.focal,
                other,
                each,
                method.comparisons,
                parameters,
                gammas,
                expected,
                linked,
            )


def _weights(pairs: _Pairs) -> tuple[Reals, Reals]:
    return pairs.p, pairs.linked


def _pairs(table: pa.Table, links: Index, pair: SourcePair, focal: str) -> _Pairs:
    left, right = (table[c].to_numpy().astype(np.int64) for c in ("record_l", "record_r"))
    inside = (left >= pair.left.first) & (left < pair.left.first + pair.left.n)
    inside &= (right >= pair.right.first) & (right < pair.right.first + pair.right.n)
    rows = np.flatnonzero(inside)
    width = np.int64(pair.right.first + pair.right.n)
    linked = _among(left[rows] * width + right[rows], links[:, 0] * width + links[:, 1])
    own = pair.left if pair.left.name == focal else pair.right
    record = (left if own is pair.left else right)[rows] - own.first
    pattern = table["pattern"].to_numpy()[rows].astype(np.int64)
    p = table["p_record"].to_numpy()[rows]
    return _Pairs(record, pattern, p, linked.astype(np.float64))


def _among(asked: Index, held: Index) -> Flags:
    """Return which of the numbers asked for stand among those held."""
    held = np.sort(held)
    if not len(held):
        return np.zeros(len(asked), dtype=bool)
    found: Flags = held[np.minimum(np.searchsorted(held, asked), len(held) - 1)] == asked
    return found


def _counted(pairs: _Pairs, groups: RecordGroups, weight: Reals, n_patterns: int) -> Reals:
    n_groups = len(groups.names)
    cell = groups.group[pairs.record] * n_patterns + pairs.pattern
    summed = np.bincount(cell, weights=weight, minlength=n_groups * n_patterns)
    return summed.astype(np.float64).reshape(n_groups, n_patterns)
