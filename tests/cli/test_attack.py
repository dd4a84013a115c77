"""An owner attacks its own encodings: what is said, what is refused, and that nothing stays."""

import json
import re
from pathlib import Path

import pytest

from cli.main import main

ROOT = Path(__file__).parents[2]
PRIVACY = "privacy: {project: P, fields: [first_name, surname, date_of_birth, sex]}\n"


@pytest.fixture
def attack(invented, monkeypatch, capsys):
    """Give a function that attacks source ``a`` of the invented configuration."""
    monkeypatch.chdir(invented)
    assert main(["key", "new", "--project", "P", "--out", "key"]) == 0
    original = (ROOT / "tests" / "data" / "invented" / "config.yaml").read_text()

    def attacked(*given, privacy=PRIVACY, source="a"):
        (invented / "config.yaml").write_text(original + privacy)
        capsys.readouterr()
        code = main(["attack", "config.yaml", "--source", source, "--key", "key", *given])
        return code, capsys.readouterr()

    return attacked


def test_it_says_what_is_named_by_field_and_for_whom_and_leaves_nothing(attack, invented):
    code, said = attack()
    assert code == 0, said.err
    assert re.search(r"^ +surname +\d", said.out, re.MULTILINE)
    assert "not for release" in said.out
    assert "frequency of the name: surname" in said.out
    assert "readable by the linkage unit, and not attacked: sex" in said.out
    assert [path.name for path in invented.rglob("*.parquet")] == []
    assert [path for path in invented.rglob(".attack*")] == []


def test_the_same_as_json_holds_shares_and_no_value(attack, invented):
    code, said = attack("--json")
    assert code == 0
    risk = json.loads(said.out)
    assert {"surname", "first_name", "date_of_birth"} <= {each["field"] for each in risk["fields"]}
    assert 0 <= risk["any_name"] <= 1
    names = re.findall(r"[a-z]{4,}", (invented / "a.csv").read_text().lower().split("\n", 1)[1])
    assert not {name for name in names if f'"{name.upper()}"' in said.out}


def test_more_than_the_limit_ends_as_encoding_would(attack):
    strict = "privacy: {project: P, profile: keys, max_risk: 0.0001, fields: [surname, sex]}\n"
    code, said = attack(privacy=strict)
    assert code == 4
    assert re.search(r"^R520  ", said.err, re.MULTILINE)


@pytest.mark.parametrize(
    ("code", "given", "changed"),
    [
        ("R521", ("--list", "surname"), {}),
        ("D420", ("--list", "surname=none.csv"), {}),
        ("R522", (), {"source": "nobody"}),
        ("R522", (), {"privacy": ""}),
    ],
)
def test_a_call_that_cannot_be_done_is_refused_before_records_are_read(
    attack, code, given, changed
):
    ended, said = attack(*given, **changed)
    assert ended in {2, 3}
    assert re.search(rf"^{code}  |  {code}  ", said.err, re.MULTILINE), said.err
    assert "Traceback" not in said.err
    assert "standardise" not in said.err
