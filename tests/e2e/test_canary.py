"""A planted person is seen nowhere outside the tables of a run: not by success, not by any failure.

Their name, date of birth, postcode and id are values that nobody else has. After every command all
that a reader could come by is searched for them, in the forms in which a careless message or file
could hold them: what may be released, the manifest, logs, the terminal, what is left in scratch.
"""

import base64
import csv
import hashlib
import itertools
import urllib.parse
from dataclasses import replace
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pytest

from cli.main import main
from cli.stages import all_stages
from linkage.config.diagnostics import CATALOGUE

VALUES = {
    "first": "Zzyzxqua",
    "last": "Vuurwerkje",
    "dob": "29/02/1904",
    "postcode": "QX97 3ZJ",
    "id": "cnry7f3a9e",
}
WRITTEN_OTHERWISE = ("1904-02-29", "19040229", "QX973ZJ")
"""The same values as standardising writes them."""

COLUMNS = {
    "first_name": "first",
    "surname": "last",
    "date_of_birth": "{column: dob, format: '%d/%m/%Y'}",
    "postcode": "postcode",
    "sex": "sex",
}


def forms(value):
    """Return the bytes under which a value may lie in a file.

    Plain, backwards, hex, base64, UTF-16, in a URL; and hashed without a key, which hides nothing
    from anyone with a list of names.
    """
    raw = {value.casefold(), value.upper(), value}
    found = {urllib.parse.quote(each).encode() for each in raw}
    for each in raw:
        found |= packed(each.encode()) | packed(each[::-1].encode())
        found |= {each.encode("utf-16-le"), each.encode("utf-16-be")}
        for name in ("md5", "sha1", "sha256", "blake2b"):
            digest = hashlib.new(name, each.encode(), usedforsecurity=False).digest()
            found |= packed(digest) | {digest[:8], digest[:8][::-1]}  # as a number, either way
    return {each for each in found if len(each) > 5}


