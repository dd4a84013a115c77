"""``link validate`` and ``link schema`` as they are typed."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli.main import main
from cli.show import in_colour

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "linkage" / "config" / "cases"
EIGHT = CASES / "eight_faults.yaml"
LINES = [7, 11, 12, 22, 25, 26, 27, 29]


@pytest.fixture(autouse=True)
def _same_umask():
    before = os.umask(0o077)
    yield
    os.umask(before)


def test_eight_faults_are_named_at_their_lines_in_under_a_second():
    seconds = []
    unmeasured = {k: v for k, v in os.environ.items() if not k.startswith("COVERAGE_")}
    for _ in range(3):  # the best of three: other work on the machine is not ours
        start = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "cli", "validate", "--no-data", str(EIGHT)],
            capture_output=True,
            text=True,
            check=False,
            env={**unmeasured, "PYTHONPATH": str(ROOT)},
        )
        seconds.append(time.monotonic() - start)
    assert done.returncode == 2
    headings = [line for line in done.stderr.splitlines() if line.startswith(f"{EIGHT}:")]
    assert [int(line.split(":")[1]) for line in headings] == LINES
    assert done.stderr.endswith("8 errors\n")
    assert min(seconds) < 1


def test_a_valid_configuration_is_exit_0(capsys):
    assert main(["validate", "--no-data", str(CASES / "valid.yaml")]) == 0
    out, err = capsys.readouterr()
    assert out == f"{CASES / 'valid.yaml'} is a valid configuration\n"
    assert err == ""


def test_warnings_alone_are_exit_0(tmp_path, capsys):
    rows = "".join(f"{n},ANNE,SMITH,{'F' if n % 3 else 'Q'}\n" for n in range(30))
    for name in ("a", "b"):
        (tmp_path / f"{name}.csv").write_text(f"id,first,last,sex\n{rows}")
    columns = "{first_name: first, surname: last, sex: sex}"
    sources = [
        f"  {name}: {{path: {name}.csv, kind: survey, id: id, columns: {columns}}}\n"
        for name in ("a", "b")
    ]
    config = tmp_path / "config.yaml"
    config.write_text("version: 1\nname: odd_codes\nsources:\n" + "".join(sources))
    assert main(["validate", str(config)]) == 0
    out, err = capsys.readouterr()
    assert "is a valid configuration" in out
    assert err.endswith("2 warnings\n")


def test_json_is_one_object_on_standard_output(capsys):
    assert main(["validate", "--json", "--no-data", str(EIGHT)]) == 2
    out, err = capsys.readouterr()
    record = json.loads(out)
    assert err == ""
    assert record["valid"] is False
    assert [fault["line"] for fault in record["faults"]] == LINES
    first = record["faults"][0]
    assert first["path"] == "sources.census.one_record_per_person"
    assert first["fix"] == "write  one_record_per_person: true"


def test_json_of_what_cannot_be_read(capsys):
    assert main(["validate", "--json", str(CASES / "no_such.yaml")]) == 2
    (fault,) = json.loads(capsys.readouterr().out)["faults"]
    assert fault["code"] == "C101"


def test_files_that_are_missing_are_exit_3(capsys):
    assert main(["validate", str(CASES / "valid.yaml")]) == 3
    err = capsys.readouterr().err
    assert err.count("D301") == 2
    assert f"{CASES / 'valid.yaml'}:5:11" in err


def test_faults_of_configuration_and_data_stand_in_the_order_of_the_file(capsys):
    assert main(["validate", "--json", str(EIGHT)]) == 2
    faults = json.loads(capsys.readouterr().out)["faults"]
    assert [fault["line"] for fault in faults] == sorted([*LINES, 5, 13])


def test_schema_is_what_docs_holds(capsys):
    assert main(["schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert schema == json.loads((ROOT / "docs" / "config.schema.json").read_text())


class Terminal:
    def __init__(self, person: bool) -> None:
        self.person = person

    def isatty(self) -> bool:
        return self.person


@pytest.mark.parametrize(
    ("person", "environment", "coloured"),
    [
        (True, {}, True),
        (False, {}, False),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),
        (True, {"TERM": "dumb"}, False),
    ],
)
def test_colour_only_where_a_person_looks(monkeypatch, person, environment, coloured):
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert in_colour(Terminal(person)) is coloured


def test_colour_marks_the_code_and_nothing_else(monkeypatch, capsys):
    monkeypatch.setattr("cli.show.in_colour", lambda stream: True)
    main(["validate", "--no-data", str(CASES / "c105.yaml")])
    err = capsys.readouterr().err
    assert err.count("\x1b[1;31mC105\x1b[0m") == err.count("\x1b[1;31m") == 1
