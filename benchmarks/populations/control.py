"""Does a linkage of groups that differ in nothing show a difference: a hundred seeds.

``null_control`` draws the group of each person alone; the clustered variant one for each household,
whose members are also covered together. The link rate of every group is compared with that of all
by the largest standardised difference; how large that becomes by chance is told by moving the
groups about among persons, or among households (Westfall and Young 1993, max-T), so that the error
over all groups of one seed is 5 %.
"""

import os
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt
import polars as pl

from benchmarks.populations.linking import focal_records, linked, order
from synthetic_data.spec.loader import load
from synthetic_data.spec.schema import Spec

SEEDS, PEOPLE, SHUFFLES, LEVEL = 100, 4_000, 999, 0.05
_FEWEST = 10
"""Groups of fewer records are left out."""

Reals = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]


def significant(by_household: bool, seeds: int = SEEDS, people: int = PEOPLE) -> list[int]:
    """Return the seeds at which some group's link rate differs from that of all."""
    numbers = range(1, seeds + 1)
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        found = pool.map(partial(_p_value, by_household, people), numbers)
        return [seed for seed, p in zip(numbers, found, strict=True) if p <= LEVEL]


def _p_value(by_household: bool, people: int, seed: int) -> float:
    spec = clustered(load("null_control").spec) if by_household else None
    with TemporaryDirectory(prefix="control-") as temporary:
        folder = Path(temporary) / "data"
        run = linked(order("null_control", people, seed, spec), folder)
        records = focal_records(folder, run)
    return p_value(records, by_household, np.random.default_rng(seed))


def clustered(spec: Spec) -> Spec:
    """Return the variant in which households share their group and are covered together."""
    population = spec.population.model_copy(update={"groups": "by_household"})
    sources = {
        name: source.model_copy(
            update={"coverage": source.coverage.model_copy(update={"together": 0.8})}
        )
        for name, source in spec.sources.items()
    }
    return spec.model_copy(update={"population": population, "sources": sources})


def p_value(records: pl.DataFrame, by_household: bool, rng: np.random.Generator) -> float:
    """Return the family-wise p-value of the largest difference between a group and all."""
    groups = records["group"].rank("dense").to_numpy().astype(np.int64) - 1
    is_linked = records["linked"].to_numpy().astype(np.float64)
    cluster = np.arange(len(records))
    if by_household:
        cluster = records["household"].rank("dense").to_numpy().astype(np.int64) - 1
    of_cluster = np.zeros(int(cluster.max()) + 1, np.int64)
    of_cluster[cluster] = groups
    n = np.bincount(cluster).astype(np.float64)
    residual = np.bincount(cluster, is_linked - is_linked.mean())
    observed = largest(of_cluster, n, residual)
    shuffled = [largest(rng.permutation(of_cluster), n, residual) for _ in range(SHUFFLES)]
    return (1 + sum(each >= observed for each in shuffled)) / (1 + SHUFFLES)


def largest(group: Index, n: Reals, residual: Reals) -> float:
    """Return the largest standardised difference; one entry a cluster, ``n`` records in it."""
    sums, squares = np.bincount(group, residual), np.bincount(group, residual**2)
    enough = np.bincount(group, n) >= _FEWEST
    z = np.abs(sums[enough]) / np.sqrt(np.maximum(squares[enough], 1e-12))
    return float(z.max(initial=0.0))
