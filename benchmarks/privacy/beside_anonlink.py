"""Linkage on encodings beside anonlink: ``python -m benchmarks.privacy.beside_anonlink``.

anonlink compares record-level filters (CLKs), made here of the same cleaned fields of the same
records as ours, by Dice, and takes the best pairs greedily. Writes privacy_anonlink.json and
privacy_anonlink.md to benchmarks/results, or to the folder that ``--results`` names.
"""

import argparse
import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from benchmarks.privacy.anonlink_environment import FOLDER, VERSION, anonlink
from benchmarks.privacy.cases import Case, case, population
from benchmarks.privacy.linking import Linked, clear, encoded
from benchmarks.privacy.losses import Record, agreement
from benchmarks.speed.watched import LINKS, START
from linkage.config.privacy_settings import Privacy
from linkage.privacy.clk import clks
from linkage.privacy.clk_profile import clk_schema_for

RESULTS = Path(__file__).parents[1] / "results"
PEOPLE = 11_200
"""People of whom the census holds about 10,000."""

_THRESHOLDS = (0.7, 0.75, 0.8, 0.85, 0.9)
_BLOCKS: dict[str, dict[str, int] | None] = {
    "all pairs": None,
    "blocked on 20 x 16 bits": {"tables": 20, "bits": 16},
    "blocked on 20 x 24 bits": {"tables": 20, "bits": 24},
}

_PAGE = """# Linkage on encodings beside anonlink

Made by `python -m benchmarks.privacy.beside_anonlink`: anonlink {version} from PyPI, its Dice in
C++, on CLKs of 1,024 bits of the same cleaned fields of the same records; ours from encoded folders
to links. anonlink blocks on bits of the filters themselves (its `bit_blocking`). Its threshold
is the user's to choose, and the best one is not known without the truth; ours is chosen from the
data. Seconds are CPU seconds: of comparing and of solving, and for ours of everything from files to
links. Memory is of the whole process.

| records | way | threshold | precision | recall | F1 | pairs compared | CPU s | MB |
|---|---|---|---|---|---|---|---|---|
{rows}
"""


def main() -> None:
    """Link febrl4 and an invented population in every way and write what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--environment", type=Path, default=FOLDER)
    parser.add_argument("--results", type=Path, default=RESULTS)
    said = parser.parse_args()
    records: list[Record] = []
    with tempfile.TemporaryDirectory(prefix="encoded-") as temporary:
        folder = Path(temporary)
        cases = {"febrl4": case("febrl4", folder), "population": population(said.people, folder)}
        for name, of in cases.items():
            records += _measured(name, of, folder / name, said.environment)
    said.results.mkdir(exist_ok=True)
    text = json.dumps(records, indent=1) + "\n"
    (said.results / "privacy_anonlink.json").write_text(text, encoding="utf-8")
    (said.results / "privacy_anonlink.md").write_text(page(records), encoding="utf-8")


def _measured(name: str, of: Case, folder: Path, environment: Path) -> Iterator[Record]:
    plain = clear(of.with_fields(), folder / "clear")
    held = [_records(plain, source, of) for source in of.sources]
    about = {"case": name, "records": " x ".join(f"{each.num_rows:,}" for each in held)}
    yield about | _ours(of, "clear", plain)
    for profile in ("standard", "high"):
        yield about | _ours(of, profile, encoded(of, profile, folder / profile))
    for each in _theirs(of, held, environment):
        yield about | each


def _ours(of: Case, way: str, done: Linked) -> Record:
    (links,) = [each for each in done.watched.stages if each.stage == LINKS]
    (start,) = [each for each in done.watched.stages if each.stage == START]
    figures = asdict(agreement(done.links, of.truth))
    taken = {"cpu_s": round(links.cpu_s - start.cpu_s, 2), "peak_mb": links.peak_mb}
    return {"way": way, "threshold": None, **figures, "pairs": done.pairs["score"], **taken}


def _theirs(of: Case, held: Sequence[pa.Table], environment: Path) -> Iterator[Record]:
    schema = clk_schema_for(Privacy(project="anonlink", fields=tuple(of.fields)))
    secret = os.urandom(32)
    left, right = (clks(each, schema, secret) for each in held)
    ids = [each["record_id"].to_pylist() for each in held]
    for way, blocks in _BLOCKS.items():
        found = anonlink(environment, (left, right), {"thresholds": _THRESHOLDS, "blocks": blocks})
        for solved in found["solved"]:
            yield _solved(of, way, ids, found, solved)


def _solved(
    of: Case,
    way: str,
    ids: Sequence[Sequence[str]],
    found: Mapping[str, Any],
    solved: Mapping[str, Any],
) -> Record:
    pairs = [(ids[0][i], ids[1][j]) for i, j in solved["links"]]
    links = pl.DataFrame(pairs, schema=["left", "right"], orient="row")
    return {
        "way": f"anonlink, {way}",
        "threshold": solved["threshold"],
        **asdict(agreement(links, of.truth)),
        "pairs": found["compared"],
        "cpu_s": round(found["cpu_s"] + solved["cpu_s"], 2),
        "peak_mb": round(found["peak_mb"], 1),
    }


def _records(done: Linked, source: str, of: Case) -> pa.Table:
    path = done.run / "restricted" / f"records_{source}.parquet"
    table = pl.read_parquet(path, columns=["record_id", *of.fields]).to_arrow()
    return table.cast(pa.schema([pa.field(name, pa.string()) for name in table.column_names]))


def page(records: Sequence[Mapping[str, Any]]) -> str:
    """Return the page of what was found."""
    return _PAGE.format(version=VERSION, rows="\n".join(map(_row, records)))


def _row(record: Mapping[str, Any]) -> str:
    shares = " | ".join(f"{record[name]:.4f}" for name in ("precision", "recall", "f1"))
    threshold = record["threshold"] or "chosen"
    return (
        f"| {record['case']}, {record['records']} | {record['way']} | {threshold} | {shares} "
        f"| {record['pairs']:,} | {record['cpu_s']:,.1f} | {record['peak_mb']:,.0f} |"
    )


if __name__ == "__main__":
    main()
