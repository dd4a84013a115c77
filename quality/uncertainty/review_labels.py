"""The labels that a review gives the best candidates of its records."""

from dataclasses import dataclass

import numpy as np

from linkage.config.schema import Config
from linkage.model.normalise import Index, Reals
from quality.review.focal import NO_PARTNER, Focal, sides
from quality.review.reviewed import Review
from quality.run_tables import Tables
from quality.uncertainty.labels import Labels

_BEST = """
    SELECT {record} AS record, max(p_record) AS p,
        arg_max({opposite}, (p_record, -{opposite})) AS candidate
    FROM {candidates} GROUP BY ALL ORDER BY record
"""

_LINKED = """
    SELECT {record} AS record, {opposite} AS candidate, p_record AS p FROM {candidates}
    ORDER BY record, candidate
"""


@dataclass(frozen=True)
class Best:
    """The best candidate of every focal record, in the order of :class:`Focal`: (N,) each.

    Of a linked record it is its partner; of another the one with the highest probability, the
    lowest record number first. ``p`` is not a number, ``candidate`` :data:`NO_PARTNER`, where
    there is no scored candidate: also for a link made by a match-key alone.
    """

    candidate: Index
    p: Reals


def best_candidates(run: Tables, config: Config, focal: Focal) -> Best:
    """Return the best candidate of every focal record of a run."""
    side, opposite = sides(config)
    names = {"record": f"record_{side}", "opposite": f"record_{opposite}"}
    view = run.view("candidates")
    best = run.connection.execute(_BEST.format(candidates=view, **names)).fetchnumpy()
    candidate = np.full(len(focal.record), NO_PARTNER)
    p = np.full(len(focal.record), np.nan)
    rows = np.searchsorted(focal.record, best["record"])
    candidate[rows], p[rows] = best["candidate"], best["p"]
    linked = focal.partner != NO_PARTNER
    pairs = run.connection.execute(_LINKED.format(candidates=view, **names)).fetchnumpy()
    p[linked] = np.nan
    of_pair = np.searchsorted(focal.record, pairs["record"])
    decided = focal.partner[of_pair] == pairs["candidate"]
    p[of_pair[decided]] = pairs["p"][decided]
    return Best(np.where(linked, focal.partner, candidate), p)


def labels_of(review: Review, best: Best) -> Labels:
    """Return the reviewed records that have a scored best candidate, each with its label.

    A link is a match if it was found right; the best candidate of an unlinked record, if the
    reviewer chose that very candidate. Units on which reviewers were unsure are left out: the
    others of their stratum stand for them. A stratum is here its records with a scored candidate.
    """
    rows = review.final.to_pylist()
    at, used = review.decided.row, ~review.decided.unsure & ~np.isnan(best.p[review.decided.row])
    chosen = np.array([NO_PARTNER if row["partner"] is None else row["partner"] for row in rows])
    is_match = np.array([row["decision"] == "match" for row in rows], dtype=bool)
    linked = review.focal.partner[at] != NO_PARTNER
    match = is_match & (linked | (chosen == best.candidate[at]))
    scored = review.stratum[~np.isnan(best.p)]
    return Labels(
        record=review.focal.record[at][used],
        p=best.p[at][used],
        match=match[used],
        stratum=review.stratum[at][used],
        records=np.bincount(scored, minlength=len(review.linked)).astype(np.float64),
        group=review.focal.frame.group[at][used],
        groups=review.focal.groups,
    )
