"""Encodings attacked by who holds a register: ``python -m benchmarks.privacy.graph_matching``.

A synthetic census of 10,000 people is encoded under each profile, and attacked by graph matching
with registers in clear text that hold more or less of the same people. Writes
privacy_attack_graph.json and privacy_attack_graph.md.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa

from benchmarks.privacy.encodings import PROJECT, profiles
from benchmarks.privacy.graphs import Graph, graph_of, matched
from benchmarks.privacy.population import sources
from cli.progress import observer
from linkage.privacy.attack.target import Flags, Whole
from linkage.privacy.encoder import encode
from linkage.privacy.keys import BYTES, Key
from linkage.privacy.schema import Schema

RESULTS = Path(__file__).parents[1] / "results"
PEOPLE = 11_200
"""People of whom the census holds about 10,000."""

_NAMES = ("first_name", "surname")

Record = dict[str, object]

_PAGE = """# What a register in clear text tells of encodings

Made by `python -m benchmarks.privacy.graph_matching`: {records:,} records of a synthetic census,
attacked by someone who holds a register of names, dates and postcodes, encodes it under a key of
their own, and lays the graph of which records agree on what over that of the encodings. *Said*: the
share of all records of which the attack says who they are. Then the share whose name is rightly
told, in the register that was used:

- *the census itself*: the same records, in another order; *nine in ten* and *half* of them;
- *an administrative source*: the same people as another body has them, with its own mistakes,
  omissions and people;
- *other people*: a census of others, drawn from the same names.

| encoding | register | said | first name | surname | any name |
|---|---|---|---|---|---|
{rows}

Profile `keys`, whose match-keys are nearly all unique, is attacked in the same way. How alike
filters are that are not equal plays no part: an attack that uses it may do better.
"""


def main() -> None:
    """Attack every profile with every register and write what was named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--results", type=Path, default=RESULTS)
    said = parser.parse_args()
    with observer("plain", sys.stderr) as watching:
        own, others = (sources(said.people, seed, watching) for seed in (1, 2))
    census = own["census"]
    registers = _registers(own, others)
    found = [
        each
        for encoding in profiles()
        for each in _attacked(encoding.name, encoding.schema, census, registers)
    ]
    said.results.mkdir(exist_ok=True)
    text = json.dumps(found, indent=1) + "\n"
    (said.results / "privacy_attack_graph.json").write_text(text, encoding="utf-8")
    page = _PAGE.format(records=census.num_rows, rows="\n".join(map(_row, found)))
    (said.results / "privacy_attack_graph.md").write_text(page, encoding="utf-8")


def _registers(own: Mapping[str, pa.Table], others: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """Return what the attacker may hold, the most like the census first."""
    census = own["census"]
    (other,) = (table for name, table in own.items() if name != "census")
    order = np.random.default_rng(1).permutation(census.num_rows)
    shares = {"the census itself": 1.0, "nine in ten of it": 0.9, "half of it": 0.5}
    parts = {
        name: census.take(pa.array(order[: int(share * len(order))]))
        for name, share in shares.items()
    }
    return {**parts, "an administrative source": other, "other people": others["census"]}


def _attacked(
    name: str, schema: Schema, census: pa.Table, registers: Mapping[str, pa.Table]
) -> Iterator[Record]:
    encodings = _graph(census, schema)
    for register, held in registers.items():
        found = matched(encodings, _graph(held, schema))
        right = {column: _right(census, held, column, found) for column in _NAMES}
        yield {
            "encoding": name,
            "register": register,
            "said": round(float((found >= 0).mean()), 4),
            **{column: round(float(each.mean()), 4) for column, each in right.items()},
            "any_name": round(float(np.logical_or.reduce([*right.values()]).mean()), 4),
        }
        print(f"{name}, {register}: done", file=sys.stderr, flush=True)


def _graph(records: pa.Table, schema: Schema) -> Graph:
    """Return the graph of records, encoded under a key that is nobody else's."""
    return graph_of(encode(records, schema, Key(PROJECT, 1, os.urandom(BYTES))), schema)


def _right(census: pa.Table, register: pa.Table, column: str, found: Whole) -> Flags:
    """Return of which records (n,) the register's record that was found has the same value."""
    true = np.array(census[column].fill_null("").to_pylist(), dtype=np.str_)
    told = np.array([*register[column].fill_null("").to_pylist(), ""], dtype=np.str_)[found]
    right: Flags = (true == told) & (found >= 0) & (true != "")
    return right


def _row(record: Mapping[str, object]) -> str:
    names = ("said", *_NAMES, "any_name")
    shares = " | ".join(f"{float(str(record[name])):.2%}" for name in names)
    return f"| {record['encoding']} | {record['register']} | {shares} |"


if __name__ == "__main__":
    main()
