"""Does a bias report stay silent where groups differ in nothing?

Populations of the preset ``null_control``, shown by ethnicity, sex and age band; 300 reviews of
each sex. An alarm is any of the gaps that are tested here with an adjusted p at most .05.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import Any

from benchmarks.bias.populations import Population, populations
from benchmarks.bias.power import A_GROUP
from benchmarks.bias.reviews import findings, reviewed
from benchmarks.coverage.cache import Cache
from quality import measures

NAME = "null"
POPULATIONS, REVIEWS = 20, 10
ALLOWED, Q = 18, 0.05
"""Of 200 repeats: 5 % of them, and two standard errors of such a count."""

_GROUPS = """groups:
  sex: { source: census, column: sex, standard: sex }
  ethnicity: { source: census, column: ethnic_group, standard: ethnicity.census_2021_19 }
  age: { source: census, from: date_of_birth, on: 2021-03-21, standard: age.bands_8, split: [20] }
"""


def records(cache: Cache, n: int = POPULATIONS, reviews: int = REVIEWS) -> list[dict[str, Any]]:
    """Return one record: how many repeats raised an alarm, and of what."""
    made = populations(cache, "null", "null_control", _GROUPS, range(n))
    by_population = list(cache.pool.map(one, made, range(n), repeat(reviews)))
    found = [review for each in by_population for review in each]
    kinds = Counter(kind for each in found for kind in set(each["alarms"]))
    tests = sum(each["tests"] for each in found)
    return [
        {
            "repeats": len(found),
            "alarms": sum(bool(each["alarms"]) for each in found),
            "allowed": ALLOWED,
            "populations": n,
            "populations_with_alarms": sum(
                any(review["alarms"] for review in each) for each in by_population
            ),
            "tests": round(tests / len(found)),
            "gaps_called_immaterial": sum(each["immaterial"] for each in found) / tests,
            "of": dict(sorted(kinds.items())),
        }
    ]


def one(made: Population, seed: int, reviews: int) -> list[dict[str, Any]]:
    """Return the alarms that reviews of one population raise."""
    found = []
    for number in range(reviews):
        gaps = [
            row
            for row in findings(reviewed(made, A_GROUP, 1_000 * seed + number))
            if row.p_adjusted is not None
        ]
        alarms = [f"{g.measure} by {g.characteristic}" for g in gaps if (g.p_adjusted or 0) <= Q]
        immaterial = sum(row.finding == measures.NO_MATERIAL_GAP for row in gaps)
        found.append({"alarms": alarms, "tests": len(gaps), "immaterial": immaterial})
    return found


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
