"""The candidates of a run under way, as arrays: what the fits learn from and what rates are of."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from linkage.config.schema import Config
from linkage.model.evidence import (
    Block,
    Evidence,
    RandomPairs,
    blocks_of,
    gammas_of,
    random_pairs,
)
from linkage.model.fitting import from_fitted_record
from linkage.model.method import Method, from_record, paired
from linkage.model.normalise import Index
from linkage.model.parameters import exact_frequency, pattern_weights
from linkage.model.source_pairs import SourcePair
from linkage.model.training import Fitted
from linkage.runs.workspace import Workspace
from linkage.uncertainty.drawing import evidence_of_candidates
from quality.errors.scored_pairs import found_by_entity, found_by_link
from quality.errors.variants import Flags
from quality.links_made import decided_by_links

_FLOOR = -20.0
"""Pairs of a lower match weight are left out, as scoring leaves them out."""

_KEPT = ("record_l", "record_r", "pattern", "rules", "w_tf", "w_household")
_PAIR = ("record_l", "record_r", "log2_tf", "log2_tf_household")


@dataclass(frozen=True)
class Candidates:
    """Candidates of every source pair: ``evidence`` with a block each, and ``rules`` (P,) masks."""

    evidence: Evidence
    rules: Index


@dataclass(frozen=True)
class RunBlocks:
    """What the fits learn from (``learnt``) and what the rates are of (``judged``).

    They are the same where training saw every focal record; else ``learnt`` holds those of a
    sample of focal records, and ``judged`` the candidates that scoring kept.
    """

    method: Method
    fitted: Fitted
    pairs: tuple[SourcePair, ...]
    learnt: Candidates
    judged: Candidates
    sampled: tuple[Index, ...] | None
    """The focal records of ``learnt``, by source pair, counted from their source's first."""


def run_blocks(workspace: Workspace, config: Config) -> RunBlocks:
    """Read the candidates of a run whose decide stage is done."""
    method = from_record(workspace.read_json("method"))
    fitted = from_fitted_record(workspace.read_json("fitted"))
    pairs = paired(workspace, config.sources, config.linkage.type)
    random = random_pairs(workspace.read("random_patterns"), method.comparisons)
    drawn = workspace.read("sampled_records")
    number, record = (drawn[name].to_numpy().astype(np.int64) for name in ("pair", "record"))
    sampled = [record[number == at] for at in range(len(pairs))] if len(drawn) else None
    learnt = _learnt(workspace, method, fitted, pairs, random, sampled)
    judged = learnt if sampled is None else _kept(workspace, method, fitted, pairs, random)
    if sampled is not None:
        sampled = [
            records - pair.focal_source.first for records, pair in zip(sampled, pairs, strict=True)
        ]
    return RunBlocks(
        method, fitted, pairs, learnt, judged, None if sampled is None else tuple(sampled)
    )


def _learnt(
    workspace: Workspace,
    method: Method,
    fitted: Fitted,
    pairs: Sequence[SourcePair],
    random: RandomPairs,
    sampled: Sequence[Index] | None,
) -> Candidates:
    """Return what training learnt from, less the pairs that are nothing, read part by part."""
    gammas = gammas_of(workspace.read("counted_patterns"), method.comparisons)
    weights = pattern_weights(fitted.parameters, gammas)
    weights += exact_frequency(fitted.parameters, method.comparisons, gammas)
    matched = max(share.matched for share in fitted.shares.values())
    weights += np.log2(matched / (1 - matched))
    columns = (*_PAIR, "pattern", "rules")
    parts = []
    for batch in workspace.row_groups("record_patterns", columns):
        weight = weights[batch["pattern"].to_numpy()] + batch["log2_tf"].to_numpy()
        parts.append(batch.filter(pa.array(weight >= _FLOOR)))
    schema = pa.schema(
        [(name, workspace.schema("record_patterns").field(name).type) for name in columns]
    )
    return _candidates(pa.Table.from_batches(parts, schema), gammas, method, pairs, random, sampled)


def _kept(
    workspace: Workspace,
    method: Method,
    fitted: Fitted,
    pairs: Sequence[SourcePair],
    random: RandomPairs,
) -> Candidates:
    """Return the candidates that scoring kept."""
    gammas = gammas_of(workspace.read("patterns"), method.comparisons)
    table = pa.Table.from_batches(workspace.row_groups("candidates", _KEPT))
    evidence = evidence_of_candidates(table, gammas, method, pairs, fitted)
    return Candidates(replace(evidence, random=random), table["rules"].to_numpy())


def _candidates(
    table: pa.Table,
    gammas: np.ndarray,
    method: Method,
    pairs: Sequence[SourcePair],
    random: RandomPairs,
    sampled: Sequence[Index] | None,
) -> Candidates:
    pattern = table["pattern"].to_numpy().astype(np.int64)
    blocks = blocks_of(table.select(list(_PAIR)), pattern, pairs, sampled)
    evidence = Evidence(method.comparisons, gammas, blocks, random, None)
    return Candidates(evidence, table["rules"].to_numpy())


def turned(block: Block) -> Block:
    """Return a block with its sides changed round; both must hold each person once."""
    return replace(
        block,
        focal=block.opposite,
        opposite=block.focal,
        n_focal=block.n_opposite,
        n_opposite=block.n_focal,
    )


def links_of(workspace: Workspace, config: Config) -> Index:
    """Return the pairs of records that the run linked, (links, 2), the lower number first."""
    keys = workspace.view("record_keys")
    if decided_by_links(config):
        query = found_by_link(workspace.view("links"), keys)
    else:
        query = found_by_entity(workspace.view("entities"), keys)
    found = workspace.connection.execute(query).fetchnumpy()
    return np.stack([np.asarray(found[side]).astype(np.int64) for side in "lr"], axis=1)


def of_pair(links: Index, pair: SourcePair) -> Index:
    """Return those of the linked pairs that are of one pair of sources."""
    sides = zip(links.T, (pair.left, pair.right), strict=True)
    inside = [(each >= source.first) & (each < source.first + source.n) for each, source in sides]
    of: Index = links[inside[0] & inside[1]]
    return of


def are_links(links: Index, block: Block, pair: SourcePair) -> Flags:
    """Return which of a block's pairs, its sides as they are, are links: (P,)."""
    sides = (block.focal, block.opposite)
    left, right = sides if pair.focal == "l" else sides[::-1]
    width = np.int64(pair.right.n)
    asked = left * width + right
    held = np.sort((links[:, 0] - pair.left.first) * width + links[:, 1] - pair.right.first)
    if not len(held):
        return np.zeros(len(asked), dtype=bool)
    linked: Flags = held[np.minimum(np.searchsorted(held, asked), len(held) - 1)] == asked
    return linked
