"""The stages at which a value of another source is lost, and what each does to a gap.

Of the focal records of a group, some have a partner in the other source at all (*covered*); of
these, some share a blocking rule with it (*blocked*); of these, some were linked to it (*linked*);
of the partners, some were asked for the value (*asked*); of these, some gave one (*answered*).
With q_s the share that passed stage s among those that passed the one before, the share of records
whose own value is observed is the product of all q_s, so that on the log scale the gap to a
reference group is a sum: ln(P_g / P_ref) = sum_s ln(q_sg / q_s,ref).

Every figure here is an array (1 + draws,): its point estimate first, then its draws, of which draw
k belongs to draw k of every other figure of the group.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import scipy  # its parts are loaded when they are first used

from linkage.model.normalise import Reals
from quality import measures
from quality.bias.gap import around
from quality.proportion import Interval

LEAST_GAP = 0.01
"""Shares of a gap are given where the logs of what is observed differ by more."""


@dataclass(frozen=True)
class Counts:
    """The focal records of a group: those linked, whose partner was asked, and has a value.

    ``all_asked`` says that there is nobody in the other source who was not asked.
    """

    n: int
    linked: int
    asked: int
    observed: int
    all_asked: bool


@dataclass(frozen=True)
class Rates:
    """What a review or truth measured of a group's links, (1 + draws,) each."""

    precision: Reals
    coverage: Reals
    recall: Reals
    blocking_recall: Reals
    threshold_loss: Reals
    assignment_loss: Reals


def measured_stages(counts: Counts, rates: Rates, random: np.random.Generator) -> dict[str, Reals]:
    """Return the share that passed each of the five stages, where the error of links was measured.

    *Formula*: covered = coverage, blocked = blocking recall, linked = recall / blocking recall: the
    three are the share of records that are linked rightly. Asked and answered are counted on the
    links: right and wrong ones are taken to be answered alike.
    """
    return {
        measures.COVERED: rates.coverage,
        measures.BLOCKED: rates.blocking_recall,
        measures.RIGHTLY_LINKED: rates.recall / rates.blocking_recall,
        **_counted(counts, len(rates.recall) - 1, random),
    }


def with_unseen_blocking(
    stages: Mapping[str, Reals], lower: float, level: float, random: np.random.Generator
) -> dict[str, Reals]:
    """Return the stages with losses that nobody saw divided between blocking and linking.

    Where no reviewed match was lost at blocking, its draws have hardly any width: what a draw adds
    that nobody saw falls to linking. *Formula*: of what a draw loses in linking, up to e is taken
    to be lost at blocking instead, e from a gamma distribution of shape 1/2 whose upper tail
    reaches from the draws of blocking to the limit of its own interval. Their product, the share of
    matches found, stays as it was drawn.

    Parameters
    ----------
    lower
        The lower limit of the interval of blocking recall, which guards against unseen losses.

    Notes
    -----
    Source: ours; shape 1/2 is Jeffreys' half an error. Checked in benchmarks/bias.
    """
    blocked, linked = stages[measures.BLOCKED], stages[measures.RIGHTLY_LINKED]
    tail = (1 - level) / 2
    reach = 1 - lower / float(np.quantile(blocked[1:], tail))
    if reach <= 0:
        return dict(stages)
    moved = random.gamma(0.5, size=len(blocked)) * reach / scipy.special.gammaincinv(0.5, 1 - tail)
    moved[0] = 0.0  # the point estimates stay
    kept = np.maximum(1 - moved, linked)
    return {**stages, measures.BLOCKED: blocked * kept, measures.RIGHTLY_LINKED: linked / kept}


def undetermined_stages(
    counts: Counts, draws: int, random: np.random.Generator
) -> dict[str, Reals]:
    """Return the stages where nothing was measured: linked to anybody, asked, answered.

    Coverage, blocking and linking are one stage: some records have no link, and nobody knows why.
    """
    linked = _share(counts.linked, counts.n, draws, random)
    return {measures.LINKED_AT_ALL: linked, **_counted(counts, draws, random)}


def covered_stages(
    counts: Counts, coverage: float, standard_error: float, draws: int, random: np.random.Generator
) -> dict[str, Reals]:
    """Return the stages where coverage is known from outside the run, with its standard error.

    *Formula*: linked = link rate / coverage, coverage drawn from a normal distribution cut at 0 and
    1. Links to another person are among the links.
    """
    drawn = np.clip(random.normal(coverage, standard_error, draws), 1e-6, 1.0)
    covered = np.append(coverage, drawn)
    return {
        measures.COVERED: covered,
        measures.LINKED_AT_ALL: _share(counts.linked, counts.n, draws, random) / covered,
        **_counted(counts, draws, random),
    }


def losses(rates: Rates) -> dict[str, Reals]:
    """Return the share of all records of a group that lost their own value before any link.

    Not covered, blocked out, missed by the threshold, missed for another partner.
    """
    return {
        "not_covered": 1 - rates.coverage,
        "blocked_out": rates.coverage * (1 - rates.blocking_recall),
        "missed_by_threshold": rates.coverage * rates.threshold_loss,
        "missed_by_assignment": rates.coverage * rates.assignment_loss,
    }


def observed_but_wrong(counts: Counts, rates: Rates) -> Reals:
    """Return the share of all records that show the value of another person."""
    return (1 - rates.precision) * (counts.observed / counts.n)


def _counted(counts: Counts, draws: int, random: np.random.Generator) -> dict[str, Reals]:
    asked = np.ones(1 + draws)
    if not counts.all_asked:
        asked = _share(counts.asked, counts.linked, draws, random)
    answered = _share(counts.observed, counts.asked, draws, random)
    return {measures.ASKED: asked, measures.ANSWERED: answered}


def _share(k: int, n: int, draws: int, random: np.random.Generator) -> Reals:
    """Return k / n, and draws of it under the Jeffreys prior: Beta(k + 1/2, n - k + 1/2)."""
    return np.append(k / n, random.beta(k + 0.5, n - k + 0.5, draws))


def passed_all(stages: Mapping[str, Reals]) -> Reals:
    """Return the share of records that passed every stage."""
    product: Reals = np.prod([*stages.values()], axis=0)
    return product


def gaps(own: Mapping[str, Reals], reference: Mapping[str, Reals]) -> dict[str, Reals]:
    """Return the log of the ratio of each stage to the reference group's; their sum is the gap."""
    return {stage: np.log(own[stage] / reference[stage]) for stage in own}


def interval(figure: Reals, level: float) -> Interval:
    """Return the percentiles of a figure's draws about its point, which they always hold."""
    return around(float(figure[0]), figure[1:], level)


def share_of_gap(part: Reals, total: Reals, level: float) -> Interval | None:
    """Return a stage's share of a gap; None where the draws do not tell the gap from none.

    A share is a ratio: where its denominator may be 0, it may be anything.
    """
    whole = interval(total, level)
    return None if whole.lower <= 0 <= whole.upper else interval(part / total, level)
