"""Releases made by hand: a run folder with files that passed, and a register of approved ones."""

import csv
import hashlib
import json
import os

import pytest

RUN = "20260101T000000Z-0123abcd"
RUNNER, CHECKER = 1234, 65534
"""User ids of the person who runs and the one who approves. Only root may hand files to them."""


def listed(folder):
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [
        {
            "path": path.relative_to(folder).as_posix(),
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "bytes": path.stat().st_size,
        }
        for path in files
    ]


class Register:
    """A register of releases: each call of ``add`` puts an approved one into it."""

    def __init__(self, folder):
        self.folder = folder

    def add(self, config="small", run=RUN, approved="2026-01-02T00:00:00+00:00", **sources):
        entry = self.folder / f"{config}-{run}"
        (entry / "tables").mkdir(parents=True)
        with (entry / "tables" / "rates.csv").open("w", newline="") as file:
            csv.writer(file).writerows([["measure", "n_records"], ["link_rate", 120]])
        manifest = {
            "state": "approved",
            "config": config,
            "run": run,
            "runner": RUNNER,
            "sources": sources or {"a": "0" * 64},
            "files": listed(entry),
        }
        self.write(entry / "release-manifest.json", manifest)
        approval = {
            "config": config,
            "run": run,
            "table": None,
            "approved": approved,
            "uid": CHECKER,
            "manifest": hashlib.sha256((entry / "release-manifest.json").read_bytes()).hexdigest(),
        }
        self.write(entry / "approval.json", approval)
        os.chown(entry / "approval.json", CHECKER, -1)
        return entry

    @staticmethod
    def write(path, record):
        path.write_text(json.dumps(record))


@pytest.fixture
def register(tmp_path):
    return Register(tmp_path / "runs" / "releases")
