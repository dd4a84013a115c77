"""Invented sources cut into deliveries, each with its manifest."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.speed.population import write
from linkage.batches.deliveries import MANIFEST
from linkage.runs.fingerprints import file_hash

SOURCES = ("census", "register")


def deliver(folder: Path, source: str, number: int, table: pa.Table) -> None:
    """Write a delivery of new records, its manifest last."""
    place = folder / source / f"{number:04d}"
    place.mkdir(parents=True)
    path = place / "people.parquet"
    pq.write_table(table, path)
    file = {
        "name": path.name,
        "sha256": file_hash(path),
        "bytes": path.stat().st_size,
        "rows": table.num_rows,
    }
    said = {"source": source, "number": number, "kind": "new", "files": [file]}
    (place / MANIFEST).write_text(json.dumps(said), encoding="utf-8")


def parts(
    folder: Path, n: int, shares: Sequence[float], seed: int = 1
) -> Iterator[dict[str, pa.Table]]:
    """Yield the records of both sources, so many of which each share; drawn at random."""
    write(folder, n, seed)
    random = np.random.default_rng(seed)
    ends = np.cumsum(shares) / sum(shares)
    tables = {name: pq.read_table(folder / f"{name}.parquet") for name in SOURCES}
    of = {name: np.searchsorted(ends, random.random(n), "right") for name in SOURCES}
    for part in range(len(shares)):
        yield {name: table.filter(pa.array(of[name] == part)) for name, table in tables.items()}
