"""The whole method: the two halves of the list of stages, joined, and what a run keeps of it."""

from linkage.pipeline import Stage

_KEPT_OF_QUALITY = (
    "tallies",
    "estimates",
    "error_rates",
    "bias",
    "gaps",
    "group_agreement",
    "chosen_groups",
    "linkage_weights",
    "estimate_draws",
    "reviews",
    "dependence",
    "calibration",
    "released_estimates",
    "gates",
    "sentinel",
)


def all_stages() -> tuple[Stage, ...]:
    """Return every stage of a run, in order."""
    from linkage.stages import STAGES as LINKAGE
    from quality.stages import STAGES as QUALITY
    from quality.stages import WATCHED

    return (*LINKAGE, *WATCHED, *QUALITY)


def kept() -> tuple[str, ...]:
    """Return the tables that stay in ``restricted/``; the others go when the run ends."""
    from linkage.stages import KEPT

    return (*KEPT, *_KEPT_OF_QUALITY)
