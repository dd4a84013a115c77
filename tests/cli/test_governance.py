"""A governed linkage: who approved it stops or lets it run, and stands in audit log and report."""

import json
import os
from datetime import date
from pathlib import Path

import pytest

from cli.main import main
from linkage.config.against_data import check
from linkage.config.loader import load
from linkage.errors import Exit, RefusedError
from linkage.runs import events
from linkage.runs.audit import verify
from quality.finished_run import finished_run
from quality.release.refusals import Release, refuse_unnamed

APPROVED = """
documentation: {legal_gateway: Statistics Act 2007}
quality: {draws: 0}
governance:
  approvals:
    - what: linkage
      by: A. Judge
      role: data owner
      holder: Census team
      sources: [a, b]
      on: 2026-01-31
      until: 2026-12-31
      reason: Coverage of the census by the register
"""


@pytest.fixture
def governed(invented, monkeypatch):
    """Return a function that writes a governed configuration and sets the day."""
    path = invented / "config.yaml"
    plain = path.read_text()

    def write(day="2026-06-01", more=""):
        monkeypatch.setattr(events, "today", lambda: date.fromisoformat(day))
        path.write_text(f"{plain}{APPROVED}{more}")
        path.chmod(0o644)
        return str(path)

    return write


def test_without_a_valid_approval_no_source_is_opened(governed, capsys):
    config = governed("2027-01-01")
    for name in ("a.csv", "b.csv"):
        Path(config).with_name(name).unlink()
    for command in ("run", "plan", "audit-sources"):
        assert main([command, config]) == Exit.PERMISSION
    said = capsys.readouterr().err
    assert said.count("its approval ended on 2026-12-31") == 6
    lines = Path(config).read_text().splitlines()
    line = next(i for i, each in enumerate(lines, 1) if "until: 2026-12-31" in each)
    assert f"config.yaml:{line}:" in said
    assert not Path(config).with_name("runs").exists()


def test_an_approved_run_says_so_in_audit_log_manifest_and_report(governed, capsys):
    assert main(["run", governed("2026-12-05")]) == Exit.DONE
    out, error = capsys.readouterr()
    assert "R602" in error
    assert "2026-12-31, which is in 26 days" in error
    run = Path(out.splitlines()[-1])
    audit = [json.loads(line) for line in (run / "restricted/audit.jsonl").read_text().splitlines()]
    (approved,) = [each for each in audit if each["event"] == "run_approved"]
    assert approved["asked"] == ["governance.approvals[0]"]
    assert approved["codes"] == ["R602"]
    manifest = json.loads((run / "manifest.json").read_text())
    assert manifest["governance"]["until"] == "2026-12-31"
    assert verify(run / "restricted/audit.jsonl", manifest["audit_head"]).holds
    page = (run / "for_release/report.html").read_text()
    assert "A. Judge, data owner" in page
    assert "31 December 2026" in page
    assert "Statistics Act 2007" in page


def test_users_of_the_roles_see_identifiers_and_others_release(governed, capsys, monkeypatch):
    me = os.geteuid()
    roles = f"  roles: {{see_identifiers: ['{me}'], set_threshold: ['{me}'], release: ['4001']}}\n"
    assert main(["run", governed(more=roles)]) == Exit.DONE
    run = Path(capsys.readouterr().out.splitlines()[-1])
    with finished_run(run):
        pass
    manifest = json.loads((run / "for_release/release-manifest.json").read_text())
    assert manifest["releasers"] == [4001]
    assert "A. Judge" in (run / "for_release/report.html").read_text()
    with pytest.raises(RefusedError) as refused:
        refuse_unnamed(Release(run, None), manifest)
    assert refused.value.faults[0].code == "R605"
    monkeypatch.setattr(os, "geteuid", lambda: 4001)
    refuse_unnamed(Release(run, None), manifest)
    with pytest.raises(RefusedError) as refused, finished_run(run):
        pytest.fail("the run was opened")
    assert refused.value.faults[0].code == "R601"


def test_the_configuration_must_be_theirs_who_settle_the_threshold(governed, capsys):
    me = os.geteuid()
    roles = f"  roles: {{see_identifiers: ['{me}'], set_threshold: ['4001']}}\n"
    assert main(["plan", governed(more=roles)]) == Exit.PERMISSION
    assert "R601" in capsys.readouterr().err
    config = governed(more=roles.replace("4001", str(me)))
    Path(config).chmod(0o664)
    assert main(["plan", config]) == Exit.PERMISSION
    Path(config).chmod(0o644)
    assert main(["plan", config]) == Exit.DONE


def test_users_and_keys_that_are_not_here_are_named_before_the_run(governed, tmp_path):
    key = tmp_path / "key"
    key.write_text("no key")
    key.chmod(0o644)
    more = (
        "  roles: {see_identifiers: ['0'], release: [no-such-user-here]}\n"
        f"  signing_key: {key}\n  allowed_signers: missing\n"
    )
    found = [(each.code, each.path) for each in check(load(Path(governed(more=more))))]
    assert found == [
        ("C354", "governance.roles.release"),
        ("C355", "governance.signing_key"),
        ("C355", "governance.allowed_signers"),
    ]


def test_a_lapsed_approval_stops_a_batch_and_no_deletion(governed, capsys, tmp_path):
    (tmp_path / "deliveries").mkdir()
    config = governed("2027-01-01", f"batch: {{deliveries: {tmp_path}/deliveries}}\n")
    assert main(["batch", config]) == Exit.PERMISSION
    assert "R600" in capsys.readouterr().err
    ids = tmp_path / "ids.csv"
    ids.write_text("source,record_id\na,1\n")
    assert main(["delete", config, "--ids", str(ids)]) == Exit.DATA  # there is no spine yet
    said = capsys.readouterr().err
    assert "R457" in said
    assert "R600" not in said
