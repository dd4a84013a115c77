"""The roles of encoded linkage, each in a folder of its own, and as root a Unix user of its own.

A command runs in a fork of the test's own process: what a test has put in place of a function is in
place there too, and nothing is imported again. All that it writes anywhere is searched.
"""

import csv
import itertools
import mmap
import os
import resource
import signal
import sys
import tempfile
import traceback
import warnings
import zipfile
from dataclasses import replace
from importlib import import_module
from io import BytesIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from cli.main import main
from tests.e2e.machine import APART, FIRST_ID
from tests.e2e.test_canary import (
    COLUMNS,
    FORMS,
    KINDS,
    VALUES,
    Search,
    raised,
    rows_of,
    seen_in,
)

OWN = {"records.csv", "attributes.csv", "names.csv", "key", "map.parquet", "opened.parquet"}
"""What an owner has, keeps or opens: the map holds the id, and that is tested by itself."""

AREA = "Qwghlmshire"
"""A group of one person: it may not leave either."""

CONFIG = """version: 1
name: small
sources:
  {source}:
    path: records.csv
    id: id
    one_record_per_person: true
    columns: {{{columns}}}
groups:
  sex: {{source: {source}, column: sex, standard: sex}}
  area: {{source: {source}, column: area}}
privacy: {{project: P, fields: [first_name, surname, date_of_birth, sex, postcode], max_risk: 0.99}}
engine: {{temp: temp, threads: 1}}
output: runs
"""

_REACHED = mmap.mmap(-1, 1)
"""Shared with forks: whether what was put in place of a function was called."""


def reached():
    """Tell the test that a failure happened where it was meant to."""
    _REACHED[0] = 1


def content(path):
    """What stands in a file: its bytes, and what they were before packing."""
    data = path.read_bytes()
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(BytesIO(data)) as parts:
            return data + b"".join(map(parts.read, parts.namelist()))
    if path.suffix != ".parquet":
        return data
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowException):  # one that was damaged on purpose
        return data
    return data + b"\n".join(plain(column) for column in table.columns)


def plain(column):
    """A column as bytes; of a dictionary all that it holds, used or not."""
    if pa.types.is_uint64(column.type):
        return b"".join(np.asarray(part.fill_null(0)).tobytes() for part in column.chunks)
    if pa.types.is_dictionary(column.type):
        column = pa.chunked_array([part.dictionary for part in column.chunks], pa.string())
    if not pa.types.is_string(column.type):
        return b""
    return "\n".join(text for text in column.unique().to_pylist() if text).encode()


class Role:
    """A folder of one role, and commands of which every word and byte is searched."""

    own = OWN

    def __init__(self, folder, number, wanted):
        folder.mkdir(mode=0o700, exist_ok=True)
        self.folder, self.user, self.failures = folder, FIRST_ID + number, 0
        self.temp = folder.parent / "temp"
        self.search = Search(wanted, content)

    def call(self, *arguments, room=None, spared=()):
        """Return exit code and words of a command, once nothing was found in what it left.

        ``room`` is the largest file, in bytes, that may be written; ``spared`` are folders that
        are not searched: what somebody else put there.
        """
        code, told = self.forked(arguments, room)
        assert self.between() == [], "not wiped"
        self.searched(spared)
        return code, told

    def forked(self, arguments, room=None):
        _REACHED[0] = 0
        self._give()
        reading, writing = os.pipe()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # threads of ours do not matter
            process = os.fork()
        if process == 0:
            self._be(arguments, room, writing)
        os.close(writing)
        with os.fdopen(reading, "rb") as file:
            told = file.read()
        code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        assert seen_in(told, self.search.wanted) == []
        assert b"Traceback" not in told, told.decode()
        return code, told.decode()

    def _give(self):
        if APART:
            for path in (self.folder, *self.folder.rglob("*")):
                os.chown(path, self.user, self.user, follow_symlinks=False)

    def _be(self, arguments, room, told):
        """Be the user, call the command, and end; never return."""
        code = 99
        try:
            os.dup2(told, 1)
            os.dup2(told, 2)
            sys.stdout, sys.stderr = open(1, "w"), open(2, "w")
            signal.alarm(120)
            if APART:
                os.setgroups([])
                os.setgid(self.user)
                os.setuid(self.user)
            os.chdir(self.folder)
            os.environ |= {"TMPDIR": str(self.temp), "HOME": str(self.folder)}
            tempfile.tempdir = None
            if room is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
            code = main(list(map(str, arguments)))
            sys.stdout.flush()
            sys.stderr.flush()
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
        finally:
            os._exit(code)

    def between(self):
        """The folders of what lies in between."""
        return [path for path in self.folder.rglob(".?*.building") if path.is_dir()]

    def searched(self, spared=()):
        """Find nothing in any file but the owner's own."""
        for path in (*self.folder.rglob("*"), *self.temp.rglob("*")):
            own = path.name in self.own or any(path.is_relative_to(each) for each in spared)
            if path.is_file() and not own:
                assert self.search.in_file(path) == [], path

    def succeeds(self, *arguments):
        code, told = self.call(*arguments)
        assert code == 0, told
        return told

    def fails(self, *arguments, code="", **how):
        """Fail, in our words: with a code of ours or as a fault of ours."""
        ended, told = self.call(*arguments, **how)
        assert ended not in {0, 1, 99}, told
        assert ended > 0
        assert code in told, told
        self.failures += 1
        return told

    def fails_within(self, patched, place, failure, *arguments, after=False):
        """Fail where a function of ours is called, or once it has done its work."""
        with patched.context() as within:
            within.setattr(place, failing(real(place), failure, after))
            self.fails(*arguments)
        assert _REACHED[0], place

    def is_killed_within(self, patched, place, *arguments, after=False):
        """Die where a function of ours is called: nobody clears up, and all is closed to others."""
        with patched.context() as within:
            within.setattr(place, failing(real(place), None, after))
            code, _ = self.forked(arguments)
        assert code == -signal.SIGKILL
        assert [path for path in self.between() if path.stat().st_mode & 0o077] == []
        self.searched(spared=self.between())
        self.failures += 1

    def fails_in_stages(self, patched, module, *arguments):
        """Fail in each stage of reading the records, before its work and after it."""
        reading = import_module(module).READING
        for stage, after in itertools.product(reading, (False, True)):
            replaced = [failing_stage(each, after) if each is stage else each for each in reading]
            with patched.context() as within:
                within.setattr(f"{module}.READING", tuple(replaced))
                self.fails(*arguments)
            assert _REACHED[0], stage.name


