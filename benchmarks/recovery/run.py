"""Do the bootstrap's intervals of m hold the truth? ``make bench-recovery``.

Worlds are drawn from known parameters; each is trained on and refitted; and it is counted how often
the percentile intervals hold the m of matches that are candidates. Writes recovery.json and
recovery.md to benchmarks/results, or to the folder that ``--results`` names.
"""

import argparse
import json
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.recovery.world import M, m_given_blocked, world
from linkage.model.normalise import Reals
from linkage.model.training import train
from linkage.uncertainty.bootstrap import REFITS, percentile, refit

RESULTS = Path(__file__).parents[1] / "results"
REPEATS = 500
LEVEL = 0.95


@dataclass(frozen=True)
class Scenario:
    """What a world is like: the sides that hold a person once, and the share of household pairs."""

    name: str
    mode: str
    household: float
    n_focal: int = 2_000
    n_opposite: int = 3_000


SCENARIOS = (
    Scenario("one side holds each person once", "one", 0.0),
    Scenario("both sides do", "both", 0.0),
    Scenario("both sides do, with households", "both", 0.0002),
)

_PAGE = """# m recovered

Made by `make bench-recovery`: {repeats} worlds a scenario, drawn from known parameters, {n_focal:,}
records by {n_opposite:,}, of which only pairs with two strict agreements are candidates; {refits}
refits each. How often the {level:.0%} percentile interval holds the m of matches that are
candidates, averaged over the {n} levels of all comparisons, with its Monte-Carlo standard error;
the least and the most of any level; and by how much m errs on average, in standard deviations.

| scenario | coverage | standard error | least | most | mean error, sd |
|---|---|---|---|---|---|
{rows}
"""


def main() -> None:
    """Measure every scenario and write what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=REPEATS)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    parser.add_argument("--results", type=Path, default=RESULTS)
    said = parser.parse_args()
    records, rows = list[dict[str, object]](), list[str]()
    with ProcessPoolExecutor(said.processes) as pool:
        for scenario in SCENARIOS:
            found = list(pool.map(partial(repeat, scenario), range(said.repeats)))
            records += by_level(scenario, found)
            rows.append(line(scenario, found))
    (said.results / "recovery.json").write_text(json.dumps(records, indent=1) + "\n")
    page = _PAGE.format(
        repeats=said.repeats,
        refits=REFITS,
        level=LEVEL,
        n=len(records) // len(SCENARIOS),
        n_focal=SCENARIOS[0].n_focal,
        n_opposite=SCENARIOS[0].n_opposite,
        rows="\n".join(rows),
    )
    (said.results / "recovery.md").write_text(page, encoding="utf-8")


def repeat(scenario: Scenario, seed: int, refits: int = REFITS) -> Reals:
    """Return of one world, for every level of m: (held, error, width) (3, levels)."""
    drawn = world(seed, scenario.mode, scenario.household, scenario.n_focal, scenario.n_opposite)
    fitted = train(drawn.evidence)
    models = refit(drawn.evidence, fitted, refits=refits, seed=seed).fitted
    found = []
    for k, true in enumerate(m_given_blocked()):
        bounds = percentile(np.stack([model.parameters.m[k] for model in models]), LEVEL)
        held = (bounds.lower <= true) & (true <= bounds.upper)
        error = fitted.parameters.m[k] - true
        found.append(np.stack([held.astype(np.float64), error, bounds.upper - bounds.lower]))
    return np.concatenate(found, axis=1)


def by_level(scenario: Scenario, found: Sequence[Reals]) -> list[dict[str, object]]:
    """Return a record of each level: how often it was held, its bias, and the mean width."""
    held, error, width = np.stack(found, axis=1)
    levels = [(name, gamma) for name, m in M.items() for gamma in range(len(m))]
    return [
        {
            "scenario": scenario.name,
            "comparison": name,
            "gamma": gamma,
            "coverage": round(float(held[:, at].mean()), 4),
            "bias": float(f"{error[:, at].mean():.3g}"),
            "sd": float(f"{error[:, at].std():.3g}"),
            "mean_width": float(f"{width[:, at].mean():.3g}"),
            "repeats": len(found),
        }
        for at, (name, gamma) in enumerate(levels)
    ]


def line(scenario: Scenario, found: Sequence[Reals]) -> str:
    """Return the scenario's row of the table."""
    held, error, _ = np.stack(found, axis=1)
    by_world, by_parameter = held.mean(axis=1), held.mean(axis=0)
    off = np.abs(error.mean(axis=0) / np.maximum(error.std(axis=0), 1e-12)).mean()
    spread = by_world.std(ddof=1) / np.sqrt(len(by_world))
    return (
        f"| {scenario.name} | {by_world.mean():.3f} | {spread:.3f} | {by_parameter.min():.3f} "
        f"| {by_parameter.max():.3f} | {off:.2f} |"
    )


if __name__ == "__main__":
    main()
