"""``link audit-sources``: what a reader sees, and that nothing stays behind."""

import json
from pathlib import Path

import pytest

from cli.main import main


@pytest.fixture
def config(invented):
    return str(invented / "config.yaml")


def test_the_audit_is_read_in_a_terminal_and_leaves_nothing(config, capsys):
    assert main(["audit-sources", config]) == 0
    out, _ = capsys.readouterr()
    assert "not for release" in out
    assert "a: a.csv, " in out
    assert "of 500 records could be found by at least one of" in out
    assert "sexual orientation: held by no source, as far as the configuration says" in out
    assert max(map(len, out.splitlines())) <= 140
    left = {path.name for path in (Path(config).parent / "runs").rglob("*") if path.is_file()}
    assert left <= {".lock"}


def test_the_audit_can_be_had_in_json(config, capsys):
    assert main(["audit-sources", config, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [source["name"] for source in found["sources"]] == ["a", "b"]
    source = found["sources"][0]
    assert source["records"] == 500
    assert 0 < source["linkable"]["k"] <= source["linkable"]["n"] == 500
    assert len([each for each in found["characteristics"] if each["protected"]]) >= 9


def test_sources_that_no_rule_brings_together_are_audited_all_the_same(invented, capsys):
    path = invented / "config.yaml"
    text = path.read_text(encoding="utf-8")
    of_b = text.index("  b:")
    columns = text.index("    columns:", of_b)
    groups = text.index("groups:")
    only = "    columns:\n      town: first\n"  # a column that the other source does not hold
    path.write_text(text[:columns] + only + text[groups:], encoding="utf-8")
    code = main(["audit-sources", str(invented / "config.yaml")])
    out, error = capsys.readouterr()
    assert "Traceback" not in error
    assert (code, "no blocking rule" in out) == (0, True), error


def test_all_faults_are_told_at_once(config, capsys):
    text = Path(config).read_text(encoding="utf-8")
    Path(config).write_text(f"{text}\nno_such: 1\nnor_this: 2\n", encoding="utf-8")
    assert main(["audit-sources", config]) == 2
    error = capsys.readouterr().err
    assert "no_such" in error
    assert "nor_this" in error
