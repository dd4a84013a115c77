"""Intervals on public data with known truth: ``python -m benchmarks.coverage.public``.

Each set is linked once by the product. Then, by seed, a review of 300 labels a group is drawn by
the product's design, done by a reviewer who knows the truth and sees the 30 best candidates of the
product's own unblocked search, and estimated by the product. Writes
benchmarks/results/coverage_public.json and coverage_public.md.
"""

import argparse
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import polars as pl

from benchmarks.accuracy.measured import measure
from benchmarks.accuracy.sets import HERE, PublicSet, data_folder, public_sets
from benchmarks.coverage.cache import ROOT
from benchmarks.coverage.public_table import page
from benchmarks.coverage.reviews import Review, reviewed
from benchmarks.coverage.worlds import Flags, Index
from linkage.config.group_names import UNKNOWN
from linkage.searching import searching
from quality import measures
from quality.errors import audit
from quality.errors.cell import ASSIGNMENT, BLOCKING, NOWHERE, RIGHT, THRESHOLD
from quality.errors.reviewers import Reviewers
from quality.finished_run import FinishedRun, finished_run
from quality.review.allocation import allocate, draw
from quality.review.focal import NO_PARTNER, Focal, read_focal
from quality.review.looks import reach_of
from quality.review.units import BEST, doubled

RESULTS = ROOT / "benchmarks" / "results"
SEEDS, A_GROUP = 50, 300
_SETTINGS = "\nquality: {draws: 0}\n"


@dataclass(frozen=True)
class Characteristic:
    """What the focal records of a set are grouped by: a column, in words of the configuration."""

    set: str
    name: str
    source: str
    said: str

    @property
    def title(self) -> str:
        """How it is called in the table."""
        return f"{self.set} by {self.name}"


CHARACTERISTICS = (
    Characteristic("census_ssa", "race", "census", "column: race_ethnicity"),
    Characteristic("census_ssa", "sex", "census", "column: sex, standard: sex"),
    Characteristic("census_wic", "race", "wic", "column: race_ethnicity"),
    Characteristic("ons_linkage_exercise", "sex", "b", "column: sex, standard: sex"),
)


@dataclass(frozen=True)
class Known:
    """The focal records of a run (N,), and what a reviewer who knows the truth finds of each.

    ``rank`` is where a partner that is not linked stands among the records shown, 0 for nowhere.
    """

    focal: Focal
    correct: Flags
    matched: Flags
    kind: Index
    rank: Index


