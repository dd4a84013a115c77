"""The page of the benchmark of staged decompositions."""

from collections.abc import Mapping, Sequence
from typing import Any

LEAST = 0.9

_PAGE = """# Where values were lost: shares of a gap against the truth

Made by `python -m benchmarks.bias.decomposition`. {populations} populations of `known_bias`
({people:,} people), in which the register also holds a variable that some groups were asked, and
answered, less often. Each was linked once and reviewed {reviews} times, in the product's design, at
{a_group} records a group, by reviewers who know the truth. A share is a stage's part of the log of
the ratio of what is observed of a group to what is observed of the largest group. It has an
interval where the draws tell that there is a gap (*given*); *inside* is how often the interval then
holds the true share. At least {least:.0%} is asked of every stage.

| group | stage | repeats | given | inside | standard error | true share | estimate | width | |
|---|---|---|---|---|---|---|---|---|---|
{rows}

Shares are means over the repeats that gave one, widths medians. Where a true gap is small, few
repeats give a share, and those that do are the ones that happened to see a large gap.

Without a review the product gave {numbers} figures for coverage, blocking or linking of these
populations: each is a row that is named as not identified.
"""


def page(
    records: Sequence[Mapping[str, Any]], populations: int, reviews: int, people: int, a_group: int
) -> str:
    """Return the page of the records."""
    shares = [record for record in records if record["what"] == "share"]
    (without,) = (record for record in records if record["what"] == "without review")
    return _PAGE.format(
        populations=populations,
        reviews=reviews,
        people=people,
        a_group=a_group,
        least=LEAST,
        rows="\n".join(map(_row, shares)),
        numbers=without["numbers_given"],
    )


def _row(record: Mapping[str, Any]) -> str:
    names = f"| {record['group']} | {record['stage']} | {record['repeats']} | {record['given']} |"
    if not record["given"]:
        return f"{names} | | | | | |"
    low = record["inside"] + 2 * record["standard_error"] < LEAST
    return (
        f"{names} {record['inside']:.3f} | {record['standard_error']:.3f} | "
        f"{record['mean_truth']:.3f} | {record['mean_value']:.3f} | {record['median_width']:.3f} | "
        f"{'**short**' if low else ''} |"
    )
