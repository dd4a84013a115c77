"""Whether the interval of each stage's share of a gap holds the true share.

``python -m benchmarks.bias.decomposition``

Populations of ``known_bias``, in which the register also holds a variable that some groups were
asked less often and answered less often, are linked by the product. Each is reviewed many times, in
the product's design, by reviewers who know the truth; the product's decomposition of each review is
set beside the true one. Writes benchmarks/results/bias_decomposition.json and .md.
"""

import argparse
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from benchmarks.bias.decomposed_world import A_GROUP, BY, World, made, reviewing, true_stages
from benchmarks.bias.decomposition_table import page
from benchmarks.coverage.cache import ROOT
from benchmarks.coverage.worlds import Reals
from quality import measures
from quality.drawn import Drawn
from quality.estimate import Estimate
from quality.missingness.basis import known
from quality.missingness.decomposition import decomposed
from quality.missingness.stages import gaps
from quality.review.allocation import allocate

Record = dict[str, Any]

RESULTS = ROOT / "benchmarks" / "results"
POPULATIONS, REVIEWS, PEOPLE = 10, 20, 20_000
LOST = {"Indian": 0.05, "Pakistani": 0.10, "African": 0.20}
"""The share of their matches that ``known_bias`` takes from three groups."""

OTHERS = "all other groups"


def main() -> None:
    """Make, link and review every population, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--populations", type=int, default=POPULATIONS)
    parser.add_argument("--reviews", type=int, default=REVIEWS)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--results", type=Path, default=RESULTS)
    said = parser.parse_args()
    found: list[Record] = []
    numbers = 0
    for seed in range(said.populations):
        with TemporaryDirectory(prefix="decomposition-") as temporary:
            world = made(Path(temporary), said.people, seed)
        found += scored(world, seed, range(said.reviews))
        numbers += numbers_without_review(world)
        print(f"population {seed + 1} of {said.populations}: done", flush=True)
    records = [*summary(found), {"what": "without review", "numbers_given": numbers}]
    said.results.mkdir(exist_ok=True)
    text = json.dumps(records, indent=1) + "\n"
    (said.results / "bias_decomposition.json").write_text(text, encoding="utf-8")
    shown = page(records, said.populations, said.reviews, said.people, A_GROUP)
    (said.results / "bias_decomposition.md").write_text(shown, encoding="utf-8")


def scored(world: World, seed: int, reviews: Iterable[int]) -> Iterator[Record]:
    """Yield, for each review, group and stage, whether its interval holds the truth."""
    frame = world.focal.frame
    design = allocate(frame, A_GROUP * len(world.focal.groups))
    truth = {name: true_stages(world, at) for at, name in enumerate(world.focal.groups)}
    for number in reviews:
        rows = list(decomposed(world.config, world.tallies, reviewing(world, design, number)))
        for row in rows:
            if row.measure == measures.STAGE_SHARE and row.characteristic == BY:
                own, reference = truth[str(row.group)], truth[str(row.reference)]
                yield _record(row, own, reference) | {"population": seed, "review": number}


def _record(row: Estimate, own: Mapping[str, Reals], reference: Mapping[str, Reals]) -> Record:
    """Return the interval of a row beside the true share; without one, nothing was given."""
    parts = gaps(own, reference)
    total = float(sum(part[0] for part in parts.values()))
    truth = float(parts[str(row.stage)][0]) / total
    given = row.lower is not None and row.upper is not None
    return {
        "group": next((name for name in LOST if str(row.group).endswith(f": {name}")), OTHERS),
        "stage": row.stage,
        "truth": truth,
        "gap": total,
        "value": row.estimate,
        "width": (row.upper or 0.0) - (row.lower or 0.0) if given else None,
        "given": given,
        "inside": given and (row.lower or 0.0) <= truth <= (row.upper or 0.0),
    }


def numbers_without_review(world: World) -> int:
    """Return how many figures the product gives for coverage, blocking or linking unmeasured.

    Raises
    ------
    SystemExit
        When it does not name each of them as not identified.
    """
    rows = list(decomposed(world.config, world.tallies, known(Drawn(), [], {})))
    stages = (measures.COVERED, measures.BLOCKED, measures.RIGHTLY_LINKED)
    of_stages = [row for row in rows if row.stage in stages]
    named = {row.stage for row in of_stages if row.status == "not_identified"}
    if named != set(stages):
        raise SystemExit("a stage that nothing identifies is not named so")
    return sum(row.estimate is not None for row in of_stages)


def summary(found: list[Record]) -> list[Record]:
    """Return a record for each group and stage: how often the interval held the true share."""
    rows = pl.DataFrame(found)
    made: list[Record] = []
    for (group, stage), cell in rows.group_by("group", "stage", maintain_order=True):
        given = cell.filter("given")
        inside = float(given["inside"].cast(pl.Float64).mean() or 0.0)
        made.append(
            {
                "what": "share",
                "group": group,
                "stage": stage,
                "repeats": len(cell),
                "given": len(given),
                "inside": inside,
                "standard_error": (inside * (1 - inside) / max(len(given), 1)) ** 0.5,
                "mean_truth": given["truth"].mean(),
                "mean_value": given["value"].mean(),
                "median_width": given["width"].median(),
            }
        )
    order = [*LOST, OTHERS]
    return sorted(made, key=lambda record: order.index(record["group"]))


if __name__ == "__main__":
    main()
