"""Populations released by our rules, one after another, as the files that a reader gets."""

import csv
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from benchmarks.disclosure.modelled import Modelled, cells_of, config_of
from benchmarks.disclosure.populations import Population
from benchmarks.disclosure.released import (
    COUNTS,
    Counted,
    Key,
    Release,
    read,
    unprinted,
    with_printed,
)
from benchmarks.disclosure.truths import exact_rates, printed, rows_of_truth, true_counts
from linkage.config.schema import Disclosure
from quality.release.before import before
from quality.release.control import controlled
from quality.release.counts import COLUMNS
from quality.release.overlaps import Overlap
from quality.tally import Tally

CONFIG = "population"


@dataclass(frozen=True)
class Approved:
    """A release in the register."""

    folder: Path
    run: str
    sources: Mapping[str, str]
    config: str = CONFIG


@dataclass(frozen=True)
class Held:
    """What a reader holds of a population, and what is true of it."""

    release: Release
    truth: Mapping[Key, Counted]
    shown: float
    modelled: Modelled | None = None


def released(populations: Sequence[Population], register: Path) -> list[Held]:
    """Release populations one after another, each with the earlier ones in the register."""
    earlier = list[Approved]()
    found = list[Held]()
    for at, each in enumerate(populations):
        tallies, overlaps = each.counted()
        files = _files(each)
        rules, headings = each.shape.rules, each.shape.headings
        told = before(earlier, CONFIG, files, tallies) if earlier else None
        safe = controlled(tallies, overlaps, rules, told, headings)
        earlier.append(Approved(register / f"{CONFIG}-r{at}", f"r{at}", files))
        write(safe, earlier[-1].folder, rules)
        rows = read(earlier[-1].folder)
        release = Release(rows, rules.threshold, rules.rounding, each.shape.trees, files)
        held = Held(release, truth_of(tallies), share_shown(safe))
        if each.with_models:
            held = _with_rates(held, each, (tallies, safe, overlaps))
        found.append(held)
    return found


def _with_rates(
    held: Held,
    made: Population,
    counted: tuple[Sequence[Tally], Sequence[Tally], Sequence[Overlap]],
) -> Held:
    """Return what a reader holds with the rates of error of a population whose truth is known."""
    other = made.shape.others[0]
    groupings = [each for each in made.shape.groupings if not each.headings]
    counts = true_counts(made.records, other, groupings)
    rates, gaps = exact_rates(counts, other)
    truth = rows_of_truth(counts, other)
    left, shown = printed(rates, gaps, counted, made.shape.rules)
    rows = {**held.release.rows, **unprinted(truth)}
    release = with_printed(replace(held.release, rows=rows), shown)
    modelled = Modelled(cells_of(made), other, config_of(made), counted[1], left)
    return replace(held, release=release, truth={**held.truth, **truth}, modelled=modelled)


def write(tallies: Iterable[Tally], folder: Path, rules: Disclosure) -> None:
    """Write tallies as the file of counts of a release."""
    (folder / COUNTS).parent.mkdir(parents=True, exist_ok=True)
    with (folder / COUNTS).open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, COLUMNS)
        writer.writeheader()
        for each in tallies:
            status = "suppressed" if each.k is None else "ok"
            writer.writerow({**asdict(each), "status": status, "base": rules.rounding})


def truth_of(tallies: Iterable[Tally]) -> dict[Key, Counted]:
    """Return exact tallies as rows of a release."""
    return {
        Key(*(getattr(each, name) or "" for name in Key._fields)): Counted(each.n, each.k)
        for each in tallies
    }


def share_shown(tallies: Sequence[Tally]) -> float:
    """Return the share of rows with a figure."""
    return sum(each.k is not None for each in tallies) / len(tallies)


def _files(made: Population) -> dict[str, str]:
    """Return the hash of the file of each source: the others hold what was drawn for all."""
    data = made.records.write_csv().encode() + str(made.n_dropped).encode()
    named = hashlib.sha256(data).hexdigest()
    return {source: f"{source} {named}" for source in ("focal", *made.shape.others)}
