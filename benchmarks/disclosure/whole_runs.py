"""Whole runs of synthetic sources by the command line, of several shapes, for the judge."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from benchmarks.accuracy.measured import measure
from quality.review.cases import read_review, review_folder
from quality.review.decisions import open_log
from quality.review.reviewers import take_role, worklist

_QUICK = {"draws": 20, "gates": {"rhat": 100, "effective_draws": 1}}
"""Few draws: of whom figures are is what is attacked here, not how sure they are."""


@dataclass(frozen=True)
class Shape:
    """What is linked, what is known of it, and what the configuration says besides.

    ``reviewed`` is how many records are reviewed, by reviewers who know the truth.
    """

    preset: str
    people: int
    sections: Mapping[str, object] = field(default_factory=dict)
    with_truth: bool = False
    reviewed: int = 0


SHAPES: Mapping[str, Shape] = {
    "nothing known": Shape("census_admin", 3_000),
    "nothing known, larger": Shape("census_admin", 20_000),
    "with truth": Shape("census_admin", 12_000, with_truth=True),
    "with truth, larger": Shape("survey_admin", 15_000, with_truth=True),
    "with intersections": Shape(
        "census_admin", 20_000, {"intersections": [["sex", "age"], ["ethnicity", "sex"]]}
    ),
    "with truth and an intersection": Shape(
        "census_admin", 20_000, {"intersections": [["sex", "age"]]}, with_truth=True
    ),
    "with a review": Shape("lookalikes", 3_000, reviewed=240),
    "three sources, other rules": Shape(
        "births_mortality", 4_000, {"disclosure": {"threshold": 5, "rounding": 1}}
    ),
}


def linked(shape: Shape, folder: Path) -> Path:
    """Make the sources of a shape in a folder, link them, and return the run."""
    asked = [shape.preset, "--people", str(shape.people), "--out", str(folder), "--force"]
    _command("synth", asked, folder)
    config = folder / "config.yaml"
    made = config.read_text(encoding="utf-8")
    known = {"truth": "truth.parquet"} if shape.with_truth else {}
    run = _run(config, made, shape, known)
    if not shape.reviewed:
        return run
    asked = [str(run), "--budget", str(shape.reviewed), "--by", "sex", "--json"]
    review = json.loads(_command("review", ["sample", *asked], folder))["review"]
    for name in ("one", "two"):
        _decide(run, folder / "truth.parquet", name)
    _decide(run, folder / "truth.parquet", "three", adjudicate=True)
    return _run(config, made, shape, {**known, "review": review})


def _run(config: Path, made: str, shape: Shape, known: Mapping[str, str]) -> Path:
    sections = {**shape.sections, "quality": {**_QUICK, **known}}
    said = "".join(f"{name}: {json.dumps(section)}\n" for name, section in sections.items())
    config.write_text(f"{made}\n{said}", encoding="utf-8")
    return Path(json.loads(_command("run", [str(config), "--json"], config.parent))["run"])


def _command(name: str, arguments: Sequence[str], folder: Path) -> str:
    return measure(["-m", "cli", name, *arguments], folder).stdout


def _decide(run: Path, truth: Path, name: str, *, adjudicate: bool = False) -> None:
    """Decide on the units of the next reviewer as the truth has it: the same person, or none."""
    review = read_review(review_folder(run))
    keys = pl.read_parquet(run / "restricted" / "record_keys.parquet")
    people = keys.join(pl.read_parquet(truth), on=["source", "record_id"], how="left")
    person = dict(people.select("record", "person").iter_rows())
    role = take_role(review.folder, name, adjudicate)
    with open_log(review, name, adjudicate) as log:
        for number in worklist(review, role, name):
            known = person[review.units[number].record]
            listed = enumerate(review.listed[number], 1)
            same = (rank for rank, record in listed if known and person[record] == known)
            log.append((number, next(same, "none")))
