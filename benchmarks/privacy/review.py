"""Recall as reviews of encodings measure it, beside the truth: ``make bench-encoded``.

Every case is encoded and linked once, as owners and a linkage unit do. Then, by seed, a review is
drawn by the product's design, done by somebody who knows the truth and sees the product's lists,
and estimated by the product: with the share of partners listed that the model says, and beside it
as in clear text, where ranks tell it. Writes privacy_review.json and privacy_review.md.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl

from benchmarks.coverage.reviews import Review, reviewed
from benchmarks.privacy.cases import POPULATION, Case, case, names
from benchmarks.privacy.linking import encoded
from linkage.config.privacy_settings import Profile
from linkage.model.normalise import Index
from linkage.privacy.identity import LOCAL_ID
from linkage.privacy.manifest import RECORD_ID
from linkage.searching import Searching, searching
from quality import measures
from quality.errors.audit import error_rates, point
from quality.errors.cell import ASSIGNMENT, NOWHERE, RIGHT, THRESHOLD, Reviewed
from quality.errors.reviewers import Looks, Reviewers, modelled_reach
from quality.finished_run import FinishedRun, finished_run
from quality.proportion import Interval
from quality.review.allocation import Design, draw
from quality.review.focal import NO_PARTNER, Focal, read_focal
from quality.review.listing import free_first, read_free
from quality.review.looks import reach_of
from quality.review.sampling import designed
from quality.review.units import BEST

RESULTS = Path(__file__).parents[1] / "results"
PEOPLE = 22_400
"""People of the invented population, of whom a census holds about 20,000."""
BUDGET, SEEDS = 300, 200
_FOR_MEANS = 10
"""Reviews whose mean is taken, for each whose interval is looked at: one finds few partners."""
PROFILES: tuple[Profile, ...] = ("standard", "high")

_PAGE = """# Recall as a review across owners measures it

Made by `python -m benchmarks.privacy.review`: each pair of sources encoded and linked, and reviews
of {budget} records drawn and done by somebody who knows the truth and sees the 30 candidates
listed: {seeds} whose intervals are looked at, and of {means} the means. *Partners*: unlinked
records that have one. *Listed*: of these, those whose partner is among the candidates; *said*: the
share that the model says. *By ranks*: estimated as in clear text, where no more partners are taken
to lie beyond the list than in its second half. *Held*: 95% intervals that hold the true recall.

| sources | profile | partners | listed | said | true recall | mean estimate | by ranks | held |
|---|---|---|---|---|---|---|---|---|
{rows}
"""


@dataclass(frozen=True)
class Known:
    """The focal records of a run (N,), their true partners, and where these stand in the lists.

    ``rank`` is 0 where a partner is linked, not listed or not there; ``said`` is the share of
    partners listed that the model says.
    """

    focal: Focal
    partner: Index
    rank: Index
    said: float


@dataclass(frozen=True)
class Measured:
    """What was found of one case under one profile."""

    case: str
    profile: str
    partners: int
    listed: int
    said: float
    recall: float
    estimate: float
    by_ranks: float
    held: float


def main() -> None:
    """Link, review and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", nargs="+", choices=names(), default=names())
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--results", type=Path, default=RESULTS)
    said = parser.parse_args()
    found = [each for name in said.cases for each in _measured(name, said.people, said.seeds)]
    said.results.mkdir(exist_ok=True)
    written = json.dumps([asdict(each) for each in found], indent=1)
    (said.results / "privacy_review.json").write_text(written + "\n", encoding="utf-8")
    (said.results / "privacy_review.md").write_text(_page(found, said.seeds), encoding="utf-8")


def _measured(name: str, people: int, seeds: int) -> Iterator[Measured]:
    with TemporaryDirectory(prefix="reviewed-") as temporary:
        folder = Path(temporary)
        of = case(name, folder, people)
        for profile in PROFILES:
            done = encoded(of, profile, folder / profile)
            with (
                finished_run(done.run) as run,
                searching(run.config, run.restricted, run.connection, run.scratch) as search,
            ):
                partner = _partners(run, of, folder / profile / "owners")
                shown = f"population of {people:,}" if name == POPULATION else name
                yield _of_run(run, search, partner, seeds, (shown, profile))
                print(f"{shown} {profile}: done", flush=True)


