"""How often intervals of error rates hold the truth: ``make bench-coverage``.

Populations are made, linked by the product, reviewed by simulated reviewers many times and scored.
Every population is kept in a file of ``--cache`` as soon as it is done, so that a run that was
stopped goes on; one that was made by other code or another scenario is made anew. Writes
benchmarks/results/coverage.json and coverage.md.
"""

import argparse
import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.coverage.population import DRAWS, EXACT_POPULATIONS, GAP_DRAWS, population
from benchmarks.coverage.scenarios import POPULATIONS, REVIEWS, SCENARIOS, Scenario
from benchmarks.coverage.scoring import failures, rows_of, scored
from benchmarks.coverage.table import page

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "benchmarks" / "results"
CACHE = ROOT / ".coverage-cache"
_RESTS_ON = (
    "quality/errors/audit.py",
    "quality/review/strata.py",
    "quality/review/allocation.py",
    "linkage/model/training.py",
    "linkage/model/normalise.py",
    "linkage/decide/deciding.py",
    *(f"benchmarks/coverage/{name}.py" for name in ("worlds", "pairs", "linking", "reviews")),
    *(f"benchmarks/coverage/{name}.py" for name in ("population", "exact")),
)
"""The code that populations, reviews and intervals come from."""


def main() -> None:
    """Run what the cache does not hold and write the table."""
    names = [scenario.name for scenario in SCENARIOS]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scenarios", nargs="+", choices=names, default=names)
    parser.add_argument("--populations", type=int, default=POPULATIONS)
    parser.add_argument("--reviews", type=int, default=REVIEWS)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--results", type=Path, default=RESULTS)
    said = parser.parse_args()
    said.cache.mkdir(parents=True, exist_ok=True)
    records: list[dict[str, Any]] = []
    chosen = [scenario for scenario in SCENARIOS if scenario.name in said.scenarios]
    with ProcessPoolExecutor(said.processes, get_context("spawn")) as pool:
        for scenario in chosen:
            began = perf_counter()
            done = populations(scenario, said.populations, said.reviews, said.cache, pool)
            found = scored(scenario.name, rows_of(done))
            records += found
            failed = [f"{r['plan']}, {r['measure']}, {r['group']}" for r in failures(found)]
            print(f"{scenario.name}: {perf_counter() - began:.0f} s; fails: {failed}", flush=True)
    write(records, chosen, said.results)


def populations(
    scenario: Scenario, n: int, reviews: int, cache: Path, pool: ProcessPoolExecutor
) -> list[dict[str, Any]]:
    """Return the populations of a scenario, seeds 0 to n - 1; what the cache lacks is made."""
    path = cache / f"{scenario.name.replace(' ', '_')}.jsonl"
    key = key_of(scenario, reviews)
    held = {each["seed"]: each for each in _held(path) if each["key"] == key}
    missing = [seed for seed in range(n) if seed not in held]
    futures = [pool.submit(population, scenario, seed, reviews) for seed in missing]
    with path.open("a", encoding="utf-8") as file:
        for future in as_completed(futures):
            made = {"key": key, **future.result()}
            held[made["seed"]] = made
            file.write(json.dumps(made) + "\n")
            file.flush()
    return [held[seed] for seed in range(n)]


def key_of(scenario: Scenario, reviews: int) -> str:
    """Return what a population's result depends on, as a digest."""
    digest = sha256(repr((scenario, reviews, DRAWS, GAP_DRAWS, EXACT_POPULATIONS)).encode())
    for name in _RESTS_ON:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()[:16]


def _held(path: Path) -> Iterator[dict[str, Any]]:
    """Yield what a file holds; its last line may have been cut short."""
    if not path.exists():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            yield json.loads(line)
        except json.JSONDecodeError:
            continue


def write(records: list[dict[str, Any]], chosen: Iterable[Scenario], results: Path) -> None:
    """Write the records and the page."""
    results.mkdir(parents=True, exist_ok=True)
    text = json.dumps(records, indent=1) + "\n"
    (results / "coverage.json").write_text(text, encoding="utf-8")
    (results / "coverage.md").write_text(page(records, list(chosen)), encoding="utf-8")


if __name__ == "__main__":
    main()
