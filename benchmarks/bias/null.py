"""Does a bias report stay silent where groups differ in nothing?

Populations of the preset ``null_control``, shown by ethnicity, sex and age band; 300 reviews of
each sex. An alarm is any gap of the run with an adjusted p at most .05.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from benchmarks.bias.populations import population
from benchmarks.bias.power import A_GROUP, CODE
from benchmarks.bias.reviews import findings, reviewed
from benchmarks.coverage.cache import Cache, Made, key_of

NAME = "null"
POPULATIONS, REVIEWS = 40, 5
ALLOWED = 18
"""Of 200 repeats: 5 % of them, and two standard errors of such a count."""

_GROUPS = """groups:
  sex: { source: census, column: sex, standard: sex }
  ethnicity: { source: census, column: ethnic_group, standard: ethnicity.census_2021_19 }
  age: { source: census, from: date_of_birth, on: 2021-03-21, standard: age.bands_8, split: [20] }
"""


def records(
    cache: Cache, populations: int = POPULATIONS, reviews: int = REVIEWS
) -> list[dict[str, Any]]:
    """Return one record: how many repeats raised an alarm, and of what."""
    key = key_of(reviews, (*CODE, "benchmarks/bias/null.py"))
    made = cache.populations("null", key, range(populations), one, reviews)
    found = [review for each in made for review in each["reviews"]]
    kinds = Counter(kind for each in found for kind in set(each["alarms"]))
    return [
        {
            "repeats": len(found),
            "alarms": sum(bool(each["alarms"]) for each in found),
            "allowed": ALLOWED,
            "populations": populations,
            "populations_with_alarms": sum(
                any(review["alarms"] for review in each["reviews"]) for each in made
            ),
            "tests": round(sum(each["tests"] for each in found) / len(found)),
            "gaps_called_immaterial": sum(each["immaterial"] for each in found)
            / sum(each["tests"] for each in found),
            "of": dict(sorted(kinds.items())),
        }
    ]


def one(reviews: int, seed: int) -> Made:
    """Return the alarms that reviews of one population raise."""
    made = population("null_control", _GROUPS, seed + 1)
    found = []
    for number in range(reviews):
        rows = [
            row
            for row in findings(reviewed(made, A_GROUP, 1_000 * seed + number))
            if row.p_adjusted is not None
        ]
        alarms = [
            f"{row.measure} by {row.characteristic}" for row in rows if row.p_adjusted <= 0.05
        ]
        immaterial = sum(row.finding == "no material gap" for row in rows)
        found.append({"alarms": alarms, "tests": len(rows), "immaterial": immaterial})
    return {"seed": seed, "reviews": found}


def page(found: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Yield the lines of the page."""
    (r,) = found
    yield "# Null control: is anything called where groups differ in nothing?\n"
    yield " ".join(line for line in (__doc__ or "").splitlines()[2:] if line) + "\n"
    yield (
        f"{r['alarms']} of {r['repeats']} repeats raised an alarm ({r['allowed']} of 200 allowed), "
        f"in {r['populations_with_alarms']} of {r['populations']} populations; about "
        f"{r['tests']} gaps are tested in each. {r['gaps_called_immaterial']:.0%} of the gaps were "
        "shown to be smaller than the material one; the others are not told apart.\n"
    )
    if r["of"]:
        yield "| alarm | repeats |\n|---|---|"
        yield from (f"| {kind} | {n} |" for kind, n in r["of"].items())
