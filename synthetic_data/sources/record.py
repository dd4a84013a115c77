"""From a block of people to the records of a source, their truth, and what was done to whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from synthetic_data.arrays import Codes, Flags, Texts, Whole
from synthetic_data.people.state import People
from synthetic_data.sources.answers import ADULT, answered_by, modes
from synthetic_data.sources.coverage import Covered, cover
from synthetic_data.sources.deliveries import deliver, drifts
from synthetic_data.sources.draws import Draws, numbered, together
from synthetic_data.sources.formats import numbers
from synthetic_data.sources.groups import Groups
from synthetic_data.sources.knowledge import Knowing
from synthetic_data.sources.mistakes import Mistakes, Noted
from synthetic_data.sources.odds import Odds
from synthetic_data.sources.record_ids import record_ids, shuffled
from synthetic_data.sources.tally import Counting, Stage, Tally
from synthetic_data.sources.values import Material
from synthetic_data.sources.who import eligible
from synthetic_data.sources.writing import column, write
from synthetic_data.spec.schema import SourceSpec


@dataclass(frozen=True, eq=False)
class Records:
    """The records of a source that are of one block of people.

    Attributes
    ----------
    table
        ``record_id`` and the columns as the source calls them: text.
    truth
        ``record_id`` and the number of the ``person``, in the order of the table.
    errors
        ``record_id``, ``stage`` (mistake or missing), ``column`` (the role) and ``kind`` (of
        mistake, or the reason) of everything that is not as it should be: a mistake that left the
        value as it was is not in it, though it counts as having happened in the tally.
    eligible, covered
        One entry a person of the block.
    delivery
        The number of the delivery of each record, from 1; None if the source arrives in one.
    tally
        What was to be expected and what happened, by stage and group.
    """

    table: pa.Table
    truth: pa.Table
    errors: pa.Table
    eligible: Flags
    covered: Flags
    delivery: Codes | None
    tally: Tally


def record(people: People, name: str, source: SourceSpec, seed: int, block: int) -> Records:
    """Return the records of a source that are of one block of people.

    The same people, source, seed and block give the same records, whatever else is drawn.

    Parameters
    ----------
    people
        The people of the block.
    name, source
        What the source is called, and its specification.
    seed, block
        Where the random numbers come from, and the number of the block.

    Raises
    ------
    ValueError
        When the specification asks for a chance over 1, or for what there is not.
    """
    day = np.datetime64(source.day, "D")
    draws, homes = Draws(name, seed, block), numbered(people.household)
    counting = Counting(Groups.of(people, day), homes)
    about = eligible(people, source.who, day, counting.groups)
    counting.certain(Stage("eligible"), about)
    covered = cover(source, about, homes, counting, draws)
    survey = _survey(source, people.age(day), covered, homes, counting, draws)
    held = _held(source, np.flatnonzero(covered.inside), homes, counting, draws)
    mistakes = Mistakes(_odds(source, held, draws), held.counting, draws)
    luck = together(held.homes_of_records, source.coverage.together, draws.of("moves known of"))
    known = Knowing(people, held.rows, day, mistakes).known(source.errors, luck)
    material = Material(source, people, held.rows, known, held.counting.groups, survey, day)
    written = write(material, mistakes, draws)
    made = _Made(name, seed, block, len(held.rows))
    return Records(
        made.table(written, source),
        made.truth(people.number[held.rows]),
        made.errors(mistakes.noted),
        about,
        covered.inside,
        None if held.delivery is None else held.delivery[made.order],
        Tally({**counting.figures, **held.counting.figures}),
    )


@dataclass(frozen=True, eq=False)
class _Held:
    """The records that a source holds: the person of each, which are second ones, and deliveries.

    ``homes`` are households; second records have households of their own in
    ``homes_of_records``, so that they need not share the luck of the first.
    """

    rows: Whole
    delivery: Codes | None
    homes_of_records: Whole
    counting: Counting


def _held(
    source: SourceSpec, first: Whole, homes: Whole, counting: Counting, draws: Draws
) -> _Held:
    """Return the records of the people covered, ``first``, of whom some have a second one."""
    delivery = deliver(source.deliveries, len(first), draws, "first")
    of_first = Counting(counting.groups.of_rows(first), homes[first])
    once = _Held(first, delivery, homes[first], of_first)
    mistakes = Mistakes(_odds(source, once, draws), of_first, draws)
    stage, everybody = Stage("mistake", "", "duplicates"), np.ones(len(first), np.bool_)
    again = first[mistakes.befalls(stage, source.errors.duplicates, everybody)]
    counting.figures.update(of_first.figures)
    rows = np.concatenate([first, again])
    own = homes[again] + int(homes.max(initial=-1)) + 1
    later = deliver(source.deliveries, len(again), draws, "second")
    return _Held(
        rows,
        None if delivery is None or later is None else np.concatenate([delivery, later]),
        np.concatenate([homes[first], own]),
        Counting(counting.groups.of_rows(rows), homes[rows]),
    )


def _odds(source: SourceSpec, held: _Held, draws: Draws) -> Odds:
    groups, errors = held.counting.groups, source.errors
    careless = draws.of("careless").random(len(held.rows)) < errors.careless.share
    drift = drifts(source.deliveries, held.delivery, groups)
    return Odds(draws.source, errors, groups, careless, drift)


def _survey(
    source: SourceSpec,
    ages: Whole,
    covered: Covered,
    homes: Whole,
    counting: Counting,
    draws: Draws,
) -> dict[str, Texts]:
    """Return what only a survey holds, one entry a person: design weight, answerer and mode."""
    sample, weight = source.sample, covered.weight
    if sample is None or weight is None:
        return {}
    inside = covered.inside
    return {
        "weight": numbers(weight, 4),
        "answered_by": answered_by(sample, ages >= ADULT, homes, inside, counting, draws),
        "mode": modes(sample, homes, inside, counting, draws),
    }


@dataclass(frozen=True)
class _Made:
    """The records of a block in an order, and with identifiers, that say nothing."""

    source: str
    seed: int
    block: int
    n: int

    @cached_property
    def order(self) -> Whole:
        """Which record stands in each place."""
        return shuffled(self.source, self.seed, self.block, self.n)

    @cached_property
    def ids(self) -> pa.Array:
        """The identifier of each place."""
        return record_ids(self.source, self.seed, self.block, self.n)

    def table(self, written: Mapping[str, Texts], source: SourceSpec) -> pa.Table:
        """Return the table of the source."""
        columns = {
            source.columns[role]: column(values, self.order, upper_case=source.upper_case)
            for role, values in written.items()
        }
        return pa.table({"record_id": self.ids, **columns})

    def truth(self, person: Whole) -> pa.Table:
        """Return whom each record is of."""
        return pa.table({"record_id": self.ids, "person": person[self.order]})

    def errors(self, noted: list[Noted]) -> pa.Table:
        """Return what is not as it should be, in the order of the stages."""
        place = np.empty(self.n, np.int64)
        place[self.order] = np.arange(self.n)
        none = np.empty(0, np.int64)
        which = np.repeat(np.arange(len(noted)), [len(each.rows) for each in noted])
        places = np.concatenate([none, *(np.sort(place[each.rows]) for each in noted)])
        stages = {
            name: pa.array([each.stage[at] for each in noted], pa.string()).take(which)
            for at, name in enumerate(("stage", "column", "kind"))
        }
        return pa.table({"record_id": self.ids.take(places), **stages})
