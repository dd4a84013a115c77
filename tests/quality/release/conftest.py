"""Releases made by hand: a run folder with files that passed, and a register of approved ones."""

import hashlib
import json
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from linkage.config.schema import Disclosure
from linkage.runs.sharing import share_release
from linkage.runs.workspace import Workspace
from quality.estimate import Estimate, to_table
from quality.release.files import write_tables
from quality.release.manifest import about, write_manifest

RUN = "20260101T000000Z-0123abcd"
RUNNER, CHECKER = 1234, 65534
"""User ids of the person who runs and the one who approves. Only root may hand files to them."""

PAGE = "<!DOCTYPE html><html><head><style>p {}</style></head><body><p id='a'>none</p></body></html>"
RECORD = {"sections": [{"rows": [{"n_records": {"text": "120", "value": 120}}]}]}


def rate(group=None, **changes):
    said = {
        "measure": "link_rate",
        "method": "wilson",
        "source": "a",
        "other": "b",
        "characteristic": group and "sex",
        "group": group,
        "estimate": 0.75,
        "lower": 0.7,
        "upper": 0.8,
        "n_records": 120,
        "grade": "A",
        "status": "ok",
    }
    return Estimate(**{**said, **changes})


HELD_BACK = {"estimate": None, "lower": None, "upper": None, "n_records": None}
ROWS = [
    rate(),
    rate("F", n_records=100),
    rate("M", status="suppressed", **HELD_BACK),
    rate("X", method="review", measure="precision", status="suppressed", **HELD_BACK),
]


def pending(root, group=None, rows=ROWS, runner=RUNNER, **said):
    """Make a run of the folder ``<output>/<name>/<run>`` whose release waits; owned by the runner.

    ``said`` goes into the manifest of the run.
    """
    record = {
        "name": root.parent.name,
        "run": root.name,
        "purpose": "to see whether it works",
        "user": runner,
        "started": "2026-01-01T00:00:00+00:00",
        "inputs": {"a": {"sha256": "a" * 64}, "b": {"sha256": "b" * 64}},
    }
    with Workspace(root) as workspace:
        (root / "manifest.json").write_text(json.dumps({**record, **said}))
        (root / "restricted" / "links.parquet").write_bytes(b"about people")
        for path in (root / "manifest.json", root / "restricted" / "links.parquet"):
            path.chmod(0o600)
        write_tables(workspace, to_table(rows))
        workspace.publish(Path("for_release/report.html"), PAGE.encode())
        workspace.publish(Path("for_release/report.json"), json.dumps(RECORD).encode())
        write_manifest(workspace.release, about(root), Disclosure())
        share_release(root, workspace.release, group)
    hand_over(root.parent.parent, runner)
    return root


def hand_over(folder, user):
    """Give ``folder`` and all below to a user, but what somebody else approved."""
    for path in (folder, *folder.rglob("*")):
        if "releases" not in {each.name for each in path.parents}:
            os.chown(path, user, -1, follow_symlinks=False)


@pytest.fixture
def shared():
    """Return a folder that every user may go through: ``tmp_path`` is closed to all but ours."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


class Register:
    """A register of releases: each call of ``add`` puts an approved one into it."""

    def __init__(self, folder):
        self.folder = folder

    def add(self, config="small", run=RUN, approved="2026-01-02T00:00:00+00:00", **sources):
        entry = self.folder / f"{config}-{run}"
        (entry / "tables").mkdir(parents=True)
        (entry / "tables" / "rates.csv").write_text("measure,n_records\nlink_rate,120\n")
        data = (entry / "tables" / "rates.csv").read_bytes()
        hashed = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
        manifest = {
            "state": "approved",
            "config": config,
            "run": run,
            "runner": RUNNER,
            "sources": sources or {"a": "0" * 64},
            "files": [{"path": "tables/rates.csv", **hashed}],
        }
        text = json.dumps(manifest)
        (entry / "release-manifest.json").write_text(text)
        approval = {
            "config": config,
            "run": run,
            "table": None,
            "approved": approved,
            "uid": CHECKER,
            "manifest": hashlib.sha256(text.encode()).hexdigest(),
        }
        (entry / "approval.json").write_text(json.dumps(approval))
        os.chown(entry / "approval.json", CHECKER, -1)
        return entry


@pytest.fixture
def register(tmp_path):
    return Register(tmp_path / "runs" / "releases")


@pytest.fixture(name="pending")
def pending_release():
    return pending


@pytest.fixture
def link_rate():
    return rate
