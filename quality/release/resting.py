"""Rows that rest on counts of their own: they leave where these counts may, and not otherwise."""

from collections.abc import Callable, Sequence

from quality import measures
from quality.estimate import Estimate
from quality.release.partitions import name_in_patterns
from quality.tally import Tally

_COUNTED = (measures.NOT_LINKED, measures.ASKED, measures.FROM_LINK)
_OF_VARIABLES = (measures.INFLUX, measures.OUTFLUX, measures.CRAMERS_V)


def rests_on_hidden(controlled: Sequence[Tally]) -> Callable[[Estimate], bool]:
    """Return what says of a row whether a count that it is made of was held back.

    The stages of a value rest on the counts of its links, of the group and of its reference; the
    effect of a group on lacking a variable on how many of both lack it; influx and outflux on how
    often the variable is missing; Cramer's V on every cell of its table.

    Parameters
    ----------
    controlled
        The tallies after disclosure control.
    """
    hidden = [each for each in controlled if each.k is None]
    values = {
        (each.source, each.other, each.variable, each.characteristic, each.group)
        for each in hidden
        if each.measure == measures.VALUE_THROUGH_LINK and each.stage in _COUNTED
    }
    missing = {
        (each.source, name_in_patterns(each.measure, each.variable, each.stage))
        for each in hidden
        if each.characteristic is None
    }

    tables = {
        (
            each.source,
            name_in_patterns(each.measure, each.variable, each.stage),
            each.characteristic,
        )
        for each in hidden
        if each.characteristic is not None
    }
    lacking = {
        (each.source, each.variable, each.characteristic, each.group)
        for each in hidden
        if each.measure == measures.MISSING_VARIABLE and each.stage is None
    }

    def rests(row: Estimate) -> bool:
        if row.measure in measures.OF_STAGES:
            of = (row.source, row.other, row.variable, row.characteristic)
            groups = {row.group, row.group if row.reference is None else row.reference}
            return any((*of, group) in values for group in groups)
        if row.measure == measures.MISSING_AME:
            of_groups = (row.source, row.variable, row.characteristic)
            return any((*of_groups, group) in lacking for group in (row.group, row.reference))
        if row.measure == measures.CRAMERS_V and (row.source, row.variable, row.stage) in tables:
            return True
        return row.measure in _OF_VARIABLES and (row.source, row.variable) in missing

    return rests
