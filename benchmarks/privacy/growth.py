"""How what is named grows with the file: ``python -m benchmarks.privacy.growth``.

Chains of equal encodings join more records in a larger file. The profiles are attacked by frequency
in censuses of three sizes, with the source's own counts drawn anew; beside them ``high`` with the
initial of the other name in every salt, as it is under the postcode alone. Writes
privacy_attack_growth.json and privacy_attack_growth.md.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from benchmarks.privacy.encodings import PROJECT, Encoding, profiles
from benchmarks.privacy.population import census
from cli.progress import observer
from linkage.privacy.attack.assess import assess
from linkage.privacy.encoder import encode
from linkage.privacy.keys import BYTES, Key
from linkage.privacy.schema import Encoded, Filter

RESULTS = Path(__file__).parents[1] / "results"
SIZES = (56_000, 112_000, 336_000)
_INITIALS = {"surname": "first_initial", "first_name": "surname_initial"}

_PAGE = """# What is named of files of more people

Made by `python -m benchmarks.privacy.growth`: synthetic censuses encoded under the profiles and
attacked as in [the attack on each encoding](privacy_attack.md), with the source's own counts drawn
anew. Largest class: the most records that were seen to share a surname.

| encoding | records | first name | surname | any name | largest class |
|---|---|---|---|---|---|
{rows}
"""


@dataclass(frozen=True)
class Grown:
    """Shares of one encoding at one size."""

    encoding: str
    records: int
    first_name: float
    surname: float
    any_name: float
    largest: float


def main() -> None:
    """Attack and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--results", type=Path, default=RESULTS)
    said = parser.parse_args()
    found = [each for people in said.sizes for each in _grown(people)]
    found.sort(key=lambda each: (each.encoding, each.records))
    written = json.dumps([asdict(each) for each in found], indent=1)
    page = _PAGE.format(rows="\n".join(map(_row, found)))
    said.results.mkdir(exist_ok=True)
    (said.results / "privacy_attack_growth.json").write_text(written + "\n", encoding="utf-8")
    (said.results / "privacy_attack_growth.md").write_text(page, encoding="utf-8")


def _grown(people: int) -> Iterator[Grown]:
    with observer("plain", sys.stderr) as watching:
        records = census(people, {}, watching).records
    for encoding in _encodings():
        sent = encode(records, encoding.schema, Key(PROJECT, 1, os.urandom(BYTES)))
        risk = assess(records, sent, encoding.schema, None, {})
        field = {each.field: each for each in risk.fields}
        yield Grown(
            encoding.name,
            risk.records,
            round(field["first_name"].share, 5),
            round(field["surname"].share, 5),
            round(risk.any_name, 5),
            round(field["surname"].joined, 5),
        )


def _encodings() -> Iterator[Encoding]:
    """Yield ``standard``, ``high``, and ``high`` with initials in every salt of a name."""
    offered = {encoding.name: encoding for encoding in profiles()}
    yield offered["profile standard"]
    yield (high := offered["profile high"])
    columns = tuple(map(_with_initial, high.schema.columns))
    yield Encoding("high, initials in every salt", replace(high.schema, columns=columns))


def _with_initial(column: Encoded) -> Encoded:
    if not isinstance(column, Filter) or column.of not in _INITIALS:
        return column
    salt = tuple(dict.fromkeys((*column.salt, _INITIALS[column.of])))
    return replace(column, salt=salt)


def _row(each: Grown) -> str:
    shares = (each.first_name, each.surname, each.any_name, each.largest)
    return f"| {each.encoding} | {each.records:,} | {' | '.join(f'{s:.2%}' for s in shares)} |"


if __name__ == "__main__":
    main()
