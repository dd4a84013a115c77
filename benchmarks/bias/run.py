"""What bias reports find on populations with truth: ``make bench-bias``.

Each part is a module with a NAME, ``records(cache)`` and ``page(records)``; it has a file of
figures and a page of its own, benchmarks/results/bias_<part>.json and .md. Populations are kept in
``--cache`` as soon as they are done, so that a run that was stopped goes on.
"""

import argparse
import json
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import Any, Protocol

from benchmarks.bias import correction, debias, intersections, null, power, public
from benchmarks.coverage.cache import ROOT, Cache

RESULTS = ROOT / "benchmarks" / "results"
CACHE = ROOT / ".bias-cache"


class Part(Protocol):
    """A module of this package that measures one thing."""

    NAME: str

    def records(self, cache: Cache) -> list[dict[str, Any]]:
        """Return the figures, made by the cache's processes."""

    def page(self, found: Sequence[dict[str, Any]]) -> Iterable[str]:
        """Yield the lines of the page that shows them."""


PARTS: tuple[Part, ...] = (power, null, public, intersections, correction, debias)


def main() -> None:
    """Run the parts that are asked for, all of them when none is."""
    names = [part.NAME for part in PARTS]
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--parts", nargs="+", choices=names, default=names)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--results", type=Path, default=RESULTS)
    said = parser.parse_args()
    for folder in (said.cache, said.results):
        folder.mkdir(parents=True, exist_ok=True)
    # two processes have two cores: threads of their own only wait for each other
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    with ProcessPoolExecutor(said.processes, get_context("spawn")) as pool:
        for part in PARTS:
            if part.NAME in said.parts:
                began = perf_counter()
                found = part.records(Cache(said.cache, pool))
                write(part, found, said.results)
                print(f"{part.NAME}: {perf_counter() - began:.0f} s", flush=True)


def write(part: Part, found: Sequence[dict[str, Any]], results: Path) -> None:
    """Write the figures of a part and its page."""
    path = results / f"bias_{part.NAME}"
    path.with_suffix(".json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    path.with_suffix(".md").write_text("\n".join(part.page(found)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
