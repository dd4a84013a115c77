"""Sampling a review: the design, the units and what reviewers see, written beside the run."""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from linkage.errors import ApprovedError, ConfigError, Fault
from linkage.runs.parquet import PARQUET
from linkage.runs.publish import private_folder, publish, publishing
from quality.finished_run import FinishedRun
from quality.review.allocation import Design, allocate, draw
from quality.review.asking import SHOWN, Ask, review_id, shown_of
from quality.review.cases import FOLDER
from quality.review.digest import links_digest
from quality.review.focal import Focal, read_focal
from quality.review.listing import Search
from quality.review.strata import POOL
from quality.review.units import sheets_of, units_of

LEAST = 10
"""Reviews that every stratum has, unless it is reviewed whole."""

LINK_BAND_NAMES = ("below .9", ".9 to .99", ".99 and above")
UNLINKED_BAND_NAMES = ("a candidate of .1 or more", "candidates below .1", "no candidate")


@dataclass(frozen=True)
class Asked:
    """What a review was asked to be: at most ``budget`` records, by which characteristics."""

    budget: int
    by: tuple[str, ...]
    seed: int


@dataclass(frozen=True)
class Sampled:
    """Where a review was written, how many units it has, and how many a second reviewer sees.

    ``requests`` says how many records each owner of encodings is asked to open, decoys among them.
    """

    folder: Path
    n_units: int
    n_double: int
    requests: Mapping[Path, int] = field(default_factory=dict)


def sample(run: FinishedRun, asked: Asked, search: Search, ask: Ask | None = None) -> Sampled:
    """Draw a review of the links of ``run`` and write its folder.

    The design is written last: a folder without it is no review.

    Parameters
    ----------
    ask
        For a run that linked encodings: asks the owners. Record ids then stand in place of values.

    Raises
    ------
    ConfigError
        R430, C208, R431: the run has no such review, or the budget is too small for one.
    ApprovedError
        R432 when reviewers have decided on the units of a review that is there already.
    """
    folder = run.restricted.parent / FOLDER
    _refuse_to_undo(folder)
    focal = read_focal(run, run.config, asked.by)
    design = designed(focal, asked.budget)
    rows = draw(design, asked.seed, focal.record)
    encoded = ask is not None
    made = units_of(run, run.config, focal, design, rows, asked.seed, search, encoded=encoded)
    described = describe(focal, design, asked, links_digest(run))
    _refuse_to_undo(folder)  # somebody may have begun while candidates were searched
    shutil.rmtree(folder, ignore_errors=True)
    private_folder(folder)
    _write(folder / "units.parquet", made.units)
    _write(folder / "candidates.parquet", made.candidates)
    requests: Mapping[Path, int] = {}
    if ask is not None:
        described["listed_share"] = made.listed_share
        described["review"] = review_id(described)
        shown = shown_of(run, made)
        _write(folder / f"{SHOWN}.parquet", shown)
        requests = ask(shown, described["review"])
    else:
        _write(folder / "sheets.parquet", sheets_of(run, run.config, made))
    text = json.dumps({"run": run.restricted.parent.name, **described}, indent=2)
    publish(folder / "design.json", f"{text}\n".encode())
    return Sampled(folder, len(rows), sum(made.units["double"].to_pylist()), requests)


def designed(focal: Focal, budget: int) -> Design:
    """Allocate ``budget`` reviews to the focal records.

    Raises
    ------
    ConfigError
        R431 when the budget cannot hold both kinds of unit.
    """
    try:
        return allocate(focal.frame, budget, LEAST)
    except ValueError:
        raise ConfigError(
            Fault(
                "R431",
                f"a budget of {budget} is too small for a review of links and unlinked records",
                f"give at least {2 * LEAST}; a few hundred tell something",
                path="--budget",
            )
        ) from None


def describe(focal: Focal, design: Design, asked: Asked, digest: str) -> dict[str, Any]:
    """Return the design as plain values, for ``design.json``."""
    return {
        "source": focal.source,
        "other": focal.other,
        "by": list(asked.by),
        "seed": asked.seed,
        "budget": asked.budget,
        "links_digest": digest,
        "strata": [
            {
                "kind": "link" if stratum.linked else "unlinked",
                "bands": list(stratum.bands),
                "band": band_name(stratum.linked, stratum.bands),
                "group": None if stratum.group == POOL else focal.groups[stratum.group] or None,
                "groups": [focal.groups[group] for group in groups_of(focal, design, number)],
                "N": stratum.n_records,
                "n": n,
            }
            for number, (stratum, n) in enumerate(zip(design.strata, design.n_sampled, strict=True))
        ],
    }


def groups_of(focal: Focal, design: Design, number: int) -> list[int]:
    """Return the numbers of the groups whose records are in a stratum."""
    return sorted(set(focal.frame.group[design.stratum == number].tolist()))


def band_name(linked: bool, bands: Sequence[int]) -> str:
    """Return how the bands of a stratum are called."""
    names = LINK_BAND_NAMES if linked else UNLINKED_BAND_NAMES
    return " or ".join(names[band] for band in bands)


def _refuse_to_undo(folder: Path) -> None:
    if any(path.stat().st_size for path in (folder / "decisions").glob("*.jsonl")):
        raise ApprovedError(
            Fault(
                "R432",
                "reviewers have decided on units of this run's review already",
                "go on with that review; to begin another, run the linkage again and sample that",
                file=folder,
            )
        )


def _write(path: Path, table: pa.Table) -> None:
    with publishing(path) as file:
        pq.write_table(table, file, **PARQUET)
