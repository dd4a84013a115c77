"""``blocking: auto``: rules chosen to lose few matches at little cost, without any truth.

A sample of focal records is compared with everything that agrees with it on at least one
identifier, and the model is trained on that sample. The pairs it is nearly sure of show which
identifiers matches agree on; rules are then taken that few of them escape
(:mod:`linkage.model.cover`), until the loss among them is small or the pair budget is spent.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.engines.protocol import Engine
from linkage.engines.sampling import Some
from linkage.model.blocking import Rule
from linkage.model.comparisons import Comparison
from linkage.model.cover import Covering
from linkage.model.evidence import Evidence, RandomPairs, blocks_of, number_patterns
from linkage.model.normalise import Index
from linkage.model.patterns import coding
from linkage.model.rule_terms import Candidate, Term, combined, finest, without_implied
from linkage.model.training import probabilities, train

PAIRS_A_RECORD = 200
"""No more candidates a focal record than this, however much of the budget is left."""

_SAMPLE_PAIRS = 1_000_000
_MOST_BITS = 62
_SURE_MATCHES = 5_000
_COUNTED_RECORDS = 100_000


@dataclass(frozen=True)
class Chosen:
    """The rules, the pairs each makes, and the share of sure matches that all of them miss."""

    rules: tuple[Rule, ...]
    n_pairs: tuple[int, ...]
    estimated_loss: float | None


def single_terms(terms: Sequence[Term]) -> list[Rule]:
    """Return a rule for every single term."""
    return [Rule(term) for _, term in terms]


def choose_rules(
    engine: Engine,
    comparisons: Sequence[Comparison],
    random: RandomPairs,
    terms: Sequence[Term],
    budget: int,
    seed: int,
    coarse: Collection[str] = (),
) -> Chosen:
    """Return blocking rules made of ``terms``, within ``budget`` pairs in all.

    No rule asks ``coarse`` columns alone, nor is any pair looked at that agrees on them alone. The
    engine must have been prepared for the comparisons and for :func:`single_terms`.
    """
    if not terms:
        return Chosen((), (), None)
    single = single_terms(terms)
    costs = np.array([engine.count_pairs(rule) for rule in single], dtype=np.float64)
    wide = _wide(engine, terms, costs, coarse)
    likely, weight = _sure_matches(engine, comparisons, random, wide, seed)
    focal = sum(pair.focal_source.n for pair in engine.source_pairs)
    budget = min(budget, PAIRS_A_RECORD * focal)
    if not len(weight):
        return _cheapest(engine, terms, budget, coarse)
    met = engine.agreements(likely, single)
    flags = np.stack([column.to_numpy() for column in met.columns], axis=1)
    return _cover(engine, combined(terms, coarse), flags, weight, costs, budget)


def _wide(
    engine: Engine,
    terms: Sequence[Term],
    costs: npt.NDArray[np.float64],
    coarse: Collection[str],
) -> list[tuple[Rule, float]]:
    """Return rules that few matches escape, with their expected pairs: any two identifiers agree.

    One alone where it is telling; else pairs of terms from different fields, cheapest first, until
    they would fill a sample of all focal records.
    """
    total = float(sum(pair.n_pairs for pair in engine.source_pairs))
    focal = sum(pair.focal_source.n for pair in engine.source_pairs)
    rules = [
        (Rule((*one[1], *other[1])), costs[i] * costs[j] / total)
        for (i, one), (j, other) in combinations(enumerate(terms), 2)
        if one[0] != other[0]
    ]
    rules += [(Rule(term), costs[i]) for i, (_, term) in enumerate(terms)]
    rules = [each for each in rules if not set(each[0].columns) <= set(coarse)]
    rules.sort(key=lambda rule: (rule[1], rule[0].name))
    kept: list[tuple[Rule, float]] = []
    spent = 0.0
    for rule, cost in rules:
        spent += cost
        if kept and (spent > 2 * PAIRS_A_RECORD * focal or len(kept) == _MOST_BITS):
            break
        kept.append((rule, cost))
    return kept


def _sure_matches(
    engine: Engine,
    comparisons: Sequence[Comparison],
    random: RandomPairs,
    wide: Sequence[tuple[Rule, float]],
    seed: int,
) -> tuple[pa.Table, npt.NDArray[np.float64]]:
    """Return the sample's pairs that a model trained on it takes for matches, with their p."""
    share = min(1.0, _SAMPLE_PAIRS / max(sum(cost for _, cost in wide), 1.0))
    some = Some(share, seed)
    pairs = engine.compare([rule for rule, _ in wide], some)
    if not pairs.num_rows:
        return pairs, np.zeros(0)
    codes, (pattern,) = number_patterns(pairs["code"])
    gammas = coding(comparisons).decode(codes)
    blocks = blocks_of(pairs, pattern, engine.source_pairs, _sampled(engine, some))
    evidence = Evidence(tuple(comparisons), gammas, blocks, random, None)
    fitted = train(evidence, rounds=40)
    p = np.zeros(pairs.num_rows)
    for block in blocks:
        p[block.rows] = probabilities(evidence, fitted, block).p
    sure = np.flatnonzero(p > 0.5)
    sure = sure[:: -(-len(sure) // _SURE_MATCHES) or 1]
    return pairs.select(["record_l", "record_r"]).take(sure), p[sure]


def _sampled(engine: Engine, some: Some) -> list[Index] | None:
    """Return the focal records of the sample, by pair of sources; None where all are in it."""
    if some.are_all:
        return None
    drawn = (engine.sampled_records(pair, some)["record"] for pair in engine.source_pairs)
    return [each.to_numpy().astype(np.int64) for each in drawn]


def _cover(
    engine: Engine,
    candidates: Sequence[Candidate],
    flags: npt.NDArray[np.bool_],
    weight: npt.NDArray[np.float64],
    costs: npt.NDArray[np.float64],
    budget: int,
) -> Chosen:
    """Return the rules that lose few matches within the budget.

    Parameters
    ----------
    flags, costs
        (matches, terms) on which terms each match agrees, and (terms,) the pairs that each makes.
    weight
        (matches,) the probability of each match.
    """
    total = float(sum(pair.n_pairs for pair in engine.source_pairs))
    focal = sum(pair.focal_source.n for pair in engine.source_pairs)
    largest = max(max(pair.left.n, pair.right.n) for pair in engine.source_pairs)
    looked_at = min(1.0, _COUNTED_RECORDS / max(largest, 1))
    met = np.stack([flags[:, list(c.parts)].all(axis=1) for c in candidates], axis=1)
    share = weight / weight.sum()
    covering = Covering(
        candidates,
        met,
        share,
        np.array([total * np.prod(costs[list(c.parts)] / total) for c in candidates]),
        lambda place: engine.count_pairs(candidates[place].rule, looked_at),
        budget,
        focal,
    )
    cover = covering.best()
    chosen = list(cover.rules)
    rules = without_implied([candidates[i].rule for i in chosen], met[:, chosen])
    return Chosen(rules, tuple(map(engine.count_pairs, rules)), float(cover.missed[0] @ share))


def _cheapest(
    engine: Engine, terms: Sequence[Term], budget: int, coarse: Collection[str]
) -> Chosen:
    """Return what can be had when the sample shows no match: the finest terms."""
    rules = [rule for rule in finest(terms) if not set(rule.columns) <= set(coarse)]
    counts = [engine.count_pairs(rule) for rule in rules]
    kept = [(r, n) for r, n in zip(rules, counts, strict=True) if 0 < n <= budget // len(rules)]
    return Chosen(tuple(r for r, _ in kept), tuple(n for _, n in kept), None)
