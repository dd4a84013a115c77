import re

import pytest

from linkage.runs.folder import open_run, passing, settle
from linkage.runs.scratch import scratch_of


def test_a_run_is_named_by_its_time_and_identity(tmp_path):
    begun = open_run(tmp_path, "3fa1b2c4d5e6")
    assert re.fullmatch(r"\d{8}T\d{6}Z-3fa1b2c4", begun.run)
    assert not begun.resumed


def test_the_same_run_is_taken_up_again(tmp_path):
    begun = open_run(tmp_path, "3fa1b2c4")
    (begun.root / "restricted" / ".half.parquet.12.part").touch()
    again = open_run(tmp_path, "3fa1b2c4")
    assert again.resumed
    assert (again.run, again.started) == (begun.run, begun.started)
    assert list((again.root / "restricted").iterdir()) == []


def test_another_run_begins_in_the_same_place(tmp_path):
    begun = open_run(tmp_path, "3fa1b2c4")
    (begun.root / "restricted" / "links.parquet").touch()
    other = open_run(tmp_path, "00000000")
    assert not other.resumed
    assert other.run.endswith("-00000000")
    assert (other.root / "restricted" / "links.parquet").exists()


@pytest.mark.parametrize("state", ["", "{", "[]", '{"run": "x"}'])
def test_a_state_that_cannot_be_read_begins_anew(tmp_path, state):
    open_run(tmp_path, "3fa1b2c4")
    (tmp_path / ".building" / ".state.json").write_text(state)
    assert not open_run(tmp_path, "3fa1b2c4").resumed


def test_a_complete_run_has_its_name_and_is_the_latest(tmp_path):
    runs = []
    for _ in range(2):  # within a second: the second one must find a name of its own
        begun = open_run(tmp_path, "3fa1b2c4")
        (begun.root / "manifest.json").write_text(begun.run)
        runs.append(begun.complete())
        assert (tmp_path / "latest").readlink().name == begun.run
    assert runs[0] != runs[1]
    assert (tmp_path / "latest" / "manifest.json").read_text() == runs[1].name
    assert {p.name for p in tmp_path.iterdir()} == {"latest", runs[0].name, runs[1].name}


def test_only_what_this_run_wrote_is_kept(tmp_path):
    begun = open_run(tmp_path, "3fa1b2c4")
    for name in (
        "manifest.json",
        "restricted/links.parquet",
        "restricted/audit.jsonl",
        "for_release/tables/old.csv",
        "for_release/report.html",
    ):
        (begun.root / name).parent.mkdir(parents=True, exist_ok=True)
        (begun.root / name).touch()
    begun.keep_only({"manifest.json", "restricted/links.parquet", "for_release/report.html"})
    left = {p.relative_to(begun.root).as_posix() for p in begun.root.rglob("*") if p.is_file()}
    assert left == {
        ".state.json",
        "manifest.json",
        "restricted/links.parquet",
        "restricted/audit.jsonl",
        "for_release/report.html",
    }
    assert not (begun.root / "for_release" / "tables").exists()


def test_tables_that_are_not_kept_are_passing():
    written = [
        "restricted/records_a.parquet",
        "restricted/links.parquet",
        "restricted/summary.json",
        "for_release/report.html",
    ]
    assert passing(written, ["links"]) == ["restricted/records_a.parquet"]
    assert passing(written, ["records_*"]) == ["restricted/links.parquet"]


def complete(home):
    begun = open_run(home, "3fa1b2c4")
    (begun.root / "manifest.json").touch()
    return begun.complete()


def test_a_run_killed_before_it_was_latest_is_made_latest(tmp_path):
    first, second = complete(tmp_path), complete(tmp_path)
    (tmp_path / "latest").rename(tmp_path / ".latest.7.part")
    (tmp_path / "latest").symlink_to(first.name)
    assert settle(tmp_path) == second
    assert (tmp_path / "latest").resolve() == second
    assert settle(tmp_path) is None


def test_a_run_killed_before_it_had_its_name_is_not_latest(tmp_path):
    first = complete(tmp_path)
    (tmp_path / ".latest.7.part").symlink_to("not there yet")
    assert settle(tmp_path) is None
    assert (tmp_path / "latest").resolve() == first
    assert {path.name for path in tmp_path.iterdir()} == {"latest", first.name}


def test_what_a_killed_run_left_half_written_beside_the_runs_goes(tmp_path):
    first = complete(tmp_path)
    (tmp_path / ".status.json.9999999-0a0b0c0d.part").touch()  # no process has such a number
    assert settle(tmp_path) is None
    assert {path.name for path in tmp_path.iterdir()} == {"latest", first.name}


def test_where_a_killed_plan_spilled_nothing_is_left(tmp_path):
    home, temp = tmp_path / "home", tmp_path / "temp"
    planning = home / ".planning"
    for left in (planning, scratch_of(planning, temp)):
        left.mkdir(parents=True)
        (left / "spilled").touch()
    open_run(home, "3fa1b2c4", temp)
    assert not planning.exists()
    assert list(temp.iterdir()) == []