def real(place):
    module, _, name = place.rpartition(".")
    return getattr(import_module(module), name)


def failing(function, failure, after):
    """Return ``function``, failing; where ``failure`` is None the process is killed."""

    def fails(*given, **named):
        if after:
            function(*given, **named)
        reached()
        if failure is None:
            os.kill(os.getpid(), signal.SIGKILL)
        raise failure

    return fails


def failing_stage(stage, after):
    """Return a stage that fails, before its work or ``after`` it."""
    return replace(stage, function=failing(stage.function, raised(next(KINDS)), after))


class Owner(Role):
    """A role with records, a key and a configuration."""

    def __init__(self, folder, number, secret, source):
        super().__init__(folder, number, FORMS | secret)
        self.source = source
        columns = ", ".join(f"{role}: {column}" for role, column in COLUMNS.items())
        (folder / "config.yaml").write_text(CONFIG.format(source=source, columns=columns))
        self.write()

    def write(self, change=lambda rows: rows, text=lambda data: data):
        rows = change(rows_of(self.source))
        for i, row in enumerate(rows):
            row["area"] = ("North", "South")[i // 2 % 2] if i else AREA
        path = self.folder / "records.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        path.write_bytes(text(path.read_bytes()))

    def encoding(self, out="out", private="private", *more, key="key"):
        paths = ("--key", self.folder / key, "--out", self.folder / out)
        rest = ("--private", self.folder / private, *more)
        return ("encode", self.folder / "config.yaml", "--source", self.source, *paths, *rest)

    def attacking(self, *more):
        given = ("--source", self.source, "--key", self.folder / "key")
        return ("attack", self.folder / "config.yaml", *given, *more)

    def opening(self, request, out="opened", private="private", limit=1_000):
        where = ("--private", self.folder / private, "--out", self.folder / out)
        agreed = ("--to", "party", "--limit", limit)
        given = (self.folder / request, self.folder / "config.yaml", "--source", self.source)
        return ("review", "open", *given, *agreed, *where)

    def attaching(self, column="id", out="attached", names="names.parquet", private="private"):
        files = (
            "--pseudonyms",
            self.folder / names,
            "--attributes",
            self.folder / "attributes.csv",
        )
        where = ("--private", self.folder / private, "--out", self.folder / out)
        return ("attach", *files, *where, "--id", column)

    def named(self):
        """Write pseudonyms as the unit gives them, and attributes for the analysts."""
        held = pq.read_table(self.folder / "private" / "map.parquet")
        names = pa.table({"rid": held["rid"], "pseudonym": [f"{i:032x}" for i in range(len(held))]})
        pq.write_table(names, self.folder / "names.parquet")
        self.attributes(f"id,income\n{VALUES['id']},7\n")

    def attributes(self, text):
        (self.folder / "attributes.csv").write_text(text)