def _partners(run: FinishedRun, of: Case, owners: Path) -> dict[int, int]:
    """Return the true partner of each focal record that has one, by record numbers."""
    keys = pl.read_parquet(run.restricted / "record_keys.parquet")
    keys = keys.with_columns(pl.col("source", "record_id").cast(pl.String))
    pairs = of.truth
    for side, source in zip(("left", "right"), of.sources, strict=True):
        ids = pl.read_parquet(owners / source / "map.parquet")
        own = keys.filter(pl.col("source") == source).join(
            ids, left_on="record_id", right_on=RECORD_ID
        )
        number = own.select(pl.col(LOCAL_ID).alias(side), pl.col("record").alias(f"{side}_record"))
        pairs = pairs.join(number, on=side)
    left_is_focal = next(iter(of.sources)) == run.config.focal
    columns = ("left_record", "right_record") if left_is_focal else ("right_record", "left_record")
    return dict(pairs.select(columns).iter_rows())


def _of_run(
    run: FinishedRun,
    search: Searching,
    partner: dict[int, int],
    seeds: int,
    about: tuple[str, str],
) -> Measured:
    known = _known(run, search, partner)
    focal, rank = known.focal, known.rank
    unlinked, matched = focal.partner == NO_PARTNER, known.partner != NO_PARTNER
    recall = float((matched & (focal.partner == known.partner)).sum() / matched.sum())
    design = designed(focal, BUDGET)
    said, intervals, values = modelled_reach(known.said), list[Interval](), list[Sequence[float]]()
    for seed in range(_FOR_MEANS * seeds):
        rows = draw(design, seed, focal.record)
        cell = _reviewed(known, design, rows)
        found = reach_of(rank[rows[unlinked[rows] & (rank[rows] > 0)]].tolist())
        points = (point(cell, Reviewers(search=search)) for search in (said, found))
        values.append([each[measures.RECALL] for each in points])
        if seed < seeds:
            intervals.append(_recall(cell, said, seed))
    estimate, by_ranks = np.mean(values, axis=0)
    return Measured(
        *about,
        partners=int((unlinked & matched).sum()),
        listed=int((unlinked & (rank > 0)).sum()),
        said=known.said,
        recall=recall,
        estimate=float(estimate),
        by_ranks=float(by_ranks),
        held=float(np.mean([each.lower <= recall <= each.upper for each in intervals])),
    )


def _known(run: FinishedRun, search: Searching, partner: dict[int, int]) -> Known:
    """Return the focal records with their true partners, and where these stand in the lists."""
    focal = read_focal(run, run.config, ())
    true = np.array([partner.get(record, NO_PARTNER) for record in focal.record.tolist()])
    unlinked = focal.partner == NO_PARTNER
    free = read_free(run, run.config, focal.other)
    lists = free_first(search, focal.record[unlinked], free, BEST)
    wrong = focal.record[~unlinked & (focal.partner != true)]
    rank = np.zeros(len(true), np.int64)
    for pairs in (lists.pairs, search(wrong.tolist(), BEST)):
        rows = sorted(pairs.to_pylist(), key=lambda row: -row["match_weight"])
        shown = Counter[int]()
        for row in rows:
            at = int(np.searchsorted(focal.record, row["record"]))
            shown[at] += 1
            if row["candidate"] == true[at]:
                rank[at] = shown[at]
    return Known(focal, true, rank, lists.share)


def _reviewed(known: Known, design: Design, rows: Index) -> Reviewed:
    """Return what a reviewer who knows the truth finds of the drawn ``rows``."""
    linked = known.focal.partner != NO_PARTNER
    right = linked & (known.focal.partner == known.partner)
    lost = np.where(linked, ASSIGNMENT, THRESHOLD)
    without = np.where(linked, NOWHERE, RIGHT)
    kind = np.where(right, RIGHT, np.where(known.rank > 0, lost, without))
    done = Review(design, rows, kind[rows], np.ones(len(rows), bool), Reviewers())
    return reviewed(done, np.ones(len(linked), bool))


def _recall(cell: Reviewed, search: Looks, seed: int) -> Interval:
    looked = Reviewers(search=search)
    wanted = (measures.RECALL,)
    return error_rates(cell, seed=seed, wanted=wanted, reviewers=looked)[measures.RECALL]


def _page(found: Sequence[Measured], seeds: int) -> str:
    rows = "\n".join(map(_row, found))
    return _PAGE.format(budget=BUDGET, seeds=seeds, means=_FOR_MEANS * seeds, rows=rows)


def _row(each: Measured) -> str:
    listed = each.listed / max(each.partners, 1)
    rates = " | ".join(f"{rate:.4f}" for rate in (each.recall, each.estimate, each.by_ranks))
    shares = f"{each.partners} | {listed:.0%} | {each.said:.0%}"
    return f"| {each.case} | {each.profile} | {shares} | {rates} | {each.held:.0%} |"


if __name__ == "__main__":
    main()
