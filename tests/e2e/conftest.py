"""Two small invented sources, and the real command line in a process of its own."""

import csv
import os
import random
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CANARY = "Zzyzxqua"
"""The first name of one person in every source: it may never be seen outside the run's tables."""

QUICK = "\nquality: {draws: 20, gates: {effective_draws: 1, rhat: 100}}\n"
"""Few draws, where they are not what is tested."""

FIRST = (
    "Ada Bela Cora Dina Edwin Flora Gus Hana Ivor Jory Kofi Lena Miro Nell Otto Pia Rolf".split()
)
LAST = "Abbot Barker Cole Drew Ekman Fagan Gould Hobbs Irvin Joyce Keane Lund Mott Noble".split()


def people(n=240, seed=7):
    draw = random.Random(seed)
    rows = [
        {
            "id": f"p{i:04d}",
            "first": draw.choice(FIRST) + draw.choice(["", "", "ra", "lin", "mo"]),
            "last": draw.choice(LAST) + draw.choice(["", "", "son", "ley"]),
            "dob": date(1930, 1, 1) + timedelta(days=draw.randrange(29_000)),
            "sex": draw.choice("FM"),
        }
        for i in range(n)
    ]
    for row in rows:
        row["dob"] = f"{row['dob']:%d/%m/%Y}"
    rows[0]["first"] = CANARY
    return rows


def with_slips(rows, seed=8):
    draw = random.Random(seed)
    for row in rows[1:]:
        if draw.random() < 0.15:
            row["first"] = row["first"][:-1] or row["first"]
        if draw.random() < 0.1:
            row["last"] = row["last"] + "e"
    return [{**row, "id": f"q{row['id'][1:]}"} for row in rows]


class World:
    """A folder with a.csv, b.csv and config.yaml, to be spoiled and then run."""

    def __init__(self, folder):
        self.folder, self.a, self.b = folder, people(), with_slips(people())[20:]
        self.b[0]["first"] = CANARY
        self.columns = {
            "first_name": "first",
            "surname": "last",
            "date_of_birth": "{column: dob, format: '%d/%m/%Y'}",
            "sex": "sex",
        }
        self.id, self.names, self.extra = "id", ("a", "b"), ""

    def write(self):
        for file, rows in (("a.csv", self.a), ("b.csv", self.b)):
            with (self.folder / file).open("w", newline="", encoding="utf-8") as stream:
                writer = csv.DictWriter(stream, list(self.a[0]))
                writer.writeheader()
                writer.writerows(rows)
        sources = "".join(
            f"  {name}:\n    path: {file}\n    id: {self.id}\n    one_record_per_person: true\n"
            "    columns:\n"
            + "".join(f"      {role}: {column}\n" for role, column in self.columns.items())
            for name, file in zip(self.names, ("a.csv", "b.csv"), strict=True)
        )
        text = f"version: 1\nname: small\nsources:\n{sources}{self.extra}{QUICK}"
        (self.folder / "config.yaml").write_text(text, encoding="utf-8")

    def run(self, prepare=None):
        return link("run", "config.yaml", folder=self.folder, prepare=prepare)

    @property
    def home(self):
        return self.folder / "runs" / "small"


def link(*arguments, folder, prepare=None):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    if prepare is not None:  # a starved process has no room for a measurement of coverage either
        environment = {k: v for k, v in environment.items() if not k.startswith("COVERAGE_")}
    return subprocess.run(
        [sys.executable, "-m", "cli", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        preexec_fn=prepare,
        env=environment,
    )


@pytest.fixture(scope="session", name="link")
def link_that_must_succeed():
    """Call the command line in a folder, and return what it prints."""

    def call(*arguments, folder):
        done = link(*arguments, folder=folder)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return call


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


@pytest.fixture(scope="session")
def quick():
    """Settings of a run of which links are tested: few draws, and next to nothing to hold back."""
    return f"{QUICK}disclosure: {{threshold: 1}}\n"


@pytest.fixture(name="canary")
def canary_value():
    return CANARY
