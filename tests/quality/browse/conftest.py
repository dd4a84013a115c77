import json

import pytest

from linkage.runs.workspace import Workspace
from quality.estimate import Estimate, to_table
from quality.release.files import write_tables


def estimate(group, value, status="ok", measure="link_rate", **more):
    shown = status == "ok"
    return Estimate(
        measure=measure,
        method="wilson",
        source="census",
        other="register",
        characteristic="age <b>",
        group=group,
        estimate=value if shown else None,
        lower=value - 0.02 if shown else None,
        upper=value + 0.01 if shown else None,
        level=0.95 if shown else None,
        interval_covers="sampling only",
        grade="A",
        n_records=500 if shown else None,
        status=status,
        **more,
    )


@pytest.fixture
def add(tmp_path):
    """Add a finished run to an output folder."""
    place = tmp_path / "runs"

    def add(run, rows, name="census_admin", failed=False):
        folder = place / name / run
        (folder / "restricted").mkdir(parents=True)
        with Workspace(folder) as workspace:
            write_tables(workspace, to_table(rows))
            workspace.write_json(
                "gates",
                {
                    "failed": failed,
                    "verdicts": [
                        {
                            "gate": "recall_lower",
                            "limit": 0.9,
                            "outcome": "failed",
                            "source": "census",
                        }
                    ],
                },
            )
        release = folder / "for_release"
        (release / "report.html").write_text("<!DOCTYPE html><title>the report</title>")
        (release / "report.json").write_text(json.dumps({"heading": "90 % linked <script>"}))
        manifest = {"name": name, "run": run, "started": "2026-11-29T04:40:44+00:00"}
        (folder / "manifest.json").write_text(json.dumps(manifest))
        return folder

    return add


@pytest.fixture
def output(tmp_path, add):
    """An output folder with two runs of one name."""
    add("20261101T000000Z-aaaaaaaa", [estimate("young", 0.8), estimate("old", 0.9)])
    add(
        "20261201T000000Z-bbbbbbbb",
        [estimate("young", 0.7), estimate("old", None, "suppressed")],
        failed=True,
    )
    return tmp_path / "runs"
