"""``link doctor``: a line for everything it looks at, and an exit code for what fails."""

import json
import shutil
from pathlib import Path

import pytest

from cli.main import main
from linkage.errors import Exit
from linkage.runs.lock import hold


@pytest.fixture
def config(invented):
    path = invented / "config.yaml"
    for name in ("a.csv", "b.csv"):
        (invented / name).chmod(0o600)
    return path


def found(capsys, *arguments):
    code = main(["doctor", *map(str, arguments), "--json"])
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return code, {each["what"]: each for each in lines}


def test_every_line_says_how_it_is_and_what_to_do(config, capsys):
    before = sorted(config.parent.rglob("*"))
    code, lines = found(capsys, config)
    assert code == Exit.DONE
    assert {"program", "libraries", "memory", "clock", "modes", "scratch space"} <= lines.keys()
    assert all(each["do"] for each in lines.values() if each["state"] != "ok")
    assert main(["doctor", str(config)]) == Exit.DONE
    assert "ok    approval: not governed\n" in capsys.readouterr().out
    assert sorted(config.parent.rglob("*")) == before


def test_the_machine_alone(capsys):
    code, lines = found(capsys)
    assert code == Exit.DONE
    assert "modes" not in lines


def test_a_lapsed_approval_ends_with_5(config, capsys):
    config.write_text(
        f"{config.read_text()}documentation: {{legal_gateway: An act}}\n"
        "governance: {approvals: [{what: linkage, by: A, role: B, on: 2020-01-01, reason: C, "
        "until: 2020-12-31, holder: D, sources: [a, b]}]}\n"
    )
    code, lines = found(capsys, config)
    assert code == Exit.PERMISSION
    assert "its approval ended on 2020-12-31" in lines["approval"]["says"]


def test_a_disk_without_room_ends_with_74(config, capsys, monkeypatch):
    usage = shutil.disk_usage(config.parent)._replace(free=10)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage)
    code, lines = found(capsys, config)
    assert code == Exit.STORAGE
    assert lines["scratch space"]["state"] == "fail"


def test_who_holds_the_lock_and_what_alarms(config, capsys):
    home = config.parent / "runs" / "small"
    with hold(home):
        _, lines = found(capsys, config)
        assert lines["lock"]["state"] == "warn"
    (home / ".lock").write_text('{"pid": 4001, "run": null, "stage": "score"}')
    _, lines = found(capsys, config)
    assert lines["alarm"]["says"] == "process 4001 was killed in score"


def test_a_key_that_does_not_sign_ends_with_5(config, capsys):
    key = config.parent / "key"
    key.write_text("no key")
    key.chmod(0o600)
    config.write_text(f"{config.read_text()}governance: {{signing_key: key}}\n")
    code, lines = found(capsys, config)
    assert code == Exit.PERMISSION
    assert lines["signing key"]["state"] == "fail"


def test_a_configuration_that_is_wrong_ends_with_2(tmp_path, capsys):
    assert main(["doctor", str(Path(tmp_path / "none.yaml"))]) == Exit.USAGE
    assert "C101" in capsys.readouterr().err
