"""``link release``: what a checker reads, and that nothing in a message is a value."""

import importlib.util
import json
import shutil
from pathlib import Path

import pytest

from cli.main import main
from linkage.errors import Exit

CONFTEST = Path(__file__).parents[1] / "quality" / "release" / "conftest.py"
CANARY = "Zebulon Quagmire"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return a run whose release waits; a group in it bears a canary's name."""
    spec = importlib.util.spec_from_file_location("made_releases", CONFTEST)
    by_hand = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(by_hand)
    rows = [*by_hand.ROWS, by_hand.rate(CANARY)]
    return by_hand.pending(tmp_path_factory.mktemp("made") / "runs" / "small" / "r1", rows=rows)


def test_a_checker_reads_files_rules_and_what_was_held_back(made, tmp_path, capsys):
    folder = shutil.copytree(made / "for_release", tmp_path / "copy")
    assert main(["release", "check", str(folder)]) == Exit.DONE
    said = capsys.readouterr().out
    assert said.startswith("small, run r1: pending\nPurpose: to see whether it works\n")
    lines = [line.split() for line in said.splitlines()]
    assert [each[-2:] for each in lines if each[:1] == ["tables/rates.csv"]] == [["4", "1"]]
    assert "  threshold: 10\n" in said
    assert "a count under the threshold, or beside one that is" in said
    assert CANARY not in said
    assert main(["release", "check", str(folder), "--json"]) == Exit.DONE
    assert json.loads(capsys.readouterr().out)["config"] == "small"


def test_what_is_wrong_is_listed_without_a_value(made, tmp_path, capsys):
    folder = shutil.copytree(made / "for_release", tmp_path / "copy")
    for name in ("estimates.csv", "tables/rates.csv", "report.html"):
        (folder / name).write_text(CANARY)
    assert main(["release", "check", str(folder)]) == Exit.DATA
    said = capsys.readouterr()
    assert said.err.count("R464") >= 3
    assert said.err.endswith("3 errors\n")
    assert CANARY not in said.err + said.out


def test_a_folder_without_a_release_and_a_table_that_was_not_asked_for(made, tmp_path, capsys):
    assert main(["release", "check", str(tmp_path)]) == Exit.USAGE
    assert main(["release", "approve", str(tmp_path)]) == Exit.USAGE
    for table in ("..", "../../other", "other"):
        assert main(["release", "approve", str(made), "--table", table]) == Exit.USAGE
    assert capsys.readouterr().err.count("  R460  ") == 5


def test_the_list_shows_what_waits(made, capsys):
    output = made.parent.parent
    assert main(["release", "list", str(output)]) == Exit.DONE
    assert capsys.readouterr().out.split() == ["pending", "2026-01-01T00:00:00+00:00", str(made)]
    assert main(["release", "list", str(output / "small")]) == Exit.DONE
    assert "no release" in capsys.readouterr().out
