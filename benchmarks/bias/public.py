"""Who is left out of a census linked to a social-security register, where the truth is known.

pseudopeople's census and register (benchmarks/accuracy), shown by race, sex and age band. First the
product is given the truth, and its own table ``estimates`` is read; then a review of 300 records of
each race is done by a reviewer who knows the truth, and its gaps are settled beside the links'.
"""

import json
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow.parquet as pq

from benchmarks.accuracy.measured import measure
from benchmarks.accuracy.sets import HERE, data_folder, public_sets
from benchmarks.bias.populations import read
from benchmarks.bias.reviews import findings, reviewed
from benchmarks.coverage.cache import Cache
from quality import measures
from quality.bias.link_rate_parts import CAUSES
from quality.estimate import Estimate, from_table

NAME = "public"
SET, A_GROUP, REVIEWS = "census_ssa", 300, 20
_GROUPS = """
groups:
  race: {source: census, column: race_ethnicity}
  sex: {source: census, column: sex, standard: sex}
  age: {source: census, from: date_of_birth, on: 2020-04-01, standard: age.bands_8, split: [20]}
"""
_SHOWN = tuple(
    measures.comparison(each, measures.GAP)
    for each in (measures.LINK_RATE, measures.COVERAGE, measures.RECALL, measures.PRECISION)
)
CALLED = (measures.LOWER, measures.HIGHER)


def records(cache: Cache) -> list[dict[str, Any]]:
    """Return a record for each gap against the reference: by truth, and over reviews."""
    with TemporaryDirectory(prefix="bias-public-") as temporary:
        folder = Path(temporary)
        run, truth = _linked(folder)
        rows = from_table(pq.read_table(run / "restricted" / "estimates.parquet"))
        known = read(run, truth)
        reviews = [findings(reviewed(known, A_GROUP, seed)) for seed in range(REVIEWS)]
    by_truth = [_record("truth", row) for row in rows if row.measure in _SHOWN]
    return [*by_truth, *_over_reviews(reviews)]


def _linked(folder: Path) -> tuple[Path, Path]:
    (folder / "DATA").symlink_to(data_folder())
    config, truth = Path(shutil.copy(HERE / f"{SET}.yaml", folder)), folder / "truth.parquet"
    public_sets()[SET].write_truth(truth)
    with config.open("a", encoding="utf-8") as file:
        file.write(f"{_GROUPS}quality: {{draws: 0, truth: truth.parquet}}\n")
    done = measure(["-m", "cli", "run", str(config), "--json"], folder)
    return Path(json.loads(done.stdout)["run"]), truth


def _record(by: str, row: Estimate) -> dict[str, Any]:
    causes = next((each for each in row.assumptions if each.startswith(CAUSES)), None)
    return {
        "by": by,
        "measure": row.measure,
        "characteristic": row.characteristic,
        "group": row.group,
        "reference": row.reference,
        "records": row.n_records,
        "gap": row.estimate,
        "lower": row.lower,
        "upper": row.upper,
        "p_adjusted": row.p_adjusted,
        "tests": row.n_tests,
        "finding": row.finding,
        "status": row.status,
        "causes": None if causes is None else causes.removeprefix(CAUSES),
    }


def _over_reviews(reviews: Sequence[Sequence[Estimate]]) -> Iterator[dict[str, Any]]:
    """Yield how often each measured gap was called, and how often there were too few to tell."""
    first = {(r.measure, r.characteristic, r.group): r for r in reviews[0] if r.measure in _SHOWN}
    for (measure_, characteristic, group), row in first.items():
        if measure_ == measures.LINK_RATE_GAP:
            continue
        own = [
            each
            for review in reviews
            for each in review
            if (each.measure, each.characteristic, each.group) == (measure_, characteristic, group)
        ]
        status = Counter(each.status for each in own)
        yield _record("review", row) | {
            "reviews": len(own),
            "called": sum(each.finding in CALLED for each in own),
            "too_few": status["too_few_to_tell"],
        }


def page(found: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Yield the lines of the page."""
    yield "# Census and social-security register: who is left out\n"
    yield " ".join((__doc__ or "").splitlines()[2:]) + "\n"
    for by, says in (("truth", "## By truth\n"), ("review", "## By review\n")):
        yield says
        own = [each for each in found if each["by"] == by]
        last = "causes" if by == "truth" else "called in reviews; too few to tell in"
        yield f"| gap in | of | records | gap [interval] | adjusted p | finding | status | {last} |"
        yield "|---|---|---|---|---|---|---|---|"
        for r in own:
            yield _line(r)
        yield ""


def _line(r: dict[str, Any]) -> str:
    p = "" if r["p_adjusted"] is None else f"{r['p_adjusted']:.3f}"
    last = r["causes"] or ""
    if r["by"] == "review":
        last = f"{r['called']} of {r['reviews']}; {r['too_few']} of {r['reviews']}"
    return (
        f"| {r['measure'].removesuffix('_gap')} | {r['group']} against {r['reference']} "
        f"| {r['records']} | {r['gap']:+.3f} [{r['lower']:+.3f}, {r['upper']:+.3f}] | {p} "
        f"| {r['finding']} | {r['status']} | {last} |"
    )
