"""Bands of known rates together: sums over them tell nobody closer than the threshold."""

from linkage.config.schema import Disclosure
from quality import measures
from quality.estimate import Estimate
from quality.release.band_widths import band_widths
from quality.release.known import Of, band_of, width_of
from quality.tally import Tally

RULES = Disclosure(threshold=10, rounding=5)
PARTS = {"x": (2_000, 1_500, 20), "y": (2_000, 1_500, 20)}
"""Records, links and false links of each group."""


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
    parts = {"x": (410, 400, 9), "y": (410, 400, 9)}
    rates, tallies = run(parts)
    before = told(parts, {}, rates)
    assert min(high - low for low, high in before.values()) < 10
    widths = band_widths(rates, tallies, tallies, [], RULES)
    assert min(high - low for low, high in told(parts, widths, rates).values()) >= 10


def test_large_numbers_in_error_need_no_wider_bands():
    rates, tallies = run({"x": (8_000, 5_000, 900), "y": (8_000, 5_000, 800)})
    assert not band_widths(rates, tallies, tallies, [], RULES)


def test_rates_of_a_sample_are_in_no_bands():
    rates, tallies = run(PARTS)
    sampled = [
        Estimate(**{**row.__dict__, "method": measures.REVIEW, "n_reviewed": 100}) for row in rates
    ]
    assert not band_widths(sampled, tallies, tallies, [], RULES)
