"""A review across owners: the unit samples, owners open, a third party decides, the unit counts."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest

from quality.review.cases import read_cases, read_review, review_folder
from quality.review.decisions import open_log
from quality.review.reviewers import take_role, worklist
from tests.e2e.conftest import QUICK, World, people, with_slips
from tests.e2e.conftest import link as call

OWNERS = ("office", "health")
PRIVACY = (
    "privacy: {project: P, fields: [first_name, surname, date_of_birth, sex], max_risk: 0.99}\n"
)
BUDGET = 60


@dataclass(frozen=True)
class Roles:
    """A folder a role, after the whole way of a review."""

    folder: Path
    run: Path
    again: Path
    told: dict

    @property
    def review(self):
        return self.run / "restricted" / "review"

    def opening(self, owner, out, *, limit=100_000, request=None, private=None):
        path = request or self.run / "restricted" / "requests" / f"{owner}.parquet"
        where = ("--private", private or f"{owner}/private", "--out", out, "--limit", limit)
        given = (path, f"{owner}/config.yaml", "--source", owner, "--to", "party", *where)
        return call("review", "open", *map(str, given), folder=self.folder)


@pytest.fixture(scope="module")
def roles(tmp_path_factory, link):
    folder = tmp_path_factory.mktemp("across")
    link("key", "new", "--project", "P", "--out", "keys/key", folder=folder)
    (folder / "unit").mkdir()
    (folder / "party").mkdir()
    for owner, rows in (("office", people(600)), ("health", with_slips(people(600))[100:])):
        home = folder / owner
        home.mkdir()
        world = World(home)
        world.a = world.b = rows
        world.names, world.extra = (owner, "copy"), PRIVACY
        world.write()
        parts = ("--key", "keys/key", "--out", f"{owner}/out", "--private", f"{owner}/private")
        link("encode", f"{owner}/config.yaml", "--source", owner, *parts, folder=folder)
        shutil.copytree(home / "out", folder / "unit" / owner)
    sources = "".join(f"  {o}: {{encoded: {o}, one_record_per_person: true}}\n" for o in OWNERS)
    config = folder / "unit/unit.yaml"
    config.write_text(f"version: 1\nname: two\nsources:\n{sources}{QUICK}")
    run = Path(json.loads(link("run", "unit/unit.yaml", "--json", folder=folder))["run"])
    run = folder / run
    asked = ("review", "sample", str(run), "--budget", str(BUDGET), "--json")
    told = json.loads(link(*asked, folder=folder))
    shutil.copytree(told["review"], folder / "party/asked")
    return Roles(folder, run, run, told)


def test_x(roles):
    print(roles.told)
    for o in OWNERS:
        d = roles.opening(o, f"party/{o}")
        print(d.stdout, d.stderr)
    d = call("review", "join", "party/asked", "party/office", "party/health", "--out", "party/review", folder=roles.folder)
    print(d.stdout, d.stderr)
    r = read_review(review_folder(roles.folder / "party/review"))
    names, cases = read_cases(r)
    print(names, cases[1])
    d = call("review", "serve", str(roles.run), "--reviewer", "anna", folder=roles.folder)
    print(d.stdout, d.stderr)
    assert 0
