"""Commands on mutated configurations and inputs: whatever they hold, the end is one of ours.

Each is given to the command in a fresh folder, deep enough that no mutated path leads out of it.
"""

import json
import random
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl

from benchmarks.batches.deliveries import deliver
from benchmarks.faults.mutations import ANYWHERE, IN_TEXT, Mutation, mutated
from benchmarks.faults.trees import tree
from benchmarks.faults.warm import ROOT, Warm
from linkage.batches.deliveries import MANIFEST
from linkage.errors import Exit
from linkage.runs.fingerprints import file_hash

INVENTED = ROOT / "tests" / "data" / "invented"
SEED = Path(__file__).with_name("seed.yaml")
_PEOPLE = 100
_ALLOWED = {int(each) for each in Exit} - {Exit.BUG, Exit.INTERRUPTED, Exit.TERMINATED}

CONFIGURATION = "configuration"
SOURCES = ("a.csv", "b.parquet")
DELIVERED = ("delivered file", "manifest of a delivery")


@dataclass(frozen=True)
class Fuzzed:
    """How a command ended on a mutated file; ``wrong`` says what of that may not be."""

    mutated: str
    number: int
    exit: int
    code: str
    wrong: tuple[str, ...]

    def as_record(self) -> dict[str, object]:
        """Return the fields as plain values."""
        return asdict(self)


def configurations(folder: Path, n: int, seed: int) -> Iterator[Fuzzed]:
    """Run ``n`` mutated configurations."""
    with Warm(folder) as warm:
        pristine = _sources(folder / "pristine")
        for number in range(n):
            place = _fresh(folder, pristine)
            _mutate(place / "config.yaml", CONFIGURATION, number, seed, _of_settings(number))
            yield _ended(warm, CONFIGURATION, number, "run", place / "config.yaml")


def inputs(folder: Path, n: int, seed: int) -> Iterator[Fuzzed]:
    """Run on ``n`` mutated files: sources of a run, files and manifests of deliveries."""
    with Warm(folder) as warm:
        pristine = _sources(folder / "pristine")
        batch = _batch(folder / "batch", warm)
        kinds = (*SOURCES, *DELIVERED)
        for number in range(n):
            kind = kinds[number % len(kinds)]
            if kind in SOURCES:
                place = _fresh(folder, pristine)
                _mutate(place / kind, kind, number, seed)
                yield _ended(warm, kind, number, "run", place / "config.yaml")
            else:
                place = _fresh(folder, batch)
                _mutate_delivery(place / "deliveries" / "a" / "0002", kind, number, seed)
                yield _ended(warm, kind, number, "batch", place / "config.yaml")


def _sources(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name, first in (("a", _PEOPLE), ("b", 0)):  # the second file begins with that person
        rows = pl.read_csv(INVENTED / f"{name}.csv", infer_schema=False)[first : first + _PEOPLE]
        rows.write_csv(folder / f"{name}.csv")
        rows.write_parquet(folder / f"{name}.parquet")
    shutil.copy(SEED, folder / "config.yaml")
    return folder


def _batch(folder: Path, warm: Warm) -> Path:
    """Make a folder in which one batch is linked and another delivered."""
    _sources(folder)
    with (folder / "config.yaml").open("a", encoding="utf-8") as file:
        file.write("batch: {deliveries: deliveries, report: false}\n")
    for number, which in enumerate((slice(0, _PEOPLE // 2), slice(_PEOPLE // 2, None)), 1):
        for name in ("a", "b"):
            rows = pl.read_parquet(folder / f"{name}.parquet")[which]
            deliver(folder / "deliveries", name, number, rows.to_arrow())
        if number == 1:
            ended = warm.call("batch", folder / "config.yaml")
            if ended.code:
                raise RuntimeError(ended.error)
    return folder


def _fresh(folder: Path, pristine: Path) -> Path:
    shutil.rmtree(folder / "in", ignore_errors=True)
    return Path(shutil.copytree(pristine, folder / "in" / "a" / "deep" / "place", symlinks=True))


def _of_settings(number: int) -> Sequence[Mutation]:
    """Half of all configurations are spoiled as texts; the others stay YAML, and go further."""
    return (tree,) if number % 2 else IN_TEXT


def _mutate(
    path: Path, kind: str, number: int, seed: int, mutations: Sequence[Mutation] = IN_TEXT
) -> None:
    """Mutate a file: the same way whenever it has this number."""
    draw = random.Random(f"{seed} {kind} {number}")  # noqa: S311 - repeatable, not secret
    mutations = ANYWHERE if path.suffix == ".parquet" else mutations
    path.write_bytes(mutated(path.read_bytes(), mutations, draw))


def _mutate_delivery(place: Path, kind: str, number: int, seed: int) -> None:
    manifest = place / MANIFEST
    if kind != DELIVERED[0]:
        _mutate(manifest, kind, number, seed)
        return
    said = json.loads(manifest.read_bytes())
    parquet = place / said["files"][0]["name"]
    path = parquet.with_suffix(".csv")
    pl.read_parquet(parquet).write_csv(path)
    parquet.unlink()
    _mutate(path, kind, number, seed)
    # as if whoever delivered it had damaged it: its manifest is of the file as it is
    size = path.stat().st_size
    said["files"][0] |= {"name": path.name, "sha256": file_hash(path), "bytes": size}
    manifest.write_text(json.dumps(said), encoding="utf-8")


def _ended(warm: Warm, kind: str, number: int, command: str, config: Path) -> Fuzzed:
    try:
        ended = warm.call(command, config)
    except TimeoutError:
        return Fuzzed(kind, number, 0, "", ("hangs",))
    wrong = []
    if ended.code not in _ALLOWED:
        wrong.append(f"ends with {ended.code}: {ended.error[-600:]}")
    if "Traceback" in ended.error:
        wrong.append("shows a traceback")
    found = re.search(r"(?:^|  )([A-Z]\d{3})  ", ended.error, re.MULTILINE)
    return Fuzzed(kind, number, ended.code, found[1] if found else "", tuple(wrong))
