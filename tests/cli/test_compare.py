"""Two runs side by side, in a terminal, as CSV and as JSON; other thresholds on the page."""

import csv
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from ruamel.yaml import YAML

from cli.main import main
from quality import measures
from quality.finished_run import finished_run
from quality.sensitivity.tried import moved
from quality.what_if.comparing import what_if
from quality.what_if.scenario import Scenario

INVENTED = Path(__file__).parents[1] / "data" / "invented"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Return the folder of a finished run of the invented sources, to be read and not written."""
    folder = Path(shutil.copytree(INVENTED, tmp_path_factory.mktemp("compared") / "invented"))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert main(["run", "config.yaml", "--log-format", "plain"]) == 0
    (latest,) = (folder / "runs").glob("*/latest")
    return latest.resolve()


@pytest.fixture
def later(run, tmp_path):
    """Return a copy of the run in which every link rate is half of what it was."""
    folder = Path(shutil.copytree(run, tmp_path / "later"))
    path = folder / "for_release" / "estimates.csv"
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if row["measure"] == measures.LINK_RATE and row["estimate"]:
            for column in ("estimate", "lower", "upper"):
                row[column] = str(float(row[column]) / 2)
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    settings = folder / "config.resolved.yaml"
    yaml = YAML(typ="safe")
    said = yaml.load(settings.read_text())
    said["quality"]["draws"] = 50
    said["sources"]["a"]["drop"] = {"surname": ["Canaryname"]}
    with settings.open("w") as file:
        yaml.dump(said, file)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest |= {"run": "29990101T000000Z-00000000", "seeds": {"linkage.training.seed": 2}}
    manifest["inputs"]["a"]["sha256"] = "0" * 64
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def test_what_changed_is_printed_with_what_differs_in_the_making(run, later, capsys, tmp_path):
    out = tmp_path / "changes.csv"
    assert main(["compare", str(run), str(later), "--out", str(out)]) == 0
    said = capsys.readouterr().out
    changed = said[said.index("What changed") :]
    assert "link rate" in changed
    assert "lower" in changed
    assert "missing" not in changed[: changed.index("Figures by")]
    for name in ("quality.draws", "sources.a.drop", "linkage.training.seed", "1 -> 2"):
        assert name in said
    assert "Canaryname" not in said
    assert "Both read the same files" not in said
    with out.open(newline="") as file:
        rows = {
            (row["measure"], row["group"]): row
            for row in csv.DictReader(file)
            if row["method"] == "wilson" and not row["variable"]
        }
    overall = rows[measures.LINK_RATE, ""]
    assert overall["status"] == "changed"
    assert float(overall["difference"]) == pytest.approx(-float(overall["after"]), abs=1e-5)
    assert float(overall["upper"]) < 0
    assert rows[measures.MISSING_AN_IDENTIFIER, ""]["status"] != "changed"


def test_a_run_and_itself_differ_in_nothing(run, capsys):
    assert main(["compare", str(run), str(run / "for_release"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["same_records"]
    assert found["differences"] == []
    assert "both are the same run" in found["warnings"]
    assert not found["counts"].get("changed")
    assert all(each["difference"] in (None, 0) for each in found["figures"])


def test_what_cannot_be_compared_is_one_clear_error(run, capsys, tmp_path):
    for arguments, code, ending in (
        ([str(tmp_path), str(run)], "R470", 2),
        ([str(run), str(run), "--measure", "height"], "R472", 2),
    ):
        assert main(["compare", *arguments]) == ending
        said = capsys.readouterr().err
        assert code in said
        assert "Traceback" not in said
    (tmp_path / "estimates.csv").write_text("measure,method\nlink_rate,<canary>\n")
    assert main(["compare", str(tmp_path), str(run)]) == 3
    said = capsys.readouterr().err
    assert "R471" in said
    assert "canary" not in said


def test_other_thresholds_count_what_deciding_anew_would_link(run):
    with finished_run(run) as finished:
        tallies = finished.connection.execute(
            "SELECT variable, k FROM "
            f"{finished.view('tallies')} WHERE measure = 'linked_at' AND characteristic IS NULL"
        ).fetchall()
        chosen = finished.read_json("training")["decision"]["threshold"]
        (expected,) = finished.connection.execute(
            f"SELECT estimate FROM {finished.view('bias')} "
            "WHERE measure = 'precision_at' AND variable = 'odds x 0.01'"
        ).fetchone()
    thresholds = {name: moved(chosen, factor) for name, factor in measures.FACTORS.items()}
    first, *columns = what_if(run, [Scenario(threshold=each) for each in thresholds.values()])
    assert dict(tallies) == {
        name: each.n_links for name, each in zip(thresholds, columns, strict=True)
    }
    counts = [each.n_links for each in columns]
    assert counts == sorted(counts, reverse=True)
    assert counts[1] >= first.n_links >= counts[2]
    p = columns[0].made.p[columns[0].made.links]
    assert expected == pytest.approx(np.mean(p))


def test_the_report_has_both_chapters_and_their_numbers_are_estimates(run):
    report = json.loads((run / "for_release" / "report.json").read_text())
    sections = {
        section["id"]: section for chapter in report["chapters"] for section in chapter["sections"]
    }
    assert "No release of this configuration" in json.dumps(sections["change"])
    tables = {
        part["table"]["id"]: part["table"]
        for part in sections["sensitivity"]["parts"]
        if "table" in part
    }
    (rows,) = (table["rows"] for name, table in tables.items() if name.startswith("thresholds-a-b"))
    with (run / "for_release" / "tables" / "sensitivity.csv").open(newline="") as file:
        said = {
            (row["measure"], row["variable"]): row
            for row in csv.DictReader(file)
            if not row["characteristic"]
        }
    precision = [row["precision"]["value"] for row in rows if row["odds"]["text"] == "10 times"]
    told = float(said[measures.PRECISION_AT, "odds x 10"]["estimate"])
    assert precision == [pytest.approx(told, abs=6e-4)]
