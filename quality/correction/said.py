"""What each method assumes and cannot remove, and why one cannot be used: printed with figures."""

from collections.abc import Mapping, Sequence

from quality import measures
from quality.correction.partners import LEAST, Partners
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
        "among the people of a group, it is chance who a false partner is",
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
    method: str, by: str | None, partners: Partners, household: float | None
) -> tuple[str, ...]:
    """Return what stands beside the figures of a method.

    Parameters
    ----------
    by
        The characteristic within whose groups false links are exchangeable.
    household
        The share of reviewed false links whose records have one address; None where not known.
    """
    found = [_COMPLETE, *ASSUMED[method]]
    if method == measures.FALSE_LINK_CORRECTED:
        found += [*_pool(by, partners), _of_household(household)]
    return tuple(each for each in found if each)


def too_wide(columns: Sequence[str], most: int) -> str:
    """Return why an analysis with these covariates is not made."""
    return f"{', '.join(columns)} has more than {most} categories"


def _pool(by: str | None, partners: Partners) -> Sequence[str]:
    if by is None:
        return ("a false partner may be anyone who is linked",)
    return (
        f"false partners belong to the groups of {by} that candidates which lost to a better pair "
        f"belong to: {partners.same:.0%} of such pairs join people of one group",
        f"a group with fewer than {LEAST} such pairs has its false partners inside itself",
    )


def _of_household(share: float | None) -> str:
    if share is None:
        return "how many false links join people of one household is not known"
    if share > HOUSEHOLD_SHARE:
        return (
            f"{share:.0%} of the false links that reviewers found join people of one address: what "
            "these have in common is taken for error, so the correction goes too far"
        )
    return ""
