"""What can be worked out of releases, by a judge of its own? ``make bench-disclosure``.

Draws populations and configurations, releases them by our rules and by others, and attacks what was
released. Writes disclosure.json and disclosure.md to benchmarks/results, or to the folder that
``--results`` names. ``--run RUN`` attacks the finished run in that folder instead, and prints what
it finds.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from benchmarks.disclosure.attack import Verdict, attack
from benchmarks.disclosure.compare import ACRO_THRESHOLD, acro, naive
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

RESULTS = Path(__file__).parents[1] / "results"
POPULATIONS = 1_000
COMPARED = 25
"""Every so many populations are released by other rules too."""

ONE, AGAIN, NEXT = "one release", "the same records in other tables", "the next delivery"
MODELS = "one release with truth and models"
OURS, NAIVE, ACRO = "ours", "small cells alone", "ACRO"

_Record = dict[str, object]


def main() -> None:
    """Attack every population and write what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--populations", type=int, default=POPULATIONS)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--run", type=Path)
    said = parser.parse_args()
    if said.run is not None:
        verdict = attacked_as_held([held(said.run)])
        print(f"{verdict.n_small} small numbers, {len(verdict.exposed)} exposed")
        print(*verdict.exposed, sep="\n")
        return
    with ProcessPoolExecutor(said.processes) as pool:
        records = [r for found in pool.map(attacked, range(said.populations)) for r in found]
    text = json.dumps(records, indent=0)
    (said.results / "disclosure.json").write_text(f"{text}\n", encoding="utf-8")
    (said.results / "disclosure.md").write_text(page(records), encoding="utf-8")


def attacked(seed: int) -> list[_Record]:
    """Attack one population under our rules and, where it is its turn, under others."""
    return [ours(seed), *(others(seed) if seed % COMPARED == 0 else ())]


def ours(seed: int, *, figures: bool = True) -> _Record:
    """Release a population, or two that have to do with each other, and attack all of it.

    ``figures`` says whether the figures of models are held against each world too.
    """
    started = time.process_time()
    kind, populations = drawn(seed)
    with tempfile.TemporaryDirectory() as folder:
        releases = released(populations, Path(folder))
    verdict = attacked_as_held(releases)
    last = populations[-1]
    return {
        "seed": seed,
        "rules": OURS,
        "releases": kind,
        **_described(last, len(releases[-1].truth)),
        "shown": round(releases[-1].shown, 3),
        **_judged(verdict),
        **({"not_shown_open": not_shown_open(releases[-1])} if figures and kind == MODELS else {}),
        "seconds": round(time.process_time() - started, 2),
    }


def attacked_as_held(releases: Sequence[Held]) -> Verdict:
    """Attack releases; one alone with its shown counts as they are, which rates may tell."""
    truths = [each.truth for each in releases]
    if len(releases) == 1:
        return attack([exact(releases[0].release, truths[0])], truths)
    return attack([each.release for each in releases], truths)


def not_shown_open(held: Held) -> int:
    """Return of how many numbers no other values were found for which models print the same.

    Twelve tables are tried a world: that none is found does not say that there is none.
    """
    if held.modelled is None:
        return 0
    release = exact(held.release, held.truth)
    return len(attack([release], [held.truth], fits=held.modelled.fits).exposed)


def drawn(seed: int) -> tuple[str, list[Population]]:
    """Return what is released: seven in ten alone, one with truth and models, two twice."""
    if seed % 10 == 7:
        return MODELS, [population(seed, with_models=True)]
    first = population(seed)
    if seed % 10 == 3:
        return AGAIN, [first, another_description(first, seed)]
    return (NEXT, [first, next_delivery(first, seed)]) if seed % 10 == 4 else (ONE, [first])


def others(seed: int) -> Iterator[_Record]:
    """Release a population by rules that hold back small cells alone.

    Whoever knows those rules knows of each of these cells that it is small. What is counted is how
    many a reader has from the published sums without that knowledge.
    """
    made = population(seed)
    tallies, _ = made.counted()
    threshold = made.shape.rules.threshold
    rules: Sequence[tuple[str, int, Callable[[], list]]] = (
        (NAIVE, threshold, lambda: naive(tallies, threshold)),
        (ACRO, ACRO_THRESHOLD, lambda: acro(tallies)),
    )
    for name, least, make in rules:
        started = time.process_time()
        safe = make()
        release = Release(truth_of(safe), least, 1, made.shape.trees)
        verdict = attack([release], [truth_of(tallies)], marks=False)
        yield {
            "seed": seed,
            "rules": name,
            "releases": ONE,
            **_described(made, len(tallies)),
            "threshold": least,
            "rounding": 1,
            "shown": round(share_shown(safe), 3),
            **_judged(verdict),
            "seconds": round(time.process_time() - started, 2),
        }


def _described(made: Population, n_rows: int) -> _Record:
    rules = made.shape.rules
    return {
        "records": made.records.height,
        "characteristics": len(made.shape.characteristics),
        "rows": n_rows,
        "threshold": rules.threshold,
        "rounding": rules.rounding,
    }


def _judged(verdict: Verdict) -> _Record:
    return {
        "small": verdict.n_small,
        "exposed": len(verdict.exposed),
        "exactly": sum(each.exactly for each in verdict.exposed),
        "told_small": sum(each.greatest < each.threshold for each in verdict.exposed),
    }


if __name__ == "__main__":
    main()
