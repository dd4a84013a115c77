"""Bad input through the real command line: a clear error, its exit code, nothing partial.

Every source holds a canary value, which no message and no log may repeat.
"""

import json
import re
import resource
import subprocess
import zipfile

import pytest

from linkage.config.diagnostics import CATALOGUE
from linkage.operation.outcome import METRICS, STATUS, last_outcome
from tests.e2e.conftest import people, with_slips


def refused(world, canary, done, exit_code, *codes):
    """Check an ending: its code, its faults, and that nothing is left that looks like a result."""
    assert done.returncode == exit_code, done.stderr
    for code in codes:
        assert code in CATALOGUE
        assert re.search(rf"(^|  ){code}  ", done.stderr, re.MULTILINE)
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    told = [*world.folder.rglob("*.jsonl"), *told_to_operators(world.home, exit_code, codes)]
    said = done.stderr + "".join(path.read_text() for path in told)
    assert canary.casefold() not in said.casefold()
    left = set(world.home.iterdir()) if world.home.is_dir() else set()
    assert [path.name for path in left - set(told) if not path.name.startswith(".")] == []
    assert list(world.folder.rglob("*.part")) == []


def told_to_operators(home, exit_code, codes):
    """Return the files that say how a run ended, where there are any: whole, and of this ending.

    Where there is no room there may be one of them, or none, but never a part of one.
    """
    status, metrics = home / STATUS, home / METRICS
    if status.exists():
        outcome = last_outcome(home)
        assert (outcome.exit_code, outcome.run) == (exit_code, None)
        assert set(codes) <= set(outcome.codes)
    if metrics.exists():
        text = metrics.read_text()
        assert f'linkage_exit_code{{linkage="small"}} {exit_code}\n' in text
        assert text.endswith("\n")
    return [path for path in (status, metrics) if path.exists()]


def finished(world, canary, done):
    assert done.returncode == 0, done.stderr
    assert canary.casefold() not in done.stderr.casefold()
    run = world.home / "latest"
    for log in run.rglob("*.jsonl"):
        assert canary.casefold() not in log.read_text().casefold()
    for text in released(run / "for_release"):
        assert canary.casefold() not in text.casefold()
    return json.loads((run / "manifest.json").read_text())


def released(folder):
    """Yield the text of every file that may leave, the parts of the workbook one by one."""
    for path in folder.rglob("*"):
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                yield from (book.read(name).decode("utf-8") for name in book.namelist())
        elif path.is_file():
            yield path.read_text(encoding="utf-8")


def test_a_missing_file(world, canary):
    world.write()
    (world.folder / "b.csv").unlink()
    refused(world, canary, world.run(), 3, "D301")


def test_an_empty_file(world, canary):
    world.write()
    (world.folder / "b.csv").write_bytes(b"")
    refused(world, canary, world.run(), 3, "D304")


def test_a_file_with_a_header_alone(world, canary):
    world.b = []
    world.write()
    refused(world, canary, world.run(), 3, "D316")


def test_a_wrong_encoding(world, canary):
    world.a[5]["last"] = "Müller"
    world.write()
    text = (world.folder / "a.csv").read_text(encoding="utf-8")
    (world.folder / "a.csv").write_bytes(text.encode("latin-1"))
    done = world.run()
    refused(world, canary, done, 3, "D310")
    assert "encoding" in done.stderr
    assert "ller" not in done.stderr


@pytest.mark.parametrize("spoil", [lambda row: f"{row},more", lambda row: row.rpartition(",")[0]])
def test_a_row_that_is_long_or_short(world, canary, spoil):
    world.write()
    lines = (world.folder / "a.csv").read_text().splitlines()
    lines[1] = spoil(lines[1])
    (world.folder / "a.csv").write_text("\n".join(lines) + "\n")
    done = world.run()
    refused(world, canary, done, 3, "D312")
    assert "a.csv:2" in done.stderr


