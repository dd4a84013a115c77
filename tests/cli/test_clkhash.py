"""``link clkhash``: a schema out, and filters in, without a value in any message."""

import base64
import json
import os
from pathlib import Path

import pytest

from cli.main import main

VECTOR = json.loads((Path(__file__).parents[1] / "data/clkhash/golden.json").read_text())[0]
NAMES = [feature["identifier"] for feature in VECTOR["schema"]["features"]]


@pytest.fixture
def place(tmp_path):
    """A folder with a schema, records and a secret."""
    (tmp_path / "schema.json").write_text(json.dumps(VECTOR["schema"]))
    lines = [NAMES, *VECTOR["rows"]]
    (tmp_path / "records.csv").write_text("".join(f"{','.join(line)}\n" for line in lines))
    (tmp_path / "secret").write_text("0123456789abcdef" * 4 + "\n")
    (tmp_path / "secret").chmod(0o600)
    return tmp_path


def imported(place, records="records.csv"):
    files = [str(place / "schema.json"), str(place / records)]
    options = ["--secret", str(place / "secret"), "--out", str(place / "clks.json")]
    return main(["clkhash", "import", *files, *options])


def test_filters_are_those_of_the_schema_and_private(place):
    from linkage.privacy.clk import clks
    from linkage.privacy.clk_files import read_features
    from linkage.privacy.clkhash_schema import read_clk_schema

    assert imported(place) == 0
    made = json.loads((place / "clks.json").read_text())["clks"]
    schema = read_clk_schema(place / "schema.json")
    records = read_features(place / "records.csv", schema)
    expected = clks(records, schema, b"0123456789abcdef" * 4)
    assert [base64.b64decode(each) for each in made] == [row.tobytes() for row in expected]
    assert (place / "clks.json").stat().st_mode & 0o777 == 0o600
    golden = clks(records, schema, VECTOR["secret"].encode())
    assert [base64.b64encode(row.tobytes()).decode() for row in golden] == VECTOR["clk_b64"]


def test_values_are_taken_as_they_are_written(place):
    from linkage.privacy.clk_files import read_features
    from linkage.privacy.clkhash_schema import read_clk_schema

    schema = read_clk_schema(place / "schema.json")
    row = ["1", "NULL", '"A, B"', "0019800229", "F", ""]
    (place / "records.csv").write_text(f"{','.join(NAMES)}\n{','.join(row)}\n")
    (read,) = read_features(place / "records.csv", schema).to_pylist()
    assert list(read.values()) == ["NULL", "A, B", "0019800229", "F", ""]


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda place: (place / "secret").chmod(0o644), "R501"),
        (lambda place: (place / "secret").write_text("password"), "R503"),
        (lambda place: (place / "secret").unlink(), "R500"),
        (lambda place: (place / "schema.json").write_text("{}"), "R506"),
        (lambda place: (place / "records.csv").write_text("CANARY,b\n1,2\n"), "R506"),
        (lambda place: (place / "records.csv").write_text("a,b\nCANARY\n"), "R506"),
        (lambda place: (place / "records.csv").write_text(""), "R506"),
        (lambda place: os.truncate(place / "records.csv", 3), "R506"),
        (lambda place: (place / "records.csv").unlink(), "R402"),
    ],
)
def test_bad_input_is_one_fault_without_a_value(place, spoil, code, capsys):
    spoil(place)
    assert imported(place) in {5, 74}
    said = capsys.readouterr()
    assert code in said.err
    assert "1 error" in said.err
    assert "CANARY" not in said.err + said.out
    assert not (place / "clks.json").exists()


def test_the_schema_of_a_configuration(place, invented, capsys):
    from linkage.privacy.clkhash_schema import read_clk_schema

    config = invented / "config.yaml"
    out = place / "exported.json"
    assert main(["clkhash", "export", str(config), "--out", str(out)]) == 2
    assert "C180" in capsys.readouterr().err
    fields = "[first_name, surname, date_of_birth, sex]"
    config.write_text(f"{config.read_text()}\nprivacy: {{project: P-1, fields: {fields}}}\n")
    assert main(["clkhash", "export", str(config), "--out", str(out)]) == 0
    schema = read_clk_schema(out)
    assert [f.name for f in schema.features] == ["first_name", "surname", "date_of_birth", "sex"]
    assert schema.length == 1024
    assert schema.info == b"P-1"
