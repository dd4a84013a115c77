"""Measured rates, exact and as they leave: what everything made of them is taken from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product

from linkage.config.schema import Disclosure
from quality import measures
from quality.bias.comparisons import COMPARED
from quality.bias.group_rates import Settings
from quality.estimate import Estimate, revised
from quality.proportion import Interval, wilson
from quality.release.error_rates import hidden_links, released_error_rates
from quality.release.known import (
    NOTHING_WIDER,
    SHARES,
    Band,
    Of,
    Widths,
    band_of,
    band_of_row,
    complement,
    is_known,
    split,
    width_of,
)
from quality.share import status_of
from quality.tally import Tally

Key = tuple[str | None, ...]
"""Measure, method, source, other source, characteristic and group."""

FORMS = {
    measures.comparison(rate, form, rest=rest): (rate, form, rest)
    for rate, form, rest in product(
        (*COMPARED, measures.MISSED_MATCH_RATE),
        (measures.GAP, measures.RATIO, measures.ODDS_RATIO, measures.STANDARDISED_GAP),
        (False, True),
    )
} | {
    gap: (loss, measures.GAP, rest)
    for rest, gaps in ((False, measures.STAGE_GAPS), (True, measures.STAGE_GAPS_REST))
    for loss, gap in zip(measures.LOSSES, gaps, strict=True)
}
"""The rate that a comparison is of, its form, and whether it is with everyone else."""

_GAPS_TO_REST = {
    rate: gap for gap, (rate, form, rest) in FORMS.items() if rest and form == measures.GAP
}


@dataclass(frozen=True)
class Rates:
    """The rates of a run, exact and as they leave, and the gaps that were made of them.

    ``exact`` are all rates, ``rows`` the same as they leave, ``gaps`` what was made of the exact
    ones; ``records`` are the published numbers of records, by source, characteristic and group.
    """

    exact: Mapping[Key, Estimate]
    rows: Sequence[Estimate]
    gaps: Mapping[Key, Estimate]
    records: Mapping[Key, int | None]
    linked: Mapping[Key, Interval]
    hidden: frozenset[Key]
    rules: Disclosure
    settings: Settings
    widths: Widths

    @cached_property
    def shown(self) -> Mapping[Key, Estimate]:
        """The rates that leave with a figure."""
        return {
            key_of(row, row.measure, row.group): row
            for row in self.rows
            if row.estimate is not None
        }

    def band(self, key: Key) -> Band | None:
        """Return the band of a rate that is known of every record of a group."""
        row, n = self.exact.get(key), self.records.get((key[2], *key[4:]))
        if row is None or n is None or row.estimate is None or not is_known(row):
            return None
        of = Of(n, key[2:] in self.hidden, width_of(self.widths, row))
        return band_of_row(row, of, self.rules)

    def tells_of_few(self, key: Key) -> bool:
        """Say whether those in error of a known rate, or those who are not, may be few people.

        So may they where the rate has no band.
        """
        row = self.exact.get(key)
        if row is None or row.estimate is None or not is_known(row):
            return False
        band = self.band(key)
        return band is None or band.is_end

    def of(self, rate: str, row: Estimate, group: str | None) -> Interval | None:
        """Return a rate of a group, or of everyone outside that of ``row``, as it may leave."""
        if rate == measures.MISSED_MATCH_RATE:
            found = self.of(measures.RECALL, row, group)
            return found and complement(found)
        if group != measures.EVERYONE_ELSE:
            shown = self.shown.get(key_of(row, rate, group))
            return None if shown is None else interval_of(shown)
        return self._rest_loss(rate, row) if rate in measures.LOSSES else self._rest(rate, row)

    def _rest_loss(self, rate: str, row: Estimate) -> Interval | None:
        bands = {each: self._rest_band(each, row) for each in measures.LOSSES}
        recall, known = self._rest(measures.RECALL, row), bands[rate]
        given = {name: band for name, band in bands.items() if band is not None}
        if recall is None or known is None or len(given) < len(bands):
            return None
        return replace(
            known.errors(self.settings.level), value=split(1 - recall.value, given)[rate]
        )

    def _rest(self, rate: str, row: Estimate) -> Interval | None:
        band = self._rest_band(rate, row)
        return None if band is None else complement(band.errors(self.settings.level))

    def _rest_band(self, rate: str, row: Estimate) -> Band | None:
        """Return the band of everyone outside a group: their rate is the group's less its gap."""
        gap = self.gaps.get(key_of(row, _GAPS_TO_REST[rate], row.group))
        mine = self.exact.get(key_of(row, rate, row.group))
        everyone = self.exact.get(key_of(row, rate, None))
        records = [
            self.records.get((row.source, characteristic, group))
            for characteristic, group in ((None, None), (row.characteristic, row.group))
        ]
        if gap is None or mine is None or everyone is None or None in records:
            return None
        theirs = (mine.estimate or 0.0) - (gap.estimate or 0.0)
        error = theirs if rate in measures.LOSSES else 1 - theirs
        n = (everyone.n_records or 0) - (mine.n_records or 0)
        hidden = (row.source, row.other, row.characteristic, row.group) in self.hidden
        wider = width_of(self.widths, mine, rest=True)
        of = Of((records[0] or 0) - (records[1] or 0), hidden, wider)
        return band_of(max(error, 0.0), n, of, self.rules.threshold) if n > 0 else None


