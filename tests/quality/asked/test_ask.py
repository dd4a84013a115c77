import json
import os
import shutil

import pytest

from cli.main import main
from linkage.config.group_names import CROSS
from linkage.errors import ConfigError, RefusedError
from linkage.runs.audit import append_audit, verify
from linkage.runs.events import Event
from linkage.runs.secret import NAME
from quality.asked.ask import ask
from quality.asked.passing import passed
from quality.asked.request import read_request
from quality.finished_run import finished_run


def figures(asked, *columns):
    """Return the shown rows: groups by name -> figures."""
    by = asked.request.by
    return {
        frozenset((name, row[name]) for name in by if row[name] != "(all)"): [
            row[column] for column in columns
        ]
        for row in asked.rows
        if row["status"] == "ok"
    }


def test_the_same_people_have_the_same_number_in_every_table(asking):
    wide = figures(ask(asking, ["tenure", "broad"], "records", None, None), "records")
    other = figures(ask(asking, ["broad", "tenure"], "link_rate", None, None), "records")
    alone = figures(ask(asking, ["tenure"], "records", None, None), "records")
    assert len(wide) > len(alone) > 1
    for found in (other, alone):
        shared = found.keys() & wide.keys()
        assert len(shared) > 1
        assert {place: found[place] for place in shared} == {p: wide[p] for p in shared}
    again = ask(asking, ["tenure", "broad"], "records", None, None)
    assert figures(again, "records") == wide
    assert sorted(path.name for path in (asking / "asked").iterdir() if path.name[0] != ".") == [
        "001",
        "002",
        "003",
    ]


def test_noise_follows_the_secret_and_not_the_run(asking, tmp_path):
    def asked_of(run):
        return figures(ask(run, ["broad", "sex"], "records", None, None), "records")

    mine = asked_of(asking)
    second = tmp_path / "runs" / "made" / "another"
    shutil.copytree(asking, second, ignore=shutil.ignore_patterns("asked"))
    assert asked_of(second) == mine
    (tmp_path / "runs" / NAME).write_bytes(b"another secret of thirty-two byt")
    shutil.rmtree(second / "asked")
    assert asked_of(second) != mine


def test_a_table_waits_for_approval_with_everything_a_checker_needs(asking, capsys):
    assert main(["table", str(asking), "--by", "tenure", "--measure", "link_rate", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    release = asking / "asked" / said["id"] / "for_release"
    assert said["table"] == str(release / "table.csv")
    assert main(["release", "check", str(release)]) == 0
    manifest = json.loads((release / "release-manifest.json").read_text())
    assert manifest["state"] == "pending"
    assert (manifest["config"], manifest["run"]) == ("made", "run")
    assert [each["path"] for each in manifest["files"]] == ["table.csv"]
    assert "perturbation" in manifest["rules"]
    assert manifest["runner"] == os.getuid()
    assert manifest["started"] > "2026"
    for row in said["rows"]:
        if row["status"] == "ok":
            rate = int(row["linked"]) / int(row["records"])
            assert float(row["link_rate"]) == pytest.approx(rate, abs=1e-4)
            assert float(row["lower"]) < rate < float(row["upper"])
    assert any(row["status"] == "ok" for row in said["rows"])


def test_it_is_logged_by_names_alone(asking):
    log = asking / "restricted" / "audit.jsonl"
    head = append_audit(log, Event("run_finished", "run"))
    ask(asking, ["tenure"], "missing_surname", None, None)
    said = json.loads(log.read_text().splitlines()[-1])
    assert said["event"] == "table_asked"
    assert said["asked"] == ["measure=missing_surname", "by=tenure", "source=a"]
    assert verify(log, head).holds


def test_a_small_group_is_neither_shown_nor_named(asking):
    asked = ask(asking, ["area"], "records", None, None)
    assert "island" not in asked.table.read_text()
    assert [row["status"] for row in asked.rows if "too small" in row["area"]] == ["suppressed"]
    assert "too small" in asked.rows[-2]["area"]  # not where its name would stand


def test_an_earlier_table_is_not_subtracted_from(asking):
    """The north and the island make the broad north: with both, the island would be told."""

    def places(by, before):
        with finished_run(asking) as run:
            return passed(run, read_request(run, by, "records"), before).places

    with finished_run(asking) as run:
        broad = read_request(run, ["broad", "tenure"], "records")
    first = places(["broad", "tenure"], {})
    alone = places(["area", "tenure"], {})
    after = places(["area", "tenure"], {broad: first})

    def told(shown):
        return [
            tenure
            for tenure in ("owned", "rented", "social")
            if (f"broad{CROSS}tenure", f"northern{CROSS}{tenure}") in first
            and (f"area{CROSS}tenure", f"north{CROSS}{tenure}") in shown
        ]

    assert told(alone)
    assert not told(after)
    assert after


def test_what_cannot_be_asked_is_said_all_at_once_with_what_can(asking):
    with pytest.raises(ConfigError) as error:
        ask(asking, ["height", "weight"], "wealth", None, None)
    assert [fault.code for fault in error.value.faults] == ["R481", "R481", "R482"]
    assert "sex, area, broad, tenure" in error.value.faults[0].fix
    assert "missing_surname" in error.value.faults[2].fix
    for by, measure, source, other, code in (
        (["sex"], "records", "c", None, "R480"),
        (["sex"], "linked", None, "a", "R480"),
        (["sex"], "linked", "b", None, "R481"),
        (["sex", "area", "broad", "tenure"], "records", None, None, "R483"),
        (["sex", "sex"], "records", None, None, "R483"),
    ):
        with pytest.raises(ConfigError, match=code):
            ask(asking, by, measure, source, other)


def test_a_run_without_its_records_and_an_unfinished_one_are_refused(asking, tmp_path):
    (asking / "restricted" / "records_a.parquet").unlink()
    with pytest.raises(ConfigError, match="R484"):
        ask(asking, ["sex"], "records", None, None)
    (tmp_path / "half" / "restricted").mkdir(parents=True)
    with pytest.raises(ConfigError, match="R420"):
        ask(tmp_path / "half", ["sex"], "records", None, None)


def test_where_nothing_may_be_shown_nothing_is_written(asking):
    config = asking / "config.resolved.yaml"
    config.write_text(config.read_text().replace("threshold: 10", "threshold: 500"))
    with pytest.raises(RefusedError, match="R485"):
        ask(asking, ["sex"], "unlinked", None, None)
    assert [path.name for path in (asking / "asked").iterdir()] == [".lock"]


def test_who_may_not_read_the_records_is_refused(asking, monkeypatch, capsys):
    monkeypatch.setattr("os.access", lambda *_, **__: False)
    assert main(["table", str(asking), "--by", "sex"]) == 5
    assert "R488" in capsys.readouterr().err