def test_ids_that_repeat(world, canary):
    world.a[3]["id"] = world.a[4]["id"] = f"id {canary}"
    world.write()
    refused(world, canary, world.run(), 3, "D320")


def test_ids_that_are_blank(world, canary):
    world.a[3]["id"] = " "
    world.write()
    refused(world, canary, world.run(), 3, "D315")


def test_column_names_with_quotes_or_sql_in_them_work(world, canary):
    headers = {"first": 'fir"st', "last": "last'); DROP TABLE records_a; --", "sex": "sex, or not"}
    world.a, world.b = (
        [{headers.get(k, k): v for k, v in row.items()} for row in rows]
        for rows in (world.a, world.b)
    )
    for role, column in (("first_name", "first"), ("surname", "last"), ("sex", "sex")):
        world.columns[role] = json.dumps(headers[column])
    world.write()
    finished(world, canary, world.run())


@pytest.mark.parametrize("name", ["st-mary", "o'brien"])
def test_a_source_name_that_is_no_plain_word(world, canary, name):
    world.names = (name, "b")
    world.write()
    done = world.run()
    refused(world, canary, done, 2, "C115")
    assert "config.yaml:4:" in done.stderr


def test_two_date_formats_in_one_column(world, canary):
    for row in world.a[::2]:
        day, month, year = row["dob"].split("/")
        row["dob"] = f"{year}-{month}-{day}"
    world.write()
    done = world.run()
    refused(world, canary, done, 2, "C202")
    world.columns["date_of_birth"] = "{column: dob, format: ['%d/%m/%Y', '%Y-%m-%d']}"
    world.write()
    finished(world, canary, world.run())


def test_a_source_with_no_usable_row(world, canary):
    for row in world.b:
        row.update(first="", last=" ", dob="", sex="")
    world.write()
    refused(world, canary, world.run(), 3, "D319")


def test_no_pair_passes_blocking(world, canary):
    for row in world.b:
        row["last"] = f"X{row['last']}"
    world.extra = "linkage: {blocking: [[surname, date_of_birth]]}\n"
    world.write()
    refused(world, canary, world.run(), 3, "D340")


def test_a_constant_comparison(world, canary):
    """Chosen comparisons leave it out and say so; one that was asked for is an error."""
    for row in (*world.a, *world.b):
        row["sex"] = "F"
    world.extra = "linkage: {comparisons: [{column: surname}, {column: sex}]}\n"
    world.write()
    refused(world, canary, world.run(), 3, "D341")
    world.extra = ""
    world.write()
    finished(world, canary, world.run())
    method = json.loads((world.home / "latest" / "restricted" / "method.json").read_text())
    assert method["left_out"] == ["sex"]


@pytest.mark.parametrize("place", ["runs", "runs/small"])
def test_an_output_folder_that_is_a_file(world, canary, place):
    world.write()
    path = world.folder / place
    path.parent.mkdir(exist_ok=True)
    path.write_text("mine")
    refused(world, canary, world.run(), 74, "R402")
    assert path.read_text() == "mine"


def test_files_that_may_not_grow(world, canary):
    world.write()

    def starve():
        resource.setrlimit(resource.RLIMIT_FSIZE, (6_000, 6_000))

    refused(world, canary, world.run(prepare=starve), 74, "R404")


def test_no_space(world, canary):
    """A full disk ends the run; with room again, the same command finishes it."""
    disk = world.folder / "runs"
    disk.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(disk)]
    if subprocess.run(mounting, capture_output=True, check=False).returncode:
        pytest.skip("a small disk cannot be mounted here")
    try:
        world.write()
        refused(world, canary, world.run(), 74, "R401")
        subprocess.run(["mount", "-o", "remount,size=200m", str(disk)], check=True)
        finished(world, canary, world.run())
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_no_pair_of_records_is_likely(world, canary):
    """A run without a single candidate is a result: nobody was linked."""
    world.b = with_slips(people(seed=9))
    for row in world.b:
        row["last"] = row["last"][::-1]
    world.write()
    finished(world, canary, world.run())