def packed(data):
    """Return bytes as they are, in hex and in base64."""
    found = {data, data.hex().encode(), data.hex().upper().encode()}
    for start in range(3):  # base64 writes three bytes as four letters, from wherever it begins
        text = base64.b64encode(b"x" * start + data)
        found.add(text[4 if start else 0 : len(text) // 4 * 4 - 4])
    return found


FORMS = frozenset().union(*map(forms, (*VALUES.values(), *WRITTEN_OTHERWISE)))


def seen_in(data, wanted=FORMS):
    return sorted(each.decode(errors="replace") for each in wanted if each in data)


class Search:
    """Looks for bytes in files, and in each only once while it stays as it is."""

    def __init__(self, wanted=FORMS, content=Path.read_bytes):
        self.wanted, self._content, self._clean = wanted, content, set()

    def in_file(self, path):
        status = path.stat()
        mark = (path, status.st_ino, status.st_size, status.st_mtime_ns)
        found = [] if mark in self._clean else seen_in(self._content(path), self.wanted)
        if not found:
            self._clean.add(mark)
        return found


def outside(folder):
    """Return every file that is not a table about people, and not the input."""
    allowed = {"a.csv", "b.csv", "truth.csv"}
    for path in sorted(folder.rglob("*")):
        kept = "restricted" in path.parts and path.suffix in {".parquet", ".json"}
        if path.is_file() and not path.is_symlink() and not kept and path.name not in allowed:
            yield path


class Room:
    """A folder with two sources, and a command line in it whose every word is searched."""

    def __init__(self, folder, capfd):
        self.folder, self.capfd, self.failures, self.search = folder, capfd, 0, Search()
        self.extra = "groups:\n  sex: {source: a, column: sex}\nquality: {draws: 0}\n"

    def write(self, change=lambda rows: rows, text=lambda text: text):
        for name in ("a", "b"):
            rows = change(rows_of(name)) if name == "a" else rows_of(name)
            with (self.folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)
        path = self.folder / "a.csv"
        path.write_bytes(text(path.read_text(encoding="utf-8").encode()))
        sources = "".join(
            f"  {name}:\n    path: {name}.csv\n    id: id\n    one_record_per_person: true\n"
            "    columns:\n" + "".join(f"      {r}: {c}\n" for r, c in COLUMNS.items())
            for name in ("a", "b")
        )
        config = f"version: 1\nname: small\nsources:\n{sources}engine: {{temp: temp}}\n{self.extra}"
        (self.folder / "config.yaml").write_text(config, encoding="utf-8")

    def call(self, *arguments):
        """Call a command; return its exit code once nothing of the person was found anywhere."""
        code = main(arguments)
        told = self.capfd.readouterr()
        assert seen_in((told.out + told.err).encode()) == []
        assert "Traceback" not in told.err
        for path in outside(self.folder):
            assert self.search.in_file(path) == [], path.name
        return code, told

    def fails(self, *arguments):
        code, told = self.call(*arguments)
        assert code not in {0, 1}, told.err
        self.failures += 1
        return told.err

    def succeeds(self, *arguments):
        code, told = self.call(*arguments)
        assert code == 0, told.err

    @property
    def run(self):
        return str(self.folder / "runs" / "small" / "latest")


def rows_of(source, n=160):
    names = itertools.product(
        "Ada Bela Cora Dina Edwin Flora Gus Hana".split(),
        "Abbot Barker Cole Drew Ekman Fagan Gould Hobbs Irvin Joyce".split(),
    )
    rows = [
        {
            "id": f"{source}{i:04d}",
            "first": first + ("" if i % 2 else "lin"),
            "last": last + ("" if source == "a" or i % 9 else "e"),
            "dob": f"{i % 28 + 1:02d}/{i % 12 + 1:02d}/{1930 + i % 61}",
            "postcode": f"AB{i % 9 + 1} {i % 8 + 1}CD",
            "sex": "FM"[i % 2],
        }
        for i, (first, last) in enumerate([*names] * (n // 80))
    ]
    rows[0] = {**VALUES, "sex": "F"}
    return rows


@pytest.fixture
def room(tmp_path, capfd, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temp"))
    return Room(tmp_path, capfd)


def twice(rows):
    return [*rows, rows[0]]


def spoilt(**values):
    return lambda rows: [{**rows[0], **values}, *rows[1:]]


FAULTY_INPUT = {
    "an id that stands twice": ({"change": twice}, "D320"),
    "an id that is blank": ({"change": spoilt(id=" ")}, "D315"),
    "a row that is too long": (
        {"text": lambda data: data.replace(b"QX97 3ZJ", b"QX97 3ZJ,more")},
        "D312",
    ),
    "a wrong encoding": (
        {"text": lambda data: data.replace(b"Zzyzxqua", b"Zzyzxqua\xff")},
        "D310",
    ),
    "dates in another format": (
        {"change": lambda rows: [{**row, "dob": row["dob"].replace("/", "-")} for row in rows]},
        "C202",
    ),
    "a header that is a person": (
        {"text": lambda data: data.partition(b"\n")[2]},
        "C201",
    ),
}


@pytest.mark.parametrize(("spoil", "code"), FAULTY_INPUT.values(), ids=FAULTY_INPUT)
def test_faulty_input(room, spoil, code):
    room.write(**spoil)
    told = room.fails("run", "config.yaml")
    assert code in CATALOGUE
    assert code in told


def raised(kind):
    """Return an exception as a library would raise it: with the values it stumbled upon."""
    said = f"Could not convert {' '.join([*VALUES.values(), *WRITTEN_OTHERWISE])!r}"
    if kind is OSError:
        return OSError(5, said, VALUES["last"])
    return kind(said)


KINDS = itertools.cycle(
    [
        duckdb.ConversionException,
        ValueError,
        pa.ArrowInvalid,
        OSError,
        pl.exceptions.ComputeError,
        KeyError,
        RuntimeError,
        duckdb.InvalidInputException,
        MemoryError,
    ]
)


def test_every_stage_and_command_fails(room, monkeypatch):
    """Each stage fails before and after its work, then the run ends; then commands fail on it."""
    room.write()
    for stage in all_stages():
        for after in (False, True):
            with monkeypatch.context() as patched:
                put_in_place(patched, failing_stage(stage, next(KINDS), after))
                told = room.fails("run", "config.yaml")
            assert stage.name in told
    room.succeeds("run", "config.yaml")
    assert len(list(outside(room.folder))) > 10
    for arguments in (
        ("report", room.run),
        ("report", room.run, "--profile", "internal"),
        ("compare", room.run, room.run),
        ("what-if", room.run, "--try", "threshold=0.9"),
        ("release", "check", f"{room.run}/for_release"),
        ("explain", room.run, "a0001", "b0001", "--values"),
        ("status", "config.yaml", "--json"),
        ("verify", room.run, "--json"),
        ("explain", room.run, VALUES["id"], VALUES["id"]),
    ):
        room.succeeds(*arguments)
    fail_on_a_finished_run(room)
    assert room.failures >= 30


def fail_on_a_finished_run(room):
    """Ask for what there is not, of and with the planted person."""
    truth = room.folder / "truth.csv"
    truth.write_text(f"record_id_l,record_id_r\n{VALUES['id']},{VALUES['last']}\n")
    room.fails("score", room.run, "--truth", str(truth))
    truth.write_text(f"{VALUES['id']},{VALUES['id']}\n{VALUES['id']}\n")
    room.fails("score", room.run, "--truth", str(truth))
    truth.unlink()
    room.fails("explain", room.run, VALUES["id"], VALUES["last"])
    room.fails("explain", room.run, VALUES["id"], VALUES["id"], "--source", "c")
    room.fails("table", room.run, "--by", "sex,age")
    room.fails("compare", room.run, str(room.folder))
    room.fails("release", "approve", room.run)
    room.fails("browse", str(room.folder / "temp"))
    room.fails("report", room.run, "--groups", "age")
    room.fails("what-if", room.run, "--try", "threshold=9")
    figures = room.folder / "runs" / "small" / "latest" / "for_release" / "estimates.csv"
    figures.write_text(figures.read_text().replace(",census", ",", 1) + "one more line\n")
    room.fails("release", "check", str(figures.parent))


def put_in_place(patched, stage):
    """Let a run take ``stage`` for the one of its name, in whichever list of stages that stands."""
    stages = tuple(stage if each.name == stage.name else each for each in all_stages())
    patched.setattr("cli.stages.all_stages", lambda: stages)


def failing_stage(stage, kind, after):
    def function(workspace, config):
        if after:
            stage.function(workspace, config)
        raise raised(kind)

    return replace(stage, function=function)
