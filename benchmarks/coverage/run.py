"""How often intervals of error rates hold the truth: ``make bench-coverage``.

Populations are made, linked by the product, reviewed by simulated reviewers many times and scored;
then what models say without any label is put to the test on populations of its own. Every
population is kept in a file of ``--cache`` as soon as it is done, so that a run that was stopped
goes on. Writes benchmarks/results/coverage.json and coverage.md.
"""

import argparse
import json
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.coverage.cache import ROOT, Cache, key_of
from benchmarks.coverage.grade_c import MODELLED_CODE, SCORED, TUNED, score_models
from benchmarks.coverage.modelled import modelled
from benchmarks.coverage.population import DRAWS, EXACT_POPULATIONS, GAP_DRAWS, population
from benchmarks.coverage.scenarios import POPULATIONS, REVIEWS, SCENARIOS, Scenario
from benchmarks.coverage.scoring import failures, rows_of, scored
from benchmarks.coverage.table import page

RESULTS = ROOT / "benchmarks" / "results"
CACHE = ROOT / ".coverage-cache"
_OURS = ("worlds", "pairs", "linking", "reviews", "population", "exact")
_REVIEW_CODE = (
    *(f"quality/errors/{name}.py" for name in ("audit", "cell", "reviewers")),
    *(f"quality/review/{name}.py" for name in ("strata", "allocation")),
    *(f"linkage/{name}.py" for name in ("model/training", "model/normalise", "decide/deciding")),
    *(f"benchmarks/coverage/{name}.py" for name in _OURS),
)
"""The code that populations, reviews and intervals come from."""


def main() -> None:
    """Run what the cache does not hold and write the table."""
    names = [scenario.name for scenario in SCENARIOS]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scenarios", nargs="+", choices=names, default=names)
    parser.add_argument("--populations", type=int, default=POPULATIONS)
    parser.add_argument("--reviews", type=int, default=REVIEWS)
    parser.add_argument("--modelled", type=int, nargs=2, default=(TUNED, SCORED))
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--results", type=Path, default=RESULTS)
    said = parser.parse_args()
    said.cache.mkdir(parents=True, exist_ok=True)
    # two processes have two cores: threads of their own only wait for each other
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    chosen = [scenario for scenario in SCENARIOS if scenario.name in said.scenarios]
    with ProcessPoolExecutor(said.processes, get_context("spawn")) as pool:
        cache = Cache(said.cache, pool)
        records = [
            record
            for scenario in chosen
            for record in reviewed_records(scenario, said.populations, said.reviews, cache)
        ]
        records += modelled_records(chosen, *said.modelled, cache)
    write(records, chosen, said.results)


def reviewed_records(
    scenario: Scenario, n: int, reviews: int, cache: Cache
) -> list[dict[str, Any]]:
    """Return the records of a scenario's reviews."""
    began = perf_counter()
    said = (scenario, reviews)
    key = key_of((*said, DRAWS, GAP_DRAWS, EXACT_POPULATIONS), _REVIEW_CODE)
    done = cache.populations(scenario.name, key, range(n), population, *said)
    found = scored(scenario.name, rows_of(done))
    failed = [f"{r['plan']}, {r['measure']}, {r['group']}" for r in failures(found)]
    print(f"{scenario.name}: {perf_counter() - began:.0f} s; fails: {failed}", flush=True)
    return found


def modelled_records(
    chosen: Sequence[Scenario], n_tuned: int, n_scored: int, cache: Cache
) -> list[dict[str, Any]]:
    """Return the records of what models say: the widening tuned on some populations of all."""
    tuning, scoring = {}, {}
    for scenario in chosen:
        key = key_of(scenario.world, MODELLED_CODE)
        name = f"{scenario.name} modelled"
        # seeds that no review, and no other use, has
        seeds = range(1_000_000, 1_000_000 + n_tuned), range(3_000_000, 3_000_000 + n_scored)
        tuning[scenario.name], scoring[scenario.name] = (
            [
                row
                for made in cache.populations(name, key, s, modelled, scenario)
                for row in made["rows"]
            ]
            for s in seeds
        )
        print(f"{scenario.name}: models done", flush=True)
    return score_models(tuning, scoring) if n_tuned and n_scored else []


def write(records: list[dict[str, Any]], chosen: Sequence[Scenario], results: Path) -> None:
    """Write the records and the page."""
    results.mkdir(parents=True, exist_ok=True)
    text = json.dumps(records, indent=1) + "\n"
    (results / "coverage.json").write_text(text, encoding="utf-8")
    (results / "coverage.md").write_text(page(records, chosen), encoding="utf-8")


if __name__ == "__main__":
    main()
