"""What sources say of people's groups, made fit to leave: no count is told within the threshold.

A share of linked records is shown to steps of as many people as the threshold, so that whatever is
worked out of it, or of the difference of two of them, may lie in a range as wide. Shares of
fewer people than that, and of all but so few, are held back; the matrix itself never leaves.
"""

from linkage.config.schema import Disclosure
from linkage.disclosure import to_base
from quality import measures
from quality.estimate import Estimate


def tells_of_few(row: Estimate, rules: Disclosure) -> bool:
    """Say whether a row on disagreement tells of fewer people than may be told of."""
    if row.measure not in measures.DISAGREEMENT:
        return False
    if row.estimate is None:
        return True
    n = row.n_records or 0
    if row.measure == measures.GROUP_KAPPA:  # no share: settled where it is made
        return n < rules.threshold
    k = row.estimate * n
    return min(k, n - k) < rules.threshold


def step_of_people(row: Estimate, rules: Disclosure) -> float:
    """Return the share that as many people as the threshold are of a row's records."""
    return rules.threshold / max(to_base(row.n_records or 0, rules.rounding), 1)
