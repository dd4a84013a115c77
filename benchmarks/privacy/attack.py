"""Encodings under attack: ``python -m benchmarks.privacy.attack``.

A synthetic census of 100,000 people is encoded in each way under a key drawn for it, and attacked
by someone who knows every parameter and how frequent names are, but not the key. Writes
privacy_attack.json and privacy_attack.md.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from time import perf_counter

import numpy as np
import pyarrow as pa

from benchmarks.privacy.attack_table import page
from benchmarks.privacy.blip import blipped, gathered
from benchmarks.privacy.encodings import PROJECT, Encoding, encodings
from benchmarks.privacy.length import lengths
from benchmarks.privacy.population import LISTED, PEOPLE, Attacked, attacked
from cli.progress import observer
from linkage.privacy.attack.assess import assess
from linkage.privacy.attack.target import ValueList
from linkage.privacy.attack.undoing import bits_of
from linkage.privacy.encoder import encode
from linkage.privacy.keys import BYTES, Key
from linkage.privacy.schema import Filter, stored

RESULTS = Path(__file__).parents[1] / "results"

Record = dict[str, object]


def main() -> None:
    """Attack every encoding with both lists and write what was named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--listed", type=int, default=LISTED)
    parser.add_argument("--results", type=Path, default=RESULTS)
    said = parser.parse_args()
    with observer("plain", sys.stderr) as watching:
        people = attacked(said.people, said.listed, watching)
    records = list(lengths(people.records))
    for encoding in encodings():
        records += attacks(people, encoding)
    written = json.dumps(records, indent=1)
    said.results.mkdir(exist_ok=True)
    (said.results / "privacy_attack.json").write_text(written + "\n", encoding="utf-8")
    (said.results / "privacy_attack.md").write_text(page(records), encoding="utf-8")


def attacks(people: Attacked, encoding: Encoding) -> Iterator[Record]:
    """Yield what is named of one encoding, under a key drawn for it, with each list."""
    sent = _sent(people.records, encoding, Key(PROJECT, 1, os.urandom(BYTES)))
    lists: dict[str, Mapping[str, ValueList]] = {"population": people.lists, "own": {}}
    for name, given in lists.items():
        began = perf_counter()
        yield from _attack(people, encoding, sent, name, given)
        print(f"{encoding.name}, {name}: {perf_counter() - began:.0f} s", file=sys.stderr)


def _attack(
    people: Attacked,
    encoding: Encoding,
    sent: pa.Table,
    name: str,
    given: Mapping[str, ValueList],
) -> Iterator[Record]:
    risk = assess(people.records, sent, encoding.schema, people.groups, given)
    about = {"encoding": encoding.name, "list": name, "records": risk.records}
    for each in risk.fields:
        yield {
            **about,
            "field": each.field,
            "group": "",
            "share": round(each.share, 5),
            "claimed": round(each.claimed, 5),
            "exact": round(each.exact, 5),
            "attack": each.attack,
        }
    yield {**about, "field": "any name", "group": "", "share": round(risk.any_name, 5)}
    for group in risk.by_group:
        called = f"{group.characteristic}: {group.group}"
        held = {"n": group.records, "share": round(group.share, 5)}
        yield {**about, "field": "any name", "group": called, **held}


def _sent(records: pa.Table, encoding: Encoding, key: Key) -> pa.Table:
    """Return the encodings, with BLIP and what can be taken out of it again where it is asked."""
    sent = encode(records, encoding.schema, key)
    if not encoding.flipped:
        return sent
    rng = np.random.default_rng(1)
    for column in encoding.schema.columns:
        if isinstance(column, Filter):
            bits, held = bits_of(sent, column)
            noisy = blipped(bits, encoding.flipped, rng)
            there = np.flatnonzero(held)
            cluster, centres = gathered(noisy[there], encoding.flipped, rng)
            found = cluster >= 0
            noisy[there[found]] = centres[cluster[found]]
            words = np.packbits(noisy, axis=1, bitorder="little").view("<u8")
            for name, word in zip(stored(column), words.T, strict=True):
                place = sent.column_names.index(name)
                sent = sent.set_column(place, name, pa.array(word, pa.uint64(), mask=~held))
    return sent


if __name__ == "__main__":
    main()