def rates_of(
    exact: Sequence[Estimate],
    compared: Iterable[Estimate],
    controlled: Sequence[Tally],
    rules: Disclosure,
    settings: Settings,
    widths: Widths = NOTHING_WIDER,
) -> Rates:
    """Return the measured rates as they leave, beside the exact ones and their gaps.

    Parameters
    ----------
    exact
        All error rates.
    compared
        Exact rows of which the gaps to everyone else are read.
    controlled
        The tallies after disclosure control.
    widths
        How wide bands have to be.
    """
    rates = Rates(
        {key_of(row, row.measure, row.group): row for row in exact},
        (),
        {key_of(row, row.measure, row.group): row for row in compared if row.measure in FORMS},
        {
            (each.source, each.characteristic, each.group): each.n
            for each in controlled
            if each.measure == measures.RECORDS
        },
        {
            (each.source, each.other, each.characteristic, each.group): wilson(
                each.k, each.n, settings.level
            )
            for each in controlled
            if each.measure == measures.LINKED and each.k is not None and each.n
        },
        hidden_links(controlled),
        rules,
        settings,
        widths,
    )
    rows = tuple(released_error_rates(exact, controlled, rules, widths))
    lost = _adding_up(replace(rates, rows=rows))
    return replace(rates, rows=tuple(_settled(row, lost, rates) for row in rows))


def _adding_up(rates: Rates) -> dict[Key, float]:
    """Return what each stage lost, adding up to the missed matches, and what blocking left.

    Of a sample, the largest loss takes what rounding left over.
    """
    changed: dict[Key, float] = {}
    for key, recall in rates.shown.items():
        keys = {loss: (loss, *key[1:]) for loss in measures.LOSSES}
        if key[0] != measures.RECALL or not rates.shown.keys() >= set(keys.values()):
            continue
        missed = 1 - (recall.estimate or 0.0)
        bands = {loss: band for loss in keys if (band := rates.band(keys[loss])) is not None}
        if len(bands) == len(keys):
            lost = split(missed, bands)
        else:
            lost = {loss: rates.shown[each].estimate or 0.0 for loss, each in keys.items()}
            most = max(lost, key=lambda loss: lost[loss])
            lost[most] += missed - sum(lost.values())
        changed |= {keys[loss]: round(value, 10) for loss, value in lost.items()}
        blocked = 1 - lost[measures.BLOCKING_LOSS]
        changed[measures.BLOCKING_RECALL, *key[1:]] = round(blocked, 10)
    return changed


def _settled(row: Estimate, lost: Mapping[Key, float], rates: Rates) -> Estimate:
    """Return the row with the loss that adds up, and the status that its limits give it."""
    key, settings = key_of(row, row.measure, row.group), rates.settings
    value = lost.get(key, row.estimate)
    if value is None or row.method not in measures.MEASURED or row.measure not in SHARES:
        return row
    made = Interval(
        value,
        min(value if row.lower is None else row.lower, value),
        max(value if row.upper is None else row.upper, value),
        settings.level,
    )
    status = status_of(made, settings.material_gap) if is_known(rates.exact[key]) else row.status
    return revised(row, estimate=value, lower=made.lower, upper=made.upper, status=status)


def key_of(row: Estimate, measure: str, group: str | None) -> Key:
    """Return the key of a measure of a group, of the same method and sources as a row."""
    characteristic = None if group is None else row.characteristic
    return measure, row.method, row.source, row.other, characteristic, group


def interval_of(row: Estimate) -> Interval | None:
    """Return the figure of a row with its limits; None where it has none."""
    if row.estimate is None or row.lower is None or row.upper is None or row.level is None:
        return None
    return Interval(row.estimate, row.lower, row.upper, row.level)
