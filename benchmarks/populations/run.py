"""Synthetic populations, measured: ``make bench-populations``.

How fast they are made; what plain splink finds in ``census_admin``, beside published linkages;
whether a linkage of ``null_control`` shows a difference where there is none, over a hundred seeds;
whether the gaps of ``known_bias`` appear. Writes populations.json and populations.md.
"""

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from benchmarks.populations.control import LEVEL, PEOPLE, SEEDS, significant
from benchmarks.populations.linking import focal_records, linked, order
from benchmarks.populations.making import Making, making
from benchmarks.populations.plain import plain
from benchmarks.speed.engines import Quality
from synthetic_data.generate import generate

RESULTS = Path(__file__).parents[1] / "results"
SIZES = (1_000_000, 10_000_000)
GAPS = {"3": 0.05, "4": 0.10, "6": 0.20}
"""The shares of the matches of each group that ``known_bias`` takes away."""
_BIASED = 200_000
_PLAIN = 1_000_000
"""Of fewer people hardly two are alike, and a linkage is more precise than any real one."""

_PAGE = """# Synthetic populations

Made and measured by `make bench-populations`; seconds are of one machine with two cores.

## Making them

`link synth census_admin`: people, a census and a register, the truth, with two processes.

| people | wall s | CPU s | memory MB | files MB |
|---|---|---|---|---|
{makings}

## Plain splink on `census_admin`

{n:,} people; splink as its documentation shows it, one-to-one at 0.5, on cleaned values.

| | precision | recall |
|---|---|---|
| plain splink on `census_admin` | {precision:.4f} | {recall:.4f} |
| Census 2021 to the Personal Demographics Service [1] | .9995 | .9999 |
| Census 2021 to DWP's master key [2] | .9987 | .9986 |
| 2011 Census to DWP's master key [3] | .9776 | .9995 |
| 2011 Census to the Service Leavers Database [4] | .60 to .96 | .85 to .99 |

The others are what the Office for National Statistics estimated of its own linkages of a census to
administrative records: [1] Census 2021 to Personal Demographics Service linkage report, [2] 2021
Census linkage to DWP master key and encrypted NINo, [3] the same of 2011, [4] Service Leavers
Database linkage to 2011 Census (all on ons.gov.uk). The range that plain splink must lie in is
theirs: precision .60 to .9995, recall .85 to .9999.

## Groups that differ in nothing

`null_control`, {seeds} seeds of {people:,} people: at how many seeds the link rate of some ethnic
group differs from that of all, at a family-wise {level:.0%} (at most 10 of 100 is expected in 99
of 100 such experiments).

| groups drawn | tested by moving groups among | seeds with a difference |
|---|---|---|
| for each person | persons | {by_person} |
| for each household, covered together | households | {by_household} |

## Gaps that are known

`known_bias`, {biased:,} people: of three groups a share of the register's records cannot be linked
by anything they hold. Recall of the links against that of all other groups, less that share.

| ethnic group | built in | measured gap | standard error |
|---|---|---|---|
{gaps}
"""


def main() -> None:
    """Measure everything and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    said = parser.parse_args()
    with TemporaryDirectory(prefix="populations-") as temporary:
        folder = Path(temporary)
        makings = [making("census_admin", n, folder / f"made_{n}") for n in said.sizes]
        generate(order("census_admin", _PLAIN, 1), folder / "census_admin")
        found = plain(folder / "census_admin", folder / "plain")
        gaps = list(measured_gaps(folder / "known_bias"))
    null = {by: significant(by, said.seeds) for by in (False, True)}
    records = [
        *({"what": "making", **asdict(each)} for each in makings),
        {"what": "plain splink", **asdict(found), "f1": found.f1},
        *({"what": "null", "by_household": by, "seeds": len(at)} for by, at in null.items()),
        *({"what": "gap", **each} for each in gaps),
    ]
    said.results.mkdir(exist_ok=True)
    text = json.dumps(records, indent=1) + "\n"
    (said.results / "populations.json").write_text(text, encoding="utf-8")
    page = _page(makings, found, {by: len(at) for by, at in null.items()}, gaps, said.seeds)
    (said.results / "populations.md").write_text(page, encoding="utf-8")


def measured_gaps(folder: Path) -> Iterator[dict[str, float | str]]:
    """Yield, for each group with a gap, what is built in and what the links show."""
    run = linked(order("known_bias", _BIASED, 1), folder)
    matches = focal_records(folder, run).filter("has_match")
    others = matches.filter(~pl.col("group").is_in(list(GAPS)))
    base, n_others = float(others["found"].cast(pl.Float64).mean() or 0.0), len(others)
    for group, built_in in GAPS.items():
        of = matches.filter(pl.col("group") == group)["found"].cast(pl.Float64)
        recall = float(of.mean() or 0.0)
        error = (recall * (1 - recall) / len(of) + base * (1 - base) / n_others) ** 0.5
        yield {
            "group": group,
            "built_in": built_in * base,
            "measured": base - recall,
            "standard_error": error,
        }


def _page(
    makings: list[Making],
    found: Quality,
    null: dict[bool, int],
    gaps: list[dict[str, float | str]],
    seeds: int,
) -> str:
    return _PAGE.format(
        makings="\n".join(
            f"| {m.people:,} | {m.wall_s:.0f} | {m.cpu_s:.0f} | {m.peak_mb:,.0f} | "
            f"{m.files_mb:,.0f} |"
            for m in makings
        ),
        n=_PLAIN,
        precision=found.precision,
        recall=found.recall,
        seeds=seeds,
        people=PEOPLE,
        level=LEVEL,
        by_person=null[False],
        by_household=null[True],
        biased=_BIASED,
        gaps="\n".join(
            f"| {g['group']} | {g['built_in']:.3f} | {g['measured']:.3f} | "
            f"{g['standard_error']:.4f} |"
            for g in gaps
        ),
    )


if __name__ == "__main__":
    main()
