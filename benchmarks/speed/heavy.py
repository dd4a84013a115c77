"""Heavy blocking: our count and score beside splink's predict, with one model.

A million records a side under rules that make about forty million pairs: part of ``make bench``.
``link run`` trains a model and scores with it; splink then predicts with that model, those records
and that floor. What is counted is CPU seconds of whole stages: ours hold what they do beside
(reading records, households, writing files), splink's predict holds blocking and scoring alone. Our
own comparisons are run once, for the cost model. Writes speed_heavy.json and speed_heavy.md.
"""

import argparse
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.speed import population
from benchmarks.speed.engines import AS_SPLINK, AUTOMATIC, OURS, Settings, Turn, linked
from benchmarks.speed.run import RESULTS, Record, medians, write_json
from benchmarks.speed.table import header
from benchmarks.speed.watched import watch
from linkage.model.scoring import WEIGHT_FLOOR
from linkage.sql import literal

N = 1_000_000
RULES = [["date_of_birth_text"], ["postcode", "first_initial"], ["first_name", "surname"]]
EVERY, CAPPED, SPLINK = "linkage, every record counted", "linkage, default cap", "splink"
_SHOWN = ((SPLINK, "predict"), (EVERY, "count"), (EVERY, "score"), (CAPPED, "count"))

_HEAD = """# Heavy blocking

{n:,} records a side, {pairs:,} candidate pairs; comparisons at the levels that splink is given.
Ours as stages of `link run`, everything in them; splink's `predict` alone, with the model that the
run trained, its standardised records and its floor of {floor:g}. Medians of {turns} turns. Under
the default cap the pairs are those of the sampled records.

Pairs at the floor: {both:,} in both, {only_ours:,} only in ours, {only_splink:,} only in splink's;
weights differ by {difference:.1e} at most.
"""


@dataclass(frozen=True)
class Agreement:
    """Two sets of scored pairs beside each other."""

    both: int
    only_ours: int
    only_splink: int
    difference: float


def main() -> None:
    """Measure, compare and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=N)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--results", type=Path, default=RESULTS)
    said = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="speed-") as temporary:
        folder = Path(temporary)
        population.write(folder / "data", said.size)
        turns, agreement = _measured(folder, said.size, said.turns)
    records = [
        record for engine, taken in turns.items() for record in medians(engine, said.size, taken)
    ]
    write_json(said.results / "speed_heavy.json", records)
    (said.results / "speed_heavy.md").write_text(
        _page(records, agreement, said.size, said.turns), encoding="utf-8"
    )


def _measured(folder: Path, n: int, turns: int) -> tuple[dict[str, list[Turn]], Agreement]:
    heavy: Settings = {**AS_SPLINK, "blocking": RULES}
    everything: Settings = {**heavy, "training": {"record_sample": n}}
    ours = linked(folder / "data", folder / "automatic", {**AUTOMATIC, "blocking": RULES})
    taken: dict[str, list[Turn]] = {OURS: [ours], EVERY: [], CAPPED: [], SPLINK: []}
    for _ in range(turns):
        taken[EVERY].append(linked(folder / "data", folder / "every", everything))
        taken[CAPPED].append(linked(folder / "data", folder / "capped", heavy))
        taken[SPLINK].append(_predicted(taken[EVERY][-1], folder))
    restricted = taken[EVERY][-1].links.parent
    return taken, compare(restricted / "candidates.parquet", folder / "predictions.parquet")


def _predicted(ours: Turn, folder: Path) -> Turn:
    run = str(ours.links.parents[1])
    arguments = ["-m", "benchmarks.speed.plain_predict", run, str(folder), str(WEIGHT_FLOOR)]
    pairs = {"predict": ours.pairs["score"]}
    return Turn(watch(arguments, "predict"), pairs, folder / "predictions.parquet")


def compare(candidates: Path, predictions: Path, floor: float = WEIGHT_FLOOR) -> Agreement:
    """Join our candidates at the floor with splink's predictions, pair by pair."""
    ours = f"FROM read_parquet({literal(str(candidates))}) WHERE match_weight >= {floor!r}"
    theirs = f"read_parquet({literal(str(predictions))})"
    with duckdb.connect() as connection:
        (row,) = connection.execute(
            "SELECT count(*) FILTER (a.record_l IS NOT NULL AND b.record_l IS NOT NULL), "  # noqa: S608
            "count(*) FILTER (b.record_l IS NULL), count(*) FILTER (a.record_l IS NULL), "
            "coalesce(max(abs(a.match_weight - b.match_weight)), 0) "
            f"FROM ({ours}) AS a FULL JOIN {theirs} AS b USING (record_l, record_r)"
        ).fetchall()
    return Agreement(*row)


def _page(records: Iterable[Record], agreement: Agreement, n: int, turns: int) -> str:
    at = {(r["engine"], r["stage"]): r for r in records}
    pairs = at[SPLINK, "predict"]["pairs"]
    about = {"n": n, "pairs": pairs, "floor": WEIGHT_FLOOR, "turns": turns}
    return _HEAD.format(**about, **asdict(agreement)) + "\n" + "\n".join(_rows(at)) + "\n"


def _rows(at: Mapping[tuple[object, object], Mapping[str, Any]]) -> Iterator[str]:
    yield header("engine", "stage", "pairs", "CPU s", "of splink's CPU", "wall s", "peak MB")
    theirs = at[SPLINK, "predict"]["cpu_s"]
    for engine, stage in _SHOWN:
        each = at[engine, stage]
        yield (
            f"| {engine} | {stage} | {each['pairs']:,} | {each['cpu_s']:.1f} "
            f"| {each['cpu_s'] / theirs:.2f} | {each['wall_s']:.1f} | {each['peak_mb']:,.0f} |"
        )


if __name__ == "__main__":
    main()
