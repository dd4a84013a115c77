import csv
import json

import pytest

from cli.main import main


@pytest.fixture
def finished(invented, monkeypatch, capsys):
    monkeypatch.chdir(invented)
    assert main(["run", "config.yaml", "--log-format", "plain"]) == 0
    with (invented / "truth.csv").open("w", newline="") as file:
        rows = [(f"p{at}", f"q{at}") for at in range(100, 500)]
        csv.writer(file).writerows([("record_id_l", "record_id_r"), *rows])
    return capsys.readouterr().out.strip().splitlines()[-1]


def test_score_prints_one_object_or_a_table(finished, capsys):
    command = ["score", finished, "--truth", "truth.csv", "--by", "sex"]
    assert main([*command, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["overall"]["n_true"] == 400
    assert found["overall"]["precision"] > 0.95
    assert found["overall"]["blocking_recall"] >= found["overall"]["recall"] > 0.9
    assert {each["group"] for each in found["groups"]} >= {"Female", "Male"}
    assert main(command) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "95% intervals in brackets"
    assert [line.split("  ")[0].strip() for line in lines[2:]][:3] == [
        "all records",
        "Female",
        "Male",
    ]
    assert main(["score", finished, "--truth", "none.csv"]) == 3
    assert main(["score", finished, "--truth", "truth.csv", "--by", "age"]) == 2
    assert main(["score", "runs", "--truth", "truth.csv"]) == 2


def test_report_stage_leaves_a_manifest_of_every_file(finished, invented):
    release = invented / finished / "for_release"
    manifest = json.loads((release / "release-manifest.json").read_text())
    listed = {each["path"] for each in manifest["files"]}
    present = {p.relative_to(release).as_posix() for p in release.rglob("*") if p.is_file()}
    assert listed == present - {"release-manifest.json"}
    assert {"report.html", "report.json", "estimates.csv", "tables/rates.csv"} <= listed
