"""Numbers of people estimated from two lists beside the truth: ``make bench-bias`` runs this too.

Populations of three groups are put on two lists and linked with errors that differ by group; the
links and the unlinked records are reviewed, and the product's draws of precision and recall are
carried into the number of people. Writes benchmarks/results/bias_population.json and .md.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.speed.table import header
from quality import measures
from quality.bias.dual_system import around, chapman, people_by_chance, true_matches
from quality.errors.audit import joint_draws, point
from quality.errors.cell import Reviewed

RESULTS = Path(__file__).parents[1] / "results"
REPEATS, DRAWS, LEVEL = 1_000, 500, 0.95
GROUPS = ("group 1", "group 2", "group 3")
NAIVE, MISSED_ONLY, CORRECTED = "as linked", "missed matches only", "corrected"

Reals = npt.NDArray[np.float64]
Record = dict[str, object]


@dataclass(frozen=True)
class Scenario:
    """What each of the three groups is like: (3,) people, and chances.

    ``recall``: a match is linked rightly. ``false``: a record without a right link gets a false
    one. ``hard``: share of people who are on either list half as often. ``findable``: a reviewer
    can find a partner that was not linked. ``reviews`` in each of six strata.
    """

    name: str
    says: str
    people: tuple[int, ...] = (8_000, 3_000, 1_000)
    focal: tuple[float, ...] = (0.95, 0.88, 0.8)
    other: tuple[float, ...] = (0.9, 0.8, 0.7)
    recall: tuple[float, ...] = (0.96, 0.9, 0.8)
    false: tuple[float, ...] = (0.05, 0.08, 0.12)
    hard: float = 0.0
    findable: float = 1.0
    reviews: int = 200


_BASE = Scenario("both errors", "false links and missed matches, more of both in smaller groups")
SCENARIOS = (
    replace(_BASE, name="no errors", says="a perfect linkage", recall=(1, 1, 1), false=(0, 0, 0)),
    replace(_BASE, name="missed only", says="no false link", false=(0, 0, 0)),
    _BASE,
    replace(_BASE, name="few reviews", says="40 reviews in a stratum, not 200", reviews=40),
    replace(
        _BASE,
        name="not findable",
        says="assumption broken: reviewers cannot find a tenth of the missed partners",
        findable=0.9,
    ),
    replace(
        _BASE,
        name="hard to reach",
        says="assumption broken: a tenth of the people are half as often on either list",
        hard=0.1,
    ),
)


@dataclass(frozen=True)
class Linked:
    """One group's lists: their sizes, the links between them, and what a review found."""

    first: int
    second: int
    links: int
    reviewed: Reviewed


def main() -> None:
    """Run every scenario and write the results."""
    records = [record for scenario in SCENARIOS for record in score(scenario)]
    path = RESULTS / "bias_population.json"
    path.write_text(json.dumps(records, indent=1) + "\n", encoding="utf-8")
    path.with_suffix(".md").write_text(page(records), encoding="utf-8")


def score(scenario: Scenario, repeats: int = REPEATS) -> Iterator[Record]:
    """Yield bias, coverage and width of every estimator and place, over ``repeats``."""
    found: dict[tuple[str, str], list[tuple[float, bool, float]]] = {}
    for repeat in range(repeats):
        random = np.random.default_rng([11, repeat])
        linked = [_linked(scenario, at, random) for at in range(len(GROUPS))]
        for place, estimator, value, drawn in _estimates(linked, repeat, random):
            people = scenario.people[GROUPS.index(place)] if place in GROUPS else None
            true = people or sum(scenario.people)
            lower, upper = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
            held = bool(lower <= true <= upper)
            each = value / true - 1, held, float(upper - lower) / 2 / true
            found.setdefault((place, estimator), []).append(each)
    for (place, estimator), scored in found.items():
        bias, covered, width = np.array(scored, dtype=np.float64).T
        yield {
            "scenario": scenario.name,
            "says": scenario.says,
            "place": place,
            "estimator": estimator,
            "repeats": repeats,
            "bias": round(float(bias.mean()), 5),
            "standard_error": round(float(bias.std() / repeats**0.5), 5),
            "coverage": round(float(covered.mean()), 4),
            "half_width": round(float(width.mean()), 5),
        }


