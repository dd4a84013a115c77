"""Two released rates compared: differences that can be, and ratios from the limits of both."""

from math import exp, log

from quality.proportion import Interval, difference


def possible(gap: Interval, reference: Interval) -> Interval:
    """Return the gap to a reference with limits that shares can have.

    *Formula*: the rate of a group lies between 0 and 1, so its gap between minus the upper limit of
    the reference and one less the lower.
    """
    lower, upper = max(gap.lower, -reference.upper), min(gap.upper, 1 - reference.lower)
    return Interval(gap.value, min(lower, gap.value), max(upper, gap.value), gap.level)


def ratio(mine: Interval, theirs: Interval, least: float, *, odds: bool) -> Interval:
    """Return the ratio of two shares, or of their odds, from the limits of each.

    *Formula*: :func:`quality.proportion.difference` of logarithms, no share taken to be nearer to 0
    or 1 than ``least``.
    """

    def logarithm(share: float) -> float:
        kept = min(max(share, least), 1 - least)
        return log(kept / (1 - kept)) if odds else log(kept)

    def of(interval: Interval) -> Interval:
        ends = (interval.value, interval.lower, interval.upper)
        value, lower, upper = (logarithm(each) for each in ends)
        return Interval(value, lower, upper, interval.level)

    made = difference(of(mine), of(theirs))
    return Interval(exp(made.value), exp(made.lower), exp(made.upper), made.level)
