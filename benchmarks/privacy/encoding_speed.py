"""How fast are records encoded, beside clkhash? ``python -m benchmarks.privacy.encoding_speed``.

The same standardised records, the same five fields, one core each: records a CPU second, the best
of several rounds in which all take turns. Writes privacy_encoding_speed.json and .md to
benchmarks/results, or to the folder that ``--results`` names.
"""

import argparse
import json
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import get_args

import pyarrow as pa

from benchmarks.privacy.clkhash_environment import FOLDER, VERSION, clkhash
from benchmarks.privacy.people import FIELDS, people
from linkage.config.privacy_settings import Privacy, Profile
from linkage.privacy.clk import clks
from linkage.privacy.clk_profile import clk_schema_for
from linkage.privacy.encoder import encode
from linkage.privacy.keys import BYTES, Key
from linkage.privacy.profiles import schema_for

RESULTS = Path(__file__).parents[1] / "results"
PEOPLE = 100_000
ROUNDS = 3
_PROJECT, _SECRET = "P-2026-014", "a secret used only to measure time"

_PAGE = """# How fast records are encoded

Made by `python -m benchmarks.privacy.encoding_speed`: {records:,} invented records, standardised,
of first name, surname, date of birth, sex and postcode; one core, the best of {rounds} rounds in
which all take turns. Times are CPU time, because clkhash and ours may both be given more cores.

| encoding | records a second | times clkhash |
|---|---|---|
{rows}

`clk` makes the same bits as clkhash {version} from the same schema (privacy_clkhash.md). The others
make of a record what they hold: `standard` four filters of 512 bits under salts, twelve tokens and
three bands.
"""


def main() -> None:
    """Measure every encoding and write what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--environment", type=Path, default=FOLDER)
    parser.add_argument("--results", type=Path, default=RESULTS)
    said = parser.parse_args()
    records = people(said.people)
    ways = {f"clkhash {VERSION}": _theirs(records, said.environment), **_ours(records)}
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            taken[name].append(way())
    found = [
        {
            "encoding": name,
            "records": records.num_rows,
            "records_a_second": records.num_rows / min(t),
        }
        for name, t in taken.items()
    ]
    said.results.mkdir(exist_ok=True)
    (said.results / "privacy_encoding_speed.json").write_text(json.dumps(found, indent=1) + "\n")
    (said.results / "privacy_encoding_speed.md").write_text(_page(found))


def _theirs(records: pa.Table, environment: Path) -> Callable[[], float]:
    columns = [records[field].cast(pa.string()).fill_null("").to_pylist() for field in FIELDS]
    asked = {
        "schema": json.loads(clk_schema_for(_privacy("standard")).as_json()),
        "rows": [list(row) for row in zip(*columns, strict=True)],
        "secret": _SECRET,
        "clks": False,
    }
    return lambda: float(str(clkhash(environment, asked)["cpu_s"]))


def _ours(records: pa.Table) -> dict[str, Callable[[], float]]:
    key = Key(_PROJECT, 1, bytes(BYTES))
    schema = clk_schema_for(_privacy("standard"))

    def timed(work: Callable[[], object]) -> Callable[[], float]:
        def once() -> float:
            started = time.process_time()
            work()
            return time.process_time() - started

        return once

    def encoded(profile: Profile) -> Callable[[], object]:
        return partial(encode, records, schema_for(_privacy(profile)), key)

    profiles = {profile: timed(encoded(profile)) for profile in get_args(Profile)}
    return {"clk": timed(lambda: clks(records, schema, _SECRET.encode())), **profiles}


def _privacy(profile: Profile) -> Privacy:
    return Privacy(project=_PROJECT, profile=profile, fields=FIELDS)


def _page(found: Sequence[Mapping[str, object]]) -> str:
    speeds = [float(str(each["records_a_second"])) for each in found]
    rows = [
        f"| {each['encoding']} | {speed:,.0f} | {speed / speeds[0]:.1f} |"
        for each, speed in zip(found, speeds, strict=True)
    ]
    return _PAGE.format(
        records=found[0]["records"], rounds=ROUNDS, version=VERSION, rows="\n".join(rows)
    )


if __name__ == "__main__":
    main()
