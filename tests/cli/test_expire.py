"""``link expire``: records go when their time is over; how a run was made stays."""

import json

import pytest

from cli.main import main
from linkage.errors import Exit
from linkage.operation.status import status_of
from linkage.operation.verifying import verify_run

GOVERNED = (
    "quality: {draws: 0}\n"
    "documentation: {legal_gateway: An act}\n"
    "governance:\n"
    "  retention_days: 30\n"
    "  approvals: [{what: linkage, by: A, role: B, on: 2020-01-01, reason: C, "
    "until: 2999-12-31, holder: D, sources: [a, b]}]\n"
)


@pytest.fixture
def config(invented):
    path = invented / "config.yaml"
    path.write_text(f"{path.read_text()}{GOVERNED}")
    return path


def aged(run, finished):
    path = run / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "finished": finished}))


def test_records_go_when_their_time_is_over(config, capsys):
    assert main(["run", str(config)]) == Exit.DONE
    run = (config.parent / "runs" / "small" / "latest").resolve()
    kept = ["config.yaml", "manifest.json", "model.json", "for_release/report.html"]
    capsys.readouterr()
    assert main(["expire", str(config), "--remove"]) == Exit.DONE
    assert capsys.readouterr().out == ""
    assert (run / "restricted" / "links.parquet").exists()
    aged(run, "2026-01-01T00:00:00+00:00")
    assert status_of(run.parent).alarms == (f"1 run past retention, from {run.name}",)
    assert main(["expire", str(config)]) == Exit.DONE
    assert capsys.readouterr().out == f"overdue: {run}\n"
    assert (run / "restricted" / "links.parquet").exists()
    assert main(["expire", str(config), "--remove"]) == Exit.DONE
    assert capsys.readouterr().out == f"removed: {run}\n"
    assert {path.name for path in (run / "restricted").iterdir()} == {"audit.jsonl", "log.jsonl"}
    assert all((run / name).exists() for name in kept)
    assert verify_run(run).faults == ()
    assert status_of(run.parent).alarms == ()
    assert main(["expire", str(config)]) == Exit.DONE
    assert capsys.readouterr().out == ""
    assert main(["run", str(config)]) == Exit.DONE


def test_without_a_time_nothing_is_removed(invented, capsys):
    assert main(["expire", str(invented / "config.yaml"), "--remove"]) == Exit.USAGE
    assert "R607" in capsys.readouterr().err


def test_only_who_may_see_identifiers_removes_them(config, capsys):
    config.write_text(config.read_text() + "  roles: {see_identifiers: ['4001']}\n")
    assert main(["expire", str(config), "--remove"]) == Exit.PERMISSION
    assert "R601" in capsys.readouterr().err


def test_nothing_has_run_yet(config):
    assert main(["expire", str(config), "--remove"]) == Exit.DONE
