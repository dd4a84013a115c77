"""What can be worked out of releases, by a judge of its own? ``make bench-disclosure``.

Draws populations and configurations, releases them by our rules and by others, links synthetic
sources, and attacks what was released. Writes disclosure.json and disclosure.md to
benchmarks/results, or to the folder that ``--results`` names; what is found so far stands in
disclosure.jsonl beside them, so that a run that was stopped goes on. ``--run RUN`` attacks the
finished run in that folder instead, and prints what it finds.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks.disclosure.attack import Verdict, attack
from benchmarks.disclosure.compare import ACRO_THRESHOLD, acro, naive
from benchmarks.disclosure.one_by_one import Case, Record, one_by_one, read
from benchmarks.disclosure.populations import (
    Population,
    another_description,
    next_delivery,
    population,
)
from benchmarks.disclosure.released import Release, exact
from benchmarks.disclosure.releasing import Held, released, share_shown, truth_of
from benchmarks.disclosure.table import page
from benchmarks.disclosure.whole import held
from benchmarks.disclosure.whole_runs import SHAPES, linked
from quality.tally import Tally

RESULTS = Path(__file__).parents[1] / "results"
POPULATIONS = 1_000
COMPARED = 25
"""Every so many populations are released by other rules too."""
_SECONDS = 480

ONE, AGAIN, NEXT = "one release", "the same records in other tables", "the next delivery"
MODELS = "one release with truth and models"
WHOLE = "a whole run"
OURS, NAIVE, ACRO = "ours", "small cells alone", "ACRO"


def main() -> None:
    """Attack every population and write what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--populations", type=int, default=POPULATIONS)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--seconds", type=int, default=_SECONDS, help="of one case, at most")
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--run", type=Path)
    said = parser.parse_args()
    if said.run is not None:
        verdict = attacked_as_held([held(said.run)])
        print(f"{verdict.n_small} small numbers, {len(verdict.exposed)} exposed")
        print(*verdict.exposed, sep="\n")
        return
    so_far = said.results / "disclosure.jsonl"
    if so_far.exists():
        print(f"goes on from {so_far}: remove it to begin anew")
    cases: list[Case] = [*SHAPES, *range(said.populations)]
    one_by_one(attacked, cases, so_far, seconds=said.seconds, processes=said.processes)
    records = read(so_far)
    text = json.dumps(records, indent=0)
    (said.results / "disclosure.json").write_text(f"{text}\n", encoding="utf-8")
    (said.results / "disclosure.md").write_text(page(records), encoding="utf-8")
    so_far.unlink()


def attacked(case: Case) -> list[Record]:
    """Attack a whole run, or a population under our rules and, if it is its turn, under others."""
    if isinstance(case, str):
        return [whole(case)]
    return [ours(case), *(others(case) if case % COMPARED == 0 else ())]


def whole(name: str) -> Record:
    """Link synthetic sources of a shape, and attack what is for release."""
    started = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        made = held(linked(SHAPES[name], Path(folder)))
    release = made.release
    return {
        "case": name,
        "rules": OURS,
        "releases": f"{WHOLE}, {name}",
        "records": SHAPES[name].people,
        "rows": len(made.truth),
        "threshold": release.threshold,
        "rounding": release.rounding,
        "shown": round(made.shown, 3),
        **_judged(attacked_as_held([made])),
        "seconds": round(time.process_time() - started, 2),
    }


def ours(seed: int) -> Record:
    """Release a population, or two that have to do with each other, and attack all of it."""
    started = time.process_time()
    kind, populations = drawn(seed)
    with tempfile.TemporaryDirectory() as folder:
        releases = released(populations, Path(folder))
    verdict = attacked_as_held(releases)
    last = populations[-1]
    return {
        "case": seed,
        "rules": OURS,
        "releases": kind,
        **_described(last, len(releases[-1].truth)),
        "shown": round(releases[-1].shown, 3),
        **_judged(verdict),
        **({"worlds": verdict.n_solved} if kind == MODELS else {}),
        "seconds": round(time.process_time() - started, 2),
    }


def attacked_as_held(releases: Sequence[Held]) -> Verdict:
    """Attack releases; one alone with its shown counts as they are, which rates may tell.

    Where models were fitted, the reader has all that they see.
    """
    truths = [each.truth for each in releases]
    if len(releases) > 1:
        return attack([each.release for each in releases], truths)
    (alone,) = releases
    modelled = alone.modelled
    seen = None if modelled is None else modelled.seen(alone.release)
    return attack([exact(alone.release, alone.truth)], truths, seen=seen)


def drawn(seed: int) -> tuple[str, list[Population]]:
    """Return what is released: seven in ten alone, one with truth and models, two twice."""
    if seed % 10 == 7:
        return MODELS, [population(seed, with_models=True)]
    first = population(seed)
    if seed % 10 == 3:
        return AGAIN, [first, another_description(first, seed)]
    return (NEXT, [first, next_delivery(first, seed)]) if seed % 10 == 4 else (ONE, [first])


def others(seed: int) -> Iterator[Record]:
    """Release a population by rules that hold back small cells alone.

    Whoever knows those rules knows of each of these cells that it is small. What is counted is how
    many a reader has from the published sums without that knowledge.
    """
    made = population(seed)
    tallies, _ = made.counted()
    threshold = made.shape.rules.threshold
    rules: Sequence[tuple[str, int, Callable[[], list[Tally]]]] = (
        (NAIVE, threshold, lambda: naive(tallies, threshold)),
        (ACRO, ACRO_THRESHOLD, lambda: acro(tallies)),
    )
    for name, least, make in rules:
        started = time.process_time()
        safe = make()
        release = Release(truth_of(safe), least, 1, made.shape.trees)
        verdict = attack([release], [truth_of(tallies)], marks=False)
        yield {
            "case": seed,
            "rules": name,
            "releases": ONE,
            **_described(made, len(tallies)),
            "threshold": least,
            "rounding": 1,
            "shown": round(share_shown(safe), 3),
            **_judged(verdict),
            "seconds": round(time.process_time() - started, 2),
        }


def _described(made: Population, n_rows: int) -> Record:
    rules = made.shape.rules
    return {
        "records": made.records.height,
        "characteristics": len(made.shape.characteristics),
        "rows": n_rows,
        "threshold": rules.threshold,
        "rounding": rules.rounding,
    }


def _judged(verdict: Verdict) -> Record:
    return {
        "small": verdict.n_small,
        "exposed": len(verdict.exposed),
        "exactly": sum(each.exactly for each in verdict.exposed),
        "told_small": sum(each.greatest < each.threshold for each in verdict.exposed),
    }


if __name__ == "__main__":
    main()