def main() -> None:
    """Link every set, review it by every characteristic, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--results", type=Path, default=RESULTS)
    said = parser.parse_args()
    sets, records = public_sets(), list[dict[str, Any]]()
    for name in dict.fromkeys(each.set for each in CHARACTERISTICS):
        own = [each for each in CHARACTERISTICS if each.set == name]
        with TemporaryDirectory(prefix="public-") as temporary:
            folder = linked(sets[name], own, Path(temporary))
            path = Path(temporary) / "truth.parquet"
            sets[name].write_truth(path)
            with finished_run(folder) as run:
                for each in own:
                    truth = known(run, pl.read_parquet(path), each)
                    records += scored(each, truth, said.seeds)
                    print(f"{each.title}: done", flush=True)
    said.results.mkdir(parents=True, exist_ok=True)
    text = json.dumps(records, indent=1) + "\n"
    (said.results / "coverage_public.json").write_text(text, encoding="utf-8")
    (said.results / "coverage_public.md").write_text(page(records), encoding="utf-8")


def linked(the_set: PublicSet, by: list[Characteristic], folder: Path) -> Path:
    """Link a set by its committed configuration, groups added; return the folder of the run."""
    (folder / "DATA").symlink_to(data_folder())
    config = Path(shutil.copy(HERE / f"{the_set.name}.yaml", folder))
    groups = "".join(f"\n  {each.name}: {{source: {each.source}, {each.said}}}" for each in by)
    with config.open("a", encoding="utf-8") as file:
        file.write(f"groups:{groups}{_SETTINGS}")
    done = measure(["-m", "cli", "run", str(config), "--json"], folder)
    return Path(json.loads(done.stdout)["run"])


def known(run: FinishedRun, truth: pl.DataFrame, by: Characteristic) -> Known:
    """Return the focal records of a run and the truth of each.

    A person is found if the link is to any of their records; a wrong link, or none, has a partner
    to be found if one of their records is among the best that a reviewer is shown.
    """
    focal = read_focal(run, run.config, (by.name,))
    of_focal, of_other = (_persons(run, truth, name) for name in (focal.source, focal.other))
    held = set(of_other.values())
    person = [of_focal.get(record) for record in focal.record.tolist()]
    matched = np.array([each is not None and each in held for each in person])
    partner = focal.partner.tolist()
    correct = np.array(
        [m and of_other.get(p) == own for m, p, own in zip(matched, partner, person, strict=True)]
    )
    linked_ = focal.partner != NO_PARTNER
    kind = np.where(linked_ & ~correct, NOWHERE, RIGHT)
    sought = np.flatnonzero(matched & ~correct)
    records = focal.record[sought].tolist()
    with searching(run.config, run.restricted, run.connection, run.scratch) as search:
        found = search(records, BEST)
    blocked: dict[int, bool] = {}
    ranks: dict[int, int] = {}
    shown: dict[int, int] = {}
    for row in sorted(found.to_pylist(), key=lambda row: -row["match_weight"]):
        record = row["record"]
        shown[record] = shown.get(record, 0) + 1
        if of_other.get(row["candidate"]) == of_focal[record]:
            blocked[record] = blocked.get(record, False) or row["meets_rule"]
            ranks.setdefault(record, shown[record])
    for at, record in zip(sought.tolist(), records, strict=True):
        if record in blocked:
            lost = ASSIGNMENT if linked_[at] else THRESHOLD
            kind[at] = lost if blocked[record] else BLOCKING
    rank = np.array([ranks.get(record, 0) for record in focal.record.tolist()])
    return Known(focal, correct, matched, kind, rank)


def _persons(run: FinishedRun, truth: pl.DataFrame, source: str) -> dict[int, str]:
    """Return the person of each record whose person is known, by record number."""
    keys = run.connection.sql(
        f"SELECT source, record, record_id FROM {run.view('record_keys')}"  # noqa: S608 - quoted
    ).pl()
    found = keys.join(truth, on=["source", "record_id"]).filter(pl.col("source") == source)
    return dict(found.select("record", "person").iter_rows())


def scored(by: Characteristic, truth: Known, seeds: int) -> Iterator[dict[str, Any]]:
    """Yield a record for each measure and group: how often the interval holds the truth."""
    frame = truth.focal.frame
    shown = [at for at, name in enumerate(truth.focal.groups) if name != UNKNOWN]
    design = allocate(frame, A_GROUP * len(truth.focal.groups))
    cells: dict[tuple[str, str], list[tuple[float, float, float, bool]]] = {}
    for seed in range(seeds):
        rows = draw(design, seed, truth.focal.record)
        twice = doubled(design.stratum[rows], truth.focal.record[rows], seed)
        missed = rows[~frame.linked[rows] & (truth.kind[rows] != RIGHT)]
        search = reach_of(truth.rank[missed].tolist())
        done = Review(design, rows, truth.kind[rows], twice, Reviewers(search=search))
        for at in (None, *shown):
            member = np.ones(len(frame), bool) if at is None else frame.group == at
            found = reviewed(done, member)
            links = found.linked
            whole = {
                measures.PRECISION: not found.unseen[links].any(),
                measures.RECALL: not found.unseen.any(),
            }
            for name, interval in audit.error_rates(
                found, seed=seed, reviewers=done.reviewers
            ).items():
                cell = cells.setdefault((name, "all" if at is None else truth.focal.groups[at]), [])
                cell.append((interval.value, interval.lower, interval.upper, whole[name]))
    for (name, group), intervals in cells.items():
        at = None if group == "all" else truth.focal.groups.index(group)
        member = np.ones(len(frame), bool) if at is None else frame.group == at
        yield _record(by, name, group, _rate(truth, name, member), np.array(intervals))


def _rate(truth: Known, measure_: str, member: Flags) -> tuple[float, int, float]:
    """Return the true rate of a cell, its errors, and the rate without what nobody could find."""
    right = int((member & truth.correct).sum())
    if measure_ == measures.PRECISION:
        of = int((member & truth.focal.frame.linked).sum())
        return right / of, of - right, right / of
    lost = member & truth.matched & ~truth.correct
    hidden = int((lost & (truth.kind < BLOCKING)).sum())
    of = int((member & truth.matched).sum())
    return right / of, of - right, right / (of - hidden)


def _record(
    by: Characteristic, name: str, group: str, rate: tuple[float, int, float], cell: np.ndarray
) -> dict[str, Any]:
    truth, errors, findable = rate
    value, lower, upper, whole = cell.T
    inside = (lower <= truth + 1e-9) & (truth <= upper + 1e-9)
    shown = (lower <= findable + 1e-9) & (findable <= upper + 1e-9)
    reason = "reviewed whole" if whole.all() else "" if errors else "no error in truth"
    return {
        "set": by.set,
        "characteristic": by.name,
        "method": measures.REVIEW,
        "measure": name,
        "group": group,
        "truth": truth,
        "errors": errors,
        "findable": findable,
        "coverage": float(inside.mean()),
        "standard_error": float(inside.std() / np.sqrt(len(inside))),
        "coverage_of_findable": float(shown.mean()),
        "mean_width": float((upper - lower).mean()),
        "bias": float((value - truth).mean()),
        "repeats": len(cell),
        "not_counted": reason,
    }


if __name__ == "__main__":
    main()
