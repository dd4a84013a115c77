"""The decide stage: candidates become links, and links entities."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from linkage.config.linkage_settings import Decide
from linkage.decide.assignment import Flags, Ranks, keyed_hash, many_to_one, one_to_one, tied
from linkage.decide.clusters import LOG_ODDS_CAP, average_linkage, components, log_odds
from linkage.decide.match_keys import met_alone, residue
from linkage.decide.threshold import Cut, choose_cut, cut_of, fixed_cut
from linkage.model.normalise import Index, Reals
from linkage.model.source_pairs import SourcePair


@dataclass(frozen=True)
class Candidates:
    """The columns of ``candidates`` that decisions need: (P,) each, and the key a pair meets."""

    left: Index
    right: Index
    p: Reals
    key: Index
    """Number of the match-key that makes the pair a link of its own, -1 for none."""


@dataclass(frozen=True)
class Decision:
    """Which pairs are links, which were tied, each record's entity, and the cut that was made."""

    links: Flags
    ties: Flags
    group: Index
    cut: Cut


def read_candidates(table: pa.Table, n_keys: int) -> Candidates:
    """Return the candidates as arrays; pairs that a match-key links alone get probability 1."""
    left, right = (table[c].to_numpy().astype(np.int64) for c in ("record_l", "record_r"))
    key = met_alone(left, right, table["rules"].to_numpy(), n_keys)
    p = np.where(key >= 0, 1.0, table["p_record"].to_numpy())
    return Candidates(left, right, p, key)


def n_records(pairs: Sequence[SourcePair]) -> int:
    """Return how many records all sources hold together."""
    return max(s.first + s.n for pair in pairs for s in (pair.left, pair.right))


def decide(
    candidates: Candidates,
    pairs: Sequence[SourcePair],
    assignment: str,
    said: Decide,
    expected: float,
    seed: int,
    own: Reals | None = None,
    rank: Ranks | None = None,
) -> Decision:
    """Return the links that ``assignment`` and the threshold make of the candidates.

    Parameters
    ----------
    expected
        Expected matches among all candidates, for the cut.
    own
        (P,) the threshold of the group of each pair, not a number where the cut is for it too. Of
        links one-to-one or many to one.
    rank
        (P,) a number of each pair by which ties are broken; a hash of its records' numbers where
        not said.
    """
    n = n_records(pairs)
    if assignment == "clusters":
        return _clustered(candidates, pairs, said, expected, n)
    pair = pairs[0]
    focal, opposite = (
        (candidates.left, candidates.right)
        if pair.focal == "l"
        else (candidates.right, candidates.left)
    )
    once = (focal, opposite) if assignment == "one_to_one" else (focal,)
    p = residue(candidates.p, candidates.key, *once)
    if rank is None:
        rank = keyed_hash(candidates.left, candidates.right, seed)
    if assignment == "one_to_one":
        chosen = one_to_one(p, focal, opposite, rank)
    else:
        chosen = many_to_one(p, focal, rank)
    cut = _cut(p[chosen], expected, said)
    limit = cut.threshold if own is None else np.where(np.isnan(own), cut.threshold, own)
    links = chosen & (np.round(p, 9) >= limit)
    if own is not None:
        cut = cut_of(p[links], expected, cut.threshold)
    ties = np.any([tied(p, record, links) for record in once], axis=0)
    group = np.arange(n)
    group[focal[links]] = opposite[links]  # a focal record is in one link at most
    return Decision(links, ties, group, cut)


def _cut(p: Reals, expected: float, said: Decide) -> Cut:
    if said.threshold == "auto":
        return choose_cut(p, expected, said.objective)
    return fixed_cut(p, expected, said.threshold)


def _clustered(
    candidates: Candidates, pairs: Sequence[SourcePair], said: Decide, expected: float, n: int
) -> Decision:
    """Cluster at the threshold; ``auto`` takes one half, or what the objective asks."""
    if said.threshold != "auto":
        return _clusters_at(candidates, pairs, said.threshold, expected, n)
    if said.objective == "f1":
        return _clusters_at(candidates, pairs, 0.5, expected, n)
    measure, _, limit = said.objective.replace(" ", "").partition(">=")
    grid = (0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999)
    for threshold in grid if measure == "precision" else grid[::-1]:
        decision = _clusters_at(candidates, pairs, threshold, expected, n)
        if getattr(decision.cut, measure) >= float(limit):
            break
    return decision


def _clusters_at(
    candidates: Candidates,
    pairs: Sequence[SourcePair],
    threshold: float,
    expected: float,
    n: int,
) -> Decision:
    weight = np.where(candidates.key >= 0, LOG_ODDS_CAP, log_odds(candidates.p))
    limit = float(np.log(threshold / (1 - threshold)))
    likely = weight > limit
    near = components(candidates.left[likely], candidates.right[likely], n)
    inside = near[candidates.left] == near[candidates.right]
    group = average_linkage(
        candidates.left[inside],
        candidates.right[inside],
        weight[inside],
        n,
        limit,
        _once(pairs, n),
    )
    links = group[candidates.left] == group[candidates.right]
    cut = cut_of(candidates.p[links], expected, threshold)
    return Decision(links, np.zeros(len(links), dtype=bool), group, cut)


def _once(pairs: Sequence[SourcePair], n: int) -> Index:
    """Return, per record, a bit for its source if an entity may hold only one record of it."""
    bits = np.zeros(n, dtype=np.int64)
    sources = dict.fromkeys(s for pair in pairs for s in (pair.left, pair.right))
    for bit, source in enumerate(sources):
        if source.one_record_per_person and not any(p.within and p.left == source for p in pairs):
            bits[source.first : source.first + source.n] = 1 << bit
    return bits
