"""Every fault of the table ends as it must, and leaves what was released as it was."""

import fcntl
import hashlib
import json
import re
import shutil
from pathlib import Path

import polars as pl
import pytest

from benchmarks.faults.content import broken
from benchmarks.faults.warm import Warm
from benchmarks.faults.worlds import ADDED, RUN, begun
from linkage.config.diagnostics import CATALOGUE
from linkage.operation.outcome import METRICS, STATUS
from tests.faults.cases import CASES, GATE, LOCKED, configured


class Place:
    """A folder in which a command is called, and what it looked like before."""

    def __init__(self, world, warm):
        self.world, self.warm, self.folder = world, warm, world.home.parents[1]
        self.pristine = self.folder.with_name(f"{self.folder.name} as it was")
        shutil.copytree(self.folder, self.pristine, symlinks=True)
        rows = pl.read_csv(self.folder / "a.csv", infer_schema=False)
        self.values = {v for each in ("id", "first", "last") for v in rows[each] if len(v) > 3}

    def restore(self):
        shutil.rmtree(self.folder)
        shutil.copytree(self.pristine, self.folder, symlinks=True)

    def call(self, **named):
        return self.warm.call(*self.world.arguments, temp=self.world.temp, **named)

    def said(self, ended):
        """The faults that a command told of."""
        assert "Traceback" not in ended.error
        assert not self.values & set(re.findall(r"\w+", ended.error))
        return [code for code in re.findall(r"\b[A-Z]\d{3}\b", ended.error) if code in CATALOGUE]

    def runs(self):
        """Every run's files by their content, the links among them by where they lead."""
        return {
            path.relative_to(self.folder).as_posix(): str(path.readlink())
            if path.is_symlink()
            else hashlib.sha256(path.read_bytes()).hexdigest()
            for path in (self.folder / "runs").rglob("*")
            if (path.is_symlink() or path.is_file()) and path.name not in (STATUS, METRICS)
        }

    def prove_untouched(self, before):
        """What was there stands, and nothing was added that looks like a result."""
        now = self.runs()
        added = {path: sha for path, sha in now.items() if not path.startswith("runs/small/.")}
        assert added == {p: sha for p, sha in before.items() if not p.startswith("runs/small/.")}
        assert [p for p in self.folder.rglob("*") if p.suffix in {".part", ".tmp"}] == []
        assert list(self.world.temp.iterdir()) == []


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    folder = tmp_path_factory.mktemp("faults")
    with Warm(folder) as warm:
        yield {
            command: Place(begun(command, folder / name, warm), warm)
            for command, name in ((RUN, "run"), (ADDED, "batch"))
        }


@pytest.fixture(params=[RUN, ADDED])
def place(request, places):
    place = places[request.param]
    place.restore()
    return place


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_fault_ends_as_it_must(case, places):
    place = places[case.command]
    place.restore()
    case.spoil(place.folder)
    before = place.runs()
    ended = place.call(limits=case.limits)
    assert ended.code == case.exit, ended.error
    assert case.code in place.said(ended), ended.error
    assert ended.out == ""
    place.prove_untouched(before)


def test_a_second_run_is_told_which_holds_the_lock(place):
    before = place.runs()
    with (place.world.home / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write('{"pid": 7, "run": "another", "since": "today"}')
        lock.flush()
        ended = place.call()
    assert ended.code == LOCKED
    assert place.said(ended) == ["R410"]
    assert "run another, process 7, since today" in ended.error
    place.prove_untouched(before)


def test_a_clock_that_went_back_is_told_of_and_the_run_stands_after_the_newest(place):
    newest = (place.world.home / "latest").resolve()
    later = newest.with_name("29991231T235959Z-00000000")
    newest.rename(later)
    (place.world.home / "latest").unlink()
    (place.world.home / "latest").symlink_to(later.name)
    manifest = json.loads((later / "manifest.json").read_bytes())
    (later / "manifest.json").write_text(
        json.dumps(manifest | {"finished": "2999-12-31T23:59:59Z"})
    )
    ended = place.call()
    assert ended.code == 0, ended.error
    assert place.said(ended) == ["R631"]
    assert list(broken(place.world.home)) == []
    made = (place.world.home / "latest").resolve()
    assert made.name > later.name
    assert made == Path(ended.out.strip())


def test_a_run_below_its_gates_is_told_of_and_the_release_before_stands(place):
    old, gates = "gates: {", "gates: {precision_lower: 0.9, "  # and nobody measured it
    if place.world.command == ADDED:
        old, gates = "report: false}\n", f"report: true}}\nquality: {{draws: 20, {gates}}}}}\n"
    before = place.runs()
    configured(old, gates)(place.folder)
    ended = place.call()
    assert ended.code == GATE, ended.error
    assert place.said(ended) == ["G502"]
    assert list(broken(place.world.home)) == []
    now = place.runs()
    assert {path: now[path] for path in before if not path.endswith("latest")} == {
        path: sha for path, sha in before.items() if not path.endswith("latest")
    }
