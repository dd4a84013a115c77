"""How far chance in the records that trained it moves the model: refits on weighted records.

Each refit gives every focal record a weight, drawn anew, and runs training again from where it
ended: pairs of one record go together, because they depend on each other. The random pairs of which
u is made are drawn again, and so are the pairs that tell the household's share. What follows is the
sampling uncertainty of the model's parameters, assuming the model is right.

Source: the Bayesian bootstrap, Rubin (1981; not checked in the paper): weights exponential, scaled
to a mean of 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from linkage.model.evidence import Block, Evidence, RandomPairs
from linkage.model.household import KeyPairs
from linkage.model.normalise import Reals
from linkage.model.parameters import Gammas, exact_frequency, pattern_weights
from linkage.model.training import Fitted, probabilities, train
from linkage.uncertainty.contest import CERTAIN

REFITS = 100
"""Refits that intervals are made of."""

_ROUNDS, _TOLERANCE = 40, 2e-5


@dataclass(frozen=True)
class Refits:
    """The models of all refits, and of each the log2 prior odds of two random records."""

    fitted: tuple[Fitted, ...]
    prior: Reals


@dataclass(frozen=True)
class Bounds:
    """Lower and upper ends of percentile intervals, one shape."""

    lower: Reals
    upper: Reals


def refit(
    evidence: Evidence,
    fitted: Fitted,
    n_pairs: Sequence[float] | None = None,
    refits: int = REFITS,
    seed: int = 1,
) -> Refits:
    """Return the models that ``refits`` drawn weights of the focal records make.

    Parameters
    ----------
    n_pairs
        All pairs of records of each block, for the prior; those of its focal records when not said.
    """
    lean = replace(evidence, blocks=tuple(_lean(evidence, fitted, b) for b in evidence.blocks))
    sizes = np.array([b.n_pairs for b in evidence.blocks] if n_pairs is None else n_pairs)
    made, prior = [], []
    for stream in np.random.SeedSequence(seed).spawn(refits):
        random = np.random.default_rng(stream)
        weights = {block.name: _weights(block, random) for block in lean.blocks}
        drawn = _redrawn(lean, random)
        model = train(drawn, _ROUNDS, _TOLERANCE, begin=fitted, weights=weights)
        share = np.array([model.shares[block.name].matched for block in lean.blocks])
        matched = (share @ sizes) / sizes.sum()
        made.append(model)
        prior.append(np.log2(matched / (1 - matched)))
    return Refits(tuple(made), np.array(prior))


def percentile(values: Reals, level: float) -> Bounds:
    """Return the percentile interval of ``values`` (refits, ...) at ``level``.

    The q-th quantile is the (n + 1) q-th in order, which n draws fall below with probability q
    (Weibull's plotting position): with the common n q, a hundred refits would cover too little.
    """
    tail = (1 - level) / 2
    lower, upper = np.quantile(values, [tail, 1 - tail], axis=0, method="weibull")
    return Bounds(lower, upper)


def pattern_bounds(refits: Refits, evidence: Evidence, gammas: Gammas, level: float) -> Bounds:
    """Return the interval of each pattern's match weight, prior included (patterns,).

    A pair's weight is bounded by these with its sum of -log2 term frequency added, because that is
    the same in every refit: the change of log2 u at levels that term frequency adjusts is in them.
    """
    weights = np.empty((len(refits.fitted), len(gammas)))
    for at, (model, prior) in enumerate(zip(refits.fitted, refits.prior, strict=True)):
        weights[at] = prior + pattern_weights(model.parameters, gammas)
        weights[at] += exact_frequency(model.parameters, evidence.comparisons, gammas)
    return percentile(weights, level)


def _weights(block: Block, random: np.random.Generator) -> Reals:
    drawn = random.exponential(size=block.n_focal)
    weights: Reals = drawn / drawn.mean()
    return weights


def _lean(evidence: Evidence, fitted: Fitted, block: Block) -> Block:
    """Return the block without the candidates that refits would make as good as nothing of."""
    kept = np.flatnonzero(probabilities(evidence, fitted, block).p > CERTAIN)
    names = ("rows", "focal", "opposite", "pattern", "log2_tf", "log2_tf_household")
    return replace(block, **{name: getattr(block, name)[kept] for name in names})


def _redrawn(evidence: Evidence, random: np.random.Generator) -> Evidence:
    """Return the evidence with its random pairs, and those that share an address, drawn again."""
    pairs = _drawn_again(evidence.random, random)
    sharing = evidence.sharing
    return replace(
        evidence, random=pairs, sharing=None if sharing is None else _resampled(sharing, random)
    )


def _drawn_again(pairs: RandomPairs, random: np.random.Generator) -> RandomPairs:
    total = int(pairs.n.sum())
    n = random.multinomial(total, pairs.n / max(total, 1))
    of_column = {id(each): each for each in pairs.given.values()}
    again = {key: _drawn_again(each, random) for key, each in of_column.items()}
    return replace(pairs, n=n, given={k: again[id(each)] for k, each in pairs.given.items()})


def _resampled(sharing: KeyPairs, random: np.random.Generator) -> KeyPairs:
    chosen = random.integers(0, len(sharing.pattern), len(sharing.pattern))
    names = ("pattern", "log2_tf", "log2_tf_household")
    return replace(sharing, **{name: getattr(sharing, name)[chosen] for name in names})
