"""Are our record-level filters those of clkhash? ``python -m benchmarks.privacy.clkhash_oracle``.

Gives clkhash the schemas that we export, which it checks against its own definition, and the same
records; and compares every bit. Writes privacy_clkhash.json and .md to benchmarks/results, or to
the folder that ``--results`` names. clkhash is installed into an environment of its own.
"""

import argparse
import base64
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from benchmarks.privacy.clkhash_environment import FOLDER, VERSION, clkhash
from benchmarks.privacy.people import FIELDS, people
from linkage.config.privacy_settings import Privacy
from linkage.privacy.clk import clks
from linkage.privacy.clk_profile import clk_schema_for
from linkage.privacy.clkhash_schema import ClkSchema, Comparison, Feature

RESULTS = Path(__file__).parents[1] / "results"
PEOPLE = 20_000
_SECRET = "a secret used only to compare two programs"  # noqa: S105 - protects nothing
_SEED = 1

_PAGE = """# Record-level filters beside clkhash {version}

Made by `python -m benchmarks.privacy.clkhash_oracle`. Every schema was written by us and accepted
by clkhash, which encoded the same records with it; then all bits were compared. Run it once a
release of either: clkhash pins libraries that the toolkit does not have, so it lives in an
environment of its own and is no dependency. What runs with every test are the golden vectors in
`tests/data/clkhash`.

| schema | records | bits | records that differ |
|---|---|---|---|
{rows}
"""


def main() -> None:
    """Compare every schema and write what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--environment", type=Path, default=FOLDER)
    parser.add_argument("--results", type=Path, default=RESULTS)
    said = parser.parse_args()
    found = [
        _compared(name, schema, rows, said.environment)
        for name, schema, rows in _cases(said.people)
    ]
    said.results.mkdir(exist_ok=True)
    (said.results / "privacy_clkhash.json").write_text(json.dumps(found, indent=1) + "\n")
    (said.results / "privacy_clkhash.md").write_text(_page(found))
    if any(each["differ"] for each in found):
        raise SystemExit("clkhash makes other filters: see privacy_clkhash.md")


def _compared(
    name: str, schema: ClkSchema, rows: Sequence[Sequence[str]], environment: Path
) -> dict[str, object]:
    asked = {"schema": json.loads(schema.as_json()), "rows": rows, "secret": _SECRET, "clks": True}
    theirs = clkhash(environment, asked)["clks"]
    columns = dict(zip((f.name for f in schema.features), zip(*rows, strict=True), strict=True))
    made = clks(pa.table({n: list(c) for n, c in columns.items()}), schema, _SECRET.encode())
    ours = [base64.b64encode(row.tobytes()).decode() for row in made]
    if not isinstance(theirs, list) or len(ours) != len(theirs):
        raise SystemExit(f"{name}: another number of records")
    differ = sum(one != other for one, other in zip(ours, theirs, strict=True))
    return {"schema": name, "records": len(ours), "bits": schema.length, "differ": differ}


def _cases(n: int) -> Iterator[tuple[str, ClkSchema, list[list[str]]]]:
    """Yield schemas with the records that they are for."""
    rows = _rows(people(n))
    usual = clk_schema_for(Privacy(project="P-2026-014", fields=FIELDS))
    yield "as `link clkhash export` writes it", usual, rows
    yield "folded once, SHA512", _with(usual, folds=1, length=512, digest="sha512"), rows
    yield "12 bits a token, 256 bits", _with(usual, length=256, per_token=12), rows
    yield "40 bits a token, 2048 bits", _with(usual, length=2048, per_token=40), rows
    yield "trigrams, one feature passed over", _trigrams(usual), rows
    yield "numbers near each other, whole numbers, several scripts", *_numbers()


def _rows(records: pa.Table) -> list[list[str]]:
    columns = [records[field].cast(pa.string()).fill_null("").to_pylist() for field in FIELDS]
    return [list(row) for row in zip(*columns, strict=True)]


def _with(
    schema: ClkSchema,
    length: int,
    folds: int = 0,
    digest: str = "sha256",
    per_token: int | None = None,
) -> ClkSchema:
    features = schema.features
    if per_token is not None:
        features = tuple(
            Feature(f.name, f.comparison, per_token=per_token, date=f.date, missing=f.missing)
            for f in features
        )
    return ClkSchema(features, length, folds, digest, schema.salt, schema.info)


def _trigrams(schema: ClkSchema) -> ClkSchema:
    trigrams = Comparison("ngram", 3, positional=True)
    features = [
        Feature(f.name) if f.name == "sex" else Feature(f.name, trigrams, per_feature=101)
        for f in schema.features
    ]
    return ClkSchema(tuple(features), salt=schema.salt, info=schema.info, key_bytes=32)


def _numbers() -> tuple[ClkSchema, list[list[str]]]:
    """Return numbers of every kind, and texts of several scripts with awkward spaces."""
    near = Comparison("numeric", distance=7.5, resolution=4, fraction=2)
    whole = Comparison("numeric", distance=3, resolution=2)
    features = (
        Feature("amount", near, per_token=9),
        Feature("height", whole, per_feature=90, integer=True),
        Feature("weight", whole, per_token=11),
        Feature("text", Comparison("ngram", 1), per_feature=70, missing=("-", "none")),
    )
    draw = random.Random(_SEED)  # noqa: S311 - nothing is kept secret by it
    texts = ["-", "", "  two  spaces ", "李 明", "Ñandú", "e\u0301", "a\nb", "\U0001f600 x"]
    rows = [
        [
            f"{draw.uniform(-1e4, 1e4):.3f}",
            draw.choice(["", "+"]) + f"{draw.randrange(10**6):07}",
            draw.choice([f"{draw.uniform(-99, 99):.2f}", str(draw.randrange(-500, 500))]),
            draw.choice(texts),
        ]
        for _ in range(2_000)
    ]
    return ClkSchema(features, salt=b"salt"), rows


def _page(found: Sequence[Mapping[str, object]]) -> str:
    rows = [f"| {f['schema']} | {f['records']:,} | {f['bits']:,} | {f['differ']} |" for f in found]
    return _PAGE.format(version=VERSION, rows="\n".join(rows))


if __name__ == "__main__":
    main()
