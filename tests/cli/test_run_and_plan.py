import json
import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from cli.main import main


@pytest.fixture
def config(invented):
    return str(invented / "config.yaml")


def test_the_last_line_of_a_run_is_its_folder(config, capsys):
    assert main(["run", config]) == 0
    out, error = capsys.readouterr()
    run = Path(out.splitlines()[-1])
    assert (run / "for_release" / "report.html").exists()
    assert pq.read_table(run / "restricted" / "links.parquet").num_rows > 300
    assert re.search(r"\[1/\d+\] ingest: done in", error)


def test_a_run_says_in_json_where_everything_is(config, capsys):
    assert main(["run", config, "--json", "--log-format", "json"]) == 0
    out, error = capsys.readouterr()
    places = json.loads(out)
    assert {"run", "links", "entities", "model", "report", "manifest"} <= places.keys()
    assert all(Path(place).exists() for place in places.values())
    events = [json.loads(line) for line in error.splitlines() if line.startswith("{")]
    assert events[0]["event"] == "planned"
    assert events[-1]["event"] == "stage_finished"


def test_a_limit_that_nothing_measured_ends_with_4_and_a_finished_run(config, capsys):
    text = Path(config).read_text(encoding="utf-8")
    assert "quality:" not in text
    gates = "quality: {gates: {recall_lower: 0.95}}\n"
    Path(config).write_text(f"{text}\n{gates}", encoding="utf-8")
    assert main(["run", config]) == 4
    out, error = capsys.readouterr()
    run = Path(out.splitlines()[-1])
    assert "G502" in error
    assert "a to b, all records: recall was not measured" in " ".join(error.split())
    gates = json.loads((run / "restricted" / "gates.json").read_text(encoding="utf-8"))
    assert gates["failed"] is True
    report = (run / "for_release" / "report.html").read_text(encoding="utf-8")
    assert "Nothing measured it: failed" in report
    assert (run.parent / "latest").resolve() == run.resolve()


def test_a_plan_shows_pairs_and_cost(config, capsys):
    assert main(["plan", config]) == 0
    out, _ = capsys.readouterr()
    assert re.search(r"^  a  500 records  a\.csv$", out, re.MULTILINE)
    assert re.search(r"^ +pairs +new +in all$", out, re.MULTILINE)
    assert re.search(r"^[\d,]+ pairs to compare$", out, re.MULTILINE)
    assert re.search(r"^about .+ GB are allowed\)$", out, re.MULTILINE)


def test_a_plan_can_be_had_in_json(config, capsys):
    assert main(["plan", config, "--json"]) == 0
    plan = json.loads(capsys.readouterr().out)
    assert plan["pairs"] == plan["rules"][-1]["cumulative"]


def test_a_configuration_that_does_not_fit_its_data_is_not_run(config, invented, capsys):
    (invented / "a.csv").write_text("other\n1\n")
    assert main(["run", config]) == 2
    assert not (invented / "runs").exists()


def test_an_output_that_is_a_file_ends_with_74(config, invented, capsys):
    (invented / "runs").touch()
    assert main(["run", config]) == 74
    assert "R402" in capsys.readouterr().err
