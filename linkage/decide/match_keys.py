"""Deterministic match-keys: pairs that agree on a key nobody else shares are links outright."""

import numpy as np
import numpy.typing as npt

from linkage.model.normalise import Index, Reals


def met_alone(left: Index, right: Index, rules: npt.NDArray[np.int64], n_keys: int) -> Index:
    """Return, per pair, the first match-key that links it, or -1.

    Keys are tried strictest first. A key links a pair when neither record meets that key with any
    other record, among the records that no earlier key has linked; the residue goes on.

    Parameters
    ----------
    rules
        (P,) mask of the rules that a pair meets; the match-keys are its lowest ``n_keys`` bits.
    """
    linked = np.full(len(left), -1, dtype=np.int64)
    taken = np.zeros(int(max(left.max(), right.max())) + 1 if len(left) else 0, dtype=bool)
    for key in range(n_keys):
        open_ = np.flatnonzero((rules >> key & 1 == 1) & ~(taken[left] | taken[right]))
        met = np.bincount(left[open_], minlength=len(taken))
        met += np.bincount(right[open_], minlength=len(taken))
        alone = open_[(met[left[open_]] == 1) & (met[right[open_]] == 1)]
        linked[alone] = key
        taken[left[alone]] = taken[right[alone]] = True
    return linked


def residue(p: Reals, key: Index, *once: Index) -> Reals:
    """Return ``p`` with 0 for every pair whose place a match-key has taken: the residue goes on.

    Parameters
    ----------
    key
        (P,) number of the match-key that links a pair, -1 for none.
    once
        (P,) the records of the pairs, for each side on which a record is in one link at most.
    """
    left, keyed = p.copy(), key >= 0
    for record in once if keyed.any() else ():
        taken = np.zeros(int(record.max()) + 1, dtype=bool)
        taken[record[keyed]] = True
        left[taken[record] & ~keyed] = 0.0
    return left
