"""Means with missing values filled in beside the truth: ``make bench-bias`` runs this too.

Records of two groups take a binary outcome from their partners in another source. Some have no
link, some partners no answer, some links are wrong in half of the drawn linkages. Complete cases,
imputed means, and means with unlinked values moved, are held against the truth. Writes
benchmarks/results/bias_imputation.json and .md.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from benchmarks.speed.table import header
from quality.missingness.completed import completions
from quality.missingness.figures import AS_FOUND, NOT_LINKED, Figure, Key, MeanTarget
from quality.missingness.imputed_rows import pooled_interval
from quality.missingness.variables import Variable
from quality.proportion import wilson

RESULTS = Path(__file__).parents[1] / "results"
REPEATS, PEOPLE, IMPUTATIONS, LEVEL = 300, 1_500, 20, 0.95
DELTAS = (-1.0, 1.0)
COMPLETE, IMPUTED = "complete cases", "filled in"

Index = npt.NDArray[np.int64]
Record = dict[str, object]


@dataclass(frozen=True)
class Scenario:
    """How values go missing.

    ``linked`` are the chances of a link in each group; where ``delta`` is not 0, the log odds of
    having none rise by it for people whose outcome is 1. ``unsure``: share of links that are drawn
    wrong half of the time. ``unanswered``: share of partners without the outcome.
    """

    name: str
    says: str
    linked: tuple[float, float] = (0.9, 0.65)
    area: float = 1.0
    delta: float = 0.0
    unsure: float = 0.0
    unanswered: float = 0.05


SCENARIOS = (
    Scenario("completely at random", "everyone is linked alike", linked=(0.8, 0.8), area=0.0),
    Scenario("at random", "group and area, which are known, say who is linked"),
    Scenario("one standard step off", "unlinked people have the outcome more often", delta=1.0),
    Scenario("unsure links", "a tenth of the links are wrong in half of the draws", unsure=0.1),
)


def main() -> None:
    """Run every scenario and write the results."""
    records = [record for scenario in SCENARIOS for record in score(scenario)]
    path = RESULTS / "bias_imputation.json"
    path.write_text(json.dumps(records, indent=1) + "\n", encoding="utf-8")
    path.with_suffix(".md").write_text(page(records), encoding="utf-8")


def score(scenario: Scenario, repeats: int = REPEATS) -> Iterator[Record]:
    """Yield bias, coverage and width of every way and group, over ``repeats``."""
    found: dict[tuple[str, int], list[tuple[float, bool, float]]] = {}
    for repeat in range(repeats):
        random = np.random.default_rng([13, repeat])
        for way, group, (value, lower, upper), truth in _intervals(scenario, repeat, random):
            each = value - truth, bool(lower <= truth <= upper), upper - lower
            found.setdefault((way, group), []).append(each)
    for (way, group), scored in found.items():
        bias, covered, width = np.array(scored, dtype=np.float64).T
        yield {
            "scenario": scenario.name,
            "group": group + 1,
            "way": way,
            "repeats": repeats,
            "bias": round(float(bias.mean()), 5),
            "standard_error": round(float(bias.std() / repeats**0.5), 5),
            "coverage": round(float(covered.mean()), 4),
            "half_width": round(float(width.mean() / 2), 5),
        }


def _intervals(
    scenario: Scenario, seed: int, random: np.random.Generator
) -> Iterator[tuple[str, int, tuple[float, float, float], float]]:
    """Yield way, group, value and limits, and the truth: the chance in the group."""
    group, area = random.integers(0, 2, PEOPLE), random.integers(0, 3, PEOPLE)
    odds = -1.0 + 0.8 * group + 0.6 * area
    y = (random.random(PEOPLE) < expit(odds)).astype(np.int64)
    base = np.log(np.array(scenario.linked) / (1 - np.array(scenario.linked)))[group]
    away = -base + scenario.area * (area - 1) + scenario.delta * y
    linked = np.where(random.random(PEOPLE) < expit(away), -1, PEOPLE + np.arange(PEOPLE))
    unsure = (linked >= 0) & (random.random(PEOPLE) < scenario.unsure)
    outcome = _variable("outcome", "other", y, 2, random.random(PEOPLE) < scenario.unanswered)
    outcome = replace(outcome, first=PEOPLE)
    by = _variable("group", "focal", group, 2)
    variables = [by, _variable("area", "focal", area, 3), outcome]
    target = MeanTarget("mean", outcome, by, linked=True)
    partners = (_drawn(linked, unsure, random) for _ in range(IMPUTATIONS))
    figures: dict[Key, list[Figure]] = {}
    for completed in completions(variables, "focal", np.arange(PEOPLE), partners, seed):
        for key, figure in target.figures(completed, 0, DELTAS):
            figures.setdefault(key, []).append(figure)
    known = _drawn(linked, unsure, random)
    has = (known >= 0) & ~outcome.missing[np.maximum(known - PEOPLE, 0)]
    for at in (0, 1):
        truth = float(expit(-1.0 + 0.8 * at + 0.6 * np.arange(3)).mean())
        inside = has & (group == at)
        complete = wilson(float(y[known[inside] - PEOPLE].sum()), float(inside.sum()), LEVEL)
        yield COMPLETE, at, (complete.value, complete.lower, complete.upper), truth
        for key, each in figures.items():
            if key.group == at and key.stage in {AS_FOUND, NOT_LINKED}:
                way = IMPUTED if key.stage == AS_FOUND else f"unlinked moved by {key.delta:+g}"
                pooled = pooled_interval(each, LEVEL)
                yield way, at, (pooled.value, pooled.lower, pooled.upper), truth


def _drawn(linked: Index, unsure: npt.NDArray[np.bool_], random: np.random.Generator) -> Index:
    """Return the partners of one drawn linkage: of links that are unsure, half are wrong."""
    wrong = unsure & (random.random(len(linked)) < 0.5)
    anyone = PEOPLE + random.integers(0, PEOPLE, len(linked))
    return np.where(wrong, anyone, linked)


def _variable(
    name: str, source: str, codes: Index, size: int, missing: npt.NDArray[np.bool_] | None = None
) -> Variable:
    none = np.zeros(len(codes), dtype=np.bool_)
    names = tuple(str(code) for code in range(size))
    values = codes.astype(np.float64)
    return Variable(
        name, source, 0, values, none if missing is None else missing, none, names, size
    )


def page(records: list[Record]) -> str:
    """Return the records as a Markdown page."""
    lines = [_HEAD]
    for scenario in SCENARIOS:
        lines += [f"## {scenario.name}\n", f"{scenario.says}\n"]
        lines.append(header("group", "way", "bias (s.e.)", "coverage", "half-width"))
        lines += [_row(each) for each in records if each["scenario"] == scenario.name]
        lines.append("")
    return "\n".join(lines) + "\n"


_HEAD = f"""# Means with missing values filled in

{PEOPLE:,} records of two groups; the outcome comes through links that more records of group 2 lack;
95 % intervals of the mean by group, {IMPUTATIONS} data sets each, over {REPEATS} repeats. Bias and
half-width in points of 1. Made by `python -m benchmarks.bias.imputation`.
"""


def _row(record: Record) -> str:
    cells = (
        record["group"],
        record["way"],
        f"{record['bias']:+.4f} ({record['standard_error']:.4f})",
        f"{record['coverage']:.3f}",
        f"{record['half_width']:.4f}",
    )
    return f"| {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    main()
