"""Encodings linked, beside clear text of the same fields: ``make bench-encoded``.

Every way goes through the command line: ``link encode`` for each owner and ``link run``; and
``link run`` on clear text. Writes privacy_accuracy.json and privacy_accuracy.md to
benchmarks/results, or to the folder that ``--results`` names; what is not run again is kept.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import get_args

import polars as pl

from benchmarks.privacy.accuracy_table import ALL, SAME, page
from benchmarks.privacy.cases import PEOPLE, Case, case, names
from benchmarks.privacy.linking import Linked, clear, encoded
from benchmarks.privacy.losses import Record, agreement, broken_salts, lost_by_group
from linkage.config.privacy_settings import Privacy, Profile
from linkage.privacy.profiles import schema_for

RESULTS = Path(__file__).parents[1] / "results"

KEYS = 3
"""Keys that each profile is tried with: record ids, row order and the bits of encodings differ."""

_KEY = ("what", "case", "way", "characteristic", "group", "stage")


def main() -> None:
    """Run the cases and profiles that the command line names, all of them when it names none."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    profiles = get_args(Profile)
    parser.add_argument("--cases", nargs="+", choices=names(), default=names())
    parser.add_argument("--profiles", nargs="+", choices=profiles, default=profiles)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--keys", type=int, default=KEYS, help="fresh keys that each is tried with")
    parser.add_argument("--results", type=Path, default=RESULTS)
    said = parser.parse_args()
    kept = said.results / "privacy_accuracy.json"
    before: list[Record] = json.loads(kept.read_text()) if kept.exists() else []
    records = {_key(record): record for record in before}
    for name in said.cases:
        for record in measured(name, said.profiles, said.people, said.keys):
            records[_key(record)] = record
        said.results.mkdir(exist_ok=True)
        order = [
            record for each in names() for record in records.values() if record["case"] == each
        ]
        kept.write_text(json.dumps(order, indent=1) + "\n", encoding="utf-8")
        (said.results / "privacy_accuracy.md").write_text(page(order), encoding="utf-8")


def measured(name: str, profiles: Sequence[Profile], people: int, keys: int) -> Iterator[Record]:
    """Yield what was found of one case: clear text twice, and each profile beside it.

    A profile is tried with so many ``keys``; all but its least and greatest F1 is of the first.
    """
    with tempfile.TemporaryDirectory(prefix="encoded-") as temporary:
        folder = Path(temporary)
        of = case(name, folder, people)
        everything = clear(of.with_all(), folder / "all")
        yield from _found(of, ALL, everything)
        same = clear(of.with_fields(), folder / "fields")
        yield from _found(of, SAME, same)
        truth = _labelled(of, everything)
        for profile in profiles:
            done, *again = (encoded(of, profile, folder / profile) for _ in range(keys))
            yield from _found(of, profile, done)
            about = {"case": name, "way": profile}
            reached = [agreement(each.links, of.truth).f1 for each in (done, *again)]
            yield {"what": "over_keys", **about, "keys": keys, "f1": sorted(reached)}
            lost = lost_by_group(truth, list(of.groups), same.links, done.links)
            yield from ({"what": "lost", **about, **each} for each in lost)
            salts = _salts(of, profile, truth, same)
            yield from ({"what": "salts", **about, **each} for each in salts)


def _found(of: Case, way: str, done: Linked) -> Iterator[Record]:
    figures = agreement(done.links, of.truth)
    about = {"case": of.name, "way": way}
    print(f"{of.name} {way}: F1 {figures.f1:.4f}", file=sys.stderr, flush=True)
    yield {"what": "f1", **about, "true_pairs": of.truth.height, **asdict(figures)}
    for taken in done.watched.stages:
        pairs = done.pairs.get(taken.stage)
        yield {"what": "stage", **about, **asdict(taken), "pairs": pairs}


def _labelled(of: Case, everything: Linked) -> pl.DataFrame:
    """Return the true pairs with the groups of the focal record, as the run with all has them."""
    side = "left" if next(iter(of.sources)) == of.linkage["focal"] else "right"
    held = _records(everything, of.linkage["focal"])
    groups = [pl.col(f"group_{name}").cast(pl.String).alias(name) for name in of.groups]
    return of.truth.join(held.select(pl.col("record_id").alias(side), *groups), on=side)


def _salts(of: Case, profile: Profile, truth: pl.DataFrame, same: Linked) -> Iterator[Record]:
    if profile == "keys":
        return iter(())
    schema = schema_for(Privacy(project="accuracy", profile=profile, fields=tuple(of.fields)))
    records = [_records(same, source) for source in of.sources]
    return broken_salts(truth, list(of.groups), schema, records)


def _records(done: Linked, source: str) -> pl.DataFrame:
    return pl.read_parquet(done.run / "restricted" / f"records_{source}.parquet")


def _key(record: Record) -> tuple[object, ...]:
    return tuple(record.get(name) for name in _KEY)


if __name__ == "__main__":
    main()
