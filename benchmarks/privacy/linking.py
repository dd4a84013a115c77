"""Clear text and encodings linked by the command line, as owners and a linkage unit would."""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.accuracy.measured import measure
from benchmarks.privacy.cases import Case
from benchmarks.speed.engines import run_pairs
from benchmarks.speed.watched import Watched, watch
from linkage.config.privacy_settings import Profile
from linkage.privacy.identity import LOCAL_ID
from linkage.privacy.manifest import RECORD_ID

_PROJECT = "accuracy"
_ANY_RISK = 0.999
"""What an attack may name here: the gate is for records that leave, and these do not."""


@dataclass(frozen=True)
class Linked:
    """A run: its links by the owners' own ids (``left``, ``right``), and what it took."""

    run: Path
    links: pl.DataFrame
    watched: Watched
    pairs: Mapping[str, int]


def clear(config: Mapping[str, Any], folder: Path) -> Linked:
    """Do ``link run`` on clear text."""
    return _run(dict(config), folder, [])


def encoded(case: Case, profile: Profile, folder: Path) -> Linked:
    """Do ``link encode`` for each owner, and ``link run`` on what they give."""
    owners, unit = folder / "owners", folder / "unit"
    _empty(owners)
    _empty(unit)
    privacy = {
        "project": _PROJECT,
        "profile": profile,
        "fields": list(case.fields),
        "max_risk": _ANY_RISK,
    }
    config, key = owners / "config.yaml", owners / "project.key"
    output = {"output": str(owners / "runs")}
    config.write_text(json.dumps(case.with_fields() | {"privacy": privacy} | output))
    measure(["-m", "cli", "key", "new", "--project", _PROJECT, "--out", str(key)], owners)
    for source in case.sources:
        out, private = unit / source, owners / source
        asked = ["--source", source, "--key", str(key), "--out", str(out)]
        measure(["-m", "cli", "encode", str(config), *asked, "--private", str(private)], owners)
    ids = [pl.read_parquet(owners / source / "map.parquet") for source in case.sources]
    return _run(_of_unit(case, profile, unit), unit / "linking", ids)


def _of_unit(case: Case, profile: Profile, unit: Path) -> dict[str, Any]:
    """Return the linkage unit's configuration of the folders that it was given."""
    sources = {
        source: {"encoded": str(unit / source), "one_record_per_person": True}
        for source in case.sources
    }
    about = {"version": 1, "name": f"{case.name}_{profile}", "linkage": case.linkage}
    return about | {"sources": sources}


def _run(config: dict[str, Any], folder: Path, ids: Sequence[pl.DataFrame]) -> Linked:
    _empty(folder)
    written = folder / "config.yaml"
    written.write_text(json.dumps(config | {"output": str(folder / "runs")}))
    done = watch(["-m", "cli", "run", str(written), "--log-format", "json"], "decide")
    run = Path(done.stdout.splitlines()[-1])
    found = pl.read_parquet(run / "restricted" / "links.parquet")
    links = found.select(left="record_id_l", right="record_id_r")
    for side, known in zip(links.columns, ids, strict=False):
        local = known.select(pl.col(RECORD_ID).alias(side), pl.col(LOCAL_ID).alias("local"))
        links = links.join(local, on=side).drop(side).rename({"local": side})
    if links.height != found.height:
        raise SystemExit(f"{run}: links whose record ids no owner knows")
    return Linked(run, links.select("left", "right"), done, run_pairs(run / "restricted"))


def _empty(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
