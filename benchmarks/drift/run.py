"""Is drift found in the group and wave in which it begins, and nowhere else: ``make bench-drift``.

Writes benchmarks/results/drift.json and drift.md. Series that are done are kept in ``--cache``, so
that a run that was stopped goes on.
"""

import argparse
import json
import os
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from benchmarks.coverage.cache import ROOT, Cache, Made, key_of
from benchmarks.drift.series import BATCHES, RECORDS, quiet
from benchmarks.drift.table import page
from benchmarks.drift.waves import waves

RESULTS = ROOT / "benchmarks" / "results"
CACHE = ROOT / ".drift-cache"
CODE = tuple(
    str(path.relative_to(ROOT))
    for folder in ("quality/drift", "linkage/batches", "benchmarks/drift")
    for path in sorted((ROOT / folder).glob("*.py"))
    if path.name not in {"run.py", "table.py"}
)
PEOPLE, SMALLER = 40_000, 20_000


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=50)
    parser.add_argument("--others", type=int, default=20)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--results", type=Path, default=RESULTS)
    said = parser.parse_args()
    for folder in (said.cache, said.results):
        folder.mkdir(parents=True, exist_ok=True)
    # two processes have two cores: threads of their own only wait for each other
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    with ProcessPoolExecutor(said.processes, get_context("spawn")) as pool:
        made = partial(_made, Cache(said.cache, pool))
        every, some = range(1, said.seeds + 1), range(1, said.others + 1)
        found = {
            "planted": made(every, "planted", waves, PEOPLE, True),
            "still": made(some, "still", waves, PEOPLE, False),
            "series": made(some, "series", quiet, SMALLER, BATCHES, RECORDS),
            "smaller": made(some, "smaller", waves, SMALLER, True),
        }
    said.results.mkdir(parents=True, exist_ok=True)
    text = json.dumps(found, indent=1)
    (said.results / "drift.json").write_text(f"{text}\n", encoding="utf-8")
    (said.results / "drift.md").write_text(page(found), encoding="utf-8")
    print(page(found))


def _made(
    cache: Cache, seeds: Iterable[int], name: str, make: Callable[..., Made], *said: object
) -> list[Made]:
    records = cache.populations(name, key_of((name, said), CODE), seeds, make, *said)
    return [{k: v for k, v in record.items() if k != "key"} for record in records]


if __name__ == "__main__":
    main()
