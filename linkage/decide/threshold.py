"""Where to cut, from the probabilities themselves: no truth, no fixed 0.95."""

from dataclasses import dataclass

import numpy as np

from linkage.model.normalise import Reals


@dataclass(frozen=True)
class Cut:
    """A threshold on the match probability, and what the model expects of the links above it."""

    threshold: float
    precision: float
    recall: float
    f1: float
    n: int


def choose_cut(p: Reals, expected_matches: float, objective: str) -> Cut:
    """Return the cut that serves ``objective`` on the pairs that assignment kept.

    Expected precision of the k likeliest pairs is the mean of their p, expected recall their sum
    over the expected matches among all candidates; F1 = 2 sum / (k + expected matches). The cut
    lies half-way to the next pair, so that last-bit noise moves none across.

    Parameters
    ----------
    p
        (L,) match probabilities of the pairs that could become links.
    expected_matches
        Sum of the probabilities of all candidates. Matches lost in blocking are not in it.
    objective
        ``f1``, ``precision>=x`` (the lowest such cut) or ``recall>=x`` (the highest).
    """
    ordered = np.sort(np.round(p, 9))[::-1]
    if not len(ordered):
        return Cut(0.5, 0.0, 0.0, 0.0, 0)
    sums = np.cumsum(ordered)
    # equal probabilities stand or fall together: only the last of each can end the links
    ends = np.flatnonzero(np.append(ordered[1:] < ordered[:-1], True))
    k, found = ends + 1, sums[ends]
    measure, _, limit = objective.replace(" ", "").partition(">=")
    if measure == "precision":
        meeting = np.flatnonzero(found / k >= float(limit))
        best = meeting[-1] if len(meeting) else 0
    elif measure == "recall":
        meeting = np.flatnonzero(found / max(expected_matches, 1e-9) >= float(limit))
        best = meeting[0] if len(meeting) else len(ends) - 1
    else:
        best = np.argmax(found / (k + expected_matches))
    return _at(ordered, sums, int(ends[best]), expected_matches)


def fixed_cut(p: Reals, expected_matches: float, threshold: float) -> Cut:
    """Return what the model expects of the links at a threshold the user chose."""
    ordered = np.sort(np.round(p, 9))[::-1]
    n = int((ordered >= threshold).sum())
    if not n:
        return Cut(threshold, 0.0, 0.0, 0.0, 0)
    cut = _at(ordered, np.cumsum(ordered), n - 1, expected_matches)
    return Cut(threshold, cut.precision, cut.recall, cut.f1, n)


def cut_of(p: Reals, expected_matches: float, threshold: float) -> Cut:
    """Return what the model expects of links with probabilities ``p`` (L,), wherever cut."""
    found, n = float(p.sum()), len(p)
    return Cut(
        threshold,
        precision=found / max(n, 1),
        recall=min(found / max(expected_matches, 1e-9), 1.0),
        f1=2 * found / max(n + expected_matches, 1e-9),
        n=n,
    )


def _at(ordered: Reals, sums: Reals, last: int, expected_matches: float) -> Cut:
    n, found = last + 1, float(sums[last])
    below = float(ordered[n]) if n < len(ordered) else 0.0
    return Cut(
        threshold=(float(ordered[last]) + below) / 2,
        precision=found / n,
        recall=min(found / max(expected_matches, 1e-9), 1.0),
        f1=2 * found / (n + expected_matches),
        n=n,
    )