def _linked(scenario: Scenario, at: int, random: np.random.Generator) -> Linked:
    easy = np.where(random.random(scenario.people[at]) < scenario.hard, 0.5, 1.0)
    chances = (scenario.focal[at], scenario.other[at])
    first, second = (random.random(len(easy)) < easy * chance for chance in chances)
    both = first & second
    right = both & (random.random(len(easy)) < scenario.recall[at])
    false = first & ~right & (random.random(len(easy)) < scenario.false[at])
    known = both & ~right & (random.random(len(easy)) < scenario.findable)
    of_links = [int(right.sum()), int((false & ~known).sum()), 0, 0, int((false & known).sum())]
    rest = first & ~right & ~false
    of_rest = [int((rest & ~known).sum()), 0, 0, int((rest & known).sum()), 0]
    kinds = np.array([of_links, of_rest], dtype=np.int64)
    seen = np.array(
        [
            random.multivariate_hypergeometric(row, min(scenario.reviews, int(row.sum())))
            for row in kinds
        ]
    )
    reviewed = Reviewed(
        np.array([True, False]), kinds.sum(axis=1).astype(float), seen.astype(float)
    )
    return Linked(int(first.sum()), int(second.sum()), int(kinds[0].sum()), reviewed)


def _estimates(
    linked: list[Linked], seed: int, random: np.random.Generator
) -> Iterator[tuple[str, str, float, Reals]]:
    """Yield place, estimator, the number of people and draws of it."""
    of_groups = {
        name: list(_of(each, seed, random)) for name, each in zip(GROUPS, linked, strict=True)
    }
    for name, made in of_groups.items():
        yield from ((name, *each) for each in made)
    for at, (estimator, _, _) in enumerate(of_groups[GROUPS[0]]):
        parts = [made[at] for made in of_groups.values()]
        value, drawn = sum(part[1] for part in parts), np.sum([part[2] for part in parts], axis=0)
        yield "all, summed over groups", estimator, value, drawn
    cells = [each.reviewed for each in linked]
    together = Reviewed(
        np.concatenate([cell.linked for cell in cells]),
        np.concatenate([cell.records for cell in cells]),
        np.concatenate([cell.found for cell in cells]),
    )
    everyone = Linked(
        sum(each.first for each in linked),
        sum(each.second for each in linked),
        sum(each.links for each in linked),
        together,
    )
    yield from (("all, as one", *each) for each in _of(everyone, seed, random))


def _of(
    linked: Linked, seed: int, random: np.random.Generator
) -> Iterator[tuple[str, float, Reals]]:
    rates, drawn = point(linked.reviewed), joint_draws(linked.reviewed, DRAWS, seed)
    one = np.ones(DRAWS)
    for estimator, precision, recall in (
        (NAIVE, (1.0, one), (1.0, one)),
        (MISSED_ONLY, (1.0, one), (rates[measures.RECALL], drawn[measures.RECALL])),
        (
            CORRECTED,
            (rates[measures.PRECISION], drawn[measures.PRECISION]),
            (rates[measures.RECALL], drawn[measures.RECALL]),
        ),
    ):
        n1, n2 = float(linked.first), float(linked.second)
        value = chapman(n1, n2, true_matches(linked.links, precision[0], recall[0]))
        matches = true_matches(linked.links, precision[1], recall[1])
        yield estimator, value, around(value, people_by_chance(n1, n2, matches, random))


def page(records: list[Record]) -> str:
    """Return the records as a Markdown page."""
    lines = [_HEAD]
    for scenario in SCENARIOS:
        lines += [f"## {scenario.name}\n", f"{scenario.says}\n"]
        lines.append(header("of", "estimate", "bias (s.e.)", "coverage", "half-width"))
        lines += [_row(each) for each in records if each["scenario"] == scenario.name]
        lines.append("")
    return "\n".join(lines) + "\n"


_HEAD = f"""# How many people there are, from two lists

Three groups of 8,000, 3,000 and 1,000 people, put on two lists and linked with errors that differ
by group; 95 % intervals over {REPEATS:,} repeats, each with a review of its own. `{NAIVE}`: every
link taken for a match. `{MISSED_ONLY}`: corrected by recall alone, as if no link were false.
`{CORRECTED}`: by precision and recall, which the product reports beside the first. Bias and
half-width are shares of the true number. Made by `python -m benchmarks.bias.population`.
"""


def _row(record: Record) -> str:
    cells = (
        record["place"],
        record["estimator"],
        f"{record['bias']:+.2%} ({record['standard_error']:.2%})",
        f"{record['coverage']:.3f}",
        f"{record['half_width']:.2%}",
    )
    return f"| {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    main()
