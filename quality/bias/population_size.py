"""How many people there are, and what share of them each source holds, by group."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isclose

import numpy as np

from linkage.config.schema import Config
from linkage.model.normalise import Reals
from linkage.runs.workspace import Workspace
from linkage.tables import ERROR_RATES
from quality import measures
from quality.bias.dual_system import around, chapman, people_by_chance, true_matches
from quality.bias.list_counts import Lists, lists_of
from quality.bias.population_rows import (
    ERRORS,
    GROUP_OF_OTHER,
    ONCE,
    Place,
    coverage_row,
    refused,
    size_row,
    unlinked_row,
)
from quality.drawn import Drawn
from quality.estimate import Estimate, from_table
from quality.tally import from_table as read_tallies

DRAWS = 2_000
"""Draws of chance in who is on the lists, where the links are taken as they are."""

_SEED = 1


@dataclass(frozen=True)
class _Rate:
    """What was measured of a group's links; ``n_reviewed`` is None where of every record."""

    precision: float
    recall: float
    n_reviewed: int | None


@dataclass(frozen=True)
class _Sized:
    """A group's people: the estimate, and (draws,) of it."""

    lists: Lists
    people: float
    drawn: Reals
    n_reviewed: int | None


def population_sizes(workspace: Workspace, config: Config, drawn: Drawn) -> Iterator[Estimate]:
    """Yield dual-system estimates of two sources that hold each person once, and their coverage.

    Of everyone, of each group of a characteristic that both sources hold, and of everyone as the
    sum over such groups (post-stratified). Beside the estimate that takes every link for a match
    and no match for missed stands the one that is corrected for both, where these errors were
    measured: each draw of precision and recall gives a number of matches, and chance in who is on
    the lists is drawn upon it. Elsewhere a row says what would identify it.
    """
    if config.linkage.type == "deduplicate":
        return
    tallies = read_tallies(workspace.read("tallies"))
    rates = from_table(workspace.read(ERROR_RATES.name))
    for other in (name for name in config.sources if name != config.focal):
        place = Place(config.focal, other, config.quality.level, config.quality.material_gap)
        once = all(config.sources[name].one_record_per_person for name in (config.focal, other))
        if not once or config.linkage.type != "link":
            yield refused(place, ONCE)
            continue
        lists = list(lists_of(config, tallies, other))
        yield from _rows(place, list(_naive(lists)), measures.DUAL_SYSTEM_NAIVE)
        measured = _measured(rates, place, drawn.method)
        corrected = list(_corrected(lists, drawn, other, measured))
        yield from _rows(place, corrected, measures.DUAL_SYSTEM_CORRECTED)
        if not any(each.lists.characteristic is None for each in corrected):
            yield refused(place, ERRORS)
        for name in dict.fromkeys(each.characteristic for each in lists if each.other is None):
            yield refused(place, GROUP_OF_OTHER, name)
        yield from _unlinked(lists[0], rates, place)


def _naive(lists: Sequence[Lists]) -> Iterator[_Sized]:
    random = np.random.default_rng(_SEED)
    for each in lists:
        if each.other and each.links:
            drawn = np.full(DRAWS, float(each.links))
            yield _sized(each, float(each.links), drawn, None, random)


def _corrected(
    lists: Sequence[Lists],
    drawn: Drawn,
    other: str,
    measured: Mapping[tuple[str | None, str | None], _Rate],
) -> Iterator[_Sized]:
    random = np.random.default_rng(_SEED)
    for each in lists:
        place = each.characteristic, each.group
        precision = drawn.of(measures.PRECISION, other, *place)
        recall = drawn.of(measures.RECALL, other, *place)
        rate = measured.get(place)
        if not each.other or precision is None or recall is None or rate is None:
            continue
        matches = true_matches(each.links, precision, recall)
        if np.isfinite(matches).all() and rate.recall > 0 and rate.precision > 0:
            value = true_matches(each.links, rate.precision, rate.recall)
            n_reviewed = each.focal if rate.n_reviewed is None else rate.n_reviewed
            yield _sized(each, value, matches, n_reviewed, random)


def _sized(
    lists: Lists,
    matches: float,
    drawn: Reals,
    n_reviewed: int | None,
    random: np.random.Generator,
) -> _Sized:
    focal, other = float(lists.focal), float(lists.other or 0)
    people = chapman(focal, other, min(matches, focal, other))
    by_chance = people_by_chance(focal, other, drawn, random)
    return _Sized(lists, people, around(people, by_chance), n_reviewed)


def _measured(
    rates: Sequence[Estimate], place: Place, method: str | None
) -> Mapping[tuple[str | None, str | None], _Rate]:
    """Return the rates as they were estimated, which the draws lie around, by group."""
    found: dict[tuple[str | None, str | None], dict[str, Estimate]] = defaultdict(dict)
    for row in rates:
        if (row.method, row.source, row.other) == (method, place.source, place.other):
            found[row.characteristic, row.group][row.measure] = row
    made = {}
    for group, rows in found.items():
        both = [rows.get(name) for name in (measures.PRECISION, measures.RECALL)]
        values = [row.estimate for row in both if row is not None and row.estimate is not None]
        if len(values) == 2:
            made[group] = _Rate(values[0], values[1], rows[measures.PRECISION].n_reviewed)
    return made


def _rows(place: Place, sized: Sequence[_Sized], method: str) -> Iterator[Estimate]:
    summed: dict[str, list[_Sized]] = defaultdict(list)
    for each in sized:
        lists = each.lists
        whole = replace(
            place,
            characteristic=lists.characteristic,
            group=lists.group,
            n_records=lists.focal,
            n_reviewed=each.n_reviewed,
        )
        yield size_row(whole, method, each.people, each.drawn)
        for name, n in ((place.source, lists.focal), (place.other, lists.other or 0)):
            yield coverage_row(whole, method, name, n / each.people, n / each.drawn)
        if lists.characteristic is not None:
            summed[lists.characteristic].append(each)
    everyone = next((each for each in sized if each.lists.characteristic is None), None)
    for name, groups in summed.items():
        if everyone is not None and _hold_everyone(groups, everyone):
            whole = replace(
                place,
                n_records=everyone.lists.focal,
                n_reviewed=everyone.n_reviewed,
                summed_by=name,
            )
            people = sum(each.people for each in groups)
            yield size_row(whole, method, people, np.sum([g.drawn for g in groups], axis=0))


def _hold_everyone(groups: Sequence[_Sized], everyone: _Sized) -> bool:
    """Say whether no group of the other source is left out, for want of links or of a group."""
    held = sum(each.lists.other or 0 for each in groups)
    return len(groups) > 1 and isclose(held, everyone.lists.other or 0)


def _unlinked(lists: Lists, rates: Sequence[Estimate], place: Place) -> Iterator[Estimate]:
    """Yield the number of people that the matches which models expect would give, as a range."""
    expected = (measures.EXPECTED_MATCHES, measures.MODEL_RANGE, place.source, place.other, None)
    for row in rates:
        of = row.measure, row.method, row.source, row.other, row.characteristic
        if of == expected and row.lower and row.upper and lists.other:
            people = [chapman(lists.focal, lists.other, m) for m in (row.upper, row.lower)]
            yield unlinked_row(replace(place, n_records=lists.focal), people)
