"""What each method assumes and cannot remove, and why one cannot be used: printed with figures."""

from collections.abc import Mapping, Sequence

from quality import measures
from quality.correction.precision import HOUSEHOLD_SHARE

WITHIN = (
    "all variables stand in one source, so no link brings them together and a false one changes "
    "nothing between them; who is linked is a matter for the weights"
)
MIXED = (
    "covariates stand in both sources: the correction is for an outcome in one source and all "
    "covariates in the other"
)
UNMEASURED = "nothing measured how many links of every group are right: a review would identify it"
UNSETTLED = (
    "the equation has no one solution: too few records, covariates that say the same, or an "
    "outcome that a covariate foretells without fail"
)

_COMPLETE = "of linked records with a value in every variable"
_EVERY_LINK = "every link is taken for right"
_STAND = "linked records stand for those that are not linked"

ASSUMED: Mapping[str, Sequence[str]] = {
    measures.NAIVE: (_EVERY_LINK, _STAND),
    measures.WEIGHTED: (
        _EVERY_LINK,
        "among records that agree in every characteristic and in how many identifiers they lack, "
        "it is chance who is linked: weights put the make-up right, and leave what tells linked "
        "people from others inside such a group as it is",
    ),
    measures.FALSE_LINK_CORRECTED: (
        _STAND,
        "the precision that was measured by group is that of these links",
        "inside a group, false links do not depend on the variables",
    ),
    measures.OUTCOME_INFORMED: (
        "the model's match probabilities are right, and so is the form of the regression",
        "false links that no candidate competes with are given up only where the outcome speaks "
        "against them",
        _STAND,
    ),
    measures.LINKAGE_DRAWS: (
        "drawn without a look at the outcome, links hold more false ones than the best linkage "
        "does: for a regression this is worse than doing nothing",
        _STAND,
    ),
}


def assumed(
    method: str, *, means: bool, by: str | None, household: float | None
) -> tuple[str, ...]:
    """Return what stands beside the figures of a method.

    Parameters
    ----------
    means
        Whether the figures are means of groups; otherwise, coefficients of a regression.
    by
        The characteristic within which false links are exchangeable.
    household
        The share of reviewed false links whose records have one address; None where not known.
    """
    found = [_COMPLETE, *ASSUMED[method]]
    if method == measures.FALSE_LINK_CORRECTED:
        found.append(_pool(means, by))
        if household is not None and household > HOUSEHOLD_SHARE:
            found.append(
                f"{household:.0%} of the false links that reviewers found join people of one "
                "address: what they share is taken for error, so the correction goes too far"
            )
        elif household is None:
            found.append("how many false links join people of one household is not known")
    return tuple(found)


def too_wide(columns: Sequence[str], most: int) -> str:
    """Return why an analysis with these covariates is not made."""
    return f"{', '.join(columns)} has more than {most} categories"


def _pool(means: bool, by: str | None) -> str:
    if means:
        return (
            "a false partner may be anyone; where it is of the same group instead, the naive mean "
            "needs no correction"
        )
    return f"a false partner may be anyone {f'of the same {by}' if by else 'who is linked'}"
