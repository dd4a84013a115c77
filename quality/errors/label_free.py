"""Precision and recall inside the blocks without a label: what the match probabilities add up to.

Probabilities that compete for records add up to matches; those of single pairs do not, and are
never added up here. Every figure is the model's own word on itself: several models that differ in
what they assume are fitted, and their range is shown in place of an interval.
"""

from dataclasses import dataclass

import numpy as np

from linkage.model.evidence import Block, Evidence
from linkage.model.normalise import Index, Reals
from linkage.model.training import Fitted
from quality.errors.group_fit import Cells, GroupFit, probabilities_by_group
from quality.errors.variants import Flags, Grouped, fit_variants


@dataclass(frozen=True)
class Rates:
    """Expected rates of one variant, (groups + 1,) each; the last entry is of all records.

    ``precision`` = expected matches among a group's links / links; ``recall_in_blocks`` = the same
    / ``expected``, the expected matches among all its candidates. Not a number where there is
    nothing to take a share of.
    """

    precision: Reals
    recall_in_blocks: Reals
    expected: Reals
    n_links: Index
    rounds: int


def label_free(
    evidence: Evidence,
    fitted: Fitted,
    block: Block,
    groups: Grouped,
    links: Flags,
    rules: Index | None = None,
) -> dict[str, Rates]:
    """Return the rates that each variant of the model expects, by method.

    ``model_normalised`` (S): record-EM with the household class, u and share of partners by group.
    ``model_two_quality`` (SQT): S with good and bad records among the matches, and m of all
    matches, those that blocking lost too. ``model_two_quality_both``: SQT with the groups of both
    sides, where the opposite side says its own: u by both, and their agreement a comparison.

    Parameters
    ----------
    evidence, fitted
        What the model was trained on, and its parameters: where the fits start.
    block
        Candidates of a pair of sources, whose opposite side holds each person once.
    links
        (P,) which of the block's pairs are links.
    rules
        (P,) mask of the blocking rules that each pair meets; without it, m is of the candidates.

    Raises
    ------
    ValueError
        The candidates do not compete: their probabilities would not add up to matches.
    """
    fits = fit_variants(evidence, fitted, block, groups, links, rules)
    return {
        method: rates(evidence, block, cells, fit, links) for method, (cells, fit) in fits.items()
    }


def rates(evidence: Evidence, block: Block, cells: Cells, fit: GroupFit, links: Flags) -> Rates:
    """Return the expected rates of a block's candidates under a fit by group."""
    p = probabilities_by_group(evidence, block, cells, fit)
    return rates_of(p, cells.group, links, cells.n_groups, fit.rounds)


def rates_of(p: Reals, group: Index, links: Flags, n_groups: int, rounds: int = 0) -> Rates:
    """Return the expected rates that match probabilities give, (groups + 1,), all records last."""
    expected = _sums(group, p, n_groups)
    right = _sums(group[links], p[links], n_groups)
    n_links = _sums(group, links.astype(np.float64), n_groups)
    with np.errstate(divide="ignore", invalid="ignore"):
        precision, recall = right / n_links, right / expected
    return Rates(
        np.where(n_links > 0, precision, np.nan),
        np.where(expected > 0, recall, np.nan),
        expected,
        n_links.astype(np.int64),
        rounds,
    )


def _sums(group: Index, weights: Reals, n_groups: int) -> Reals:
    """Return the sums by group, with that of all last."""
    sums = np.bincount(group, weights=weights, minlength=n_groups).astype(np.float64)
    return np.append(sums, sums.sum())
