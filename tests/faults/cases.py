"""Everything that goes wrong around a scheduled job, and how the job must end: one table."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from benchmarks.batches.deliveries import deliver
from benchmarks.faults.worlds import ADDED, RUN
from linkage.runs.scratch import scratch_of

USAGE, DATA, GATE, STORAGE, LOCKED = 2, 3, 4, 74, 75
SPINE = "runs/small/latest/restricted/spine"


@dataclass(frozen=True)
class Case:
    """What is done to the folder of a command, and the code and exit that follow."""

    what: str
    command: str
    exit: int
    code: str
    spoil: Callable[[Path], object] = lambda folder: None
    limits: dict[str, int] = field(default_factory=dict)

    def __str__(self):
        return f"{self.command}: {self.what}"


def configured(old, new):
    def spoil(folder):
        path = folder / "config.yaml"
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))

    return spoil


def config(data):
    return lambda folder: (folder / "config.yaml").write_bytes(data)


def put(place, data=b"not meant to be here"):
    return lambda folder: (folder / place).write_bytes(data)


def led_away(place):
    """Put a link to an open folder where one of ours should be."""

    def spoil(folder):
        (folder / "open").mkdir(mode=0o777)
        (folder / place).parent.mkdir(exist_ok=True)
        (folder / place).unlink(missing_ok=True)
        (folder / place).symlink_to(folder / "open")

    return spoil


def scratch_led_away(folder):
    """Put such a link where a run spills: in a shared folder others can tell how that is called."""
    configured("engine: {", "engine: {temp: shared, ")(folder)
    root = (folder / "runs/small/.building").resolve()
    led_away(scratch_of(root, folder / "shared").relative_to(folder))(folder)


def moved_and_linked(place):
    def spoil(folder):
        (folder / place).rename(folder / "elsewhere")
        (folder / place).symlink_to(folder / "elsewhere")

    return spoil


def flipped(pattern):
    """Flip a bit in the middle of a file."""

    def spoil(folder):
        path = min(folder.glob(pattern))
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.unlink()  # others may be links to the same file
        path.write_bytes(data)

    return spoil


def cut(place):
    """Leave half of a file."""
    return lambda folder: os.truncate(folder / place, (folder / place).stat().st_size // 2)


def removed(place):
    return lambda folder: (folder / place).unlink()


def piped(place):
    """Put a pipe in place of a file: to open it is to wait for ever."""

    def spoil(folder):
        (folder / place).unlink()
        os.mkfifo(folder / place)

    return spoil


def edited(place, old, new, encoding="utf-8"):
    def spoil(folder):
        text = (folder / place).read_text()
        assert old in text
        (folder / place).write_bytes(text.replace(old, new, 1).encode(encoding))

    return spoil


def delivered(change):
    """Deliver other rows than were meant."""

    def spoil(folder):
        place = folder / "deliveries" / "a" / "0002"
        for path in place.iterdir():
            path.unlink()
        place.rmdir()
        rows = pl.read_csv(folder / "a.csv", infer_schema=False)[400:]
        deliver(folder / "deliveries", "a", 2, change(rows).to_arrow())

    return spoil


def said(**changes):
    """Let the manifest of a delivery say something else of its file."""

    def spoil(folder):
        path = folder / "deliveries/a/0002/manifest.json"
        manifest = json.loads(path.read_bytes())
        manifest["files"][0] |= changes
        path.write_text(json.dumps(manifest))

    return spoil


def opened(place, mode=0o777):
    def spoil(folder):
        (folder / place).mkdir(exist_ok=True)
        (folder / place).chmod(mode)

    return spoil


BOMB = "a: &a [x, x, x]\n" + "".join(
    f"{b}: &{b} [*{a}, *{a}, *{a}]\n" for a, b in zip("abcdefghijkl", "bcdefghijklm", strict=True)
)
_DATES = pl.lit("01/02/2001").alias("born")
_TWICE = pl.lit("p7").alias("id")

BOTH = (
    ("too little time", STORAGE, "R604", configured("engine: {", "engine: {timeout: 0.1s, ")),
    ("scratch that is a file", STORAGE, "R402", configured("engine: {", "engine: {temp: a.csv, ")),
    ("scratch that leads away", STORAGE, "R630", scratch_led_away),
    ("the run's folder is a file", STORAGE, "R402", put("runs/small/.building")),
    ("the lock is a link", STORAGE, "R402", led_away("runs/small/.lock")),
    ("the run's folder leads away", STORAGE, "R630", led_away("runs/small/.building")),
    ("a folder in it leads away", STORAGE, "R630", led_away("runs/small/.building/restricted")),
    ("others may write to the run's folder", STORAGE, "R630", opened("runs/small/.building")),
    ("others may write to the folder of runs", STORAGE, "R630", opened("runs/small")),
    ("a name that leads out", USAGE, "C115", configured("name: small", "name: ../small")),
    ("SQL for a name", USAGE, "C115", configured("  a:\n", '  "a; DROP TABLE x; --":\n')),
    ("a bomb of aliases", USAGE, "C106", config(BOMB.encode())),
    (
        "a tag that runs code",
        USAGE,
        "C107",
        config(b"name: !!python/object/apply:os.system [id]\n"),
    ),
    ("deep nesting", USAGE, "C108", config(b"[" * 5_000 + b"]" * 5_000)),
    ("a huge configuration", USAGE, "C108", config(b"# much\n" * 400_000)),
    ("a configuration that is a pipe", USAGE, "C101", piped("config.yaml")),
)
OF_RUN = (
    ("little memory", STORAGE, "R405", configured("memory: 1GB", "memory: 1MB")),
    ("a source that is gone", DATA, "D301", removed("a.csv")),
    ("a source that is empty", DATA, "D304", put("a.csv", b"")),
    ("a source cut off", DATA, "D312", cut("a.csv")),
    ("a source that is a pipe", DATA, "D302", piped("a.csv")),
    ("another encoding", DATA, "D310", edited("a.csv", "jarvis", "järvis", "latin-1")),
    ("a column of another name", DATA, "R632", edited("a.csv", "first", "forename")),
    ("binary in a source", DATA, "D311", edited("a.csv", "jarvis", "jar\0vis")),
)
OF_BATCH = (
    ("a delivery without its manifest", DATA, "D350", removed("deliveries/a/0002/manifest.json")),
    ("a delivery without its file", DATA, "D351", removed("deliveries/a/0002/people.parquet")),
    ("a delivered file cut off", DATA, "D351", cut("deliveries/a/0002/people.parquet")),
    ("a bit of a delivered file", DATA, "D352", flipped("deliveries/a/0002/people.parquet")),
    ("a manifest cut off", DATA, "D353", cut("deliveries/a/0002/manifest.json")),
    ("a manifest that leads out", DATA, "D353", said(name="../../../config.yaml")),
    (
        "a manifest nested deeply",
        DATA,
        "D353",
        put("deliveries/a/0002/manifest.json", b"[" * 9_999),
    ),
    ("a manifest of other rows", DATA, "D351", said(rows=7)),
    ("a file that no manifest names", DATA, "D354", put("deliveries/a/0002/more.parquet")),
    (
        "a delivery changed since",
        DATA,
        "D356",
        edited("deliveries/a/0001/manifest.json", "new", "full"),
    ),
    ("a delivery that is a link", DATA, "R634", moved_and_linked("deliveries/a/0002")),
    ("a source's deliveries are a link", DATA, "R634", moved_and_linked("deliveries/a")),
    (
        "a delivered file that is a link",
        DATA,
        "D351",
        moved_and_linked("deliveries/a/0002/people.parquet"),
    ),
    ("a delivered file that is a pipe", DATA, "D351", piped("deliveries/a/0002/people.parquet")),
    (
        "a delivered column of another name",
        DATA,
        "D308",
        delivered(lambda r: r.rename({"first": "f"})),
    ),
    ("delivered dates in another form", DATA, "D321", delivered(lambda r: r.with_columns(_DATES))),
    ("a record delivered twice", DATA, "D320", delivered(lambda r: r.with_columns(_TWICE))),
    *(
        (f"a bit of {file}", STORAGE, "R633", flipped(f"{SPINE}/{file}"))
        for file in (
            "spine.json",
            "model-1.json",
            "ids-a-1.arrow",
            "keys-0-*.arrow",
            "columns-a-1.arrow",
            "pairs-0-1.arrow",
            "links-1.arrow",
            "entity-a-1.arrow",
            "sums-0-focal-1.arrow",
        )
    ),
    ("a lost file of the spine", STORAGE, "R633", removed(f"{SPINE}/versions-a.arrow")),
    ("a lost manifest", STORAGE, "R402", removed("runs/small/latest/manifest.json")),
)

CASES = [
    *(Case(w, command, e, c, s) for w, e, c, s in BOTH for command in (RUN, ADDED)),
    *(Case(w, RUN, e, c, s) for w, e, c, s in OF_RUN),
    *(Case(w, ADDED, e, c, s) for w, e, c, s in OF_BATCH),
    *(
        Case("files may not grow", command, STORAGE, "R404", limits={"RLIMIT_FSIZE": 2_000})
        for command in (RUN, ADDED)
    ),
]
