"""The engines that are compared: how each is called, and how good the links are that it finds."""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks.speed.plain_splink import MODES, RULES, SOURCES
from benchmarks.speed.watched import Watched, watch
from linkage.sql import literal

DEFAULTS, BEST, TUNED = "splink, defaults", "splink, best practice", "splink, tuned"
SPLINK = (DEFAULTS, BEST, TUNED)
OURS, LISTED = "linkage", "linkage, levels as splink's"
ENGINES = (*SPLINK, OURS, LISTED)

Settings = Mapping[str, object]

_MODES = dict(zip(SPLINK, MODES, strict=True))
_FILES = Path(__file__).parent / "files.yaml"
_NAME = {"kind": "jaro_winkler", "levels": [0.92, 0.88, 0.7], "term_frequency": True}
AUTOMATIC: Settings = {
    "type": "link",
    "blocking": [
        ["postcode", "surname_initial"],
        ["date_of_birth_text", "surname"],
        ["first_name", "surname", "birth_year"],
    ],
}
AS_SPLINK: Settings = {
    **AUTOMATIC,
    "comparisons": [
        {"column": "first_name", **_NAME},
        {"column": "surname", **_NAME},
        {"column": "date_of_birth", "kind": "date"},
        {"column": "postcode", "kind": "postcode"},
        {"column": "sex", "kind": "exact"},
    ],
}


@dataclass(frozen=True)
class Turn:
    """One engine's run: what it took, the pairs it went through, and its links."""

    watched: Watched
    pairs: dict[str, int]
    links: Path


@dataclass(frozen=True)
class Quality:
    """Links against the truth."""

    links: int
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Return the harmonic mean of precision and recall."""
        return 2 * self.precision * self.recall / (self.precision + self.recall)


def turn(engine: str, data: Path, folder: Path) -> Turn:
    """Run ``engine`` on the files in ``data``; what it writes goes to ``folder``, emptied first."""
    if engine not in _MODES:
        return linked(data, folder, AS_SPLINK if engine == LISTED else AUTOMATIC)
    _empty(folder)
    arguments = ["-m", "benchmarks.speed.plain_splink", _MODES[engine], str(data), str(folder)]
    watched = watch(arguments, "links")
    return Turn(watched, {"predict": candidate_pairs(data)}, folder / "links.parquet")


def linked(data: Path, folder: Path, linkage: Settings, engine: Settings | None = None) -> Turn:
    """Do ``link run`` on the files in ``data``, with these sections of the configuration."""
    _empty(folder)
    output, scratch = folder / "runs", folder / "scratch"
    engine = {**(engine or {}), "temp": str(scratch)}
    sections = {"linkage": linkage, "engine": engine, "output": str(output)}
    said = _FILES.read_text(encoding="utf-8").replace("DATA", str(data.resolve()))
    said += "".join(f"{name}: {json.dumps(section)}\n" for name, section in sections.items())
    config = folder / "config.yaml"
    config.write_text(said, encoding="utf-8")
    arguments = ["-m", "cli", "run", str(config), "--log-format", "json"]
    watched = watch(arguments, "decide", [output, scratch])
    restricted = Path(watched.stdout.splitlines()[-1]) / "restricted"
    return Turn(watched, run_pairs(restricted), restricted / "links.parquet")


def _empty(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def run_pairs(restricted: Path) -> dict[str, int]:
    """Return the pairs that a run counted and scored, and the candidates that it decided on."""
    counts, candidates, weights = (
        literal(str(restricted / name))
        for name in ("pattern_counts.parquet", "candidates.parquet", "weights.json")
    )
    counted = (
        f"SELECT sum(n) FROM read_parquet({counts}) "  # noqa: S608
        "WHERE pairs = 'blocked' AND grouping = 'none'"
    )
    return {
        "count": _one(counted),
        "score": _one(f"SELECT n_candidates FROM read_json({weights})"),  # noqa: S608
        "decide": _one(f"SELECT count(*) FROM read_parquet({candidates})"),  # noqa: S608
    }


def candidate_pairs(data: Path, rules: Sequence[Sequence[str]] = RULES) -> int:
    """Return how many pairs meet a rule, each once: what splink blocks."""
    read = (
        f"(SELECT *, left(surname, 1) AS surname_initial, left(date_of_birth, 4) AS birth_year "  # noqa: S608
        f"FROM read_parquet({literal(str(data / f'{name}.parquet'))}))"
        for name in SOURCES
    )
    sides = " JOIN ".join(f"{rows} AS {side}" for rows, side in zip(read, "lr", strict=True))
    met = [" AND ".join(f"l.{column} = r.{column}" for column in rule) for rule in rules]
    total = 0
    for place, rule in enumerate(met):
        earlier = "".join(f" AND NOT coalesce({each}, false)" for each in met[:place])
        total += _one(f"SELECT count(*) FROM {sides} ON {rule} WHERE true{earlier}")  # noqa: S608
    return total


def quality(links: Path, data: Path) -> Quality:
    """Compare links with the truth of the files that they link."""
    found, true = (
        f"read_parquet({literal(str(path))})" for path in (links, data / "truth.parquet")
    )
    n, n_true = _one(f"SELECT count(*) FROM {found}"), _one(f"SELECT count(*) FROM {true}")  # noqa: S608
    right = _one(
        f"SELECT count(*) FROM {found} AS found JOIN {true} AS true_link "  # noqa: S608
        "USING (record_id_l, record_id_r)"
    )
    return Quality(n, right / n, right / n_true)


def _one(query: str) -> int:
    with duckdb.connect() as connection:
        (value,) = connection.execute(query).fetchall()[0]
    return int(value)
