"""A world linked by the product, and what a perfect reviewer would find for each focal record."""

from dataclasses import dataclass

import numpy as np

from benchmarks.coverage.pairs import COMPARISONS, Compared, Pairs, compare, gammas, term_frequency
from benchmarks.coverage.worlds import Flags, Index, Reals, World, files
from linkage.config.linkage_settings import Decide
from linkage.decide.deciding import Candidates, decide
from linkage.model.normalise import Normalised
from linkage.model.parameters import exact_frequency, pattern_weights
from linkage.model.training import Fitted, likelihood_ratios, probabilities, train
from quality.review.units import BEST

WEIGHT_FLOOR = -10.0
"""The score stage keeps candidates above this weight, prior included, or with p of .001."""


@dataclass(frozen=True)
class Linked:
    """A world's focal records (N,): what the linkage made of them, and what is true.

    ``partner`` is the opposite record linked, -1 for none; ``p_best`` the highest probability of
    its candidates (of the link, where there is one); ``correct``: linked to a record of its
    person; ``matched``: the other file holds its person; ``findable``: and among the ``BEST``
    records that a reviewer sees; ``blocked``: and among the candidates. ``rank``: where a partner
    that is not linked stands among these, from 1; 0 where it does not.
    """

    compared: Compared
    fitted: Fitted
    normalised: Normalised
    group: Index
    partner: Index
    p_best: Reals
    has_candidate: Flags
    unmatched: Reals
    correct: Flags
    matched: Flags
    findable: Flags
    blocked: Flags
    rank: Index

    @property
    def linked(self) -> Flags:
        """Whether a record has a link."""
        return self.partner >= 0

    @property
    def n(self) -> int:
        """How many focal records there are."""
        return len(self.group)


def link(world: World, seed: int) -> Linked:
    """Make a world, and link its files with the product's training, probabilities and decision."""
    compared = compare(files(world, seed), world.declared_twice, seed)
    evidence, block = compared.evidence, compared.block
    focal, opposite = compared.files.focal, compared.files.opposite
    fitted = train(evidence)
    normalised = probabilities(evidence, fitted, block)
    chosen = _decided(compared, normalised, world.declared_twice, seed)
    partner = np.full(focal.n, -1, np.int64)
    partner[block.focal[chosen]] = block.opposite[chosen]
    kept = (normalised.p >= 0.001) | (_weights(compared, fitted) >= WEIGHT_FLOOR)
    p_best = np.zeros(focal.n)
    np.maximum.at(p_best, block.focal, normalised.p)
    p_best[block.focal[chosen]] = normalised.p[chosen]
    same = focal.person[block.focal] == opposite.person[block.opposite]
    linked = partner >= 0
    correct = linked & (focal.person == opposite.person[np.maximum(partner, 0)])
    matched = np.isin(focal.person, opposite.person)
    rank = np.zeros(focal.n, np.int64)
    sought = np.flatnonzero(matched & ~correct)
    rank[sought] = _ranks(compared, fitted, sought)
    return Linked(
        compared,
        fitted,
        normalised,
        focal.group,
        partner,
        p_best,
        _any(block.focal[kept], focal.n),
        normalised.unmatched,
        correct,
        matched,
        correct | (rank > 0),
        _any(block.focal[same], focal.n),
        rank,
    )


def _any(record: Index, n: int) -> Flags:
    return np.bincount(record, minlength=n) > 0


def _decided(compared: Compared, normalised: Normalised, declared_twice: bool, seed: int) -> Flags:
    block, pair = compared.block, compared.source_pair
    n_focal = pair.left.n
    focal, opposite = (block.focal, block.opposite)
    if pair.focal == "r":
        raise SystemExit("a world's focal file has to be the smaller one")
    decision = decide(
        Candidates(focal, opposite + n_focal, normalised.p, np.full(len(focal), -1)),
        (pair,),
        "many_to_one" if declared_twice else "one_to_one",
        Decide(),
        float(normalised.p.sum()),
        seed,
    )
    return decision.links


def _weights(compared: Compared, fitted: Fitted) -> Reals:
    """Return the candidates' match weights, prior included."""
    block = compared.block
    share = fitted.shares[block.name].matched
    match, _ = likelihood_ratios(compared.evidence, fitted.parameters, block)
    return match + np.log2(share / (1 - share))


def _ranks(compared: Compared, fitted: Fitted, sought: Index, most: int = 200) -> Index:
    """Return where one of their person stands among the best shown of the whole file; 0 for not.

    Ties of weight are shown in the order of the opposite file.
    """
    worth, parameters = term_frequency(compared.files), fitted.parameters
    n, person = compared.files.opposite.n, compared.files.opposite.person
    found = np.zeros(len(sought), np.int64)
    for start in range(0, len(sought), most):
        some = sought[start : start + most]
        pairs = Pairs(np.repeat(some, n), np.tile(np.arange(n), len(some)))
        levels = gammas(compared.files, pairs)
        weight = pattern_weights(parameters, levels)
        weight += exact_frequency(parameters, COMPARISONS, levels)
        weight += worth.sums(pairs.focal, levels)[0]
        best = np.argsort(-np.round(weight.reshape(len(some), n), 9), axis=1, kind="stable")
        own = person[best[:, :BEST]] == compared.files.focal.person[some][:, None]
        found[start : start + len(some)] = np.where(own.any(axis=1), own.argmax(axis=1) + 1, 0)
    return found
