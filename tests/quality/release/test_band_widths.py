"""Bands of known rates together: sums over them tell nobody closer than the threshold."""

from dataclasses import replace

from linkage.config.schema import Disclosure
from quality import measures
from quality.estimate import Estimate
from quality.release.band_widths import band_widths
from quality.release.known import NO_BAND, Of, band_of, width_of
from quality.tally import Tally

RULES = Disclosure(threshold=10, rounding=5)
PARTS = {"x": (2_000, 1_500, 20), "y": (2_000, 1_500, 20)}
"""Records, links and false links of each group."""
TELLING = {"x": (410, 400, 9), "y": (410, 400, 9)}
"""Of which two bands and that of all together would tell few people."""


def tally(measure, group, k, n):
    return Tally(
        measure=measure,
        source="a",
        other="b" if measure == measures.LINKED else None,
        characteristic=group and "race",
        group=group,
        stage=measures.DECIDE if measure == measures.LINKED else measures.INGEST,
        k=k,
        n=n,
    )


def run(parts):
    whole = tuple(map(sum, zip(*parts.values(), strict=True)))
    tallies, rates = [], []
    for group, (n, links, false) in {None: whole, **parts}.items():
        tallies += [
            tally(measures.RECORDS, group, n, n),
            tally(measures.LINKED, group, links, n),
        ]
        rates.append(
            Estimate(
                measure=measures.PRECISION,
                method=measures.TRUTH,
                source="a",
                other="b",
                characteristic=group and "race",
                group=group,
                estimate=1 - false / links,
                grade="A",
                n_records=links,
                status="ok",
            )
        )
    return rates, tallies


def told(parts, widths, rates):
    """Return the least and the greatest number in error of each group, from all bands together."""
    limits = {}
    for row in rates:
        n = parts[row.group][0] if row.group else sum(each[0] for each in parts.values())
        k = round((1 - row.estimate) * row.n_records)
        band = band_of(
            k / row.n_records, row.n_records, Of(n, False, width_of(widths, row)), RULES.threshold
        )
        limits[row.group] = band.counts(row.n_records)
    (low, high), found = limits.pop(None), {}
    for group, (least, most) in limits.items():
        (other,) = (each for name, each in limits.items() if name != group)
        found[group] = max(least, low - other[1]), min(most, high - other[0])
    return found


def test_two_bands_and_that_of_all_would_tell_and_are_made_wider():
    rates, tallies = run(TELLING)
    before = told(TELLING, {}, rates)
    assert min(high - low for low, high in before.values()) < 10
    widths = band_widths(rates, tallies, tallies, [], RULES)
    assert min(high - low for low, high in told(TELLING, widths, rates).values()) >= 10


def by_many(rows, names):
    """Return the rows of everyone, and those of the groups by each of the characteristics."""
    everyone = [row for row in rows if row.group is None]
    groups = [row for row in rows if row.group is not None]
    return everyone + [replace(row, characteristic=name) for name in names for row in groups]


def bands(row, widths):
    """Return the band of a group's rate, and that of everyone else of as many."""
    records = TELLING[row.group][0]
    k = round((1 - row.estimate) * row.n_records)
    of = [Of(records, False, width_of(widths, row, rest=rest)) for rest in (False, True)]
    return [band_of(k / row.n_records, row.n_records, each, RULES.threshold) for each in of]


def test_however_many_rates_there_are_none_is_told_without_an_audit():
    names = [f"c{at}" for at in range(260)]
    rates, tallies = (by_many(rows, names) for rows in run(TELLING))
    assert len(rates) > 500
    widths = band_widths(rates, tallies, tallies, [], RULES)
    everyone, *groups = rates
    shown = [row.characteristic for row in groups if any(bands(row, widths))]
    for name in set(shown):
        own = [everyone, *(row for row in groups if row.characteristic == name)]
        ranges = told(TELLING, widths, own).values()
        assert min(high - low for low, high in ranges) >= 10
    assert 100 < len(set(shown)) < len(names)


def test_of_too_many_rates_intersections_are_held_back_first():
    names = [f"c{at}" for at in range(100)]
    crossed = [f"c0 \N{MULTIPLICATION SIGN} c{at}" for at in range(1, 60)]
    rates, tallies = (by_many(rows, [*names, *crossed]) for rows in run(TELLING))
    widths = band_widths(rates, tallies, tallies, [], RULES)
    groups = [row for row in rates if row.group is not None]
    without = {row.characteristic for row in groups if not any(bands(row, widths))}
    assert without
    assert without < set(crossed)


def test_beside_too_many_small_counts_no_band_is_of_a_group_whose_links_are_held_back(monkeypatch):
    rates, tallies = run({"x": (410, 405, 3), "y": (4_000, 3_000, 300), "z": (4_000, 3_000, 300)})
    left = [
        replace(each, k=None)
        if each.measure == measures.LINKED and each.group in {"x", "y"}
        else each
        for each in tallies
    ]
    widths_of = {
        row.group: width_of(band_widths(rates, tallies, left, [], RULES), row) for row in rates
    }
    assert NO_BAND not in widths_of.values()
    monkeypatch.setattr("quality.release.band_widths._MOST_COUNTS", 1)
    few = band_widths(rates, tallies, left, [], RULES)
    assert {row.group for row in rates if width_of(few, row) == NO_BAND} == {"x", "y"}


def test_large_numbers_in_error_need_no_wider_bands():
    rates, tallies = run({"x": (8_000, 5_000, 900), "y": (8_000, 5_000, 800)})
    assert not band_widths(rates, tallies, tallies, [], RULES)


def test_rates_of_a_sample_are_in_no_bands():
    rates, tallies = run(PARTS)
    sampled = [
        Estimate(**{**row.__dict__, "method": measures.REVIEW, "n_reviewed": 100}) for row in rates
    ]
    assert not band_widths(sampled, tallies, tallies, [], RULES)
